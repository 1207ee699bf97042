"""How many fetches strangers may cause: so many a minute for one host, so many for all of them together."""

from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager

from fedirse.base import limits
from fedirse.base.clock import Clock
from fedirse.base.errors import RateLimited

WINDOW_SECONDS = 60.0


class FetchBudget:
    """Counts fetches in a sliding minute.

    Args:
        clock: its monotonic time is used.
        per_host: fetches a minute to one host.
        overall: fetches a minute to all hosts; a flood of subdomains (DOS-027) ends here.
        at_once: fetches under way; each keeps a request waiting, with all it holds.
    """

    def __init__(
        self,
        clock: Clock,
        per_host: int = limits.KEY_FETCHES_PER_HOST_PER_MINUTE,
        overall: int = limits.KEY_FETCHES_PER_MINUTE,
        at_once: int = limits.KEY_FETCHES_AT_ONCE,
    ) -> None:
        self._clock = clock
        self._per_host = per_host
        self._overall = overall
        self._at_once = at_once
        self._under_way = 0
        self._all: deque[float] = deque()
        self._hosts: OrderedDict[str, deque[float]] = OrderedDict()

    @contextmanager
    def fetching(self, host: str) -> Iterator[None]:
        """Fetch from `host` because a stranger says so, inside the block.

        Raises:
            RateLimited: reason "fetch-budget". Whoever used it up may be somebody else: this sender shall come again.
        """
        if self._under_way >= self._at_once or not self.spend(host):
            raise RateLimited(f"too many fetches that strangers caused, now for {host}", retry_after=WINDOW_SECONDS, reason="fetch-budget")
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    def spend(self, host: str) -> bool:
        """Whether one more fetch to `host` fits; if so it is counted. Every port of a machine is the same machine."""
        host = _machine(host)
        now = self._clock.monotonic()
        times = self._hosts.setdefault(host, deque())
        self._hosts.move_to_end(host)
        if len(self._hosts) > limits.REMEMBERED_HOSTS:
            self._hosts.popitem(last=False)
        for window in (times, self._all):
            while window and window[0] <= now - WINDOW_SECONDS:
                window.popleft()
        if len(times) >= self._per_host or len(self._all) >= self._overall:
            return False
        times.append(now)
        self._all.append(now)
        return True


def _machine(host: str) -> str:
    name, _, port = host.rpartition(":")
    return name if port.isdigit() else host
