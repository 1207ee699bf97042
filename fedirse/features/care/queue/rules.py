"""From what an outcome wrote down to what people read of it. Pure.

`outbox/outcome.py` names what happened, the lane writes it down as text: a status with what the server said, or the reason of an error
with its message. A test goes through every outcome there is, so that none is without words here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from fedirse.base.wording import N_

_STATUS: Final = re.compile(r"([1-5][0-9]{2})(?: (.*))?", re.DOTALL)
_REASON: Final = re.compile(r"([a-z][a-z -]*)(?::\s*(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of the last try.

    Attributes:
        sentence: what it means, in English, to be translated; with `%(status)s` where there is one.
        status: what the server answered with; None when nothing came.
        said: what it said itself, or what the error was, for whoever looks into it.
    """

    sentence: str
    status: int | None
    said: str

    @property
    def words(self) -> Mapping[str, object]:
        """What stands in the places of the sentence."""
        return {"status": self.status}


REASONS: Final[Mapping[str, str]] = {
    "address-not-public": N_("Its name leads to an address inside a private network."),
    "bad-uri": N_("Its address cannot be read."),
    "broken-answer": N_("It answered something that cannot be read."),
    "busy": N_("Too much was being sent to other servers at that moment."),
    "connect": N_("No connection: nothing answers at its address."),
    "connect-timeout": N_("No connection: it did not answer in time."),
    "connection": N_("The connection failed."),
    "disconnected": N_("It ended the connection before it answered."),
    "dns": N_("Its name leads nowhere: it does not exist, or cannot be found at the moment."),
    "failed here": N_("An error of this site kept it from being sent: it is in the log."),
    "http": N_("Its address is not protected (http in place of https)."),
    "local-name": N_("Its name exists in a private network only."),
    "not-an-address": N_("Its name leads to something that is not an address."),
    "own-domain": N_("Its address is served by this very server."),
    "port": N_("The port in its address belongs to another service."),
    "redirect": N_("It sent us around in a circle."),
    "remote": N_("It could not be used."),
    "remote-gone": N_("It says that the address no longer exists."),
    "remote-rejected": N_("It refused."),
    "remote-unavailable": N_("It does not answer at the moment."),
    "response-too-large": N_("Its answer is larger than what is read here."),
    "timeout": N_("It took the connection, but did not answer in time."),
    "tls": N_("No secure connection: its certificate is missing, too old or not its own."),
    "unsafe-address": N_("Its address is not one that this site connects to."),
}
"""By the reason of an error."""

STATUSES: Final[Mapping[int, str]] = {
    HTTPStatus.BAD_REQUEST: N_("It does not understand what was sent (%(status)s)."),
    HTTPStatus.UNAUTHORIZED: N_("It does not recognise our signature at the moment (%(status)s)."),
    HTTPStatus.FORBIDDEN: N_("It does not accept that from this site (%(status)s)."),
    HTTPStatus.NOT_FOUND: N_("It knows nobody at that address (%(status)s)."),
    HTTPStatus.METHOD_NOT_ALLOWED: N_("It takes nothing at that address (%(status)s)."),
    HTTPStatus.REQUEST_TIMEOUT: N_("It waited for us for too long (%(status)s)."),
    HTTPStatus.GONE: N_("The recipient no longer exists there (%(status)s)."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("It finds what was sent too large (%(status)s)."),
    HTTPStatus.MISDIRECTED_REQUEST: N_("Nobody of that name is served there at the moment (%(status)s)."),
    HTTPStatus.TOO_EARLY: N_("It asks us to try again (%(status)s)."),
    HTTPStatus.TOO_MANY_REQUESTS: N_("It finds that we send too much, and asks us to wait (%(status)s)."),
    HTTPStatus.INTERNAL_SERVER_ERROR: N_("Something broke on its side (%(status)s)."),
    HTTPStatus.BAD_GATEWAY: N_("Its entrance is there, but what stands behind it does not answer (%(status)s)."),
    HTTPStatus.SERVICE_UNAVAILABLE: N_("It is overloaded, or being looked after (%(status)s)."),
    HTTPStatus.GATEWAY_TIMEOUT: N_("Its entrance is there, but what stands behind it did not answer in time (%(status)s)."),
}
"""By status, where it says more than its class."""

TAKEN: Final = N_("It took what was sent (%(status)s).")
MOVED: Final = N_("It names another address, which deliveries do not follow (%(status)s).")
REFUSED: Final = N_("It refuses what was sent (%(status)s).")
BROKEN: Final = N_("It has a problem of its own (%(status)s).")
UNCLEAR: Final = N_("It could not be reached; the technical detail says more.")


def explain(text: str, status: int | None = None) -> Answer:
    """What a try came to.

    Args:
        text: as it was written down: of a peer `503 what it said` or `dns: what the error was`; of a delivery what the server said.
        status: of a delivery; with it the text is nothing but the server's own words, which are never taken for a reason.
    """
    if status is not None:
        return Answer(_of_status(status), status, text.strip())
    if answered := _STATUS.fullmatch(text):
        found = int(answered[1])
        return Answer(_of_status(found), found, (answered[2] or "").strip())
    failed = _REASON.fullmatch(text)
    if failed and failed[1] in REASONS:
        return Answer(REASONS[failed[1]], None, (failed[2] or "").strip())
    return Answer(UNCLEAR, None, text.strip())


def _of_status(status: int) -> str:
    if status in STATUSES:
        return STATUSES[status]
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return TAKEN
    if status < HTTPStatus.BAD_REQUEST:
        return MOVED
    return REFUSED if status < HTTPStatus.INTERNAL_SERVER_ERROR else BROKEN
