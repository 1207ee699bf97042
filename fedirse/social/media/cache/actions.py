"""Fetches pictures and files of other servers for people here, makes pictures anew, and keeps as many as there is room for."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from fedirse.activitypub import uris
from fedirse.base import limits
from fedirse.base.errors import FedirseError, NotFound, RateLimited, StorageError
from fedirse.base.identifiers import new_id
from fedirse.remote.client import FetchKind, RequestSigner
from fedirse.remote.signed_fetch import signer
from fedirse.site import Site
from fedirse.social.media.actions import SWEEP_MEDIA
from fedirse.social.media.cache import store
from fedirse.social.media.cache.model import Form, RemoteFile, Source
from fedirse.social.media.pictures.actions import make_pictures
from fedirse.social.media.spool.actions import ABANDONED_AFTER, appending, cached_folder_of, disk_errors, incoming, new_key, settle
from fedirse.social.media.store import finish_removals, plan_removal
from fedirse.storage.jobs import add_job
from fedirse.storage.refusals import is_refused_host
from fedirse.storage.transaction import Transaction

FORMAT: Final = "webp"
FULL_SIDE: Final = 2048
SMALL_SIDE: Final = 640
FILE_NAME: Final = "file"

_FAILURES_KEPT: Final = timedelta(days=7)
_SHOWN_AGAIN: Final = timedelta(hours=1)
_LONGEST: Final = {
    Form.PICTURE: timedelta(seconds=limits.FETCH_SECONDS + limits.ENCODER_WAIT_SECONDS + limits.ENCODER_SECONDS),
    Form.FILE: timedelta(seconds=limits.DOWNLOAD_SECONDS),
}
_AT_ONCE: Final = {
    Form.PICTURE: (limits.REMOTE_PICTURES_AT_ONCE, limits.REMOTE_PICTURES_AT_ONCE_PER_HOST),
    Form.FILE: (limits.REMOTE_DOWNLOADS_AT_ONCE, limits.REMOTE_DOWNLOADS_AT_ONCE_PER_HOST),
}
_EVICTED_AT_ONCE: Final = 100
_TURNS: Final = 80
_TURN_SECONDS: Final = 0.25


async def kept_folder(site: Site, source: Source, now: datetime) -> Path | None:
    """The folder of a file that is here; None for one that is not."""
    found = await site.read(store.find_file, source)
    if found is None or found.key is None:
        return None
    folder = cached_folder_of(site, found.key)
    if not await asyncio.to_thread(folder.is_dir):
        return None
    if now - found.used_at >= _SHOWN_AGAIN:
        # It can be shown while nothing can be written.
        with suppress(StorageError):
            await site.write(store.note_shown, source, now)
    return folder


async def fetch_file(site: Site, source: Source, now: datetime) -> Path:
    """Fetch a file of another server; the folder in which it then lies.

    Raises:
        NotFound: it cannot be had, its server is refused here, or it could not be had a short while ago.
        RateLimited: too many others are being fetched, or pictures made.
        StorageError: it could not be kept.
    """
    there = await _take_turn(site, source, now)
    if there is not None:
        return there
    try:
        folder = await _fetch(site, source, now)
    except FedirseError as error:
        if isinstance(error, RateLimited | StorageError):
            # That says nothing about the file.
            await site.write(store.forget_files, [source])
            raise
        await site.write(store.give_up_file, source)
        raise NotFound(f"a {source.form} of another server: {error.reason}") from error
    except BaseException:
        await site.write(store.forget_files, [source])
        raise
    return folder


def forget_files(tx: Transaction, site: Site, sources: Iterable[Source], now: datetime) -> None:
    """Keep those files no longer, because what they belonged to was deleted; who still shows one fetches it anew."""
    _forget(tx, site, store.list_files(tx, sources), now)


async def _take_turn(site: Site, source: Source, now: datetime) -> Path | None:
    """Begin to fetch, after waiting while the file is on its way for somebody else, or as many as may be are. A page shows many
    pictures at once, and what is refused for the moment stays a gap in it. Returns the file's folder when others fetched it meanwhile.
    """
    for _ in range(_TURNS):
        if not await site.read(_must_wait, source, now):
            # Another may have been quicker.
            with suppress(RateLimited):
                await site.write(_start, source, now)
                return None
        await asyncio.sleep(_TURN_SECONDS)
        there = await kept_folder(site, source, now)
        if there is not None:
            return there
    raise RateLimited(f"enough of each {source.form} are being fetched", retry_after=_TURN_SECONDS, reason="fetches-busy")


def _must_wait(tx: Transaction, source: Source, now: datetime) -> bool:
    found, longest = store.find_file(tx, source), _LONGEST[source.form]
    if found is not None and found.fetching and now - found.tried_at < longest:
        return True
    fetching = store.list_fetching(tx, source.form, now - longest)
    # A server that answers slowly leaves room for the others.
    of_host = sum(uris.find_host(other) == uris.find_host(source.url) for other in fetching)
    at_once, at_once_per_host = _AT_ONCE[source.form]
    return len(fetching) >= at_once or of_host >= at_once_per_host


async def _fetch(site: Site, source: Source, now: datetime) -> Path:
    key = new_key()
    folder = cached_folder_of(site, key)
    async with incoming(site, key) as arrived:
        made = arrived / "made"
        if source.form is Form.FILE:
            await _download(site, source, made / FILE_NAME)
        else:
            await _make_anew(site, source, arrived / "upload", made)
        size = await asyncio.to_thread(_size, made)
        await site.write(plan_removal, key, now + ABANDONED_AFTER)
        await settle(made, folder)
        if not await site.write(_keep, site, source, key, size, now):
            raise NotFound("what it belonged to was deleted while it was fetched")
    return folder


async def _make_anew(site: Site, source: Source, arrived: Path, made: Path) -> None:
    """Fetch a picture, and make of it what is shown here."""
    fetched = await site.client.fetch(source.url, FetchKind.PICTURE, sign=await _signer(site, source))
    await site.read(_check_led_to, source, fetched.url)
    await asyncio.to_thread(_write, arrived, fetched.body)
    await make_pictures(site, arrived, made, image_format=FORMAT, full_side=FULL_SIDE, small_side=SMALL_SIDE)


async def _download(site: Site, source: Source, path: Path) -> None:
    async with appending(path) as append:
        led_to = await site.client.download(source.url, FetchKind.FILE, append, sign=await _signer(site, source))
    await site.read(_check_led_to, source, led_to)


async def _signer(site: Site, source: Source) -> RequestSigner | None:
    """What is for members is asked for with the key that members know this site by, everything else as nobody in particular."""
    if not source.item_id:
        return None
    pair = await site.read(site.signing.load, site.actor_id)
    return signer(lambda: pair.ed25519, site.clock, message=True)


def _start(tx: Transaction, source: Source, now: datetime) -> None:
    _check_host(tx, source.url)
    found = store.find_file(tx, source)
    if _must_wait(tx, source, now):
        raise RateLimited("somebody else was quicker", retry_after=_TURN_SECONDS)
    if found is not None and found.could_not_be_had(now):
        raise NotFound("this could not be had a short while ago")
    if found is not None and found.key is not None:
        plan_removal(tx, found.key, now)
    store.start_file(tx, new_id(now), source, now)


def _check_led_to(tx: Transaction, source: Source, url: str) -> None:
    """A redirect may have led to a host that this site has nothing to do with; what a member has for members lies with it."""
    _check_host(tx, url)
    if source.item_id and uris.find_host(url) != uris.find_host(source.url):
        raise NotFound("what is for members is somewhere else")


def _check_host(tx: Transaction, url: str) -> None:
    host = uris.find_host(url)
    if host is None:
        raise NotFound("a file at no address")
    if is_refused_host(tx, host):
        raise NotFound("a file of a server that is refused here")


def _keep(tx: Transaction, site: Site, source: Source, key: str, size: int, now: datetime) -> bool:
    """Keep the file, and make room for it where there is too little; False when nobody wants it any more."""
    finish_removals(tx, [key])
    if not store.keep_file(tx, source, key, size):
        _remove(tx, site, [key], now)
        return False
    store.forget_failures(tx, now - _FAILURES_KEPT)
    over = store.total_size(tx) - limits.REMOTE_FILES_BYTES
    if over > 0:
        _evict(tx, site, over, source, now)
    return True


def _evict(tx: Transaction, site: Site, over: int, newest: Source, now: datetime) -> None:
    out: list[RemoteFile] = []
    for file in store.list_least_used(tx, _EVICTED_AT_ONCE):
        if over > 0 and file.source != newest:
            out.append(file)
            over -= file.size
    _forget(tx, site, out, now)


def _forget(tx: Transaction, site: Site, files: list[RemoteFile], now: datetime) -> None:
    store.forget_files(tx, [file.source for file in files])
    _remove(tx, site, [file.key for file in files if file.key is not None], now)


def _remove(tx: Transaction, site: Site, keys: list[str], now: datetime) -> None:
    for key in keys:
        plan_removal(tx, key, now)
    if keys:
        add_job(tx, SWEEP_MEDIA, "cache", now)
        site.pulse.mark()


def _write(path: Path, content: bytes) -> None:
    with disk_errors():
        path.write_bytes(content)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())
