"""What people do with a composer: keep what is typed, publish it once, and make known whom it names."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import NotFound
from fedirse.base.identifiers import new_id
from fedirse.remote.handles import try_to_resolve
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.media.actions import keep_for_draft
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.composing import store
from fedirse.social.posts.composing.circles.views import circles_for
from fedirse.social.posts.composing.model import KeptDraft, Published, Saved, Sheet, Typed
from fedirse.social.posts.composing.rules import check_may_keep, check_size, draft_of
from fedirse.social.posts.languages.model import Translation
from fedirse.social.posts.languages.rules import normal_tag, translations_in, translations_of
from fedirse.social.posts.mentions.actions import resolve_mentions
from fedirse.social.posts.model import Draft, Post
from fedirse.social.posts.speaking.actions import publish_for
from fedirse.social.posts.store import find_post
from fedirse.storage.actors import find_actor_by_address
from fedirse.storage.transaction import Transaction
from fedirse.web.html import mentioned_names


def keep_draft(tx: Transaction, site: Site, actor_id: str, sheet: Sheet, now: datetime) -> Saved:
    """Keep what stands in a composer, with its files.

    Returns:
        The draft; a second one when another tab saved or published the first meanwhile, so that both are there.

    Raises:
        InvalidInput: there are as many drafts as may be kept, or more in it than is.
    """
    check_size(sheet.typed)
    stored = store.find_draft(tx, actor_id, sheet.draft_id)
    if stored is not None and stored.published_post_id is None and _goes_on(stored, sheet):
        changed = replace(stored, version=stored.version + 1, typed=sheet.typed, updated_at=now)
        store.save_draft(tx, actor_id, changed)
        _keep_files(tx, site, actor_id, changed, now)
        return Saved(changed)
    apart = stored is not None
    return Saved(_add(tx, site, actor_id, new_id(now) if apart else sheet.draft_id, sheet.typed, now), apart=apart)


def publish_draft(
    tx: Transaction, site: Site, author: StoredActor, sheet: Sheet, now: datetime, *, publish: Callable[[Draft], Post] | None = None
) -> Published:
    """Publish what stands in a composer, once: sent again, from this tab or another, it gives the post that is already there.

    What another tab saved under the same draft, or typed after it was published, is kept as a draft of its own.

    Args:
        tx: the transaction.
        site: where.
        author: who wrote it.
        sheet: what stands there.
        now: the time.
        publish: what publishes it, where it does not become a post of the author or of a channel.

    Raises:
        InvalidInput, Refused, NotFound: as `publish_post`; or something would have to be kept, and there are too many drafts.
    """
    stored = store.find_draft(tx, author.id, sheet.draft_id)
    if stored is not None and stored.published_post_id is not None:
        return _already(tx, site, author, stored.published_post_id, sheet.typed, now)
    circles = circles_for(tx, site, now, author, sheet.typed.reply_to)
    draft = draft_of(sheet.typed, now, circles)
    if publish is not None:
        post = publish(draft)
    elif draft.audience.kind is AudienceKind.PARTNERS:
        post = publish_for(tx, site, author, sheet.typed.channel, draft, now)
    else:
        post = publish_post(tx, site, author, draft, now)
    kept = stored is not None and not _goes_on(stored, sheet) and _loses(sheet.typed, stored.typed)
    if stored is not None and kept:
        _add(tx, site, author.id, new_id(now), stored.typed, now)
    done = KeptDraft(sheet.draft_id, sheet.version + 1, Typed(), now, post.id)
    store.save_draft(tx, author.id, done)
    _keep_files(tx, site, author.id, done, now)
    store.forget_published(tx, author.id, now)
    return Published(post, kept=kept)


def delete_draft(tx: Transaction, site: Site, actor_id: str, draft_id: str, now: datetime) -> None:
    """Forget a draft and its files. Raises NotFound when the actor has none of that id."""
    if not store.remove_draft(tx, actor_id, draft_id):
        raise NotFound(f"draft {draft_id}")
    keep_for_draft(tx, site, [], draft_id, actor_id, now)


async def resolve_names(site: Site, text: str) -> list[str]:
    """Make whom a text names known here, for as long as somebody waits for their post to go out.

    Returns:
        The names at other servers that stay plain text, because nobody of that name was found in time.
    """

    async def resolve(at: Site, name: str) -> None:
        await try_to_resolve(name, client=at.client, actors=at.actors, fetch=at.fetch_document)

    mentioned = mentioned_names(text)
    # What names more than it may is refused, and nobody is asked about it.
    names = [name for name in mentioned if "@" in name] if len(mentioned) <= limits.MENTIONS_PER_POST else []
    tasks = [asyncio.create_task(resolve_mentions(site, f"@{name}", resolve)) for name in names]
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=limits.MENTION_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return await site.read(_unknown, site, names)


def _unknown(tx: Transaction, site: Site, names: list[str]) -> list[str]:
    split = [name.partition("@") for name in names]
    return [f"@{handle}@{host}" for handle, _, host in split if host != site.uris.host and find_actor_by_address(tx, handle, host) is None]


def _add(tx: Transaction, site: Site, actor_id: str, draft_id: str, typed: Typed, now: datetime) -> KeptDraft:
    check_may_keep(store.count_drafts(tx, actor_id))
    draft = KeptDraft(draft_id, 1, typed, now)
    store.save_draft(tx, actor_id, draft)
    _keep_files(tx, site, actor_id, draft, now)
    return draft


def _keep_files(tx: Transaction, site: Site, actor_id: str, draft: KeptDraft, now: datetime) -> None:
    keep_for_draft(tx, site, [file.media_id for file in draft.typed.files], draft.id, actor_id, now)


def _already(tx: Transaction, site: Site, author: StoredActor, post_id: str, typed: Typed, now: datetime) -> Published:
    post = find_post(tx, post_id)
    if post is None:
        raise NotFound(f"post {post_id}, which a draft became")
    said, typed_too = _versions(translations_in(post.translations)), _versions(translations_of(typed.besides))
    kept = _loses_words((post.source or "", post.title), (typed.text, typed.title)) or not typed_too <= said
    if kept:
        _add(tx, site, author.id, new_id(now), typed, now)
    return Published(post, again=True, kept=kept)


def _goes_on(stored: KeptDraft, sheet: Sheet) -> bool:
    """Whether a sheet is the next version of a draft. One of another desk is none: it would lose what only that desk asks."""
    return stored.version == sheet.version and stored.typed.desk == sheet.typed.desk


def _loses(published: Typed, stored: Typed) -> bool:
    """Whether words or files that are stored would be gone when only `published` is kept; what a desk asks besides counts as words."""
    left_out = {file.media_id for file in stored.files} - {file.media_id for file in published.files}
    if left_out or published.desk != stored.desk:
        return True
    names, besides = dict(stored.besides), dict(published.besides)
    known, typed = ((one.text, one.title, one.warning) for one in (published, stored))
    return _loses_words((*known, *(besides.get(name, "") for name in names)), (*typed, *names.values()))


def _versions(translations: Iterable[Translation]) -> set[tuple[str, str, str]]:
    """What is said in other languages, whatever its order."""
    return {(normal_tag(one.language), one.title.strip(), one.text.strip()) for one in translations}


def _loses_words(known: Sequence[str], typed: Sequence[str]) -> bool:
    return not all(map(_same_text, known, typed))


def _same_text(known: str, typed: str) -> bool:
    """Whether nothing is lost when only `known` is kept."""
    return typed.strip() in {"", known.strip()}
