"""One person or one post that somebody named by its handle or address: known here, or asked for where it lives.

Only for our own people, so many times an hour each; what is fetched goes through the one guarded way out, in the name of the site, and
only what is for everybody is kept.
"""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from typing import TypeVar

from fedirse.activitypub import values
from fedirse.activitypub.addressing import is_public
from fedirse.activitypub.documents.object import PostObject, parse_object
from fedirse.activitypub.origin import check_object_authority
from fedirse.activitypub.vocabulary import ACTOR_TYPES
from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import (
    Blocked,
    Gone,
    InvalidInput,
    NotAuthorised,
    NotFound,
    OriginMismatch,
    ProtocolError,
    Refused,
    RemoteError,
    RemoteGone,
    RemoteUnavailable,
    UnsafeAddress,
)
from fedirse.base.types import JsonObject, Reader
from fedirse.base.wording import N_
from fedirse.remote.webfinger import resolve_handle
from fedirse.site import Site
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.receive import FETCH_PARENT, add_foreign_post
from fedirse.social.posts.store import find_post_by_uri, get_readable_post
from fedirse.social.search.lookup.rules import Address, Handle, OwnPost, Target, host_of, parse_target
from fedirse.social.search.lookup.store import count_lookup
from fedirse.storage.actors import find_actor_by_address, find_actor_by_uri, find_local_actor
from fedirse.storage.jobs import add_job
from fedirse.storage.refusals import is_refused_host
from fedirse.storage.transaction import Transaction

T = TypeVar("T")


async def look_up(site: Site, reader: Reader, typed: str) -> StoredActor | Post:
    """What a typed handle or a pasted address names, known here or fetched; a post only if the reader may read it.

    The caller has checked that the reader may follow and answer (`Permission.REACT`).

    Raises:
        InvalidInput: it is neither a handle nor an address that can be used.
        NotFound, Gone: nobody has that name here or there, or what is there is no person and no post, or not for the reader.
        Blocked: its server is blocked here.
        RemoteUnavailable: its server does not answer.
        RateLimited: this person has asked too often.
        NotAuthorised: the reader is none of our people.
    """
    target = parse_target(typed, site.uris)
    host = host_of(target, site.uris)
    if await site.read(is_refused_host, host):
        raise _blocked(host)
    found = await find_known(site, reader, typed)
    if found is not None:
        return found
    if reader.actor_id is None or not reader.local:
        raise NotAuthorised("a lookup by somebody else", reason="lookup-by-stranger")
    await site.write(count_lookup, reader.actor_id, site.clock.now())
    return await _in_sentences(host, _ask(site, reader, target))


async def find_known(site: Site, reader: Reader, typed: str) -> StoredActor | Post | None:
    """What a typed handle or a pasted address names if it is known here; None for what another server would have to be asked about.

    Raises:
        InvalidInput: it is neither a handle nor an address that can be used.
        NotFound, Gone: it would be ours, and is not, or not for the reader.
    """
    return await site.read(_find_known, site, reader, parse_target(typed, site.uris))


def _find_known(tx: Transaction, site: Site, reader: Reader, target: Target) -> StoredActor | Post | None:
    if isinstance(target, OwnPost):
        return _shown(get_readable_post(tx, target.post_id, reader))
    if isinstance(target, Handle):
        if target.host == site.uris.host:
            return _present(find_local_actor(tx, target.name), _NOBODY_HERE, name=target.name)
        return _living(find_actor_by_address(tx, target.name, target.host))
    post = find_post_by_uri(tx, target.url)
    # One that came here for others is as unknown as one that never came; its own server is asked about either.
    found = _find_readable(tx, post, reader) if post is not None else None
    if found is not None:
        return _shown(found)
    actor = _living(find_actor_by_uri(tx, target.url))
    return _present(actor, _NOTHING_HERE) if site.uris.is_own(target.url) else actor


def _present(actor: StoredActor | None, otherwise: str, **words: object) -> StoredActor:
    if actor is None or actor.gone_at is not None:
        raise NotFound("nobody there", reason="unknown-here", public_message=otherwise, **words)
    return actor


def _living(actor: StoredActor | None) -> StoredActor | None:
    """Somebody who is gone is asked for again: there may be somebody else of that name."""
    return actor if actor is not None and actor.gone_at is None else None


def _shown(post: Post) -> Post:
    if post.deleted_at is not None:
        raise Gone("a deleted post")
    if post.kind is PostKind.BOOST:
        raise NotFound("a boost")
    return post


async def _ask(site: Site, reader: Reader, target: Target) -> StoredActor | Post:
    if isinstance(target, Handle):
        return await site.actors.resolve(await resolve_handle(site.client, f"{target.name}@{target.host}"), fresh=True)
    if not isinstance(target, Address):
        raise NotFound("nothing to ask another server about")
    document = await site.fetch_document(target.url)
    uri = values.required_id(document)
    if _types(document) & ACTOR_TYPES:
        return await site.actors.resolve(uri, fresh=True)
    if await site.read(find_post_by_uri, uri) is None:
        await _take_in(site, parse_object(document))
    return await site.read(_find_taken_in, reader, uri)


async def _take_in(site: Site, document: PostObject) -> None:
    """Keep a post that somebody here wants to see, if it is for everybody: our fetch is no reason to show it to anybody else."""
    if document.author is None or not is_public(document.addressing):
        raise _not_public()
    # Before the author is looked at: a document may name anybody, anywhere.
    check_object_authority(document.author, document)
    author = await site.actors.resolve(document.author)
    await site.write(_keep, site, author, document, site.clock.now())


def _keep(tx: Transaction, site: Site, author: StoredActor, document: PostObject, now: datetime) -> None:
    add_foreign_post(tx, site, author, document, None, now)
    above = document.in_reply_to
    if above and not site.uris.is_own(above) and find_post_by_uri(tx, above) is None:
        add_job(tx, FETCH_PARENT, above, now, {"depth": 1})
        site.pulse.mark()


def _find_taken_in(tx: Transaction, reader: Reader, uri: str) -> Post:
    post = find_post_by_uri(tx, uri)
    if post is None:
        # Its author deleted it, and it stays deleted.
        raise Gone("deleted before it came")
    found = _find_readable(tx, post, reader)
    if found is None:
        raise _not_public()
    return _shown(found)


def _find_readable(tx: Transaction, post: Post, reader: Reader) -> Post | None:
    try:
        return get_readable_post(tx, post.id, reader)
    except NotFound:
        return None


_NOBODY_HERE = N_("Nobody here is called @%(name)s.")
_NOTHING_HERE = N_("There is nothing at that address of this site.")
_NOT_PUBLIC = N_("That post is not for everybody: who may read it finds it in their own timeline.")
_UNKNOWN_THERE = N_("%(host)s knows nothing of that name or address.")
_UNREADABLE = N_("What %(host)s answers is neither a person nor a post that this site can read.")
_SILENT = N_("%(host)s does not answer at the moment. Try again later.")
_BLOCKED = N_("%(host)s is blocked on this site.")


async def _in_sentences(host: str, work: Awaitable[T]) -> T:
    """The result of asking `host`, or an error that says to a person what became of it."""
    try:
        async with asyncio.timeout(limits.LOOKUP_SECONDS):
            return await work
    except (TimeoutError, RemoteUnavailable) as error:
        raise RemoteUnavailable(f"{host} is silent", reason="lookup-unanswered", public_message=_SILENT, host=host) from error
    except RemoteGone as error:
        raise NotFound(f"not at {host}", reason="unknown-there", public_message=_UNKNOWN_THERE, host=host) from error
    except UnsafeAddress as error:
        raise InvalidInput("That address cannot be used from here.", reason=error.reason, field="q") from error
    except Blocked as error:
        raise _blocked(host) from error
    except (OriginMismatch, ProtocolError, RemoteError) as error:
        raise NotFound(f"{host}: {error.reason}", reason="unreadable-there", public_message=_UNREADABLE, host=host) from error


def _blocked(host: str) -> Refused:
    return Blocked(f"{host} is blocked", reason="blocked-domain", public_message=_BLOCKED, host=host)


def _not_public() -> NotFound:
    return NotFound("not for everybody", reason="not-public", public_message=_NOT_PUBLIC)


def _types(document: JsonObject) -> frozenset[str]:
    value = document.get("type")
    return frozenset(kind for kind in (value if isinstance(value, list) else [value]) if isinstance(kind, str))


def page_of(found: StoredActor | Post) -> str:
    """The path of this site where what was found is shown."""
    if isinstance(found, Post):
        return f"/posts/{found.id}"
    return f"/@{found.handle}" if found.local else f"/@{found.handle}@{found.host}"
