"""Which sites of the network somebody sees who asks for some of them. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final, TypeVar
from urllib.parse import urlencode

from fedirse.social.network.console.model import MemberLine, Show, Shown, Sort, Wish
from fedirse.social.network.model import comparable
from fedirse.social.network.roster.model import Standing

PAGE: Final = 50
_LATE: Final = datetime.max.replace(tzinfo=UTC)
_AGREE: Final = timedelta(minutes=10)
_LONGEST_NUMBER: Final = 4

T = TypeVar("T", Show, Sort)


def read_wish(given: Mapping[str, str]) -> Wish:
    """What the address of the page asks for; what means nothing is as if it was not there."""
    page = given.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) <= _LONGEST_NUMBER else 1
    return Wish(
        words=" ".join(given.get("q", "").split()),
        region=" ".join(given.get("region", "").split()),
        show=_choice(Show, given.get("show", ""), Show.ALL),
        sort=_choice(Sort, given.get("sort", ""), Sort.NAME),
        page=max(number, 1),
    )


def render_wish(wish: Wish) -> str:
    """The inverse: what stands behind the `?` of the address; empty for everything as it is without."""
    plain = Wish()
    given = {
        "q": wish.words,
        "region": wish.region,
        "show": wish.show.value if wish.show is not plain.show else "",
        "sort": wish.sort.value if wish.sort is not plain.sort else "",
        "page": str(wish.page) if wish.page != plain.page else "",
    }
    return urlencode({name: value for name, value in given.items() if value})


def choose(lines: Iterable[MemberLine], wish: Wish) -> Shown:
    """The lines that are asked for, a page of them."""
    known = tuple(lines)
    found = sorted((line for line in known if _is_meant(line, wish)), key=_ORDERS[wish.sort])
    pages = max(-(-len(found) // PAGE), 1)
    page = min(wish.page, pages)
    regions = {comparable(line.attributes.region): line.attributes.region for line in known if line.attributes.region.strip()}
    silent = [line.failing_since for line in known if is_shown(line, Show.SILENT) and line.failing_since is not None]
    return Shown(
        wish=replace(wish, page=page),
        lines=tuple(found[(page - 1) * PAGE : page * PAGE]),
        total=len(found),
        pages=pages,
        regions=tuple(sorted(regions.values(), key=str.casefold)),
        counts=MappingProxyType({show: sum(is_shown(line, show) for line in known if not line.head_office) for show in Show}),
        silent_since=min(silent, default=None),
    )


def is_shown(line: MemberLine, show: Show) -> bool:
    """Whether a site is one of those."""
    return _MEANT[show](line)


def find_own_clock(clocks: Iterable[timedelta]) -> timedelta | None:
    """By how much our own clock is behind: where two other sites or more are off by the same, and nobody disagrees, it is ours."""
    found = sorted(clocks)
    if len(found) < 2 or found[-1] - found[0] > _AGREE:  # noqa: PLR2004 - one alone may be wrong itself
        return None
    return found[len(found) // 2]


def _is_meant(line: MemberLine, wish: Wish) -> bool:
    words = comparable(wish.words)
    texts = (line.name, line.host, line.attributes.city, line.attributes.brand)
    named = not words or any(words in comparable(text) for text in texts)
    placed = not wish.region or comparable(wish.region) == comparable(line.attributes.region)
    return named and placed and is_shown(line, wish.show)


def _is_silent(line: MemberLine) -> bool:
    return line.standing.trusted and line.failing_since is not None


_MEANT: Final[Mapping[Show, Callable[[MemberLine], bool]]] = {
    Show.ALL: lambda _: True,
    Show.ANSWERS: lambda line: line.standing.trusted and not _is_silent(line),
    Show.SILENT: _is_silent,
    Show.BEHIND: lambda line: line.standing.trusted and line.behind,
    Show.CLOCK: lambda line: line.clock is not None,
    Show.UNSURE: lambda line: line.standing in {Standing.OUTDATED, Standing.LAPSED, Standing.STRANGER},
    Show.SUSPENDED: lambda line: line.standing is Standing.SUSPENDED,
    Show.REMOVED: lambda line: line.standing is Standing.REMOVED,
}

_Key = tuple[object, ...]


def _by_name(line: MemberLine) -> _Key:
    return (line.until is None, not line.head_office, line.name.casefold(), line.member)


_ORDERS: Final[Mapping[Sort, Callable[[MemberLine], _Key]]] = {
    Sort.NAME: _by_name,
    Sort.REGION: lambda line: (not line.attributes.region, comparable(line.attributes.region), *_by_name(line)),
    Sort.SILENCE: lambda line: (line.failing_since or _LATE, line.heard_at is not None, line.heard_at or _LATE, *_by_name(line)),
    Sort.WAITING: lambda line: (-line.waiting, *_by_name(line)),
}


def _choice(kind: type[T], typed: str, otherwise: T) -> T:
    return kind(typed) if typed in {one.value for one in kind} else otherwise
