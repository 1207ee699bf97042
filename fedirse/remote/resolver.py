"""Names to addresses that were checked: what both outgoing transports ask, and the only place that asks DNS."""

import asyncio
import socket
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol

from fedirse.base.errors import RemoteUnavailable
from fedirse.remote.guard import AddressPolicy, check_address, own_addresses_of

Lookup = Callable[[str], Iterable[str]]
"""A host name to numeric addresses, best first; blocks, and raises OSError when there are none."""


_THREADS: Final = 16
_ADDRESSES: Final = 8


class Resolves(Protocol):
    """What answers with the numeric addresses of a host; `Resolver` does."""

    async def resolve(self, host: str) -> tuple[str, ...]:
        """Checked addresses, best first. Raises UnsafeAddress or RemoteUnavailable (reason "dns")."""
        ...


class Resolver:
    """Resolves a host once per connection and refuses it when any of its addresses is not one we connect to.

    Refusing the whole answer, and not only the bad address, leaves nothing to gain from mixing private addresses into it.

    Args:
        policy: where may be connected to.
        lookup: how to ask; the system's resolver unless a test says otherwise.
    """

    def __init__(self, policy: AddressPolicy, *, lookup: Lookup | None = None) -> None:
        self._policy = policy
        self._lookup = lookup or _ask_system
        # Threads of its own: a name server that never answers holds up other look-ups, and nothing else of the process.
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="resolver")

    async def resolve(self, host: str) -> tuple[str, ...]:
        """The checked numeric addresses of `host` (as in `Address.host`), best first; never empty, at most eight.

        Raises:
            UnsafeAddress: at least one of them is refused.
            RemoteUnavailable: reason "dns", the name has no address at the moment.
        """
        addresses = own_addresses_of(self._policy, host) or await self._ask(host)
        for address in addresses:
            check_address(self._policy, host, address)
        return addresses

    def close(self) -> None:
        """Drop what is waiting; a look-up that is under way ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _ask(self, host: str) -> tuple[str, ...]:
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._threads, self._lookup, host)
        # UnicodeError: Python's own codec for host names has rules beyond the length of a label.
        except (OSError, UnicodeError) as error:
            raise RemoteUnavailable(f"{host} cannot be resolved: {error}", reason="dns") from error
        addresses = tuple(dict.fromkeys(found))[:_ADDRESSES]
        if not addresses:
            raise RemoteUnavailable(f"{host} has no address", reason="dns")
        return addresses


def _ask_system(host: str) -> list[str]:
    return [str(sockaddr[0]) for *_, sockaddr in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
