"""What happened at the test peer, and waiting for what should.

Every wait is held by the peer until the thing happens, so nothing here sleeps.
"""

from collections.abc import Mapping
from typing import Literal, Never

from tests.interop.peer_records import Attempt, Contact, Incoming, Name, Received, Refusal, Served
from tests.interop.peer_wire import PATIENCE, PeerWire


class PeerTimeout(AssertionError):
    """What a test waited for did not happen; the message says what did."""


class PeerWatch(PeerWire):
    """The lists a peer keeps. A criterion is a field of the record, which must be equal; an unknown one is a TypeError."""

    async def received(self, *, after: int = 0, **criteria: str | int | None) -> list[Received]:
        """Activities that Fedify let in, oldest first, by `type`, `actor`, `object`, `id`, `path`…"""
        return await self._list(Received, "received", criteria, after=after)

    async def refusals(self, *, after: int = 0, **criteria: str | int | None) -> list[Refusal]:
        """Activities that were not let in."""
        return await self._list(Refusal, "log", criteria, after=after)

    async def requests(self, *, after: int = 0, **criteria: str | int | None) -> list[Served]:
        """Every request it answered."""
        return await self._list(Served, "requests", criteria, after=after)

    async def attempts(self, *, after: int = 0, **criteria: str | int | None) -> list[Attempt]:
        """Every request it sent."""
        return await self._list(Attempt, "attempts", criteria, after=after)

    async def followers(self, *, by: Name = "karim") -> list[str]:
        """Addresses of the actors that follow."""
        return [contact.actor for contact in await self._list(Contact, "followers", {}, by=by)]

    async def pending(self, *, by: Name = "karim") -> list[str]:
        """Addresses of the actors whose follow awaits an answer."""
        return [contact.actor for contact in await self._list(Contact, "pending", {}, by=by)]

    async def following(self, *, by: Name = "karim") -> list[Contact]:
        """Whom it asked to follow, and what became of it."""
        return await self._list(Contact, "following", {}, by=by)

    async def eventually_received(
        self,
        type_: str,
        *,
        from_actor: str | None = None,
        object_: str | None = None,
        id_: str | None = None,
        after: int = 0,
        within: float = PATIENCE,
    ) -> Received:
        """The first activity of that type that Fedify let in, once there is one.

        Raises:
            PeerTimeout: there was none within so many seconds; says what came instead, and how the peer's log ends.
        """
        criteria = {"type": type_, "actor": from_actor, "object": object_, "id": id_}
        found = await self._list(Received, "received", criteria, after=after, wait=within)
        return found[0] if found else await self._give_up(f"no {_wanted(criteria)} was let in", within)

    async def eventually_refused(self, type_: str, *, from_actor: str | None = None, after: int = 0, within: float = PATIENCE) -> Refusal:
        """The first activity of that type that was not let in, once there is one."""
        criteria = {"type": type_, "actor": from_actor}
        found = await self._list(Refusal, "log", criteria, after=after, wait=within)
        return found[0] if found else await self._give_up(f"no {_wanted(criteria)} was refused", within)

    async def eventually_follower(self, actor: str, *, by: Name = "karim", within: float = PATIENCE) -> Contact:
        """`actor` as a follower, once it is one."""
        found = await self._list(Contact, "followers", {"actor": actor}, by=by, wait=within)
        return found[0] if found else await self._give_up(f"{actor} does not follow {by}", within)

    async def eventually_pending(self, actor: str, *, by: Name = "karim", within: float = PATIENCE) -> Contact:
        """`actor` among those whose follow awaits an answer, once it is."""
        found = await self._list(Contact, "pending", {"actor": actor}, by=by, wait=within)
        return found[0] if found else await self._give_up(f"{actor} has not asked to follow {by}", within)

    async def eventually_following(
        self, actor: str, *, state: Literal["accepted", "rejected"] = "accepted", by: Name = "karim", within: float = PATIENCE
    ) -> Contact:
        """`actor` as one it follows, once that actor accepted (or rejected) the follow."""
        found = await self._list(Contact, "following", {"actor": actor, "state": state}, by=by, wait=within)
        return found[0] if found else await self._give_up(f"{actor} has not {state} the follow of {by}", within)

    async def settled(self, *, within: float = PATIENCE) -> None:
        """Return when everything it had to send was delivered or given up. Failed deliveries are tried for about three seconds."""
        if not self._answer_of(await self._http.get("settled", params={"wait": within})):
            await self._give_up("it still has something to deliver", within)

    async def _give_up(self, what: str, within: float) -> Never:
        let_in = [_line(entry) for entry in await self.received()]
        refused = [f"{_line(entry)}, {entry.status} by {entry.refused_by}: {entry.reason}" for entry in await self.refusals()]
        report = "\n  ".join([f"{what} within {within:g} s at {self.origin}", "let in:", *let_in, "refused:", *refused, "log:"])
        raise PeerTimeout(f"{report}\n{self._log_tail()}")


def _wanted(criteria: Mapping[str, str | None]) -> str:
    rest = ", ".join(f"{name} {value}" for name, value in criteria.items() if name != "type" and value is not None)
    return f"{criteria['type']} ({rest})" if rest else str(criteria["type"])


def _line(entry: Incoming) -> str:
    return f"- {entry.type} {entry.id} by {entry.actor} at {entry.path}"
