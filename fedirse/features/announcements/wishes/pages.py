"""`/announcements/mail`: what is mailed to whom, as each of them wishes; and the page that ends it, from a mail."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import InvalidInput
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.announcements.wishes.actions import STOP, find_stopping, stop_mails
from fedirse.features.announcements.wishes.model import Wish
from fedirse.features.announcements.wishes.store import find_wish, save_wish
from fedirse.social.accounts.store import find_account_by_id
from fedirse.social.accounts.visitors import Gated, check_same_origin, deed, open_page, page, site_of, visitor_of
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

HERE = "/announcements/mail"


async def get_wish(request: Request, visitor: Visitor) -> Response:
    """What is mailed to who asks."""
    wish = await site_of(request).read(find_wish, visitor.actor.id)
    return await _show(request, visitor, filled({"wish": wish.value}))


async def post_wish(request: Request, visitor: Visitor, form: Form) -> Response:
    """Keep what they wish."""
    typed = form.text("wish")
    if typed not in set(Wish):
        error = InvalidInput("Choose one of these.", reason="bad-wish", field="wish")
        return await _show(request, visitor, form.with_error(error), status=422)
    await site_of(request).write(save_wish, visitor.actor.id, Wish(typed))
    return go_on(request, HERE, N_("Noted. Mails that are on their way already may still come."))


async def get_stop(request: Request) -> Response:
    """Asks before mails are ended; a mail scanner opens addresses too."""
    site, presented = site_of(request), request.path_params["presented"]
    await visitor_of(request)
    account = await site.read(find_stopping, site, presented)
    if account is None:
        return _private(render(request, "wishes/unknown.html", status=410))
    return _private(render(request, "wishes/stop.html", {"handle": account.handle, "action": request.scope["path"]}))


async def post_stop(request: Request) -> Response:
    """End them. What is sent comes from our page, or from a program that reads mails and knows what stands in one (RFC 8058): so whoever
    knows it is believed, wherever it was sent from; it opens nothing, and no cookie is looked at.
    """
    site, presented = site_of(request), request.path_params["presented"]
    # Read first: nobody who has shown nothing makes the site write.
    if await site.read(find_stopping, site, presented) is None or not await site.write(stop_mails, site, presented):
        check_same_origin(request)
        return _private(render(request, "wishes/unknown.html", status=410))
    return _private(render(request, "wishes/stopped.html"))


async def _show(request: Request, visitor: Visitor, form: Form, *, status: int = 200) -> Response:
    site = site_of(request)
    account = await site.read(find_account_by_id, visitor.account_id)
    shown = {"form": form, "account": account, "mails": site.mailer.can_send, "texts": site.settings.mail_texts}
    return render(request, "wishes/wish.html", shown, status=status)


def _private(response: Response) -> Response:
    """The address is a secret: no other site is told that somebody came from there."""
    response.headers["referrer-policy"] = "no-referrer"
    response.headers["x-robots-tag"] = "noindex"
    return response


ROUTES: list[BaseRoute] = [
    page(HERE, get_wish),
    deed(HERE, post_wish, Permission.READ),
    open_page(f"{STOP}{{presented}}", get_stop),
    Gated(f"{STOP}{{presented}}", post_stop, needs=None, is_deed=True),
]
