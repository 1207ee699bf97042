"""Share cards of the site, of its people, and of its public posts. Whatever is for some people only never has one (PRV-020)."""

from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from fedirse.base.actors import StoredActor
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.media.views import media_origin
from fedirse.social.posts.model import Attachment, Post
from fedirse.social.posts.sharing.model import ShareCard
from fedirse.social.posts.views import Card
from fedirse.web import static
from fedirse.web.html import to_text
from fedirse.web.names import plain
from fedirse.web.rendering import excerpt

DESCRIPTION: Final = 200
TITLE: Final = 80


def card_of_site(site: Site) -> ShareCard:
    """The card of the site's own page."""
    settings = site.settings
    return ShareCard("website", f"{site.uris.origin}/", plain(settings.name), plain(settings.description), _logo(site))


def card_of_actor(site: Site, actor: StoredActor) -> ShareCard | None:
    """The card of the profile of one of our actors; None for those of other servers, whose own page has it."""
    if not actor.local:
        return None
    title = f"{plain(actor.display_name)} ({actor.address})"
    picture = actor.icon if actor.icon and _is_ours(site, actor.icon) else _logo(site)
    return ShareCard("profile", site.uris.profile(actor.handle), title, excerpt(actor.summary, DESCRIPTION), picture)


def card_of_post(site: Site, card: Card, language: str) -> ShareCard | None:
    """The card of one of our posts as `language` reads it; None for what is not public, not ours, or deleted."""
    post = card.post
    if not is_shareable(post):
        return None
    said = card.said_in(language)
    words = plain(post.warning) or excerpt(said.content, DESCRIPTION)
    picture = _first_picture(site, post)
    return ShareCard(
        "article",
        site.uris.post(post.id),
        plain(said.title) or plain(card.author.display_name),
        words,
        picture.url if picture else _logo(site),
        plain(picture.alt) if picture else "",
        is_wide=picture is not None,
        oembed=f"{site.uris.origin}/oembed?{urlencode({'url': site.uris.post(post.id), 'format': 'json'})}",
    )


def is_shareable(post: Post) -> bool:
    """Whether other programs may show a post of ours to everybody."""
    return post.local and post.audience.kind is AudienceKind.PUBLIC and post.deleted_at is None


def title_of_post(post: Post, author: StoredActor) -> str:
    """What a post is called in lists outside of this site: its title, else its warning or first words, else its author."""
    words = plain(post.title or post.warning) or plain(excerpt(post.content, TITLE)) or plain(to_text(post.content))[:TITLE]
    return words or plain(author.display_name)


def _first_picture(site: Site, post: Post) -> Attachment | None:
    """The first picture that lies here, unless it waits for a click."""
    if post.sensitive or post.warning:
        return None
    pictures = (file for file in post.attachments if file.media_type.startswith("image/") and _is_ours(site, file.url))
    return next(pictures, None)


def _is_ours(site: Site, url: str) -> bool:
    return url.startswith((f"{site.uris.origin}/", f"{media_origin(site)}/"))


def _logo(site: Site) -> str:
    """The site's logo where it is of a kind that such programs can draw."""
    path = static.logo_path(site)
    return f"{site.uris.origin}/logo" if path is not None and Path(path).suffix.lower() != ".svg" else ""
