"""Decisions about exports: what a new one begins with, where each file goes. Pure."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from fedirse.base.errors import Conflict
from fedirse.features.care.privacy.exports.model import Export, ExportState, Stage
from fedirse.social.media.model import Media

_FOLLOWING: Final = {Stage.POSTS: Stage.MESSAGES, Stage.MESSAGES: Stage.LISTS, Stage.LISTS: Stage.PACK}


def begin(export_id: str, key: str, actor_id: str, language: str, total: int, now: datetime) -> Export:
    """An export of which nothing is done."""
    return Export(export_id, actor_id, key, ExportState.RUNNING, language, Stage.POSTS, "", 0, 0, 0, total, 0, "", now, None)


def check_may_begin(latest: Export | None) -> None:
    """Raises Conflict while one is being made: one at a time."""
    if latest is not None and latest.state is ExportState.RUNNING:
        raise Conflict("an export is running", reason="export-running", public_message="Your data is being put together already.")


def wrote_page(export: Export, position: str, count: int) -> Export:
    """After a page of `count` things, the last of which is `position`."""
    return replace(export, position=position, part=export.part + 1, steps=export.steps + 1, done=export.done + count)


def next_stage(export: Export) -> Export:
    """The stage is finished."""
    return replace(export, stage=_FOLLOWING[export.stage], position="", part=0, steps=export.steps + 1)


def packed(export: Export, left: int) -> Export:
    """After some files went into the archive; that many are still to come."""
    return replace(export, part=export.part + 1, steps=export.steps + 1, done=max(export.total - left, export.done))


def finished(export: Export, size: int, now: datetime) -> Export:
    """The archive is there."""
    return replace(export, state=ExportState.READY, steps=export.steps + 1, done=export.total, size=size, ended_at=now)


def failed(export: Export, reason: str, now: datetime) -> Export:
    """It will not be finished."""
    return replace(export, state=ExportState.FAILED, reason=reason, ended_at=now)


def percent_done(done: int, total: int) -> float:
    """The share that is done, below one while anything is left to do."""
    return min(done / total, 0.99) if total else 0.0


def media_name(media: Media) -> str:
    """Where a file lies in the archive; its id keeps it apart from others of that name."""
    return f"media/{media.id}-{media.name}"
