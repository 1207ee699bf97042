"""`/site/network/requests`: the head office sees which sites wait, and lets them in or not."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.errors import InvalidInput, NotFound
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.authority.rules import attribute_texts, read_attributes
from fedirse.social.network.fingerprints.actions import four_words
from fedirse.social.network.joining.requests import actions
from fedirse.social.network.joining.requests.model import SENTENCES, JoinRequest, Refusal
from fedirse.social.network.joining.requests.views import members_among, read_requests, read_waiting
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

HERE = "/site/network/requests"
NEEDS = Permission.MANAGE_NETWORK
_DECIDED = N_("This site does not wait any more: somebody has decided already, or it asks no more.")


async def get_requests(request: Request, _visitor: Visitor) -> Response:
    """The sites that wait, and those that were refused lately."""
    view = await site_of(request).read(read_requests)
    words = {one.member: await _words(one) for one in view.waiting}
    refusals = {refusal.value: sentence for refusal, sentence in SENTENCES.items()}
    return render(request, "requests/requests.html", {"view": view, "words": words, "refusals": refusals})


async def get_request(request: Request, _visitor: Visitor) -> Response:
    """One of them, to be let in as something else than the invitation says, or to be sent away."""
    waiting = await site_of(request).read(read_waiting, request.query_params.get("site", "")[: limits.URI_LENGTH])
    if waiting is None:
        return go_on(request, HERE, _DECIDED)
    return await _show(request, waiting, filled(attribute_texts(waiting.attributes)))


async def post_approve(request: Request, visitor: Visitor, form: Form) -> Response:
    """Let a site in: as its invitation says, or as what was typed."""
    site, member = site_of(request), form.text("site")
    attributes = read_attributes(form.line) if form.checked("changed") else None
    try:
        made = await site.write(actions.approve, site, member, site.clock.now(), _by(visitor), attributes=attributes)
    except NotFound:
        return go_on(request, HERE, _DECIDED)
    except InvalidInput as error:
        waiting = await site.read(read_waiting, member)
        return go_on(request, HERE, _DECIDED) if waiting is None else await _show(request, waiting, form.with_error(error), status=422)
    return go_on(request, HERE, N_("%(host)s is a member of the network."), host=made.host)


async def post_refuse(request: Request, visitor: Visitor, form: Form) -> Response:
    """Send a site away."""
    site = site_of(request)
    try:
        made = await site.write(actions.refuse, site, form.text("site"), site.clock.now(), _by(visitor))
    except NotFound:
        return go_on(request, HERE, _DECIDED)
    return go_on(request, HERE, N_("%(host)s is told that it is not let in."), host=made.host)


async def _show(request: Request, waiting: JoinRequest, form: Form, *, status: int = 200) -> Response:
    known = await site_of(request).read(members_among, [waiting])
    context = {
        "one": waiting,
        "words": await _words(waiting),
        "form": form,
        "answer": SENTENCES[Refusal.BY_HAND],
        "changes_key": waiting.member in known,
    }
    return render(request, "requests/request.html", context, status=status)


async def _words(one: JoinRequest) -> str:
    # A tenth of a second for a key that was not shown before.
    return await asyncio.to_thread(four_words, one.key)


def _by(visitor: Visitor) -> Decider:
    return Decider(visitor.account_id, visitor.handle)


ROUTES: list[BaseRoute] = [
    page(HERE, get_requests, NEEDS),
    page("/site/network/requests/one", get_request, NEEDS),
    deed("/site/network/requests/approve", post_approve, NEEDS),
    deed("/site/network/requests/refuse", post_refuse, NEEDS),
]
