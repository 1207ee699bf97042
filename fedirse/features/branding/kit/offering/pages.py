"""`/site/kit`: the look that the head office offers to its sites; to offer, to change and to withdraw."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import InvalidInput
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.branding.kit.actions import OFFERED, PURPOSES, offer_kit, own_network, withdraw_kit
from fedirse.features.branding.kit.model import KnownKit, Look
from fedirse.features.branding.kit.rules import FONTS, check_words
from fedirse.features.branding.kit.store import find_kit
from fedirse.features.branding.kit.views import offering_form, reports_on
from fedirse.features.branding.rules import check_colour
from fedirse.site import Site
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.follows.channels.model import Runner
from fedirse.social.media.actions import accept_upload, attach
from fedirse.social.media.views import url_of
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

HERE: Final = "/site/kit"


async def get_offering(request: Request, _visitor: Visitor) -> Response:
    """What is offered, as fields. Raises NotFound: this site is no head office."""
    site = site_of(request)
    known = await site.read(_find_own)
    return _show(request, known, offering_form(known, site.settings))


async def post_offering(request: Request, visitor: Visitor, form: Form) -> Response:
    """Offer it to every site. Raises NotFound: this site is no head office."""
    site, now, by = site_of(request), site_of(request).clock.now(), Runner(visitor.account_id, visitor.handle)
    known = await site.read(_find_own)
    try:
        name, sentence = form.line("name"), form.line("sentence")
        check_words(name, sentence)
        look = await _take_pictures(site, form, _read_look(form, known), now)
        await site.write(lambda tx: offer_kit(tx, site, name, sentence, look, now, by=by))
    except InvalidInput as error:
        return _show(request, known, form.with_error(error), status=422)
    return go_on(request, HERE, N_("It is offered to every site. Each decides for itself."))


async def post_withdraw(request: Request, visitor: Visitor, form: Form) -> Response:
    """Offer it no more. Raises NotFound: nothing is offered, or this site is no head office."""
    del form
    site, by = site_of(request), Runner(visitor.account_id, visitor.handle)
    await site.write(lambda tx: withdraw_kit(tx, site, site.clock.now(), by=by))
    return go_on(request, HERE, N_("It is offered no more. Sites that have taken it keep it."))


def _find_own(tx: Transaction) -> KnownKit | None:
    return find_kit(tx, own_network(tx).uri)


def _read_look(form: Form, known: KnownKit | None) -> Look:
    """The look that a form asks for, with the pictures that are offered now. Raises InvalidInput."""
    font = form.text("font")
    if font not in FONTS:
        raise InvalidInput("This cannot be chosen: take one of those that are offered.", reason="bad-setting", field="font")
    look = Look(check_colour(form.text("colour"), "colour"), check_colour(form.text("accent"), "accent"), font)
    return replace(look, logo=known.kit.look.logo, cover=known.kit.look.cover) if known is not None else look


async def _take_pictures(site: Site, form: Form, look: Look, now: datetime) -> Look:
    """The look with the pictures that came with a form, or without those it asks to remove. Raises InvalidInput, StorageFull."""
    for name, purpose in PURPOSES.items():
        upload = form.upload(name)
        if upload is not None:
            try:
                kept = await accept_upload(site, site.actor_id, upload, filename=upload.filename or name, purpose=purpose, now=now)
            except InvalidInput as error:
                error.field = name
                raise
            await site.write(attach, site, [kept.id], OFFERED, site.actor_id, now, purpose=purpose)
            look = replace(look, **{name: url_of(site, kept)})
        elif form.checked(f"remove_{name}"):
            await site.write(attach, site, [], OFFERED, site.actor_id, now, purpose=purpose)
            look = replace(look, **{name: ""})
    return look


def _show(request: Request, known: KnownKit | None, form: Form, *, status: int = 200) -> Response:
    kit = known.kit if known is not None and not known.kit.withdrawn else None
    context = {"form": form, "kit": kit, "at": known.at if known is not None else None, "reports": reports_on(kit.look) if kit else {}}
    return render(request, "offering/offering.html", context, status=status)


ROUTES: list[BaseRoute] = [
    page(HERE, get_offering, Permission.ANNOUNCE),
    deed(HERE, post_offering, Permission.ANNOUNCE, files=True),
    deed(f"{HERE}/withdraw", post_withdraw, Permission.ANNOUNCE),
]
