"""Feeds made of timelines as anybody reads them: public and listed posts, never more, whoever asks (PRV-019)."""

from datetime import UTC, datetime
from typing import Final

from markupsafe import Markup

from fedirse.activitypub import values
from fedirse.base import limits
from fedirse.base.errors import NotFound
from fedirse.base.types import ANYONE
from fedirse.site import Site
from fedirse.social.follows.circles.views import actor_at
from fedirse.social.posts.model import Post
from fedirse.social.posts.sharing.views import card_of_site, title_of_post
from fedirse.social.posts.views import Card, make_cards
from fedirse.social.timelines import store
from fedirse.social.timelines.feeds.model import Enclosure, Feed, FeedItem
from fedirse.social.timelines.store import Entry, Kept, Window
from fedirse.storage.transaction import Transaction
from fedirse.web.names import plain
from fedirse.web.rendering import excerpt, profile_path, safe_html

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
WORDS: Final = 400


def feed_of_site(tx: Transaction, site: Site) -> Feed:
    """What the site's own page shows."""
    settings = site.settings
    entries = store.local_timeline(tx, ANYONE, site.actor_id, _NEWEST)
    return _feed(tx, site, "", plain(settings.name), plain(settings.description), entries)


def feed_of_actor(tx: Transaction, site: Site, address: str) -> Feed:
    """What one of our actors writes; whoever writes elsewhere has a feed there. Raises NotFound and Gone."""
    actor = actor_at(tx, site, address)
    if not actor.local or "@" in address:
        raise NotFound("the feed of another server's actor is there")
    entries = store.profile_timeline(tx, ANYONE, actor.id, _NEWEST, kept=Kept.FEED)
    title = f"{plain(actor.display_name)} ({actor.address})"
    return _feed(tx, site, profile_path(actor), title, excerpt(actor.summary, WORDS), entries)


def feed_of_tag(tx: Transaction, site: Site, tag: str, path: str) -> Feed:
    """Posts with a hashtag, as its page at `path` shows them."""
    entries = store.tag_timeline(tx, ANYONE, tag, _NEWEST)
    return _feed(tx, site, path, f"#{plain(tag)} · {plain(site.settings.name)}", "", entries)


_NEWEST: Final = Window(limits.FEED_ITEMS)


def _feed(tx: Transaction, site: Site, path: str, title: str, words: str, entries: list[Entry]) -> Feed:
    cards = make_cards(tx, site, ANYONE, store.without_repetitions(entries))
    items = tuple(_item(site, card) for card in cards)
    updated = max((item.updated for item in items), default=NEVER)
    page = f"{site.uris.origin}{path or '/'}"
    icon = card_of_site(site).picture
    return Feed(f"{site.uris.origin}{path}/feed", page, title, words, site.settings.language, updated, icon, items)


def _item(site: Site, card: Card) -> FeedItem:
    post, author = card.post, card.author
    elsewhere = values.web_address(post.url) if not post.local else None
    their_page = values.web_address(author.url) if not author.local else None
    return FeedItem(
        id=post.uri,
        url=elsewhere or site.uris.post(post.id),
        title=title_of_post(post, author),
        html=_html(card),
        language=post.language,
        author=plain(author.display_name),
        author_url=their_page or f"{site.uris.origin}{profile_path(author)}",
        published=post.published_at,
        updated=post.edited_at or post.published_at,
        tags=tuple(plain(tag) for tag in post.tags),
        enclosures=_enclosures(post),
    )


def _html(card: Card) -> str:
    """The whole post; a warning stands before what it warns of, and the answers of a poll and the words for pictures behind."""
    post = card.post
    parts = [Markup("<p><strong>{}</strong></p><hr>").format(plain(post.warning))] if post.warning else []
    parts.append(safe_html(post.content, card.trusted_hosts))
    if post.poll:
        options = Markup("").join(Markup("<li>{}</li>").format(plain(option.name)) for option in post.poll.options)
        parts.append(Markup("<ul>{}</ul>").format(options))
    parts += [Markup("<p><em>{}</em></p>").format(plain(file.alt)) for file in post.attachments if file.alt]
    return str(Markup("").join(parts))


def _enclosures(post: Post) -> tuple[Enclosure, ...]:
    """The files that can be linked; none of a post whose pictures wait for a click."""
    if post.sensitive or post.warning:
        return ()
    linked = [(values.web_address(file.url), file.media_type) for file in post.attachments]
    return tuple(Enclosure(url, kind or "application/octet-stream") for url, kind in linked if url)
