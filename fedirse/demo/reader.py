"""Reads pages as a visitor's browser on this machine does: over a connection to 127.0.0.1, with the site named in Host.

Stands outside the network: nothing of `fedirse.remote` is used, so that what it sees does not depend on what is shown to work.
"""

import http.client  # noqa: TID251 - a visitor, not a site: what goes out here reaches 127.0.0.1 only
import re
from dataclasses import dataclass
from typing import Final

SECONDS: Final = 10.0
HTML: Final = "text/html"
DOCUMENT: Final = "application/activity+json"
_CARD: Final = re.compile(r"<article\b.*?</article>", re.DOTALL)
_LINK: Final = re.compile(r'href="/posts/([0-9A-Z]{26})"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 when nobody answered, with the reason as text."""

    status: int
    text: str


def read(domain: str, path: str, *, accept: str = HTML, token: str | None = None) -> Answer:
    """GET a path of a site of this machine.

    Args:
        domain: `name.localhost:port`.
        path: path and query.
        accept: what is asked for.
        token: bearer token of one of the site's people.
    """
    headers = {"Host": domain, "Accept": accept, "Accept-Language": "fr", "Connection": "close"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    port = int(domain.rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)  # noqa: TID251 - as above
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return Answer(response.status, response.read().decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException) as error:  # noqa: TID251 - as above
        return Answer(0, f"nobody answers at 127.0.0.1:{port}: {error}")
    finally:
        connection.close()


def cards(html: str) -> list[tuple[str, str]]:
    """The posts on a page: the id that each has on that site, which is what it links to first, and its markup."""
    found = [(_LINK.search(markup), markup) for markup in _CARD.findall(html)]
    return [(link[1], markup) for link, markup in found if link]


def find_card(domain: str, path: str, words: str, *, token: str | None = None) -> str | None:
    """The id of the post on a page that contains some words; None when there is none, or no page."""
    return next((post_id for post_id, markup in cards(read(domain, path, token=token).text) if words in markup), None)
