"""Making an export a bounded piece at a time: what is read in one transaction is written by a thread, then the next piece has its turn."""

import asyncio
import errno
import logging
from dataclasses import replace
from pathlib import Path
from typing import Final

import orjson

from fedirse.base import limits
from fedirse.base.errors import FedirseError, StorageError, StorageFull
from fedirse.base.types import JsonObject
from fedirse.features.care.privacy.exports import actions, rules, store
from fedirse.features.care.privacy.exports.archive import actions as archive
from fedirse.features.care.privacy.exports.lists.actions import read_lists
from fedirse.features.care.privacy.exports.model import Export, ExportState, Message, Stage
from fedirse.features.care.privacy.exports.of_site.store import list_shared_media, sum_shared_media
from fedirse.features.care.privacy.exports.of_site.views import SiteContents, read_site_lists
from fedirse.features.care.privacy.exports.reading.actions import read_own_posts, read_site_posts
from fedirse.features.care.privacy.exports.views import STYLE, Contents, render_inbox, render_index, render_posts, render_site_index
from fedirse.features.care.privacy.exports.wire import list_frame, render_messages
from fedirse.site import Site
from fedirse.social.media.model import Media
from fedirse.social.media.store import list_of_actor
from fedirse.social.media.views import path_of
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction

logger = logging.getLogger(__name__)

_MOST_FILES: Final = 1_000_000
_ROOM_BESIDE: Final = 64 * 1024 * 1024
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


async def export_piece(site: Site, subject: str, _details: JsonObject) -> None:
    """Do one piece of an export, unless it was done before; a full disk ends the export and leaves nothing of it."""
    export_id, _, number = subject.partition("/")
    export = await site.read(store.find_export, export_id)
    if export is None or export.state is not ExportState.RUNNING or str(export.steps) != number:
        return
    later = await write_or_fail(site, export)
    await site.write(actions.keep_progress, site, later, site.clock.now())


async def write_or_fail(site: Site, export: Export) -> Export:
    """The export after its next piece, or failed where it cannot go on.

    Raises:
        StorageError: the database cannot be read just now.
        OSError: the disk refuses for another reason than lack of room.
    """
    try:
        return await write_piece(site, export)
    except StorageFull:
        reason = "no-room"
    except StorageError:
        raise
    except FedirseError as error:
        logger.exception("export %s", export.id)
        reason = error.reason
    except OSError as error:
        if error.errno not in _FULL:
            raise
        reason = "no-room"
    await asyncio.to_thread(archive.remove, archive.folder_of(site, export.key))
    return rules.failed(export, reason, site.clock.now())


async def write_to_file(site: Site, export: Export, to: Path) -> Export:
    """Write a planned export, which has no row, into a file; for commands.

    Raises:
        StorageError: it cannot be made, or does not fit.
        InvalidInput: the file cannot be written.
    """
    try:
        while export.state is ExportState.RUNNING:
            export = await write_or_fail(site, export)
        if export.state is ExportState.FAILED:
            full = export.reason == "no-room"
            raise StorageFull("the export does not fit") if full else StorageError(export.reason, reason=export.reason)
        await asyncio.to_thread(archive.hand_over, archive.archive_of(site, export.key), to)
    finally:
        await asyncio.to_thread(archive.remove, archive.folder_of(site, export.key))
    return export


async def sweep_exports(site: Site) -> bool:
    """Remove what has been there long enough, or belongs to nobody any more; have go on what stands still."""
    now = site.clock.now()
    keys = await site.read(store.list_keys)
    if keys:
        keys = await site.write(actions.forget_old, now)
        await site.write(actions.resume, site, now)
    if await asyncio.to_thread(archive.remove_strangers, site, keys, now):
        logger.info("removed exports of %s that are over", site.settings.domain)
    return False


async def write_piece(site: Site, export: Export) -> Export:
    """Write the next piece of an export; returns the export as it is after that.

    Raises:
        StorageError: the database cannot be read.
        OSError: the disk refuses.
    """
    if export.stage is Stage.POSTS:
        return await _write_posts(site, export)
    if export.stage is Stage.MESSAGES:
        return await _write_messages(site, export)
    if export.stage is Stage.LISTS:
        return await _write_lists(site, export)
    return await _pack(site, export)


async def _write_posts(site: Site, export: Export) -> Export:
    found = await site.read(read_site_posts if _is_of_site(site, export) else read_own_posts, site, export)
    if not found:
        return rules.next_stage(export)
    number = export.part + 1
    shown = [one for one, _ in found]
    html = await asyncio.to_thread(render_posts, site, export.language, number, shown, of_site=_is_of_site(site, export))
    folder = archive.folder_of(site, export.key)
    await asyncio.to_thread(archive.write_content, folder, {f"posts-{number}.html": html})
    items = [orjson.dumps(document) for _, document in found if document is not None]
    await asyncio.to_thread(archive.write_part, folder, "outbox.json", number, items)
    return rules.wrote_page(export, found[-1][0].post.id, len(found))


async def _write_messages(site: Site, export: Export) -> Export:
    # What somebody sent to one person is in that person's own export alone.
    found = [] if _is_of_site(site, export) else await site.read(_read_messages, export)
    if not found:
        return rules.next_stage(export)
    number, messages = export.part + 1, [message for _, message in found]
    html = await asyncio.to_thread(render_inbox, site, export.language, number, messages)
    folder = archive.folder_of(site, export.key)
    await asyncio.to_thread(archive.write_content, folder, {f"messages-{number}.html": html})
    items = [orjson.dumps(item) for item in render_messages(messages)]
    await asyncio.to_thread(archive.write_part, folder, "messages.json", number, items)
    return rules.wrote_page(export, found[-1][0], len(found))


def _read_messages(tx: Transaction, export: Export) -> list[tuple[str, Message]]:
    reader = store.reader_of_actor(get_actor(tx, export.actor_id))
    return store.list_messages(tx, reader, export.position, limits.EXPORT_PAGE_POSTS)


async def _write_lists(site: Site, export: Export) -> Export:
    if _is_of_site(site, export):
        known, listed = await site.read(read_site_lists, site, site.clock.now())
        await asyncio.to_thread(_write_all_of_site, site, export, known, listed)
        return rules.next_stage(export)
    files, contents = await site.read(read_lists, site, export)
    await asyncio.to_thread(_write_all, site, export, files, contents)
    return rules.next_stage(export)


def _write_all(site: Site, export: Export, files: dict[str, bytes | str], contents: Contents) -> None:
    folder = archive.folder_of(site, export.key)
    archive.write_content(folder, files)
    for name in ("outbox.json", "messages.json"):
        archive.join_parts(folder, name, list_frame(name))
    found = replace(
        contents,
        post_pages=archive.count_content(folder, "posts"),
        message_pages=archive.count_content(folder, "messages"),
        files=[name for name, _ in archive.list_content(folder) if name.endswith((".json", ".csv"))],
    )
    index = render_index(site, export.language, found, export.requested_at)
    archive.write_content(folder, {"index.html": index, "style.css": STYLE})


def _write_all_of_site(site: Site, export: Export, files: dict[str, bytes | str], contents: SiteContents) -> None:
    folder = archive.folder_of(site, export.key)
    archive.write_content(folder, files)
    archive.join_parts(folder, "outbox.json", list_frame("outbox.json"))
    names = [name for name, _ in archive.list_content(folder) if name.endswith((".json", ".csv"))]
    found = replace(contents, post_pages=archive.count_content(folder, "posts"), files=names)
    index = render_site_index(site, export.language, found, export.requested_at)
    archive.write_content(folder, {"index.html": index, "style.css": STYLE})


async def _pack(site: Site, export: Export) -> Export:
    folder = archive.folder_of(site, export.key)
    if await asyncio.to_thread(archive.archive_of(site, export.key).exists):
        # It was finished, and something kept that from being noted.
        return rules.finished(export, await asyncio.to_thread(archive.finish, folder), site.clock.now())
    if not export.part and not await asyncio.to_thread(archive.has_room, site, await _needed(site, export)):
        raise StorageFull(f"no room for an export of {site.settings.domain}")
    media = await site.read(_read_media, site, export)
    sources = [*await asyncio.to_thread(archive.list_content, folder), *((rules.media_name(one), path_of(site, one)) for one in media)]
    dealt_with = await asyncio.to_thread(archive.pack_some, folder, sources, limits.EXPORT_PIECE_BYTES)
    if dealt_with < len(sources):
        return rules.packed(export, len(sources) - dealt_with)
    size = await asyncio.to_thread(archive.finish, folder)
    return rules.finished(export, size, site.clock.now())


async def _needed(site: Site, export: Export) -> int:
    """How much room the archive takes at most."""
    files = await site.read(sum_shared_media) if _is_of_site(site, export) else await site.read(store.sum_media, export.actor_id)
    return files + _ROOM_BESIDE + limits.ROOM_BYTES


def _read_media(tx: Transaction, site: Site, export: Export) -> list[Media]:
    return list_shared_media(tx) if _is_of_site(site, export) else list_of_actor(tx, export.actor_id, limit=_MOST_FILES)


def _is_of_site(site: Site, export: Export) -> bool:
    """Whether it is the whole site's: the site's own actor has no account that could ask for one of its own."""
    return export.actor_id == site.actor_id
