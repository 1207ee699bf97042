"""Decisions about erasures: what follows a piece, and whether somebody means it. Pure."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from fedirse.base.errors import InvalidInput
from fedirse.features.care.privacy.erasure.model import Erasure, Piece, Step

ORDER: Final = tuple(Step)


def begin(erasure_id: str, actor_id: str, handle: str, total: int, now: datetime) -> Erasure:
    """An erasure of which nothing is done."""
    return Erasure(erasure_id, actor_id, handle, ORDER[0], "", 0, 0, total, now, None)


def advance(erasure: Erasure, piece: Piece, now: datetime) -> Erasure:
    """The erasure after a piece of its step."""
    later = replace(erasure, pieces=erasure.pieces + 1, done=erasure.done + piece.count)
    if piece.position is not None:
        return replace(later, position=piece.position)
    step = ORDER[ORDER.index(erasure.step) + 1]
    return replace(later, step=step, position="", ended_at=now if step is Step.DONE else None)


def check_means_it(typed: str, handle: str) -> None:
    """Raises InvalidInput unless the handle was typed, with or without what stands around it."""
    if typed.strip().lower().removeprefix("@").partition("@")[0] != handle:
        raise InvalidInput("Type the name %(handle)s to go on.", reason="handle-differs", field="handle", handle=handle)
