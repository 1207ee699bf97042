"""The address of an invitation: whoever has it may read what it says, and nobody else finds it."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.errors import FedirseError, Gone, InvalidInput, NotFound
from fedirse.social.accounts.visitors import open_page, site_of
from fedirse.social.network.joining.invitations.actions import find_offer, offer_document
from fedirse.social.network.joining.invitations.opening.rules import site_origin
from fedirse.web.forms import filled
from fedirse.web.negotiation import activity_response, wants_activity
from fedirse.web.rendering import render


async def get_invitation(request: Request) -> Response:
    """The invitation as a signed document; for somebody at a browser a page that says what to do with it.

    The secret in the address is the right to it: no signature is asked for besides.
    """
    site, secret = site_of(request), request.path_params["secret"]
    if wants_activity(request):
        return activity_response(await site.read(offer_document, site, secret, site.clock.now()), private=True)
    try:
        offer = await site.read(find_offer, site, secret, site.clock.now())
    except (NotFound, Gone) as error:
        return _over(request, error, HTTPStatus.NOT_FOUND if isinstance(error, NotFound) else HTTPStatus.GONE)
    typed = request.query_params.get("site", "")[: limits.URI_LENGTH]
    form, origin = filled({"site": typed}), ""
    try:
        origin = site_origin(typed.strip(), allow_http=site.uris.scheme == "http") if typed else ""
    except InvalidInput as error:
        form = form.with_error(error)
    context = {"offer": offer, "form": form, "origin": origin}
    return render(request, "opening/opening.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)


def _over(request: Request, error: FedirseError, status: HTTPStatus) -> Response:
    return render(request, "opening/over.html", {"error": error}, status=status)


ROUTES: list[BaseRoute] = [open_page("/network/invitations/{secret}", get_invitation)]
