"""What of a person's data is ActivityStreams, as other programs read it from an archive. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from fedirse.activitypub import values
from fedirse.activitypub.addressing import Addressing
from fedirse.activitypub.contexts.outgoing import COLLECTION_CONTEXT
from fedirse.activitypub.documents.activity import render_activity
from fedirse.activitypub.own_uris import OwnUris
from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base.actors import StoredActor
from fedirse.base.types import JsonObject
from fedirse.features.care.privacy.exports.model import Message
from fedirse.social.posts.model import Post


def render_create(uris: OwnUris, actor: StoredActor, post: Post, document: JsonObject, files: Mapping[str, str]) -> JsonObject:
    """The Create of a post, with its files where they lie in the archive.

    Args:
        uris: our addresses.
        actor: who wrote it.
        post: the post.
        document: it as others read it.
        files: by our id of a file, where it lies in the archive.
    """
    attachments = document.get("attachment", [])
    for attachment, known in zip(attachments, post.attachments, strict=True):
        attachment["url"] = files.get(known.media_id, known.url)
    addressing = Addressing(tuple(document.get("to", ())), tuple(document.get("cc", ())))
    return _activity("Create", f"{uris.post(post.id)}#create", actor, document, addressing, post)


def render_announce(actor: StoredActor, boost: Post, target: str) -> JsonObject:
    """The Announce of a boost."""
    return _activity("Announce", boost.uri, actor, target, Addressing((PUBLIC,), (actor.followers or "",)), boost)


def render_list(name: str, items: Sequence[object]) -> JsonObject:
    """An ordered collection in one document, by the name of its file."""
    return {"@context": list(COLLECTION_CONTEXT), "id": name, "type": "OrderedCollection", "totalItems": len(items), "orderedItems": items}


def list_frame(name: str) -> tuple[bytes, bytes]:
    """What stands before and after the items of a collection that is too long to be held at once."""
    context = ", ".join(f'"{one}"' for one in COLLECTION_CONTEXT if isinstance(one, str))
    before = f'{{"@context": [{context}], "id": "{name}", "type": "OrderedCollection", "orderedItems": ['
    return before.encode(), b"]}"


def render_messages(found: Iterable[Message]) -> list[JsonObject]:
    """Direct messages of others: who, when, and the words."""
    return [
        {
            "id": message.uri,
            "attributedTo": message.author,
            "published": values.render_datetime(message.published_at),
            "content": message.text,
        }
        for message in found
    ]


def _activity(kind: str, uri: str, actor: StoredActor, what: JsonObject | str, addressing: Addressing, post: Post) -> JsonObject:
    return render_activity(
        activity_type=kind, activity_id=uri, actor=actor.uri, object=what, addressing=addressing, published=post.published_at
    )
