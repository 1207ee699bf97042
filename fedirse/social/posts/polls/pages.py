"""Voting from a page."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import InvalidInput
from fedirse.base.roles import Permission
from fedirse.social.accounts.visitors import deed, safe_path, site_of
from fedirse.social.posts.polls.actions import vote
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.visitor import Visitor


async def post_vote(request: Request, visitor: Visitor, form: Form) -> Response:
    """Vote, and go back to where the poll was read; what cannot be voted is said there."""
    site, post_id = site_of(request), request.path_params["post_id"]
    back = safe_path(form.text("return_to"), f"/posts/{post_id}").partition("#")[0] + f"#post-{post_id}"
    try:
        await site.write(vote, site, visitor.actor, post_id, form.several("option"), site.clock.now())
    except InvalidInput as error:
        return go_on(request, back, error.template, **error.words)
    return go_on(request, back, "Your vote is counted.")


ROUTES: list[BaseRoute] = [deed("/posts/{post_id}/vote", post_vote, needs=Permission.REACT)]
