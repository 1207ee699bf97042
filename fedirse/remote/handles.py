"""From what a person types to an actor: `@name@host`, or the address of a profile."""

from fedirse.activitypub import uris, values
from fedirse.base.actors import StoredActor
from fedirse.base.errors import FedirseError, InvalidInput, MalformedDocument
from fedirse.remote.actors import FetchDocument, KnownActors
from fedirse.remote.client import Client
from fedirse.remote.webfinger import resolve_handle


async def resolve_typed(text: str, *, client: Client, actors: KnownActors, fetch: FetchDocument) -> StoredActor:
    """The actor that a typed handle or address means, known or fetched.

    Args:
        text: `@name@host`, `name@host`, or an http(s) address of an actor or of its profile.
        client: the way out, for WebFinger.
        actors: the actors known so far.
        fetch: asks a profile's address for the document behind it.

    Raises:
        InvalidInput: it is neither.
        RemoteError, ProtocolError: the other server cannot be used, or does not know that name.
    """
    typed = text.strip()
    if typed.startswith(("https://", "http://")):
        try:
            uris.parse(typed, allow_http=True)
        except MalformedDocument as error:
            raise InvalidInput("“%(address)s” is not an address that can be used.", reason="bad-address", address=text[:200]) from error
        # What is pasted is mostly the page that people read; the document behind it says the actor's id.
        known = await actors.find(typed)
        return known or await actors.resolve(values.required_id(await fetch(typed)))
    handle, _, host = typed.removeprefix("@").partition("@")
    if not handle or not host:
        raise InvalidInput(
            "“%(address)s” is neither a handle (@name@server) nor an address (https://…).", reason="bad-handle", address=text[:200]
        )
    return await actors.resolve(await resolve_handle(client, f"{handle}@{host}"), fresh=True)


async def try_to_resolve(text: str, *, client: Client, actors: KnownActors, fetch: FetchDocument) -> StoredActor | None:
    """As `resolve_typed`, None instead of an error: for names in a text, which may be nobody's."""
    try:
        return await resolve_typed(text, client=client, actors=actors, fetch=fetch)
    except FedirseError:
        return None
