"""A wire without a network: every delivery is answered by what the test said for its host, and written down."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson

from fedirse.activitypub.signatures import SignedRequest
from fedirse.activitypub.uris import Address
from fedirse.remote.answers import Answer

Headers = tuple[tuple[str, str], ...]
Reply = Callable[["Sent"], Awaitable[Answer] | Answer]

ACCEPTED = Answer(202, {})


@dataclass(frozen=True, slots=True)
class Sent:
    """One POST as it left."""

    host: str
    url: str
    headers: dict[str, str]
    body: bytes
    request: SignedRequest

    @property
    def document(self) -> dict[str, Any]:
        parsed: dict[str, Any] = orjson.loads(self.body)
        return parsed

    @property
    def id(self) -> str:
        return str(self.document["id"])

    @property
    def actor(self) -> str:
        return str(self.document["actor"])

    @property
    def scheme(self) -> str:
        """`cavage`, or `rfc9421` with the kind of the key that its id names."""
        if "signature-input" not in self.headers:
            return "cavage"
        return "rfc9421-ed25519" if "#ed25519-" in self.headers["signature-input"] else "rfc9421"


class Wire:
    """The `Poster` of the test sites.

    `sent` holds every POST in the order in which it left; `in_flight` and `most_in_flight` count by host; `together` has every
    pair of host and actor of which two deliveries were in flight at once.
    """

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.in_flight: Counter[str] = Counter()
        self.most_in_flight: Counter[str] = Counter()
        self.most_in_all = 0
        self.together: list[tuple[str, str]] = []
        self._replies: dict[str, Reply] = {}
        self._scripts: defaultdict[str, list[Answer | Exception]] = defaultdict(list)
        self._busy: Counter[tuple[str, str]] = Counter()
        self._changed = asyncio.Condition()

    def reply(self, host: str, reply: Reply) -> None:
        """Let `reply` answer everything that is sent to `host`."""
        self._replies[host] = reply

    def always(self, host: str, answer: Answer | Exception) -> None:
        """Answer everything that is sent to `host` in the same way."""
        self._replies[host] = lambda _: _result(answer)

    def script(self, host: str, *answers: Answer | Exception) -> None:
        """Answer the next deliveries to `host` with these, in order; what follows is accepted."""
        self._scripts[host].extend(answers)

    def ids(self, host: str) -> list[str]:
        """The ids that were sent to `host`, in order, repetitions included."""
        return [sent.id for sent in self.sent if sent.host == host]

    async def until(self, reached: Callable[[], bool]) -> None:
        """Return when `reached` holds; it is asked after every change on the wire."""
        async with self._changed:
            await self._changed.wait_for(reached)

    async def post(self, address: Address, body: bytes, headers: Headers) -> Answer:
        sent = Sent(
            address.authority, address.url, {name.lower(): value for name, value in headers}, body, _as_request(address, body, headers)
        )
        self.sent.append(sent)
        lane = (sent.host, sent.actor)
        self._busy[lane] += 1
        if self._busy[lane] > 1:
            self.together.append(lane)
        self.in_flight[sent.host] += 1
        self.most_in_flight[sent.host] = max(self.most_in_flight[sent.host], self.in_flight[sent.host])
        self.most_in_all = max(self.most_in_all, self.in_flight.total())
        await self._tell()
        try:
            return await self._answer(sent)
        finally:
            self._busy[lane] -= 1
            self.in_flight[sent.host] -= 1
            await self._tell()

    async def aclose(self) -> None:
        """Nothing is open."""

    async def _answer(self, sent: Sent) -> Answer:
        if self._scripts[sent.host]:
            await asyncio.sleep(0)
            return _result(self._scripts[sent.host].pop(0))
        await asyncio.sleep(0)
        reply = self._replies.get(sent.host)
        answer = reply(sent) if reply is not None else ACCEPTED
        return answer if isinstance(answer, Answer) else await answer

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def _result(answer: Answer | Exception) -> Answer:
    if isinstance(answer, Exception):
        raise answer
    return answer


def _as_request(address: Address, body: bytes, headers: Headers) -> SignedRequest:
    lines = tuple((name.lower(), value) for name, value in headers)
    return SignedRequest("POST", address.scheme, address.authority, address.target, lines, body)
