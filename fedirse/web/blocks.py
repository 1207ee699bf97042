"""What a slice shows on a page of another one: above a person's home, and beside a post. The pages know none of the slices."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fedirse.base.types import Reader
from fedirse.site import Site
from fedirse.storage.transaction import Transaction
from fedirse.web.visitor import Visitor

HOME_BLOCKS: Final = "fedirse.home_blocks"
"""Where the assembly puts what stands above home, in the scope of a request."""
POST_BLOCKS: Final = "fedirse.post_blocks"
"""Where it puts what stands beside a post."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of a page: its template, and what that shows as `shown`.

    `seen` is to be called, with the site, the reader, the post and the time, once the page was shown for the first time; None for no need.
    """

    template: str
    shown: object
    seen: Callable[[Transaction, Site, Reader, str, datetime], None] | None = None


HomeBlock = Callable[[Transaction, Site, Visitor], Shown | None]
"""What stands above the home of somebody who is signed in; None for nothing."""

PostBlock = Callable[[Transaction, Site, Visitor, str], Shown | None]
"""What stands beside the post of that id, which they may read; None for nothing."""


def read_home_blocks(tx: Transaction, blocks: Iterable[HomeBlock], site: Site, visitor: Visitor) -> list[Shown]:
    """What all slices show above somebody's home."""
    return [shown for block in blocks if (shown := block(tx, site, visitor)) is not None]


def read_post_blocks(tx: Transaction, blocks: Iterable[PostBlock], site: Site, visitor: Visitor, post_id: str) -> list[Shown]:
    """What all slices show beside a post."""
    return [shown for block in blocks if (shown := block(tx, site, visitor, post_id)) is not None]
