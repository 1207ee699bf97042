"""What a composer shows: its fields, what is answered, its files, and for each audience who will read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel import Locale, UnknownLocaleError

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.follows.channels.model import CHANNEL_KIND
from fedirse.social.follows.store import count_followers
from fedirse.social.media.store import find_media
from fedirse.social.media.views import page_url_of
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.composing import store
from fedirse.social.posts.composing.circles.views import circles_of, circles_to_edit
from fedirse.social.posts.composing.fields.views import form_of
from fedirse.social.posts.composing.model import Choice, Circles, KeptDraft, Typed
from fedirse.social.posts.composing.rules import all_choices, choice_of, choices_of_edit, choices_of_reply, chosen_first
from fedirse.social.posts.model import Post
from fedirse.social.posts.store import get_readable_post, list_readable_posts
from fedirse.social.posts.views import Card, cards_of
from fedirse.storage.actors import list_actors, list_actors_by_uri
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form

LANGUAGES = ("fr", "en", "de", "es", "it", "nl", "pt", "pl", "ar", "tr", "uk", "zh")
"""Languages of posts that are offered; one that is set otherwise is offered beside them."""

PREFILLED_NAMES = 10


@dataclass(frozen=True, slots=True)
class ComposerFile:
    """A file of a composer: its id, its name, where its small picture lies (empty for what is no picture), and what it shows."""

    media_id: str
    name: str
    picture: str
    alt: str


@dataclass(frozen=True, slots=True)
class Composer:
    """A composer on a page.

    Attributes:
        form: its fields: what was typed, or what it starts with, and what is wrong.
        choices: the audiences it offers.
        circles: which sites some of them are.
        people: how many people read what stays on this site.
        followers: how many follow the author.
        distant: how many of those are on other servers.
        answered: the post that is answered.
        files: its files that are there.
        most_bytes, most_alt: how long a text, and the description of a file, may be.
    """

    form: Form
    choices: tuple[Choice, ...]
    circles: Circles
    people: int
    followers: int
    distant: int
    answered: Card | None = None
    files: tuple[ComposerFile, ...] = ()
    most_bytes: int = limits.TYPED_BYTES
    most_alt: int = limits.ALT_LENGTH


@dataclass(frozen=True, slots=True)
class Wish:
    """What a link to the composer asks for.

    Attributes:
        reply_to: our id of the post to answer.
        choice: an audience, by its choice; any text.
        name: whom to write to, without `@`.
        channel: handle of the partner channel to write in; any text.
    """

    reply_to: str | None = None
    choice: str = ""
    name: str = ""
    channel: str = ""


def new_composer(tx: Transaction, site: Site, author: StoredActor, draft_id: str, language: str, wish: Wish) -> Composer:
    """A composer to begin with.

    Args:
        tx: the transaction.
        site: where.
        author: who writes.
        draft_id: a fresh id; the same one sent twice becomes one post.
        language: what the author writes in mostly.
        wish: what was asked for.

    Raises:
        NotFound: the post to answer is not there for the author.
    """
    parent = get_readable_post(tx, wish.reply_to, reader_for(author)) if wish.reply_to else None
    circles = circles_of(tx, site, site.clock.now(), author, parent)
    offered = _offered(parent, author, circles)
    wished = wish.choice or (choice_of(parent.audience) if parent else "") or ""
    if parent is not None and Choice.PARTNERS in offered:
        wished = Choice.PARTNERS
    text = _greeting(tx, author, parent, wish)
    segment = parent.audience.of if parent and parent.audience.kind is AudienceKind.SEGMENT else ""
    choice = chosen_first(wished, offered)
    typed = Typed(text=text, language=language, choice=choice, reply_to=wish.reply_to, segment=segment, channel=wish.channel)
    return _composer(tx, site, author, form_of(KeptDraft(draft_id, 0, typed, site.clock.now())), offered, circles=circles, parent=parent)


def composer_with(tx: Transaction, site: Site, author: StoredActor, form: Form) -> Composer:
    """A composer that shows what somebody typed. What it answers is left out when that is no longer there for the author."""
    parent = _find_answered(tx, author, form.text("reply_to"))
    circles = circles_of(tx, site, site.clock.now(), author, parent)
    return _composer(tx, site, author, form, _offered(parent, author, circles), circles=circles, parent=parent)


def composer_to_edit(tx: Transaction, site: Site, author: StoredActor, post: Post, form: Form) -> Composer:
    """The fields of a published post, to be changed."""
    circles = circles_to_edit(tx, site, post, site.clock.now())
    return _composer(tx, site, author, form, choices_of_edit(post.audience, circles), circles=circles, parent=None)


def language_choices(chosen: str, page_language: str) -> list[tuple[str, str]]:
    """The languages of a post as (tag, name in the language of the page)."""
    tags = LANGUAGES if chosen in LANGUAGES or not chosen else (*LANGUAGES, chosen)
    return [(tag, _language_name(tag, page_language)) for tag in tags]


def _composer(
    tx: Transaction, site: Site, author: StoredActor, form: Form, offered: tuple[Choice, ...], *, circles: Circles, parent: Post | None
) -> Composer:
    cards = cards_of(tx, site, reader_for(author), [parent]) if parent else []
    return Composer(
        form=form,
        choices=offered,
        circles=circles,
        people=store.count_people(tx),
        followers=count_followers(tx, author.id),
        distant=store.count_distant_followers(tx, author.id),
        answered=cards[0] if cards else None,
        files=_files(tx, site, author, form, site.clock.now()),
    )


def _files(tx: Transaction, site: Site, author: StoredActor, form: Form, now: datetime) -> tuple[ComposerFile, ...]:
    found = [(find_media(tx, media_id), form.text(f"alt-{media_id}")) for media_id in form.several("file")]
    return tuple(
        ComposerFile(one.id, one.name, page_url_of(site, one, "small", now) if one.is_image else "", alt)
        for one, alt in found
        if one is not None and one.actor_id == author.id
    )


def _offered(parent: Post | None, author: StoredActor, circles: Circles) -> tuple[Choice, ...]:
    if parent is None:
        return all_choices(circles)
    return choices_of_reply(parent.audience, parent_author_id=parent.actor_id, author_id=author.id, circles=circles)


def _greeting(tx: Transaction, author: StoredActor, parent: Post | None, wish: Wish) -> str:
    """The names that a composer starts with: whom it answers and whom that post mentions, or whom a link says."""
    if parent is None:
        return f"@{wish.name} " if wish.name else ""
    mentioned = list_actors_by_uri(tx, [uri for _, uri in parent.mentions])
    named = [*list_actors(tx, [parent.actor_id]).values(), *mentioned.values()]
    # Nobody signs in as a channel: to name it says nothing to anybody.
    named = [actor for actor in named if not (actor.local and actor.kind == CHANNEL_KIND)]
    if parent.audience.kind is AudienceKind.SITE:
        named = [actor for actor in named if actor.local]
    return "".join(f"{name} " for name in _names(named, author))


def _names(actors: Sequence[StoredActor], author: StoredActor) -> list[str]:
    others = [actor for actor in actors if actor.id != author.id]
    names = dict.fromkeys(f"@{actor.handle}" if actor.local else f"@{actor.handle}@{actor.host}" for actor in others)
    return list(names)[:PREFILLED_NAMES]


def _find_answered(tx: Transaction, author: StoredActor, post_id: str) -> Post | None:
    return list_readable_posts(tx, [post_id], reader_for(author)).get(post_id) if post_id else None


def _language_name(tag: str, page_language: str) -> str:
    try:
        name = Locale.parse(tag, sep="-").get_display_name(page_language)
    except (UnknownLocaleError, ValueError):
        return tag
    return name or tag
