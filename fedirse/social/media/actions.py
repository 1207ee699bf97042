"""What people do with files: upload them, tie them to what they publish, describe them, take them back."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from fedirse.base import limits
from fedirse.base.errors import NotFound
from fedirse.base.identifiers import new_id
from fedirse.site import Site
from fedirse.social.media import rules, store
from fedirse.social.media.allowance.actions import check_fits, check_may_upload, keep
from fedirse.social.media.kinds.rules import HEAD_BYTES, recognise
from fedirse.social.media.model import FileType, Media, MediaKind, Purpose
from fedirse.social.media.pictures.actions import make_pictures
from fedirse.social.media.spool.actions import (
    ABANDONED_AFTER,
    Upload,
    disk_errors,
    folder_of,
    incoming,
    new_key,
    remove_folder,
    settle,
    size_and_digest,
    spool,
    sweep_incoming,
)
from fedirse.storage.jobs import add_job
from fedirse.storage.transaction import Transaction

logger = logging.getLogger(__name__)

SWEEP_MEDIA: Final = "sweep_media"

_FORGOTTEN_AFTER: Final = timedelta(hours=limits.FORGOTTEN_UPLOAD_HOURS)
_AT_ONCE: Final = 200


async def accept_upload(site: Site, owner_id: str, upload: Upload, *, filename: str, purpose: Purpose, now: datetime) -> Media:
    """Take what somebody uploads: pictures are made anew from their pixels, everything else is kept as it is and only ever downloaded.

    Args:
        site: where to.
        owner_id: the actor who uploads.
        upload: the bytes.
        filename: what their browser calls it; believed in nothing but the name of the download.
        purpose: what it is for; anything but a post takes pictures only.
        now: the time.

    Returns:
        The stored file, which belongs to nothing yet and is removed after a day unless `attach` ties it to something.

    Raises:
        InvalidInput: it is not a file that is taken, or has no room; the sentence says what to do.
        StorageFull, StorageError: it could not be stored; nothing of it is left.
        RateLimited: too many pictures are being made.
    """
    await site.read(check_may_upload, site, owner_id, purpose)
    key = new_key()
    async with incoming(site, key) as folder:
        source, made = folder / "upload", folder / "made"
        most = limits.FILE_BYTES if purpose is Purpose.POST else limits.IMAGE_BYTES
        size = await spool(upload, source, most)
        kind = await asyncio.to_thread(_recognise, source)
        rules.check_size(size, kind)
        rules.check_type(filename, kind, purpose)
        found = Media(
            id=new_id(now),
            key=key,
            actor_id=owner_id,
            purpose=purpose,
            kind=kind.kind,
            media_type=kind.media_type,
            name=rules.clean_name(filename, kind),
            alt="",
            width=None,
            height=None,
            blurhash=None,
            size=size,
            sha256="",
            focus=None,
            item_id=None,
            created_at=now,
        )
        if kind.kind is MediaKind.IMAGE:
            found = await _made_anew(site, found, kind, filename, source, made)
        else:
            await asyncio.to_thread(source.rename, made / rules.file_name(found, "full"))
        size, digest = await asyncio.to_thread(size_and_digest, made / rules.file_name(found, "full"))
        found = replace(found, size=size, sha256=digest)
        await site.read(check_fits, site, owner_id, purpose, size)
        # In this order, a file that lies on the disk always has a row that keeps it or has it removed.
        await site.write(_plan_sweeps, key, now)
        await settle(made, folder_of(site, key))
        await site.write(keep, site, found)
    return found


async def _made_anew(site: Site, found: Media, kind: FileType, filename: str, source: Path, made: Path) -> Media:
    form = rules.FORMATS[found.purpose]
    outcome = await make_pictures(
        site,
        source,
        made,
        image_format=form,
        full_side=rules.FULL_SIDE[found.purpose],
        small_side=rules.SMALL_SIDE[found.purpose],
    )
    return replace(
        found,
        media_type=f"image/{form}",
        name=rules.clean_name(filename, kind, ending=f".{form}"),
        width=outcome.width,
        height=outcome.height,
        blurhash=outcome.blurhash,
    )


def _recognise(source: Path) -> FileType:
    with disk_errors(), source.open("rb") as file:
        return recognise(file.read(HEAD_BYTES))


def _plan_sweeps(tx: Transaction, key: str, now: datetime) -> None:
    """Have the files removed should their row never come, and looked after once they would be forgotten."""
    store.plan_removal(tx, key, now + ABANDONED_AFTER)
    due = (now + _FORGOTTEN_AFTER).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    # One sweep for all the uploads of an hour.
    add_job(tx, SWEEP_MEDIA, f"{due:%Y-%m-%dT%H}", due)


def attach(
    tx: Transaction, site: Site, media_ids: Sequence[str], item_id: str, owner_id: str, now: datetime, *, purpose: Purpose = Purpose.POST
) -> list[Media]:
    """Tie uploaded files to an item, in that order, in the place of whatever was tied to it for the same purpose; the rest is erased.

    Args:
        tx: the transaction that writes the item.
        site: the site.
        media_ids: the files; asking again for those that are there already changes nothing but their order.
        item_id: the post; for a picture of an actor, the actor.
        owner_id: whose uploads they must be.
        now: the time.
        purpose: what they were uploaded for.

    Raises:
        NotFound: one of them is not the owner's, for another purpose, or tied to something else.
        InvalidInput: they are more than a post may have.
    """
    wanted = list(dict.fromkeys(media_ids))
    rules.check_count(len(wanted))
    found = [store.get_own(tx, media_id, owner_id) for media_id in wanted]
    if any(one.item_id not in {None, item_id} or one.purpose is not purpose for one in found):
        raise NotFound("media of something else")
    left_out = [one for one in store.list_of_purpose(tx, item_id, purpose) if one.id not in wanted]
    _erase(tx, site, left_out, item_id, now)
    for place, one in enumerate(found):
        store.save_attachment(tx, one.id, item_id, place)
    return [replace(one, item_id=item_id) for one in found]


def keep_for_draft(tx: Transaction, site: Site, media_ids: Sequence[str], draft_id: str, owner_id: str, now: datetime) -> None:
    """Keep uploads for as long as a draft of their owner does, in the place of whatever was kept for it; the rest is erased.

    What is published meanwhile, or not the owner's, is passed over. Raises InvalidInput when they are more than a post may have.
    """
    wanted = list(dict.fromkeys(media_ids))
    rules.check_count(len(wanted))
    _erase(tx, site, [one for one in store.list_of_draft(tx, owner_id, draft_id) if one.id not in wanted], draft_id, now)
    for one in (store.find_media(tx, media_id) for media_id in wanted):
        if one is not None and one.actor_id == owner_id and one.item_id is None and one.purpose is Purpose.POST:
            store.save_draft_of(tx, one.id, draft_id)


def detach(tx: Transaction, site: Site, media_id: str, owner_id: str, now: datetime) -> None:
    """Remove one upload, wherever it is tied to. Raises NotFound for what is not the owner's."""
    found = store.get_own(tx, media_id, owner_id)
    _erase(tx, site, [found], found.id, now)


def erase_of_item(tx: Transaction, site: Site, item_id: str, now: datetime, *, purpose: Purpose | None = None) -> None:
    """Remove the files of an item, all or those of one purpose; they can be read no more from the commit on, and are gone soon after."""
    found = store.list_of_item(tx, item_id)
    _erase(tx, site, [one for one in found if purpose is None or one.purpose is purpose], item_id, now)


def erase_of_actor(tx: Transaction, site: Site, actor_id: str, now: datetime) -> bool:
    """Remove some of what an actor uploaded, so that no transaction grows long; whether there may be more."""
    found = store.list_of_actor(tx, actor_id, limit=_AT_ONCE)
    _erase(tx, site, found, actor_id, now)
    return len(found) == _AT_ONCE


def set_alt(tx: Transaction, media_id: str, owner_id: str, alt: str) -> None:
    """Say what a file shows. Raises NotFound for what is not the owner's, InvalidInput for too many words."""
    described = " ".join(alt.split())
    rules.check_alt(described)
    store.save_alt(tx, store.get_own(tx, media_id, owner_id).id, described)


def set_focus(tx: Transaction, media_id: str, owner_id: str, x: float, y: float) -> None:
    """Choose the point of a picture to keep in view. Raises NotFound for what is not the owner's, InvalidInput for one outside."""
    rules.check_focus(x, y)
    store.save_focus(tx, store.get_own(tx, media_id, owner_id).id, x, y)


async def sweep(site: Site, now: datetime) -> None:
    """Remove from the disk what was erased, what nobody tied to anything for a day, and what broken uploads left behind."""
    while await site.write(_forget_some, now):
        pass
    while keys := await site.read(store.list_due_removals, now, _AT_ONCE):
        removed = [key for key in keys if await asyncio.to_thread(_is_removed, site, key)]
        if not removed:
            break
        await site.write(store.finish_removals, removed)
    await asyncio.to_thread(sweep_incoming, site, now)


def _forget_some(tx: Transaction, now: datetime) -> bool:
    return store.remove_media(tx, store.list_forgotten(tx, now - _FORGOTTEN_AFTER, _AT_ONCE), now)


def _is_removed(site: Site, key: str) -> bool:
    try:
        remove_folder(site, key)
    except OSError:
        logger.exception("the files of an erased upload cannot be removed")
        return False
    return True


def _erase(tx: Transaction, site: Site, found: Iterable[Media], about: str, now: datetime) -> None:
    if store.remove_media(tx, found, now):
        add_job(tx, SWEEP_MEDIA, about, now)
        site.pulse.mark()
