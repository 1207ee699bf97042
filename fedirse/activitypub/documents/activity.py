"""Activities: the signed statements that travel between servers (AP 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fedirse.activitypub import values
from fedirse.activitypub.addressing import Addressing, parse_addressing, render_addressing, strip_hidden
from fedirse.activitypub.contexts.outgoing import ACTIVITY_CONTEXT, context_within
from fedirse.activitypub.documents.framing import joined_context, without_context
from fedirse.activitypub.documents.reference import Embedded, Target, find_target, parse_target
from fedirse.activitypub.vocabulary import (
    ACTIVITY_TYPES,
    ACTOR_TYPES,
    COLLECTION_TYPES,
    INTRANSITIVE_ACTIVITY_TYPES,
    LINK_TYPES,
    OBJECT_TYPES,
)
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import JsonObject

# Mastodon's reports list the actor and the posts (`Flag`); everywhere else a second object would be half an effect.
_SEVERAL_OBJECTS = frozenset({"Flag"})
_OTHER_TYPES = (ACTOR_TYPES | COLLECTION_TYPES | LINK_TYPES | OBJECT_TYPES | {"Object", "Tombstone"}) - ACTIVITY_TYPES


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """An activity, read but neither authenticated nor authorised.

    Attributes:
        id: absolute URI.
        type: of several the first known one. A single unknown one is kept: other programs have activities of their own, such as Lock,
            and who receives one that nobody here handles ignores it.
        actor: id of who did it.
        objects: what it was done to: one, several only in a Flag, none only where the type allows.
        target: the place or the aim, as in Add and Move.
        instrument: what it was done with; in a QuoteRequest the quoting post.
        result: what came of it; in an answer to a QuoteRequest the stamp.
        to: recipients, as are cc; `within` is what they are in besides.
        published: when, by the clock of the sender.
        raw: the whole document in normal form, without `bto` and `bcc`.
    """

    id: str
    type: str
    actor: str
    objects: tuple[Target, ...]
    raw: JsonObject
    target: Target | None = None
    instrument: Target | None = None
    result: Target | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    published: datetime | None = None

    @property
    def object(self) -> Target | None:
        """The object, or the first of several."""
        return self.objects[0] if self.objects else None

    @property
    def object_id(self) -> str | None:
        """The id of the object, however it is given; None for none and for an anonymous one."""
        return self.objects[0].id if self.objects else None

    @property
    def object_type(self) -> str | None:
        """The type of the object; None for none, and where only its id is given."""
        return self.objects[0].type if self.objects and isinstance(self.objects[0], Embedded) else None

    @property
    def addressing(self) -> Addressing:
        """`to`, `cc` and `within` together."""
        return Addressing(self.to, self.cc, self.within)


def parse_activity(document: JsonObject) -> Activity:
    """Read an activity in normal form.

    Raises:
        MalformedDocument: "no-id", "bad-id", "not-an-activity", "no-actor", "bad-actor", "several-actors", "no-object",
            "several-objects", "too-many-objects" or "too-many-addressees".
    """
    document = strip_hidden(document)
    activity_id = values.required_id(document)
    activity_type = _parse_type(document.get("type"))
    addressing = parse_addressing(document)
    get = document.get
    return Activity(
        id=activity_id,
        type=activity_type,
        actor=_parse_actor(get("actor")),
        objects=_parse_objects(get("object"), activity_type),
        raw=document,
        target=find_target(get("target")),
        instrument=find_target(get("instrument")),
        result=find_target(get("result")),
        to=addressing.to,
        cc=addressing.cc,
        within=addressing.within,
        published=values.parse_datetime(get("published")),
    )


def render_activity(  # noqa: PLR0913 - the members of an activity, each under its name
    *,
    activity_type: str,
    activity_id: str | None,
    actor: str,
    object: str | JsonObject | Sequence[str | JsonObject] | None,  # noqa: A002 - the name on the wire
    addressing: Addressing = Addressing(),  # noqa: B008 - a frozen value
    target: str | JsonObject | None = None,
    instrument: str | JsonObject | None = None,
    result: str | JsonObject | None = None,
    published: datetime | None = None,
) -> JsonObject:
    """A whole activity, of any type, with its context.

    Args:
        activity_type: Create, Update, Delete, Follow, Accept, Reject, Undo, Like, Announce, Block, Flag…
        activity_id: URI the activity can be fetched by; None for one that only occurs inside another document.
        actor: id of who does it.
        object: id, or a document as rendered here: its context is taken off, because only the outermost document has one.
            In a Delete a rendered Tombstone; in an Accept, Reject or Undo the id or the whole of what is answered.
        addressing: whom it is for.
        target: place or aim.
        instrument: what it is done with.
        result: what comes of it.
        published: when.
    """
    # Only a report has several objects; nobody writes a list for one.
    objects = [object] if isinstance(object, str | dict) else list(object or ())
    parts = [*objects, target, instrument, result]
    embedded = [without_context(part) for part in objects]
    return values.present(
        {
            "@context": joined_context(context_within(ACTIVITY_CONTEXT, addressing.within), parts),
            "id": activity_id,
            "type": activity_type,
            "actor": actor,
            "object": embedded[0] if len(embedded) == 1 else embedded,
            "target": without_context(target),
            "instrument": without_context(instrument),
            "result": without_context(result),
            **render_addressing(addressing),
            "published": values.render_datetime(published) if published else None,
        }
    )


def _parse_type(value: object) -> str:
    found = values.type_name(value, ACTIVITY_TYPES)
    if found is None or len(found) > limits.NAME_LENGTH or found in _OTHER_TYPES:
        raise MalformedDocument("the document is not an activity", reason="not-an-activity")
    return found


def _parse_actor(value: object) -> str:
    actors = values.many(value)
    if len(actors) > 1:
        raise MalformedDocument("the activity has several actors", reason="several-actors")
    actor = values.link_id(value)
    if actor is None:
        raise MalformedDocument("the activity has no actor", reason="no-actor")
    if not values.is_uri(actor):
        raise MalformedDocument("the actor's id is not an absolute URI", reason="bad-actor")
    return actor


def _parse_objects(value: object, activity_type: str) -> tuple[Target, ...]:
    listed = values.many(value)
    if len(listed) > limits.OBJECT_REFERENCES:
        raise MalformedDocument("more objects than the limit", reason="too-many-objects")
    if len(listed) > 1 and activity_type not in _SEVERAL_OBJECTS:
        raise MalformedDocument(f"a {activity_type} of several objects", reason="several-objects")
    found = tuple(target for item in listed if (target := parse_target(item)) is not None)
    if not found and activity_type not in INTRANSITIVE_ACTIVITY_TYPES:
        raise MalformedDocument(f"a {activity_type} without an object", reason="no-object")
    return found
