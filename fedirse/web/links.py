"""Where links really lead: beside a link whose words name another host than its address, the true host is written. Pure."""

import re
from collections.abc import Collection
from html import escape, unescape
from urllib.parse import urlsplit

from fedirse.activitypub import uris
from fedirse.web.names import plain

# Works on the output of the sanitiser only: every attribute is in double quotes, and "<" in text is escaped.
_LINK = re.compile(r'<a((?:\s+[a-z-]+="[^"]*")*)>(.*?)</a>', re.DOTALL)
_HREF = re.compile(r'\shref="([^"]*)"')
_TAG = re.compile(r'<(?:[^>"]|"[^"]*")*>')
_ADDRESS = re.compile(r"(?:https?://)?(?P<host>[^\s/?#@:]+\.[^\W\d_]{2,})(?::\d+)?(?:[/?#…].*)?", re.IGNORECASE | re.DOTALL)


def show_hosts(html: str, trusted: Collection[str] = ()) -> str:
    """Safe HTML with the host written after each link that pretends to lead elsewhere (CNT-008, CNT-025).

    Args:
        html: what the sanitiser gave.
        trusted: hosts of those the text really mentions; a link in the shape of a mention may lead there.
    """
    return _LINK.sub(lambda match: _checked(match, trusted), html)


def _checked(link: re.Match[str], trusted: Collection[str]) -> str:
    href = _HREF.search(link[1])
    address = unescape(href[1]) if href else ""
    if not address.lower().startswith(("http:", "https:")):
        return link[0]
    host = host_of(address)
    if host is None:
        # Such as `https://shown.example@hidden.example/`: browsers go where readers do not expect.
        return link[2]
    words = plain(unescape(_TAG.sub("", link[2])))
    return f'{link[0]} <span class="host">({escape(host)})</span>' if _misleads(words, host, trusted) else link[0]


def _misleads(words: str, host: str, trusted: Collection[str]) -> bool:
    if words.startswith("@"):
        return host not in trusted
    shown = _ADDRESS.fullmatch(words)
    # A name beyond ASCII may look like another one letter by letter (CNT-024): its encoded form is always written.
    disguised = "xn--" in host and host not in words
    return disguised or (shown is not None and _bare(shown["host"]) != _bare(host))


def _bare(host: str) -> str:
    return host.lower().partition(":")[0].removeprefix("www.")


def host_of(address: str) -> str | None:
    """The host as browsers understand an address of whatever kind, in ASCII; None for an address that hides it or has none."""
    known = uris.find_host(address)
    if known is not None:
        return known
    try:
        parts = urlsplit(address)
        return None if "@" in parts.netloc or "\\" in address or not parts.hostname else parts.hostname.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
