"""The two deeds: « J'ai lu et compris », for oneself and for the site."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import InvalidInput
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.announcements.acknowledgement.actions import acknowledge, confirm_for_site
from fedirse.features.announcements.wire import MOST_VERSIONS
from fedirse.social.accounts.visitors import deed, safe_path, site_of
from fedirse.social.follows.channels.model import Runner
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.visitor import Visitor

_LONGEST = len(str(MOST_VERSIONS))


async def post_acknowledge(request: Request, visitor: Visitor, form: Form) -> Response:
    """Somebody has read and understood what they had before them: the version that their page showed."""
    site, post_id = site_of(request), request.path_params["post_id"]
    await site.write(acknowledge, site, visitor.reader, post_id, _version(form), site.clock.now())
    return go_on(request, safe_path(form.text("return_to"), f"/posts/{post_id}"), N_("Noted: you have read and understood this."))


async def post_confirm(request: Request, visitor: Visitor, form: Form) -> Response:
    """Whoever answers for the site confirms it for the site."""
    site, post_id, by = site_of(request), request.path_params["post_id"], Runner(visitor.account_id, visitor.handle)
    now, version = site.clock.now(), _version(form)
    await site.write(lambda tx: confirm_for_site(tx, site, visitor.reader, post_id, version, now, by=by))
    return go_on(request, f"/posts/{post_id}", N_("Confirmed for the site. The head office is told."))


def _version(form: Form) -> int:
    """The version that the page showed. Raises InvalidInput for what no page of ours sends."""
    typed = form.text("version")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST):
        raise InvalidInput("This is no version of the announcement: open it again.", reason="unknown-version")
    return int(typed)


ROUTES: list[BaseRoute] = [
    deed("/announcements/{post_id}/acknowledge", post_acknowledge, Permission.READ),
    deed("/announcements/{post_id}/confirm", post_confirm, Permission.CONFIRM),
]
