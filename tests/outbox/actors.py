"""Actors of other servers, as this site would have stored them."""

from datetime import UTC, datetime
from typing import Any

from fedirse.base.actors import StoredActor
from fedirse.base.identifiers import new_id

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def remote_actor(handle: str, host: str, **changes: Any) -> StoredActor:
    """The person `handle` of `host`, on a server with a shared inbox."""
    uri = f"https://{host}/people/{handle}"
    values: dict[str, Any] = {
        "id": new_id(SINCE),
        "uri": uri,
        "host": host,
        "local": False,
        "kind": "Person",
        "handle": handle,
        "name": "",
        "summary": "",
        "url": None,
        "inbox": f"{uri}/inbox",
        "shared_inbox": f"https://{host}/inbox",
        "outbox": f"{uri}/outbox",
        "followers": f"{uri}/followers",
        "following": f"{uri}/following",
        "icon": None,
        "image": None,
        "fields": (),
        "also_known_as": (),
        "implements": (),
        "moved_to": None,
        "locked": False,
        "discoverable": True,
        "published_at": None,
        "fetched_at": SINCE,
        "gone_at": None,
    }
    return StoredActor(**values | changes)
