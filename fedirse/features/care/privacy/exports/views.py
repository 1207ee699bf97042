"""What of a person's data is for their eyes: pages that open without a server, and tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fedirse.base.actors import StoredActor
from fedirse.features.care.privacy.exports.model import Message
from fedirse.features.care.privacy.exports.of_site.views import SiteContents
from fedirse.site import Site
from fedirse.social.posts.composing.model import KeptDraft
from fedirse.social.posts.model import Post
from fedirse.web.rendering import environment, timezone_of

STYLE: Final = """\
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1.0625rem/1.6 system-ui, sans-serif; overflow-wrap: anywhere; }
:root { color-scheme: light dark; background: Canvas; color: CanvasText; }
img { max-width: 100%; height: auto; border-radius: 8px; }
article { padding: 1rem 0; border-top: 1px solid #8886; }
.quiet { font-size: 0.9375rem; }
dt { font-weight: 650; }
dd { margin: 0 0 0.6rem; }
"""
"""How the pages of an archive look; a file of its own in it."""


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of a post in the archive: where it lies, what it shows, and whether a page can show it."""

    path: str
    alt: str
    is_image: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What a post answers, as far as everybody may read it."""

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A post of theirs as a page of the archive shows it; in the export of a site with who wrote it and what it answers."""

    post: Post
    files: Sequence[ShownFile]
    boosted: str
    author: str = ""
    answers: Answered | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What the first page leads to and tells.

    Attributes:
        actor: who.
        address: their address.
        account: what the site keeps of the account, by name.
        post_pages, message_pages: how many there are.
        following: whom they follow.
        drafts: what they wrote and did not publish.
        files: names of the other files in the archive.
    """

    actor: StoredActor
    address: str
    account: Mapping[str, str]
    post_pages: int
    message_pages: int
    following: Sequence[str]
    drafts: Sequence[KeptDraft]
    files: Sequence[str]


def render_posts(site: Site, language: str, number: int, shown: Sequence[ShownPost], *, of_site: bool = False) -> str:
    """A page of posts, somebody's or a whole site's; the number is that of the page, from one."""
    return _render(site, language, "privacy/archive_posts.html", {"number": number, "shown": shown, "of_site": of_site})


def render_inbox(site: Site, language: str, number: int, shown: Sequence[Message]) -> str:
    """A page of direct messages of others."""
    return _render(site, language, "privacy/archive_messages.html", {"number": number, "shown": shown})


def render_index(site: Site, language: str, contents: Contents, now: datetime) -> str:
    """The page that leads to everything."""
    return _render(site, language, "privacy/archive_index.html", {"contents": contents, "now": now})


def render_site_index(site: Site, language: str, contents: SiteContents, now: datetime) -> str:
    """The page that leads to everything of a site."""
    return _render(site, language, "privacy/archive_site.html", {"contents": contents, "now": now})


def _render(site: Site, language: str, template: str, context: Mapping[str, object]) -> str:
    known = {"language": language, "site": site.settings, "timezone": timezone_of(site.settings.timezone)}
    return environment(language).get_template(template).render({**known, **context})
