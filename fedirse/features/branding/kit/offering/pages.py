"""`/site/kit`: the look that the head office offers to its sites; to offer, to change and to withdraw."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import InvalidInput
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.branding.kit.actions import PURPOSES, hang_offered, offer_kit, own_network, withdraw_kit
from fedirse.features.branding.kit.model import KnownKit, Look
from fedirse.features.branding.kit.rules import FONTS, check_words
from fedirse.features.branding.kit.store import find_kit
from fedirse.features.branding.kit.views import offering_form, reports_on
from fedirse.features.branding.rules import check_colour
from fedirse.site import Site
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.follows.channels.model import Runner
from fedirse.social.media.actions import accept_upload
from fedirse.social.media.model import Media
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
        look = _read_look(form)
        pictures = await _accept_pictures(site, form, now)
        await site.write(lambda tx: offer_kit(tx, site, name, sentence, hang_offered(tx, site, look, pictures, now), now, by=by))
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


def _read_look(form: Form) -> Look:
    """The colours and letters that a form asks for. Raises InvalidInput."""
    font = form.text("font")
    if font not in FONTS:
        raise InvalidInput("This cannot be chosen: take one of those that are offered.", reason="bad-setting", field="font")
    return Look(check_colour(form.text("colour"), "colour"), check_colour(form.text("accent"), "accent"), font)


async def _accept_pictures(site: Site, form: Form, now: datetime) -> Mapping[str, Media | None]:
    """The pictures that came with a form, None for one that is to be removed; nothing changes yet. Raises InvalidInput, StorageFull."""
    pictures: dict[str, Media | None] = {}
    for name, purpose in PURPOSES.items():
        upload = form.upload(name)
        if upload is not None:
            try:
                kept = await accept_upload(site, site.actor_id, upload, filename=upload.filename or name, purpose=purpose, now=now)
            except InvalidInput as error:
                error.field = name
                raise
            pictures[name] = kept
        elif form.checked(f"remove_{name}"):
            pictures[name] = None
    return pictures


def _show(request: Request, known: KnownKit | None, form: Form, *, status: int = 200) -> Response:
    kit = known.kit if known is not None and not known.kit.withdrawn else None
    context = {"form": form, "kit": kit, "at": known.at if known is not None else None, "reports": reports_on(kit.look) if kit else {}}
    return render(request, "offering/offering.html", context, status=status)


ROUTES: list[BaseRoute] = [
    page(HERE, get_offering, Permission.ANNOUNCE),
    deed(HERE, post_offering, Permission.ANNOUNCE, files=True),
    deed(f"{HERE}/withdraw", post_withdraw, Permission.ANNOUNCE),
]
