"""How many fetches strangers may cause: so many a minute for one host, so many for all of them together."""

from collections import OrderedDict, deque

from fedirse.base import limits
from fedirse.base.clock import Clock

WINDOW_SECONDS = 60.0


class FetchBudget:
    """Counts fetches in a sliding minute.

    Args:
        clock: its monotonic time is used.
        per_host: fetches a minute to one host.
        overall: fetches a minute to all hosts; a flood of subdomains (DOS-027) ends here.
    """

    def __init__(
        self,
        clock: Clock,
        per_host: int = limits.KEY_FETCHES_PER_HOST_PER_MINUTE,
        overall: int = limits.KEY_FETCHES_PER_MINUTE,
    ) -> None:
        self._clock = clock
        self._per_host = per_host
        self._overall = overall
        self._all: deque[float] = deque()
        self._hosts: OrderedDict[str, deque[float]] = OrderedDict()

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
