"""Reads pages and sends forms as a visitor's browser on this machine does: over a connection to 127.0.0.1, with the site named in Host.

Stands outside the network: nothing of `fedirse.remote` is used, so that what it sees does not depend on what is shown to work.
"""

import http.client  # noqa: TID251 - a visitor, not a site: what goes out here reaches 127.0.0.1 only
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

SECONDS: Final = 10.0
HTML: Final = "text/html"
DOCUMENT: Final = "application/activity+json"
FEED: Final = "application/rss+xml"
_CARD: Final = re.compile(r"<article\b.*?</article>", re.DOTALL)
_LINK: Final = re.compile(r'href="/posts/([0-9A-Z]{26})"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 when nobody answered, with the reason as text.

    Attributes:
        status: of HTTP.
        text: the body.
        location: where it leads on to.
        cookies: what the browser is to keep, by name.
    """

    status: int
    text: str
    location: str = ""
    cookies: Mapping[str, str] = field(default_factory=dict)


def read(domain: str, path: str, *, accept: str = HTML, headers: Mapping[str, str] | None = None) -> Answer:
    """GET a path of a site of this machine.

    Args:
        domain: `name.localhost:port`.
        path: path and query.
        accept: what is asked for.
        headers: further ones, such as a cookie or a signature.
    """
    return _ask(domain, "GET", path, {"Accept": accept, **(headers or {})}, b"")


def send(domain: str, path: str, body: bytes, headers: Mapping[str, str], *, seconds: float = SECONDS) -> Answer:
    """POST what a form of that site sends; without following where it leads. Waits `seconds` for an answer."""
    own = {"Accept": HTML, "Origin": f"http://{domain}", "Sec-Fetch-Site": "same-origin"}
    return _ask(domain, "POST", path, {**own, **headers}, body, seconds)


def _ask(domain: str, method: str, path: str, headers: Mapping[str, str], body: bytes, seconds: float = SECONDS) -> Answer:
    sent = {"Host": domain, "Accept-Language": "fr", "Connection": "close", **headers}
    port = int(domain.rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)  # noqa: TID251 - as above
    try:
        connection.request(method, path, body=body or None, headers=sent)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        return Answer(response.status, text, response.getheader("Location", ""), dict(_cookies(response.headers.get_all("Set-Cookie"))))
    except (OSError, http.client.HTTPException) as error:  # noqa: TID251 - as above
        return Answer(0, f"nobody answers at 127.0.0.1:{port}: {error}")
    finally:
        connection.close()


def _cookies(given: list[str] | None) -> list[tuple[str, str]]:
    pairs = [one.partition(";")[0].partition("=") for one in given or ()]
    return [(name.strip(), value.strip().strip('"')) for name, _, value in pairs]


def cards(html: str) -> list[tuple[str, str]]:
    """The posts on a page: the id that each has on that site, which is what it links to first, and its markup."""
    found = [(_LINK.search(markup), markup) for markup in _CARD.findall(html)]
    return [(link[1], markup) for link, markup in found if link]


def card_with(html: str, words: str) -> str | None:
    """The id of the post on a page that contains some words; None when there is none."""
    return next((post_id for post_id, markup in cards(html) if words in markup), None)


def find_card(domain: str, path: str, words: str) -> str | None:
    """The same of a page that is read first; None also where there is no page."""
    return card_with(read(domain, path).text, words)
