"""Whether what somebody typed names one person or one thing, and which. Pure."""

from dataclasses import dataclass

from fedirse.activitypub import uris
from fedirse.activitypub.own_uris import OwnUris
from fedirse.activitypub.webfinger import Account, parse_resource
from fedirse.base.errors import InvalidInput, MalformedDocument


@dataclass(frozen=True, slots=True)
class Handle:
    """`@name@host`; the host is that of the handle, which the actor's own address need not have."""

    name: str
    host: str


@dataclass(frozen=True, slots=True)
class Address:
    """A pasted address, of a page or of a document."""

    url: str


@dataclass(frozen=True, slots=True)
class OwnPost:
    """A post of this site, by its id."""

    post_id: str


Target = Handle | Address | OwnPost


def parse_target(typed: str, own: OwnUris) -> Target:
    """What is meant by `@name`, `@name@host`, `name@host`, `acct:…`, or an address of a profile or post.

    Raises:
        InvalidInput: it is none of them, or an address that cannot be used.
    """
    text = typed.strip()
    if text.startswith(("https://", "http://")):
        return _parse_address(text, own)
    name = text.removeprefix("@")
    if name != text and "@" not in name and name and not name.split()[1:]:
        return Handle(name.lower(), own.host)
    try:
        account = parse_resource(text)
    except MalformedDocument as error:
        raise _neither(text) from error
    if not isinstance(account, Account):
        raise _neither(text)
    return Handle(account.handle, account.host)


def names_one(typed: str) -> bool:
    """Whether that looks like a handle or an address rather than like words."""
    text = typed.strip()
    return not text.split()[1:] and (text.startswith(("https://", "http://", "acct:")) or "@" in text.removeprefix("@"))


def host_of(target: Target, own: OwnUris) -> str:
    """Which server knows about it."""
    match target:
        case Handle(host=host):
            return host
        case Address(url=url):
            return uris.host_of(url)
        case OwnPost():
            return own.host


def _parse_address(text: str, own: OwnUris) -> Target:
    try:
        uris.parse(text, allow_http=own.scheme == "http")
    except MalformedDocument as error:
        raise InvalidInput("“%(typed)s” is not an address that can be used.", reason="bad-address", field="q", typed=text[:200]) from error
    if not own.is_own(text):
        return Address(text)
    first, _, rest = text.removeprefix(own.origin).partition("?")[0].partition("#")[0].strip("/").partition("/")
    if first.startswith("@"):
        name, _, host = first[1:].partition("@")
        return Handle(name.lower() if not host else name, host or own.host)
    if first == "posts" and rest:
        return OwnPost(rest.partition("/")[0])
    if first == "people" and rest:
        return Handle(rest.partition("/")[0].lower(), own.host)
    return Address(own.site_actor if first in {"", "actor"} else text)


def _neither(text: str) -> InvalidInput:
    return InvalidInput(
        "“%(typed)s” is neither a handle (@name@server) nor an address (https://…).", reason="not-an-address", field="q", typed=text[:200]
    )
