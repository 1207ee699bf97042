"""The table that a check leaves: what was expected where, whether it was seen, and after how many seconds."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from fedirse.base.errors import NotFound
from fedirse.demo.cast import CastSite, owner_of
from fedirse.demo.network import Network

LOOK_AGAIN_SECONDS: Final = 0.05
ARRIVAL_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was looked for."""

    step: str
    site: str
    what: str
    seconds: float
    ok: bool


class Watch:
    """Looks, waits, and writes down.

    Args:
        network: what is watched.
        tell: is given each row as soon as it is known.
    """

    def __init__(self, network: Network, tell: Callable[[str], None]) -> None:
        self._network = network
        self._tell = tell
        self._step = ""
        self._began = time.monotonic()
        self.rows: list[Row] = []

    def begin(self, step: str) -> None:
        """What follows belongs to that step; its seconds count from here."""
        self._step = step
        self.restart()

    def restart(self) -> None:
        """Seconds count from here: the command whose effect is awaited has returned."""
        self._began = time.monotonic()

    def expect(self, sites: Iterable[CastSite], what: str, is_so: Callable[[CastSite], bool], within: float = ARRIVAL_SECONDS) -> None:
        """Wait until something is so at all of the sites, looking at each in turn.

        Args:
            sites: where to look.
            what: what is expected, as it reads after the site's name.
            is_so: looks at one of the sites, from outside.
            within: seconds from `begin` or `restart` on.

        Raises:
            NotFound: it is not so in time; the message says what was expected, where, and what the logs say.
        """
        waiting = list(sites)
        while waiting:
            for site in list(waiting):
                if is_so(site):
                    waiting.remove(site)
                    self._record(site, what, ok=True)
            if waiting and time.monotonic() - self._began > within:
                for site in waiting:
                    self._record(site, what, ok=False)
                raise NotFound("not seen", reason="not-seen", public_message=self._explain(waiting[0], what, within))
            if waiting:
                time.sleep(LOOK_AGAIN_SECONDS)

    def expect_now(self, site: CastSite, what: str, *, is_so: bool) -> None:
        """Write down what was just looked at. Raises NotFound when it is not so."""
        self._record(site, what, ok=is_so)
        if not is_so:
            raise NotFound("not seen", reason="not-seen", public_message=self._explain(site, what, 0))

    def _record(self, site: CastSite, what: str, *, ok: bool) -> None:
        row = Row(self._step, site.key, what, time.monotonic() - self._began, ok)
        self.rows.append(row)
        self._tell(line(row))

    def _explain(self, site: CastSite, what: str, within: float) -> str:
        owner = owner_of(site.key)
        wait = f" within {within:.0f} s" if within else ""
        return (
            f"Expected{wait} at {self._network.address(site)}: {what}. Root of the site: {self._network.root(owner)}. "
            f"The end of its log, {self._network.log(owner)}:\n{self._network.last_lines(owner)}"
        )


HEADING: Final = f"{'step':<22}  {'site':<11}  {'seconds':>7}  {'ok':<4}  what"


def line(row: Row) -> str:
    """A row of the table in text."""
    return f"{row.step:<22}  {row.site:<11}  {row.seconds:>7.2f}  {'yes' if row.ok else 'NO':<4}  {row.what}"
