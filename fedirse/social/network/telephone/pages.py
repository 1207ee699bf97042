"""The number of this site: shown where the site joined, to whoever runs it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import InvalidInput
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.social.accounts.visitors import deed, site_of
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.telephone.actions import give_number
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

JOINED = "/site/network/join"


async def post_telephone(request: Request, visitor: Visitor, form: Form) -> Response:
    """Give another number, or take it back with an empty field; what is none stands there again with what to do."""
    site, by = site_of(request), Decider(visitor.account_id, visitor.handle)
    try:
        number = await site.write(give_number, site, form.line("telephone"), site.clock.now(), by)
    except InvalidInput as error:
        return render(request, "telephone/page.html", {"form": form.with_error(error)}, status=422)
    told = (
        N_("The head office is told the number of this site.")
        if number
        else N_("The head office is told that there is no number any more.")
    )
    return go_on(request, JOINED, told)


ROUTES: list[BaseRoute] = [deed("/site/network/join/telephone", post_telephone, Permission.MANAGE_SITE)]
