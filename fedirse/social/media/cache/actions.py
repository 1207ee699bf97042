"""Fetches pictures of other servers for people here, makes them anew, and keeps as many as there is room for."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from fedirse.activitypub import uris
from fedirse.base import limits
from fedirse.base.errors import FedirseError, MalformedDocument, NotFound, RateLimited, StorageError
from fedirse.base.identifiers import new_id
from fedirse.remote.client import FetchKind
from fedirse.site import Site
from fedirse.social.media.cache import store
from fedirse.social.media.cache.store import RemotePicture
from fedirse.social.media.pictures.actions import make_pictures
from fedirse.social.media.spool.actions import ABANDONED_AFTER, cached_folder_of, disk_errors, incoming, new_key, settle
from fedirse.social.media.store import finish_removals, plan_removal
from fedirse.storage.jobs import add_job
from fedirse.storage.refusals import is_refused_host
from fedirse.storage.transaction import Transaction

FORMAT: Final = "webp"
FULL_SIDE: Final = 2048
SMALL_SIDE: Final = 640

_AGAIN_AFTER: Final = timedelta(hours=1)
_FAILURES_KEPT: Final = timedelta(days=7)
_SHOWN_AGAIN: Final = timedelta(hours=1)
_LONGEST: Final = timedelta(seconds=limits.FETCH_SECONDS + limits.ENCODER_WAIT_SECONDS + limits.ENCODER_SECONDS)
_EVICTED_AT_ONCE: Final = 100
_TURNS: Final = 80
_TURN_SECONDS: Final = 0.25


async def kept_picture(site: Site, url: str, now: datetime) -> Path | None:
    """The folder of a picture that is here; None for one that is not."""
    found = await site.read(store.find_picture, url)
    if found is None or found.key is None:
        return None
    folder = cached_folder_of(site, found.key)
    if not await asyncio.to_thread(folder.is_dir):
        return None
    if now - found.used_at >= _SHOWN_AGAIN:
        # It can be shown while nothing can be written.
        with suppress(StorageError):
            await site.write(store.note_shown, url, now)
    return folder


async def fetch_picture(site: Site, url: str, now: datetime) -> Path:
    """Fetch a picture of another server; the folder in which it then lies.

    Raises:
        NotFound: it cannot be had, its server is refused here, or it could not be had a short while ago.
        RateLimited: too many others are being fetched, or pictures made.
        StorageError: it could not be kept.
    """
    there = await _take_turn(site, url, now)
    if there is not None:
        return there
    try:
        folder = await _fetch(site, url, now)
    except FedirseError as error:
        if isinstance(error, RateLimited | StorageError):
            # That says nothing about the picture.
            await site.write(store.forget_pictures, [url])
            raise
        await site.write(store.give_up_picture, url)
        raise NotFound(f"a picture of another server: {error.reason}") from error
    except BaseException:
        await site.write(store.forget_pictures, [url])
        raise
    return folder


async def _take_turn(site: Site, url: str, now: datetime) -> Path | None:
    """Begin to fetch, after waiting while the picture is on its way for somebody else, or as many as may be are. A page shows many
    pictures at once, and what is refused for the moment stays a gap in it. Returns the picture's folder when others fetched it meanwhile.
    """
    for _ in range(_TURNS):
        if not await site.read(_must_wait, url, now):
            # Another may have been quicker.
            with suppress(RateLimited):
                await site.write(_start, url, now)
                return None
        await asyncio.sleep(_TURN_SECONDS)
        there = await kept_picture(site, url, now)
        if there is not None:
            return there
    raise RateLimited("enough pictures are being fetched", retry_after=_TURN_SECONDS, reason="pictures-busy")


def _must_wait(tx: Transaction, url: str, now: datetime) -> bool:
    found = store.find_picture(tx, url)
    on_its_way = found is not None and found.fetching and now - found.tried_at < _LONGEST
    return on_its_way or store.count_fetching(tx, now - _LONGEST) >= limits.REMOTE_PICTURES_AT_ONCE


async def _fetch(site: Site, url: str, now: datetime) -> Path:
    fetched = await site.client.fetch(url, FetchKind.PICTURE)
    # A redirect may have led to a host that this site has nothing to do with.
    await site.read(_check_host, fetched.url)
    key = new_key()
    folder = cached_folder_of(site, key)
    async with incoming(site, key) as arrived:
        source, made = arrived / "upload", arrived / "made"
        await asyncio.to_thread(_write, source, fetched.body)
        await make_pictures(site, source, made, image_format=FORMAT, full_side=FULL_SIDE, small_side=SMALL_SIDE)
        size = await asyncio.to_thread(_size, made)
        await site.write(plan_removal, key, now + ABANDONED_AFTER)
        await settle(made, folder)
        await site.write(_keep, site, url, key, size, now)
    return folder


def _start(tx: Transaction, url: str, now: datetime) -> None:
    _check_host(tx, url)
    found = store.find_picture(tx, url)
    if _must_wait(tx, url, now):
        raise RateLimited("somebody else was quicker", retry_after=_TURN_SECONDS)
    if found is not None and found.key is None and now - found.tried_at < _AGAIN_AFTER:
        raise NotFound("this picture could not be had a short while ago")
    if found is not None and found.key is not None:
        plan_removal(tx, found.key, now)
    store.start_picture(tx, new_id(now), url, now)


def _check_host(tx: Transaction, url: str) -> None:
    try:
        host = uris.host_of(url)
    except MalformedDocument as error:
        raise NotFound("a picture at no address") from error
    if is_refused_host(tx, host):
        raise NotFound("a picture of a server that is refused here")


def _keep(tx: Transaction, site: Site, url: str, key: str, size: int, now: datetime) -> None:
    """Keep the picture, and make room for it where there is too little."""
    finish_removals(tx, [key])
    store.keep_picture(tx, url, key, size)
    store.forget_failures(tx, now - _FAILURES_KEPT)
    over = store.total_size(tx) - limits.REMOTE_PICTURES_BYTES
    if over > 0:
        _evict(tx, site, over, url, now)


def _evict(tx: Transaction, site: Site, over: int, newest: str, now: datetime) -> None:
    out: list[RemotePicture] = []
    for picture in store.list_least_used(tx, _EVICTED_AT_ONCE):
        if over > 0 and picture.url != newest:
            out.append(picture)
            over -= picture.size
    for picture in out:
        plan_removal(tx, picture.key or "", now)
    store.forget_pictures(tx, [picture.url for picture in out])
    add_job(tx, "sweep_media", "cache", now)
    site.pulse.mark()


def _write(path: Path, content: bytes) -> None:
    with disk_errors():
        path.write_bytes(content)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())
