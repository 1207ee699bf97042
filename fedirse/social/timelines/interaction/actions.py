"""Finding out where somebody of another server can follow one of ours. Anonymous visitors cause the question, so it is bounded."""

from dataclasses import dataclass

from fedirse.activitypub import uris
from fedirse.activitypub.webfinger import Account, fill_template, parse_resource
from fedirse.base.actors import StoredActor
from fedirse.base.errors import FedirseError, InvalidInput, MalformedDocument, RemoteGone, RemoteUnavailable
from fedirse.base.wording import N_
from fedirse.remote.webfinger import follow_template
from fedirse.site import Site
from fedirse.storage.refusals import is_refused_host
from fedirse.web.names import plain


@dataclass(frozen=True, slots=True)
class Departure:
    """Where a visitor can go on: the address on their own server, and the host that it lies on."""

    url: str
    host: str


async def find_departure(site: Site, typed: str, actor: StoredActor) -> Departure:
    """Where the person of the handle `typed` follows `actor`.

    Raises:
        InvalidInput: the handle is none, or of this site, or its server cannot be used for that; the sentence says which.
        RateLimited: too many have asked this lately.
    """
    account = _parse(typed)
    if account.host == site.uris.host:
        raise InvalidInput("That is an address of this site: sign in to follow from here.", reason="own-address", field="address")
    if await site.read(is_refused_host, account.host):
        raise InvalidInput("%(host)s is blocked on this site.", reason="blocked-domain", field="address", host=account.host)
    with site.budget.fetching(account.host):
        template = await _ask(site, account)
    if template is None:
        raise InvalidInput(
            "%(host)s does not say how to follow somebody from there. Search there for %(who)s.",
            reason="no-template",
            field="address",
            host=account.host,
            who=actor.address,
        )
    return _departure(fill_template(template, actor.uri), account, allow_http=site.client.policy.development)


def _parse(typed: str) -> Account:
    try:
        account = parse_resource(typed.strip())
    except MalformedDocument:
        account = None
    if not isinstance(account, Account):
        raise InvalidInput("Write your address like this: @name@server.", reason="bad-handle", field="address")
    return account


async def _ask(site: Site, account: Account) -> str | None:
    try:
        return await follow_template(site.client, account)
    except RemoteUnavailable as error:
        raise _wrong(N_("%(host)s does not answer at the moment. Try again later."), "unanswered", account) from error
    except RemoteGone as error:
        raise _wrong(N_("%(host)s knows nothing of that name or address."), "unknown-there", account) from error
    except FedirseError as error:
        raise _wrong(N_("%(host)s cannot be asked. Check the address."), error.reason, account) from error


def _departure(url: str, account: Account, *, allow_http: bool) -> Departure:
    """The filled template, if it is an address that a browser may be sent to (WEB-006)."""
    try:
        address = uris.parse(url, allow_http=allow_http)
    except MalformedDocument as error:
        raise _wrong(N_("%(host)s cannot be asked. Check the address."), "bad-template", account) from error
    return Departure(address.url, plain(address.authority))


def _wrong(sentence: str, reason: str, account: Account) -> InvalidInput:
    return InvalidInput(sentence, reason=reason, field="address", host=account.host)
