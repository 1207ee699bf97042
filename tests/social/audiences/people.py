"""Actors as values, for tests that need nothing but their rows."""

from datetime import UTC, datetime

from fedirse.base.actors import StoredActor

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def person(name: str, host: str, *, local: bool, id_: str | None = None) -> StoredActor:
    """A person of that name on that host; the name is the id unless another is given."""
    uri = f"https://{host}/people/{name}"
    return StoredActor(
        id=id_ or name,
        uri=uri,
        host=host,
        local=local,
        kind="Person",
        handle=name,
        name=name,
        summary="",
        url=uri,
        inbox=f"{uri}/inbox",
        shared_inbox=None,
        outbox=None,
        followers=f"{uri}/followers",
        following=None,
        icon=None,
        image=None,
        fields=(),
        also_known_as=(),
        implements=(),
        moved_to=None,
        locked=False,
        discoverable=True,
        published_at=NOW,
        fetched_at=None,
        gone_at=None,
    )


def remote_person(name: str, host: str) -> StoredActor:
    """Somebody of another server."""
    return person(name, host, local=False)
