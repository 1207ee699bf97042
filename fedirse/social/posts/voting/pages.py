"""Voting from a page."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import InvalidInput
from fedirse.base.roles import Permission
from fedirse.social.accounts.visitors import deed, safe_path, site_of
from fedirse.social.posts.pages import show_thread
from fedirse.social.posts.polls.actions import vote
from fedirse.social.posts.voting.views import RefusedVote
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.visitor import Visitor


async def post_vote(request: Request, visitor: Visitor, form: Form) -> Response:
    """Vote, and go back to where the poll was read; what cannot be voted is said beside the poll, which keeps what was chosen."""
    site, post_id = site_of(request), request.path_params["post_id"]
    back, chosen = safe_path(form.text("return_to"), f"/posts/{post_id}").partition("#")[0], form.several("option")
    try:
        await site.write(vote, site, visitor.actor, post_id, chosen, site.clock.now())
    except InvalidInput as error:
        refused = RefusedVote(post_id, error, frozenset(chosen), back)
        # The other buttons of the page come back to the post, not to the address of this form.
        context = {"refused_vote": refused, "path": f"/posts/{post_id}"}
        return await show_thread(request, visitor.reader, post_id, context, status=422)
    return go_on(request, f"{back}#post-{post_id}", "Your vote is counted.")


ROUTES: list[BaseRoute] = [deed("/posts/{post_id}/vote", post_vote, needs=Permission.REACT)]
