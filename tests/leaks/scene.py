"""A world on a running site, whoever looks at it, and the judge of what they are shown."""

import asyncio
import logging
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message

from fedirse.activitypub.signatures import KeyAlgorithm, SignedRequest, sign_cavage, sign_message
from fedirse.assembly import Process
from fedirse.base.clock import FixedClock
from fedirse.site import Site
from fedirse.social.accounts.actions import create_token
from fedirse.social.accounts.sessions.actions import form_token, new_secret, open_session
from fedirse.social.accounts.store import get_account
from fedirse.social.accounts.visitors import session_cookie_name
from fedirse.storage.transaction import Transaction
from tests.federation.network import START, Network, Sent
from tests.leaks import oracle
from tests.leaks.building import Built, build, write_files
from tests.leaks.world import HERE, LOCALS, NOBODY, Item, World, missing

AS2: Final = "application/activity+json"
HTML: Final = "text/html"
_WORDS: Final = re.compile("kq[bcdfghjklmnpqrtvwz]{9}z")
_IDS: Final = re.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}|[a-z2-7]{32}")
_ORIGIN: Final = f"https://{HERE}"


@dataclass(frozen=True)
class Viewer:
    """Somebody who asks.

    Attributes:
        name: who they are in the world; NOBODY for who does not say.
        way: how they show it: session, token, signature, or nothing.
    """

    name: str
    way: str = ""

    def __str__(self) -> str:
        return f"{self.name or 'nobody'} ({self.way or 'unsigned'})"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    asked: str = ""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def whole(self) -> str:
        lines = "\n".join(f"{name.decode('latin-1')}: {value.decode('latin-1')}" for name, value in self.headers)
        return f"{self.status}\n{lines}\n\n{self.text}"

    def header(self, name: bytes) -> str:
        return next((value.decode("latin-1") for key, value in self.headers if key == name), "")


@dataclass
class Tally:
    """What was asked and what came of it.

    Attributes:
        examples: how many questions each exit was asked.
        shown: of these, how many showed something that is not for everybody to somebody it is for: it is no wall that is tested.
        leaks: what somebody was shown who is outside.
    """

    examples: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.examples.total()

    def add(self, other: "Tally") -> None:
        self.examples += other.examples
        self.shown += other.shown
        self.leaks += other.leaks


class Scene:
    """One world, served.

    Args:
        world: the world.
        built: what became of it on the site.
        site, app, network: the running site and the wire that leads out of it.
        secrets: the session of each of our people; tokens: a bearer token of each.

    Attributes:
        tally: counts.
        exit: which exit is asked.
        logged: what was logged so far.
        queued: what was queued for everybody.
    """

    def __init__(self, world: World, built: Built, network: Network, secrets: Mapping[str, str], tokens: Mapping[str, str]) -> None:
        self.world, self.built, self.network = world, built, network
        self.process: Process = network.processes[HERE]
        self.site: Site = self.process.sites[HERE]
        self.app: ASGIApp = network.wire.applications[HERE]
        self.secrets, self.tokens = secrets, tokens
        self.tally = Tally()
        self.exit = ""
        self.logged: list[str] = []
        self.queued: list[Item] = []
        self.chance = random.Random(f"{world.seed}/questions")
        self.readers = {item.word: oracle.readers(world, item) for item in self.items}
        self.by_id = {one: item.word for item in self.items for one in item.ids}
        self.none = missing(self.chance)
        self._answers_of_none: dict[str, str] = {}
        self.locals = [Viewer(name, way) for name in sorted(LOCALS) for way in ("session", "token")]
        self.strangers = [Viewer(name, "signature") for name in world.others]
        self.viewers = [Viewer(NOBODY), *self.locals, *self.strangers]

    @property
    def items(self) -> list[Item]:
        """What was said, as it is by now."""
        return list(self.world.items.values())

    def may_see(self, viewer: Viewer, word: str) -> bool:
        """Whether the item is for the viewer."""
        return viewer.name in self.readers[word]

    def may_know(self, name: str, word: str) -> bool:
        """Whether somebody may know the address of an item: also of one that they cannot read, where something they can read answers it."""
        return any(name in self.readers[one.word] for one in self.items if word in {one.word, one.parent})

    def pick(self, viewers: list[Viewer], items: list[Item], count: int) -> list[tuple[Viewer, Item]]:
        """Some pairs of who asks and about what; those among them who may see it are taken more often than chance would."""
        pairs = [(self.chance.choice(viewers), self.chance.choice(items)) for _ in range(count)]
        closer = [(viewer, item) for viewer, item in pairs[: count // 4] for viewer in self._readers_among(viewers, item)]
        return pairs[len(closer) :] + closer if closer else pairs

    def _readers_among(self, viewers: list[Viewer], item: Item) -> list[Viewer]:
        fitting = [viewer for viewer in viewers if self.may_see(viewer, item.word)]
        return [self.chance.choice(fitting)] if fitting else []

    async def ask(
        self,
        viewer: Viewer,
        path: str,
        *,
        accept: str = HTML,
        method: str = "GET",
        form: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """What the viewer is answered at that path."""
        headers = {"host": HERE, "accept-language": "fr"} | ({"accept": accept} if accept else {})
        if viewer.way == "session":
            headers["cookie"] = f"{session_cookie_name(self.site)}={self.secrets[viewer.name]}"
        elif viewer.way == "token":
            headers["authorization"] = f"Bearer {self.tokens[viewer.name]}"
        if form is not None:
            token = form_token(self.secrets[viewer.name]) if viewer.way == "session" else ""
            body = urlencode({"form_token": token, **form}).encode()
            headers |= {"content-type": "application/x-www-form-urlencoded", "origin": _ORIGIN, "sec-fetch-site": "same-origin"}
        elif body:
            headers["content-type"] = AS2
        if viewer.way == "signature":
            headers |= self._signature(viewer, method, path, body)
        return await call(self.app, method, path, headers, body)

    def _signature(self, viewer: Viewer, method: str, path: str, body: bytes) -> dict[str, str]:
        key = self.built.keys[viewer.name]
        content = (("content-type", AS2),) if body else ()
        request = SignedRequest(method, "https", HERE, path, content, body)
        sign = sign_cavage if key.algorithm is KeyAlgorithm.RSA else sign_message
        return dict(sign(request, self.built.key_id(viewer.name), key, START))

    async def about(
        self,
        viewer: Viewer,
        item: Item,
        path_of: Callable[[Item], str],
        *,
        everybody: bool = False,
        around: bool = False,
        by_word: bool = False,
        **how: object,
    ) -> Answer:
        """Ask about one item. Whoever it is not for must get, byte for byte, what is answered about one that does not exist.

        Args:
            viewer: who asks.
            item: about what.
            path_of: the path for an item.
            everybody, around: as for `judge`.
            by_word: whether it is asked for by its word, which the answer may repeat; then its id shows that it is there.
            how: as for `ask`; any of it may be made of the item.
        """
        answer = await self._ask_about(viewer, item, path_of, how)
        inside = (NOBODY if everybody else viewer.name) in self.readers[item.word]
        if not inside:
            told, other = _without(answer.whole, item), await self._ask_about_nothing(viewer, path_of, how)
            if told != other:  # reading an announcement lowers the number beside the bell, on every page: what was kept is asked afresh
                other = await self._ask_about_nothing(viewer, path_of, how, afresh=True)
            if told != other:
                self.leak(viewer, f"{answer.asked} differs from what does not exist: {answer.status}, {other[:3]}; {item}")
        self.judge(viewer, answer, besides=() if inside else (item,), said=item.word if by_word else "", everybody=everybody, around=around)
        return answer

    async def _ask_about_nothing(
        self, viewer: Viewer, path_of: Callable[[Item], str], how: Mapping[str, object], *, afresh: bool = False
    ) -> str:
        """What is answered about what nobody ever said; asked once for each way to ask, as long as nothing is changed by asking."""
        key = f"{viewer} {path_of(self.none)} {sorted((name, str(value)) for name, value in how.items())}"
        if afresh or key not in self._answers_of_none or {"form", "body"} & how.keys():
            self._answers_of_none[key] = _without((await self._ask_about(viewer, self.none, path_of, how)).whole, self.none)
        return self._answers_of_none[key]

    async def _ask_about(self, viewer: Viewer, item: Item, path_of: Callable[[Item], str], how: Mapping[str, object]) -> Answer:
        values = {name: value(item) if callable(value) else value for name, value in how.items()}
        return await self.ask(viewer, path_of(item), **values)  # type: ignore[arg-type]

    def judge(
        self,
        viewer: Viewer,
        answer: Answer,
        *,
        besides: tuple[Item, ...] = (),
        said: str = "",
        everybody: bool = False,
        ids: bool = True,
        also: Callable[[Item], bool] | None = None,
        around: bool = False,
    ) -> None:
        """Count one example, and note whatever the answer says that is not for the viewer.

        Args:
            viewer: who got it.
            answer: what they got.
            besides: items that the question itself named.
            said: a word that the question itself said.
            everybody: whether only what is for everybody may be in it.
            ids: whether the ids of items count as well; not where those who answer for the site see what they act upon.
            also: what else they may see there.
            around: whether it is a list that unlisted items have no place in.
        """
        self.tally.examples[self.exit] += 1
        whole = answer.whole
        name = NOBODY if everybody else viewer.name
        named = {item.word for item in besides}
        words = set(_WORDS.findall(whole)) - {said, self.none.word} - named
        found = {self.by_id[one] for one in set(_IDS.findall(whole)) & self.by_id.keys()} - named if ids or said else set()
        shown = False
        for word in words - self.world.items.keys():
            shown |= self._judge_draft(viewer, word, answer)
        for item in [self.world.items[word] for word in (words | found) & self.world.items.keys()]:
            allowed = name in self.readers[item.word] or (also is not None and also(item))
            if item.word in words and (not allowed or item.state == "deleted"):
                self.leak(viewer, f"{answer.asked} shows {item}")
            elif not allowed and not self.may_know(name, item.word):
                self.leak(viewer, f"{answer.asked} names {item}")
            elif around and item.word in words | {said} and item.kind == "public" and not (item.listed or item.boosted_by):
                self.leak(viewer, f"{answer.asked} lists {item}")
            shown |= allowed and (everybody or NOBODY not in self.readers[item.word])
        self.tally.shown[self.exit] += shown

    def _judge_draft(self, viewer: Viewer, word: str, answer: Answer) -> bool:
        owner = next((name for name, draft in self.world.drafts.items() if draft == word), None)
        if owner is not None and owner != viewer.name:
            self.leak(viewer, f"{answer.asked} shows a draft of {owner}")
        return owner == viewer.name

    def judge_sent(self, sent: Sent, *, known: Mapping[str, set[str]] | None = None) -> None:
        """Note what a delivery tells a server where nobody may know of it; `known` is what it was sent before."""
        text = sent.body.decode()
        for word in set(_WORDS.findall(text)) & self.world.items.keys():
            if sent.host not in oracle.servers(self.world, self.world.items[word]):
                self.leak(Viewer(sent.host), f"was sent {text[:300]} of {self.world.items[word]}")
        words = {self.by_id[found] for found in _IDS.findall(text) if found in self.by_id}
        for word in words - (known or {}).get(sent.host, set()):
            if not any(sent.host in oracle.servers(self.world, one) for one in self.world.items.values() if word in {one.word, one.parent}):
                self.leak(Viewer(sent.host), f"was told that there is {self.world.items[word]}: {text[:300]}")

    def judge_count(self, viewer: Viewer, answer: Answer, told: int, allowed: int) -> None:
        """Count one example; a number says as much as a list."""
        self.tally.examples[self.exit] += 1
        self.tally.shown[self.exit] += told > 0
        if told > allowed:
            self.leak(viewer, f"{answer.asked} counts {told} where {allowed} are for them")

    def leak(self, viewer: Viewer, what: str) -> None:
        """Note a leak."""
        self.tally.leaks.append(f"{self.exit}: {viewer}: {what} [world {self.world.seed}]")


def _without(whole: str, item: Item) -> str:
    """An answer without what the question was about, for comparison; all these have one length, and of a digest that it is there."""
    for name, one in (("word", item.word), ("id", item.id), ("media", item.media), ("key", item.key), ("activity", item.activity)):
        whole = whole.replace(one, f"({name})")
    return re.sub(r"(?m)^etag: .*$", "etag: (digest)", whole)


async def call(app: ASGIApp, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """One request to an application, without a client in between that has a mind of its own. Of a stream it takes the first event."""
    raw, _, query = path.partition("?")
    sent: list[Message] = []
    unread = [body]
    heard_enough = asyncio.Event()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": raw,
        "raw_path": raw.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()] + [(b"content-length", str(len(body)).encode())],
        "client": ("203.0.113.9", 40000),
        "server": (HERE, 443),
    }

    async def receive() -> Message:
        if not unread:
            # Whoever waits for the end of the connection waits until they are told to stop.
            await heard_enough.wait()
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": unread.pop(), "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)
        if message.get("body", b"").startswith(b"event: "):
            heard_enough.set()

    await app(scope, receive, send)
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(sent[0]["status"], tuple(sent[0]["headers"]), content, f"{method} {path}")


class _Listener(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def listening() -> Iterator[list[str]]:
    """Everything that is logged meanwhile, at any level."""
    root, listener = logging.getLogger("fedirse"), _Listener()
    before = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        yield listener.lines
    finally:
        root.removeHandler(listener)
        root.setLevel(before)


@asynccontextmanager
async def opened(world: World, folder: Path) -> AsyncIterator[Scene]:
    """The world, on a copy of the site in `folder`, which must be fresh."""
    network = Network(folder, FixedClock(START))
    site = await network.start(HERE)
    try:
        built = await site.write(build, site, world)
        write_files(site, world)
        secrets = {name: new_secret() for name in sorted(LOCALS)}
        tokens = {name: await site.write(create_token, name, "tests", START) for name in sorted(LOCALS)}

        def sign_in(tx: Transaction) -> None:
            for name, secret in secrets.items():
                open_session(tx, get_account(tx, name), secret, "Tests", START)

        await site.write(sign_in)
        yield Scene(world, built, network, secrets, tokens)
    finally:
        await network.stop(HERE)
