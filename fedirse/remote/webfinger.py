"""Asking other hosts who a handle is (RFC 7033).

The host of the handle decides, wherever it redirects to: what is asked about never changes on the way. Whether the actor that is named
wants the handle is the second half of the round trip, `activitypub.webfinger.confirms`.
"""

from urllib.parse import quote

from fedirse.activitypub import strict_json
from fedirse.activitypub.webfinger import Account, Answer, parse_jrd, parse_resource
from fedirse.base.errors import MalformedDocument, RemoteUnavailable
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
    if client.policy.development:
        # RFC 7033, section 4: https only. Sites on one machine have no certificates.
        try:
            return await _ask(client, "http", account)
        except RemoteUnavailable:
            pass
    return await _ask(client, "https", account)


async def _ask(client: Client, scheme: str, account: Account) -> Answer:
    url = f"{scheme}://{account.host}/.well-known/webfinger?resource={quote(account.uri, safe='')}"
    fetched = await client.fetch(url, FetchKind.JRD)
    return parse_jrd(strict_json.parse(fetched.body))
