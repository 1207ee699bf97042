"""What an inbox costs: signed notes of followed authors over many connections, until each is stored and acknowledged."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson

from bench.identities import Identities, actor_uri, addresses, key_uri
from bench.measure import Figure, cpu_seconds
from bench.running import Installation, Program, free_port
from fedirse.activitypub.signatures import SignedRequest, sign_cavage
from fedirse.activitypub.vocabulary import ACTIVITY_JSON, PUBLIC

AUTHORS = 16
CONNECTIONS = (16, 64)
WARM_UP = 500
MEASURED = 4000
MICROSECONDS = 1e6

TEXT = "<p>The new season starts on Monday. Whoever wants to help with the windows: call <strong>before ten</strong>.</p>" * 3


def measure(folder: Path) -> Iterator[Figure]:
    """CPU time of one activity, at each number of connections, beside the least program."""
    origins = [f"http://{address}:9" for address in addresses(AUTHORS, 21)]
    identities = Identities.create(folder / "identities", [])
    site = Installation.with_site(folder / "root")
    floors = _measure_floor(folder, identities, origins)
    with site.serving() as process, Program.start("press", site.root, site.host, identities.folder) as press:
        press.hear()
        press.ask({"do": "meet", "origins": origins, "implements": [], "follow": "them"})
        _send(folder, identities, origins, site.host, "warm", count=WARM_UP, connections=CONNECTIONS[0])
        for connections in CONNECTIONS:
            cost, rate = _cost(process.pid, folder, identities, origins, site.host, connections)
            name = f"ingest one Create, SQLite FULL, {connections} connections"
            yield Figure(f"{name}: CPU", cost, "µs", floors[connections], 485.0)
            yield Figure(f"{name}: rate", rate, "/s", more_is_better=True)


def _measure_floor(folder: Path, identities: Identities, origins: list[str]) -> dict[int, float]:
    port = free_port()
    host = f"127.0.0.1:{port}"
    with Program.start("least_inbox", folder / "least", port, identities.folder) as least:
        _wait_until_open(port)
        _send(folder, identities, origins, host, "warm", count=WARM_UP, connections=CONNECTIONS[0])
        return {connections: _cost(least.pid, folder, identities, origins, host, connections)[0] for connections in CONNECTIONS}


def _cost(pid: int, folder: Path, identities: Identities, origins: list[str], host: str, connections: int) -> tuple[float, float]:
    """Microseconds of CPU for one activity, and activities per second."""
    path = _prepare(folder, identities, origins, host, f"measured-{connections}", MEASURED)
    before = cpu_seconds(pid)
    seconds = _post(path, host, connections)
    return (cpu_seconds(pid) - before) / MEASURED * MICROSECONDS, MEASURED / seconds


def _send(folder: Path, identities: Identities, origins: list[str], host: str, name: str, *, count: int, connections: int) -> None:
    _post(_prepare(folder, identities, origins, host, name, count), host, connections)


def _post(path: Path, host: str, connections: int) -> float:
    address, _, port = host.partition(":")
    with Program.start("load", address, port, connections, path) as load:
        told = load.hear()
    if set(told["answers"]) != {"202"}:
        raise RuntimeError(f"not every activity was accepted: {told['answers']}")
    seconds: float = told["seconds"]
    return seconds


def _prepare(folder: Path, identities: Identities, origins: list[str], host: str, name: str, count: int) -> Path:
    """A file of requests, signed before anything is measured."""
    path = folder / f"{name}-{host.rpartition(':')[2]}.requests"
    now = datetime.now(UTC)
    with path.open("wb") as file:
        for number in range(count):
            request = _request(identities, origins[number % len(origins)], host, f"{name}-{number}", now)
            file.write(len(request).to_bytes(4) + request)
    return path


def _request(identities: Identities, origin: str, host: str, name: str, now: datetime) -> bytes:
    body = orjson.dumps(_create(actor_uri(origin), name, now))
    content_type = ("content-type", ACTIVITY_JSON)
    signed = sign_cavage(SignedRequest("POST", "http", host, "/inbox", (content_type,), body), key_uri(origin), identities.key, now)
    headers = [("host", host), ("user-agent", "load"), content_type, *signed, ("content-length", str(len(body)))]
    return "\r\n".join(["POST /inbox HTTP/1.1", *(f"{key}: {value}" for key, value in headers), "", ""]).encode() + body


def _create(author: str, name: str, now: datetime) -> dict[str, object]:
    """A note as Mastodon would send it."""
    audience = {"to": [PUBLIC], "cc": [f"{author}/followers"]}
    published = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    note = {
        "id": f"{author}/statuses/{name}",
        "type": "Note",
        "summary": None,
        "inReplyTo": None,
        "published": published,
        "url": f"{author}/{name}",
        "attributedTo": author,
        "sensitive": False,
        "atomUri": f"{author}/statuses/{name}",
        "inReplyToAtomUri": None,
        "conversation": f"tag:example.org,2026-11-22:objectId={name}:objectType=Conversation",
        "content": TEXT,
        "contentMap": {"en": TEXT},
        "attachment": [],
        "tag": [{"type": "Hashtag", "href": "https://example.org/tags/windows", "name": "#windows"}],
    }
    context = [
        "https://www.w3.org/ns/activitystreams",
        {
            "ostatus": "http://ostatus.org#",
            "atomUri": "ostatus:atomUri",
            "inReplyToAtomUri": "ostatus:inReplyToAtomUri",
            "conversation": "ostatus:conversation",
            "sensitive": "as:sensitive",
            "toot": "http://joinmastodon.org/ns#",
            "Hashtag": "as:Hashtag",
        },
    ]
    create = {"@context": context, "id": f"{author}/statuses/{name}/activity", "type": "Create", "actor": author, "published": published}
    return create | audience | {"object": note | audience}


def _wait_until_open(port: int) -> None:
    deadline = time.monotonic() + 30
    probe = Installation(Path(), port)
    while probe.get("localhost", "/") is None and time.monotonic() < deadline:
        time.sleep(0.01)
