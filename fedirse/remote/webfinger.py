"""Asking other hosts who a handle is (RFC 7033).

The host of the handle decides, wherever it redirects to: what is asked about never changes on the way. Whether the actor that is named
wants the handle is the second half of the round trip, `activitypub.webfinger.confirms`.
"""

from urllib.parse import quote

from fedirse.activitypub import strict_json
from fedirse.activitypub.webfinger import Account, Answer, find_follow_template, parse_jrd, parse_resource
from fedirse.base.errors import MalformedDocument, RemoteUnavailable
from fedirse.base.types import JsonObject
from fedirse.remote.client import Client, FetchKind


async def resolve_handle(client: Client, handle: str) -> str:
    """The URI of the actor that the host of a handle (`@anna@host`, `anna@host`, `acct:anna@host`) names; the actor is not fetched.

    Raises:
        MalformedDocument: "bad-resource" for what is no handle; "no-actor-link" or a reason of the strict JSON for the answer.
        RemoteError, UnsupportedMediaType: the host does not answer, or says no; see `Client.fetch`.
    """
    account = parse_resource(handle)
    if not isinstance(account, Account):
        raise MalformedDocument("a URI, not a handle", reason="bad-resource")
    return (await ask(client, account)).actor_id


async def ask(client: Client, account: Account) -> Answer:
    """What the host of an account says about it, over https. Raises as `resolve_handle` does."""
    return parse_jrd(await _describe(client, account))


async def follow_template(client: Client, account: Account) -> str | None:
    """Where the host of an account lets its person follow somebody who is elsewhere; None when it does not say.

    Raises:
        MalformedDocument: a reason of the strict JSON.
        RemoteError, UnsupportedMediaType: as `resolve_handle`.
    """
    return find_follow_template(await _describe(client, account))


async def _describe(client: Client, account: Account) -> JsonObject:
    if client.policy.development:
        # RFC 7033, section 4: https only. Sites on one machine have no certificates.
        try:
            return await _fetch(client, "http", account)
        except RemoteUnavailable:
            pass
    return await _fetch(client, "https", account)


async def _fetch(client: Client, scheme: str, account: Account) -> JsonObject:
    url = f"{scheme}://{account.host}/.well-known/webfinger?resource={quote(account.uri, safe='')}"
    fetched = await client.fetch(url, FetchKind.JRD)
    return strict_json.parse(fetched.body)
