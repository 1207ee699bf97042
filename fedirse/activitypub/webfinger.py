"""WebFinger (RFC 7033): from an address such as `ines@host` to the id of an actor, and the answers to others who ask.

An answer is a claim of the host that was asked. A handle is shown as somebody's only after the round trip: the actor names the
address, and the host of that address names the actor.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from fedirse.activitypub import uris, values
from fedirse.activitypub.documents.actor import Actor
from fedirse.activitypub.vocabulary import ACTIVITY_JSON, is_as2_media_type
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import Host, JsonObject

MEDIA_TYPE: Final = "application/jrd+json"

SELF: Final = "self"
PROFILE_PAGE: Final = "http://webfinger.net/rel/profile-page"
SUBSCRIBE: Final = "http://ostatus.org/schema/1.0/subscribe"
SERVER_ACTOR: Final = "https://www.w3.org/ns/activitystreams#Service"
"""Relation of a server to the actor that acts for it (FEP-d556)."""
FOLLOW_INTENT: Final = "https://w3id.org/fep/3b86/Follow"
"""Relation to where the person of an account follows somebody (FEP-3b86); `{object}` stands for whom."""

_OTHER_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f]+")
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_NOT_IN_AN_AUTHORITY = frozenset("/?#@")
# What RFC 7565 lets the part before "@" be written with; the rest is percent-encoded.
_PLAIN_IN_HANDLE = "!$&'()*+,;="


@dataclass(frozen=True, slots=True)
class Account:
    """An `acct:` URI (RFC 7565).

    Attributes:
        handle: decoded, in the spelling given; hosts differ on whether case matters.
        host: authority, lower-case.
    """

    handle: str
    host: Host

    @property
    def address(self) -> str:
        """`handle@host`."""
        return f"{self.handle}@{self.host}"

    @property
    def uri(self) -> str:
        """`acct:handle@host`, encoded as RFC 7565 asks."""
        return f"acct:{quote(self.handle, safe=_PLAIN_IN_HANDLE)}@{self.host}"

    def same_as(self, other: "Account") -> bool:
        """Whether both are one account. Case is ignored, as Mastodon does: two spellings may not be two people."""
        return self.host == other.host and self.handle.casefold() == other.handle.casefold()


@dataclass(frozen=True, slots=True)
class UriResource:
    """Any other URI that is asked about (FEP-4adb): an actor's id, a profile page, the address of the site (FEP-d556)."""

    uri: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host said about a resource.

    Attributes:
        subject: the account it prefers to speak about; None when it names none.
        actor_id: URI of the actor, not fetched yet.
    """

    subject: Account | None
    actor_id: str


def parse_resource(text: str) -> Account | UriResource:
    """Read the `resource` of a query, decoded once as query strings are.

    Besides URIs it accepts what people type and some programs send: `ines@host`, `@ines@host`, `acct:@ines@host`.

    Raises:
        MalformedDocument: "bad-resource" (RFC 7033, section 4.2: answered with 400).
    """
    if len(text) > limits.URI_LENGTH:
        raise _bad_resource("too long")
    scheme = text.partition(":")[0].lower()
    if scheme == "acct":
        return _parse_account(text[len("acct:") :])
    if scheme in uris.DEFAULT_PORTS:
        if not values.is_uri(text):
            raise _bad_resource("not an absolute URI")
        return UriResource(text)
    return UriResource(text) if _OTHER_URI.fullmatch(text) else _parse_account(text)


def actor_links(actor_id: str, *, profile_page: str | None = None, subscribe_template: str | None = None) -> list[JsonObject]:
    """The links of an actor's answer.

    Args:
        actor_id: the actor's id.
        profile_page: address of the page for people.
        subscribe_template: where somebody else's server sends its person to follow; `{uri}` stands for whom.
    """
    links: list[JsonObject] = [{"rel": SELF, "type": ACTIVITY_JSON, "href": actor_id}]
    if profile_page is not None:
        links.append({"rel": PROFILE_PAGE, "type": "text/html", "href": profile_page})
    if subscribe_template is not None:
        links.append({"rel": SUBSCRIBE, "template": subscribe_template})
        links.append({"rel": FOLLOW_INTENT, "template": subscribe_template.replace("{uri}", "{object}")})
    return links


def server_links(actor_id: str) -> list[JsonObject]:
    """The links of the answer about the site itself (FEP-d556)."""
    return [{"rel": relation, "type": ACTIVITY_JSON, "href": actor_id} for relation in (SERVER_ACTOR, SELF)]


def render_jrd(*, subject: str, links: Sequence[JsonObject], aliases: Sequence[str] = (), relations: Collection[str] = ()) -> JsonObject:
    """A JSON Resource Descriptor (RFC 7033, section 4.4).

    Args:
        subject: URI of what the answer is about, in its preferred spelling.
        links: see `actor_links` and `server_links`.
        aliases: other URIs of the same.
        relations: values of the query's `rel`; when there are any, only those links are given (section 4.3), and all the rest stays.
    """
    chosen = [link for link in links if not relations or link["rel"] in relations]
    return {"subject": subject, **values.present({"aliases": list(aliases)}), "links": chosen}


def parse_jrd(document: JsonObject) -> Answer:
    """Find the actor in another host's answer.

    The first link counts that is `self`, of an ActivityStreams media type and an absolute http(s) URI.

    Raises:
        MalformedDocument: "no-actor-link".
    """
    for link in values.many(document.get("links")):
        if isinstance(link, dict) and link.get("rel") == SELF and _is_as2(link.get("type")):
            href = link.get("href")
            if isinstance(href, str) and values.is_uri(href):
                return Answer(_parse_subject(document.get("subject")), href)
    raise MalformedDocument("the answer links to no actor", reason="no-actor-link")


def find_follow_template(document: JsonObject) -> str | None:
    """Where another host's answer lets its person follow somebody: as FEP-3b86 says it, else as OStatus did; None for nowhere."""
    templates: dict[str, str] = {}
    for link in values.many(document.get("links")):
        if isinstance(link, dict) and link.get("rel") in (FOLLOW_INTENT, SUBSCRIBE) and isinstance(link.get("template"), str):
            templates.setdefault(str(link["rel"]), str(link["template"]))
    usable = {relation: template for relation, template in templates.items() if _WHOM & set(_VARIABLE.findall(template))}
    return usable.get(FOLLOW_INTENT) or usable.get(SUBSCRIBE)


def fill_template(template: str, uri: str) -> str:
    """The address that a template of `find_follow_template` gives for following `uri`; what else it asks for stays empty."""
    return _VARIABLE.sub(lambda variable: quote(uri, safe="") if variable[1] in _WHOM else "", template)


_WHOM: Final = frozenset({"uri", "object"})


def claimed_account(actor: Actor) -> Account | None:
    """The address an actor claims: what it says itself (FEP-2c59), else its handle at the host of its id; None for neither."""
    for address in (actor.webfinger, f"{actor.handle}@{uris.host_of(actor.id)}" if actor.handle else None):
        if address is not None:
            try:
                return _parse_account(address)
            except MalformedDocument:
                continue
    return None


def confirms(answer: Answer, asked: Account, actor_id: str) -> bool:
    """Whether the host of the account `asked` confirms that it is the actor's.

    The answer must name exactly this actor, and be about the account that was asked for: an answer about another account is only the
    hint to ask that account's host (ORG-054).
    """
    return answer.actor_id == actor_id and answer.subject is not None and answer.subject.same_as(asked)


def _parse_account(text: str) -> Account:
    written, _, authority = text.removeprefix("@").rpartition("@")
    handle = values.handle(unquote(written, errors="replace"))
    if handle is None:
        raise _bad_resource("no usable name")
    # Only a bare authority is a host; "https://host/path" would pass as an address.
    if not authority or not _NOT_IN_AN_AUTHORITY.isdisjoint(authority):
        raise _bad_resource("no usable host")
    try:
        return Account(handle, uris.host_of(f"https://{authority}"))
    except MalformedDocument as error:
        raise _bad_resource("no usable host") from error


def _bad_resource(message: str) -> MalformedDocument:
    return MalformedDocument(f"bad resource: {message}", reason="bad-resource")


def _parse_subject(value: object) -> Account | None:
    if not isinstance(value, str) or len(value) > limits.URI_LENGTH:
        return None
    try:
        subject = parse_resource(value)
    except MalformedDocument:
        return None
    return subject if isinstance(subject, Account) else None


def _is_as2(media_type: object) -> bool:
    return isinstance(media_type, str) and is_as2_media_type(media_type)
