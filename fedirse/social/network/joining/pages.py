"""`/site/network/join`: a site opens an invitation, sees what it would agree to, and asks to be let in."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.errors import Conflict, InvalidInput, ProtocolError, Refused, RemoteError
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.fingerprints.actions import four_words
from fedirse.social.network.joining import actions
from fedirse.social.network.joining.invitations.rules import read_invitation_file
from fedirse.social.network.joining.rules import in_words
from fedirse.social.network.joining.views import read_engagement
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

HERE = "/site/network/join"
NEEDS = Permission.MANAGE_SITE
_WRONG = (InvalidInput, Refused, Conflict, RemoteError, ProtocolError)


async def get_join(request: Request, _visitor: Visitor) -> Response:
    """Where this site stands; and where it is in no network, the form for an invitation. A link may be in it already."""
    # Only shown: nothing is fetched before somebody sends the form.
    given = request.query_params.get("invitation", "")
    return await _show(request, filled({"link": given[: limits.INVITATION_LINK_CHARACTERS]}))


async def post_join(request: Request, _visitor: Visitor, form: Form) -> Response:
    """Open the invitation and show what it is, before anybody says yes."""
    site = site_of(request)
    try:
        form = await _with_file(form)
        opened = await actions.open_invitation(site, form.line("link"))
    except _WRONG as error:
        return await _refuse(request, form, error)
    return await _review(request, form, opened)


async def post_ask(request: Request, visitor: Visitor, form: Form) -> Response:
    """Ask to be let in. The invitation is opened once more: what counts is what holds now."""
    site, by = site_of(request), Decider(visitor.account_id, visitor.handle)
    try:
        opened = await actions.open_invitation(site, form.line("link"))
    except _WRONG as error:
        return await _refuse(request, form, error)
    try:
        network = await site.write(actions.join, site, opened, site.clock.now(), by, telephone=form.line("telephone"))
    except InvalidInput as error:
        return await _review(request, form.with_error(error), opened, status=422)
    except _WRONG as error:
        return await _refuse(request, form, error)
    return go_on(request, HERE, N_("This site has asked “%(name)s” to let it in."), name=network.name)


async def _review(request: Request, form: Form, opened: actions.Opened, *, status: int = 200) -> Response:
    """What an invitation is, before anybody says yes."""
    words = await asyncio.to_thread(four_words, opened.key.key)
    context = {"opened": opened, "words": words, "link": form.line("link"), "form": form}
    return render(request, "joining/review.html", context, status=status)


async def _show(request: Request, form: Form, *, status: int = 200) -> Response:
    site = site_of(request)
    engagement = await site.read(read_engagement, site)
    keys = [engagement.key, engagement.own_key]
    # A tenth of a second for a key that was not shown before.
    words, own_words = [await asyncio.to_thread(four_words, key) if key else "" for key in keys]
    return render(
        request,
        "joining/join.html",
        {
            "engagement": engagement,
            "form": form,
            "words": words,
            "own_words": own_words,
            "telephone": filled({"telephone": engagement.telephone}),
        },
        status=status,
    )


async def _refuse(request: Request, form: Form, error: InvalidInput | Refused | Conflict | RemoteError | ProtocolError) -> Response:
    return await _show(request, form.with_error(in_words(error), "link"), status=409 if isinstance(error, Conflict) else 422)


async def _with_file(form: Form) -> Form:
    """The form with the link of the file that came with it, if one did. Raises InvalidInput for one that is no invitation."""
    upload = form.upload("file")
    if upload is None:
        return form
    content = await upload.read(limits.INVITATION_FILE_BYTES + 1)
    return Form({**form.values, "link": (read_invitation_file(content),)})


ROUTES: list[BaseRoute] = [
    page(HERE, get_join, NEEDS),
    deed(HERE, post_join, NEEDS, files=True),
    deed("/site/network/join/ask", post_ask, NEEDS),
]
