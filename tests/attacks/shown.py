"""A page as a browser reads it: every tag with its attributes, every link with its words, and what of it would do something."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]

# What a page of ours is made of; one that posts of others can put in is in neither.
_ACTIVE = {"script", "style", "iframe", "frame", "object", "embed", "applet", "base", "math", "template", "link", "meta", "form", "portal"}
_LEADS = {"href", "src", "action", "formaction", "poster", "data", "srcset", "background", "ping", "xlink:href", "cite"}
_ADDRESS = re.compile(r"(?:https?://|mailto:|/(?!/)|#|\?)")


@dataclass
class Shown:
    """What stands between two marks of a page.

    Attributes:
        tags: every opening tag with its attributes.
        links: (address, words) of every link.
        words: all the text.
    """

    tags: list[tuple[str, Attributes]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    words: str = ""

    def harms(self) -> list[str]:
        """What of it runs, loads, sends or leads somewhere by itself; empty for what is harmless."""
        found = [name for name, _ in self.tags if name in _ACTIVE]
        for name, attributes in self.tags:
            for key, value in attributes:
                if key.startswith("on") or key in {"style", "srcdoc", "target", "id", "hidden"}:
                    found.append(f"{name} {key}={value}")
                if key in _LEADS and not _ADDRESS.match((value or "").strip()):
                    found.append(f"{name} {key}={value}")
        return found


def look_at(html: str) -> Shown:
    """Read some HTML as a browser would."""
    shown = Shown()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Attributes) -> None:
            shown.tags.append((tag, attrs))
            if tag == "a":
                shown.links.append((dict(attrs).get("href") or "", ""))

        def handle_data(self, data: str) -> None:
            shown.words += data
            if shown.links and self._is_in_link:
                address, words = shown.links[-1]
                shown.links[-1] = (address, words + data)

        def handle_endtag(self, tag: str) -> None:
            if tag == "a":
                self._closed = len(shown.links)

        @property
        def _is_in_link(self) -> bool:
            return len(shown.links) > self._closed

        _closed = 0

    Reader(convert_charrefs=True).feed(html)
    return shown


def prose_of(page: str) -> list[str]:
    """The texts of others on a page, each as the HTML that was made of it."""
    found = re.findall(r'<div class="prose[^"]*"[^>]*>(.*?)</div>', page, re.DOTALL)
    assert found, "nothing of what was written is shown"
    return found
