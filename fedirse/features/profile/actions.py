"""Changing one's profile: one transaction for the words, the pictures and what followers are told."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from fedirse.base.errors import InvalidInput
from fedirse.features.profile import store
from fedirse.features.profile.model import TypedProfile
from fedirse.features.profile.rules import check_profile, render_field, usable_fields
from fedirse.site import Site
from fedirse.social.follows.actions import announce_profile
from fedirse.social.media.actions import accept_upload, attach
from fedirse.social.media.model import Media, Purpose
from fedirse.social.media.views import url_of
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.html import render_markdown

PICTURES: Final = {"avatar": (Purpose.AVATAR, "icon"), "header": (Purpose.COVER, "image")}
"""The pictures of a profile: the field of the form, what it is for, and where the actor names it."""

Pictures = dict[str, Media | None]
"""New pictures by the field of the form; None removes the present one."""


async def take_pictures(site: Site, actor_id: str, form: Form, now: datetime) -> Pictures:
    """Take in the pictures that came with a form, before the transaction that puts them in place.

    Raises:
        InvalidInput: a file that is no picture, with its field named.
        StorageFull: no room for it.
    """
    found: Pictures = {}
    for field, (purpose, _) in PICTURES.items():
        upload = form.upload(field)
        if upload is not None:
            try:
                found[field] = await accept_upload(site, actor_id, upload, filename=upload.filename or field, purpose=purpose, now=now)
            except InvalidInput as error:
                error.field = field
                raise
        elif form.checked(f"remove_{field}"):
            found[field] = None
    return found


def change_profile(tx: Transaction, site: Site, actor_id: str, typed: TypedProfile, pictures: Pictures, now: datetime) -> None:
    """Put a profile in the place of the present one, and tell those who follow.

    Args:
        tx: the transaction.
        site: where.
        actor_id: whose.
        typed: the words.
        pictures: from `take_pictures`.
        now: the time.

    Raises:
        InvalidInput: something is too long; nothing is changed.
    """
    check_profile(typed)
    actor = get_actor(tx, actor_id)
    typed = replace(typed, name=typed.name or actor.handle, fields=usable_fields(typed.fields))
    bio = render_markdown(typed.bio, {}, site.uris.tag).html if typed.bio.strip() else ""
    addresses = _addresses(tx, site, actor_id, pictures, now)
    changed = replace(
        actor,
        name=typed.name,
        summary=bio,
        fields=tuple((label, render_field(value)) for label, value in typed.fields),
        locked=typed.locked,
        discoverable=typed.discoverable,
        icon=addresses.get("icon", actor.icon),
        image=addresses.get("image", actor.image),
    )
    announce_profile(tx, site, store.save_profile(tx, changed, typed), now)


def _addresses(tx: Transaction, site: Site, actor_id: str, pictures: Pictures, now: datetime) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for field, picture in pictures.items():
        purpose, where = PICTURES[field]
        attach(tx, site, [picture.id] if picture is not None else [], actor_id, actor_id, now, purpose=purpose)
        found[where] = url_of(site, picture) if picture is not None else None
    return found
