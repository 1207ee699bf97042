"""The inboxes: one for the whole site, one for its own actor, one for each of its people."""

import logging

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fedirse.base.errors import FedirseError, NotFound
from fedirse.inbox.answers import answer_error
from fedirse.inbox.intake import Intake
from fedirse.inbox.receive import Door, receive
from fedirse.inbox.requests import read_signed_request
from fedirse.site import Site
from fedirse.storage.actors import find_local_actor

logger = logging.getLogger(__name__)


def inbox_routes(door: Door) -> list[Route]:
    """The routes of every inbox, handing what they get to `door`."""
    intake = Intake()

    async def post_inbox(request: Request) -> Response:
        site: Site = request.scope["fedirse.site"]
        try:
            await check_person(site, request.path_params.get("handle"))
            signed = await read_signed_request(request, site, intake)
            handled = await receive(site, door, signed)
        except FedirseError as error:
            site.counters.add(f"inbox.refused.{error.reason}")
            logger.info("inbox of %s refused: %s: %.300s", site.settings.domain, error.reason, error)
            return answer_error(error, site.clock.now())
        site.counters.add(f"inbox.{handled.value}")
        return Response(status_code=202)

    paths = ("/inbox", "/actor/inbox", "/people/{handle}/inbox")
    return [Route(path, post_inbox, methods=["POST"]) for path in paths]


async def check_person(site: Site, handle: str | None) -> None:
    """An inbox exists for people who exist. Raises NotFound."""
    if handle is not None and await site.read(find_local_actor, handle) is None:
        raise NotFound(f"no inbox of {handle:.64}")
