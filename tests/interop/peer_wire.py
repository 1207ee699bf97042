"""The test peer's control API as HTTP: one method to tell, one to list. Knows no command by name."""

from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar

import httpx
import msgspec

PATIENCE = 60.0
"""Seconds one waits for something that should happen within milliseconds."""

LONGEST_WAIT = 60.0
"""Seconds after which the peer answers any wait, whatever was asked."""

_S = TypeVar("_S", bound=msgspec.Struct)


class PeerProblem(Exception):
    """The peer could not do what a test told it; the message says why."""


class PeerWire:
    """Connection to one running peer.

    Args:
        origin: what its addresses begin with.
        address: where it listens, as http://127.0.0.1:port.
        log_tail: the last lines of its log, for messages.
    """

    def __init__(self, origin: str, address: str, log_tail: Callable[[], str]) -> None:
        self.origin = origin
        self._log_tail = log_tail
        self._http = httpx.AsyncClient(base_url=f"{address}/control/", timeout=LONGEST_WAIT + PATIENCE, trust_env=False)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _do(self, kind: type[_S], command: str, **body: Any) -> _S:
        return msgspec.convert(await self._tell(command, **body), kind)

    async def _tell(self, command: str, **body: Any) -> Any:
        return self._answer_of(await self._http.post(command, json=body))

    async def _list(self, kind: type[_S], name: str, criteria: Mapping[str, str | int | None], **controls: str | float) -> list[_S]:
        spelling = {field.name: field.encode_name for field in msgspec.structs.fields(kind)}
        if unknown := criteria.keys() - spelling:
            raise TypeError(f"{kind.__name__} has no field {', '.join(sorted(unknown))}")
        query = {spelling[field]: str(value) for field, value in criteria.items() if value is not None}
        answer = self._answer_of(await self._http.get(name, params={**query, **controls}))
        return [msgspec.convert(entry, kind) for entry in answer]

    def _answer_of(self, response: httpx.Response) -> Any:
        answer = response.json()
        if response.is_error:
            raise PeerProblem(f"{answer['error']}\n{self._log_tail()}")
        return answer
