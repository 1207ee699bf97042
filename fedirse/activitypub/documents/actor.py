"""Actors: whoever has an inbox (AP 4.1), with the extensions that the large programs share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fedirse.activitypub import uris, values
from fedirse.activitypub.contexts.outgoing import ACTOR_CONTEXT
from fedirse.activitypub.documents.image import Image, parse_image, render_image
from fedirse.activitypub.documents.keys import (
    MultikeyEntry,
    PublicKeyEntry,
    parse_assertion_keys,
    parse_public_keys,
    render_assertion_key,
    render_public_key,
)
from fedirse.activitypub.vocabulary import ACTOR_TYPES
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument, OriginMismatch
from fedirse.base.types import JsonObject


@dataclass(frozen=True, slots=True)
class ProfileField:
    """One line of a profile's table.

    Attributes:
        name: plain text.
        value: HTML, not sanitised yet.
    """

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An actor as its own server describes it. Texts are foreign: nothing here is sanitised or verified.

    Attributes:
        id: absolute URI.
        type: one of Person, Service, Application, Organization, Group.
        handle: the part of the address before the host (`preferredUsername`); None where it cannot be one.
        name: plain text.
        summary: HTML.
        url: the page for people; may be anywhere.
        inbox: on the actor's origin, as are outbox, followers, following, liked, featured and shared_inbox.
        webfinger: the address the actor prefers, `name@host` (FEP-2c59): a claim until its host confirms it.
        implements: URIs of capabilities (FEP-844e).
    """

    id: str
    type: str
    inbox: str
    handle: str | None = None
    name: str | None = None
    summary: str | None = None
    url: str | None = None
    outbox: str | None = None
    followers: str | None = None
    following: str | None = None
    liked: str | None = None
    featured: str | None = None
    shared_inbox: str | None = None
    icon: Image | None = None
    image: Image | None = None
    manually_approves_followers: bool = False
    discoverable: bool = False
    indexable: bool = False
    also_known_as: tuple[str, ...] = ()
    moved_to: str | None = None
    published: datetime | None = None
    fields: tuple[ProfileField, ...] = ()
    public_keys: tuple[PublicKeyEntry, ...] = ()
    assertion_keys: tuple[MultikeyEntry, ...] = ()
    webfinger: str | None = None
    implements: tuple[str, ...] = ()


def parse_actor(document: JsonObject) -> Actor:
    """Read an actor document in normal form.

    Raises:
        MalformedDocument: "no-id", "bad-id", "not-an-actor" or "no-inbox".
        OriginMismatch: "foreign-inbox": deliveries to it would be aimed at somebody else.
    """
    actor_id = values.required_id(document)
    actor_type = values.type_name(document.get("type"), ACTOR_TYPES)
    if actor_type not in ACTOR_TYPES:
        raise MalformedDocument("the document is not an actor", reason="not-an-actor")
    endpoints = values.first(document.get("endpoints"))
    shared_inbox = endpoints.get("sharedInbox") if isinstance(endpoints, dict) else None

    def own(value: Any) -> str | None:
        return _on_origin_of(actor_id, value)

    return Actor(
        id=actor_id,
        type=actor_type,
        inbox=_parse_inbox(document, actor_id),
        handle=values.handle(document.get("preferredUsername")),
        name=values.natural_text(document, "name", limits.NAME_LENGTH),
        summary=values.natural_text(document, "summary"),
        url=values.web_address(document.get("url")),
        outbox=own(document.get("outbox")),
        followers=own(document.get("followers")),
        following=own(document.get("following")),
        liked=own(document.get("liked")),
        featured=own(document.get("featured")),
        # Whoever operates a foreign shared inbox would be sent the posts of this actor's followees (ORG-061).
        shared_inbox=own(shared_inbox),
        icon=parse_image(document.get("icon")),
        image=parse_image(document.get("image")),
        manually_approves_followers=values.boolean(document.get("manuallyApprovesFollowers")) or False,
        discoverable=values.boolean(document.get("discoverable")) or False,
        indexable=values.boolean(document.get("indexable")) or False,
        also_known_as=values.link_ids(document.get("alsoKnownAs"))[: limits.ACTOR_ALIASES],
        moved_to=values.uri(document.get("movedTo")),
        published=values.parse_datetime(document.get("published")),
        fields=_parse_fields(document.get("attachment")),
        public_keys=parse_public_keys(document.get("publicKey"), actor_id),
        assertion_keys=parse_assertion_keys(document.get("assertionMethod"), actor_id),
        webfinger=_parse_webfinger(document.get("webfinger")),
        implements=_parse_implements(document),
    )


def render_actor(actor: Actor) -> JsonObject:
    """The inverse of `parse_actor`: a whole document, with its context."""
    endpoints = {"sharedInbox": actor.shared_inbox} if actor.shared_inbox else None
    return values.present(
        {
            "@context": list(ACTOR_CONTEXT),
            "id": actor.id,
            "type": actor.type,
            "preferredUsername": actor.handle,
            "name": actor.name,
            "summary": actor.summary,
            "url": actor.url,
            "inbox": actor.inbox,
            "outbox": actor.outbox,
            "followers": actor.followers,
            "following": actor.following,
            "liked": actor.liked,
            "featured": actor.featured,
            "endpoints": endpoints,
            "icon": render_image(actor.icon),
            "image": render_image(actor.image),
            "manuallyApprovesFollowers": actor.manually_approves_followers,
            "discoverable": actor.discoverable,
            "indexable": actor.indexable,
            "alsoKnownAs": list(actor.also_known_as),
            "movedTo": actor.moved_to,
            "published": values.render_datetime(actor.published) if actor.published else None,
            "attachment": [{"type": "PropertyValue", "name": field.name, "value": field.value} for field in actor.fields],
            "publicKey": _one_or_many([render_public_key(key) for key in actor.public_keys]),
            "assertionMethod": [render_assertion_key(key) for key in actor.assertion_keys],
            "webfinger": actor.webfinger,
        }
        | _render_implements(actor)
    )


def _parse_inbox(document: JsonObject, actor_id: str) -> str:
    inbox = values.uri(document.get("inbox"))
    if inbox is None:
        raise MalformedDocument("the actor has no inbox", reason="no-inbox")
    if not uris.same_origin(inbox, actor_id):
        raise OriginMismatch(f"the inbox of {actor_id} is on another origin", reason="foreign-inbox")
    return inbox


def _on_origin_of(actor_id: str, value: Any) -> str | None:
    target = values.uri(value)
    return target if target is not None and uris.same_origin(target, actor_id) else None


def _parse_webfinger(value: Any) -> str | None:
    # FEP-2c59 allows the address with and without the scheme.
    address = (values.text(value, limits.NAME_LENGTH) or "").removeprefix("acct:")
    handle, at, host = address.rpartition("@")
    return address if at and host and host.isprintable() and values.handle(handle) else None


def _parse_fields(value: Any) -> tuple[ProfileField, ...]:
    found: list[ProfileField] = []
    for item in values.many(value)[: limits.ATTACHMENTS]:
        if isinstance(item, dict) and "PropertyValue" in values.many(item.get("type")):
            name = values.text(item.get("name"), limits.NAME_LENGTH)
            content = values.text(item.get("value"), limits.PROFILE_FIELD_LENGTH)
            if name is not None and content is not None:
                found.append(ProfileField(name, content))
    return tuple(found)


def _parse_implements(document: JsonObject) -> tuple[str, ...]:
    """An Application says it itself, any other actor through the Application in `generator`."""
    generator = values.first(document.get("generator"))
    said_by_generator = generator.get("implements") if isinstance(generator, dict) else None
    return values.link_ids(values.many(document.get("implements")) + values.many(said_by_generator))[: limits.OBJECT_REFERENCES]


def _render_implements(actor: Actor) -> JsonObject:
    capabilities = [{"type": "Link", "href": href} for href in actor.implements]
    if not capabilities or actor.type == "Application":
        return {"implements": capabilities}
    return {"generator": {"type": "Application", "implements": capabilities}}


def _one_or_many(items: list[JsonObject]) -> JsonObject | list[JsonObject]:
    # Mastodon and Misskey read `publicKey` as one object.
    return items[0] if len(items) == 1 else items
