"""Changing the settings of a site from its pages: in its folder first, then in use, then told to those who follow the site."""

import asyncio
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.datastructures import UploadFile

from fedirse.base.errors import InvalidInput
from fedirse.base.settings import SITE_FILE, SiteSettings, render_site_settings
from fedirse.features.branding.rules import check_colour, check_description, check_name
from fedirse.features.branding.store import set_site_actor_words
from fedirse.site import Site
from fedirse.social.follows.actions import announce_profile
from fedirse.social.follows.channels.model import Runner
from fedirse.social.media.actions import accept_upload, attach
from fedirse.social.media.model import Purpose
from fedirse.social.media.views import path_of
from fedirse.social.moderation.blocks.actions import adopt_federation
from fedirse.storage.actors import get_actor
from fedirse.storage.audit import OPERATOR, record
from fedirse.storage.files import replace_file
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.static import MEDIA_FOLDER
from fedirse.web.visitor import Visitor

LOOK_FIELDS: Final = ("name", "description", "colour", "accent", "font")
PICTURES: Final = {"logo": Purpose.LOGO, "cover": Purpose.COVER}


def read_look(form: Form, settings: SiteSettings) -> SiteSettings:
    """The settings with the look that a form asks for, except its pictures.

    Raises:
        InvalidInput: a field that does not fit, named.
    """
    return changed(
        settings,
        name=check_name(form.line("name")),
        description=check_description(form.line("description")),
        colour=check_colour(form.text("colour"), "colour"),
        accent=check_colour(form.text("accent"), "accent"),
        font=form.text("font") or settings.font,
    )


def changed(settings: SiteSettings, **values: Any) -> SiteSettings:
    """The settings with other values. Raises InvalidInput naming the one that does not fit."""
    known = msgspec.to_builtins(settings)
    for name, value in values.items():
        try:
            known = msgspec.to_builtins(msgspec.convert({**known, name: value}, SiteSettings))
        except msgspec.ValidationError as error:
            raise InvalidInput("This cannot be chosen: take one of those that are offered.", reason="bad-setting", field=name) from error
    return msgspec.convert(known, SiteSettings)


async def take_pictures(site: Site, form: Form, settings: SiteSettings, now: datetime) -> SiteSettings:
    """The settings with the logo and the cover that came with a form, or without those it asks to remove.

    Raises:
        InvalidInput: a file that is no picture, with its field named.
        StorageFull: no room for it.
    """
    for name, purpose in PICTURES.items():
        upload = form.upload(name)
        if upload is not None:
            settings = changed(settings, **{name: await _keep_picture(site, name, purpose, upload, now)})
        elif form.checked(f"remove_{name}"):
            await site.write(attach, site, [], site.actor_id, site.actor_id, now, purpose=purpose)
            settings = changed(settings, **{name: None})
    return settings


async def save_settings(site: Site, settings: SiteSettings, now: datetime, visitor: Visitor | None, *, by: Runner | None = None) -> None:
    """Go on with these settings: written to the folder, recorded in the audit log, and told to the followers of the site.

    Args:
        site: the site.
        settings: the new ones; domain, scheme and handle as they were.
        now: the time.
        visitor: who changed them; None for whoever sets the site up.
        by: who asked for it, where it is done after they have gone.

    Raises:
        StorageError: they could not be written; the old ones stay.
    """
    before = site.settings
    fixed = ("domain", "scheme", "handle", "head_office")
    settings = msgspec.structs.replace(settings, **{name: getattr(before, name) for name in fixed})
    different = sorted(name for name in SiteSettings.__struct_fields__ if getattr(before, name) != getattr(settings, name))
    if not different:
        return
    text = render_site_settings(settings).encode()
    await asyncio.to_thread(replace_file, site.folder / SITE_FILE, text)
    site.adopt(settings)
    if visitor is not None:
        by = Runner(visitor.account_id, visitor.handle)
    await site.write(_record_change, site, different, by or Runner(OPERATOR, "operator"), now)


def _record_change(tx: Transaction, site: Site, different: list[str], by: Runner, now: datetime) -> None:
    record(tx, "site.settings", site.settings.domain, now, account_id=by.account_id, who=by.who, changed=different)
    if "federation" in different:
        adopt_federation(tx, site)
    if not {"name", "description", "logo", "cover"}.intersection(different):
        return
    words = site.settings.description
    set_site_actor_words(tx, site.actor_id, site.settings.name, f"<p>{escape(words)}</p>" if words else "")
    announce_profile(tx, site, get_actor(tx, site.actor_id), now)


async def _keep_picture(site: Site, name: str, purpose: Purpose, upload: UploadFile, now: datetime) -> str:
    try:
        kept = await accept_upload(site, site.actor_id, upload, filename=upload.filename or name, purpose=purpose, now=now)
    except InvalidInput as error:
        error.field = name
        raise
    await site.write(attach, site, [kept.id], site.actor_id, site.actor_id, now, purpose=purpose)
    path: Path = path_of(site, kept, "full")
    return path.relative_to(site.folder / MEDIA_FOLDER).as_posix()
