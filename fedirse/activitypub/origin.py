"""Who may speak for which id (FEP-fe34). The one module that decides it; everybody else asks here.

Origin is scheme, host and port. A server polices its own actors, so ids on one origin may vouch for each other; nobody vouches for an
id elsewhere. What a copy says about its owner is never enough: the STORED owner decides over what is already here.
"""

from dataclasses import dataclass
from typing import Literal

from fedirse.activitypub import uris, values
from fedirse.activitypub.documents.activity import Activity
from fedirse.activitypub.documents.object import PostObject
from fedirse.activitypub.documents.reference import Embedded
from fedirse.base.errors import MalformedDocument, OriginMismatch


@dataclass(frozen=True, slots=True)
class Refetch:
    """What was fetched names another id on the origin it came from: forget the document and fetch that id.

    Attributes:
        id: what to fetch; the second answer must carry exactly this id.
    """

    id: str


def origin_of(uri: str) -> str:
    """The origin of an http(s) URI. Raises MalformedDocument "bad-uri"."""
    return uris.origin_of(uri)


def same_origin(first: str, second: str) -> bool:
    """Whether two http(s) URIs have one origin. Raises MalformedDocument "bad-uri"."""
    return uris.same_origin(first, second)


def check_activity_authority(activity: Activity, signer_actor_id: str) -> None:
    """The actor of an activity signed it, and its id is theirs to give out.

    Raises:
        OriginMismatch: "actor-not-signer" or "foreign-activity-id".
    """
    if activity.actor != signer_actor_id:
        raise OriginMismatch(f"{signer_actor_id} signed an activity of {activity.actor}", reason="actor-not-signer")
    # An id on another origin would take the place of that origin's own activity where duplicates are recognised.
    _check_same_origin(activity.id, activity.actor, "foreign-activity-id")


def check_object_authority(actor_id: str, post: PostObject) -> None:
    """The actor is an author of the post, its id is theirs to give out, and nobody elsewhere is made its author.

    Raises:
        OriginMismatch: "anonymous-object", "not-the-author", "foreign-object-id" or "foreign-author".
    """
    if post.id is None:
        raise OriginMismatch("nobody can speak for a post without an id", reason="anonymous-object")
    if actor_id not in post.attributed_to:
        raise OriginMismatch(f"{post.id} is not attributed to {actor_id}", reason="not-the-author")
    _check_same_origin(post.id, actor_id, "foreign-object-id")
    for author in post.attributed_to:
        _check_same_origin(author, actor_id, "foreign-author")


def check_update(actor_id: str, object_id: str, stored_owner: str) -> None:
    """Only the stored owner changes a document; an actor owns itself. What it becomes passes `check_object_authority` as well.

    Raises:
        OriginMismatch: "not-the-owner", or "foreign-object-id".
    """
    if actor_id != stored_owner:
        raise OriginMismatch(f"{actor_id} does not own {object_id}", reason="not-the-owner")
    _check_same_origin(object_id, actor_id, "foreign-object-id")


def check_delete(actor_id: str, object_id: str, stored_owner: str) -> Literal["delete", "verify"]:
    """Whether an actor may delete a document.

    Returns:
        "delete" for its stored owner. "verify" for another actor of the same server, such as one that moderates there: then the
        document is fetched, and deleted only when its server says that it is gone.

    Raises:
        OriginMismatch: "not-the-owner" for anybody else.
    """
    if actor_id == stored_owner:
        _check_same_origin(object_id, actor_id, "foreign-object-id")
        return "delete"
    if same_origin(actor_id, stored_owner) and same_origin(object_id, stored_owner):
        return "verify"
    raise OriginMismatch(f"{actor_id} does not own {object_id}", reason="not-the-owner")


def check_undo(actor_id: str, stored_actor: str) -> None:
    """Only who did it undoes it; `stored_actor` is the actor of the activity as it was accepted here.

    Raises:
        OriginMismatch: "not-the-actor".
    """
    if actor_id != stored_actor:
        raise OriginMismatch(f"{actor_id} undoes what {stored_actor} did", reason="not-the-actor")


def check_answer(actor_id: str, asked: str) -> None:
    """Only who was asked answers with Accept or Reject; `asked` is the object of our own stored Follow, Offer or Invite.

    Raises:
        OriginMismatch: "not-the-one-asked".
    """
    if actor_id != asked:
        raise OriginMismatch(f"{actor_id} answers for {asked}", reason="not-the-one-asked")


def check_collection_change(actor_id: str, collection_id: str, stored_owner: str) -> None:
    """Only the owner of a collection adds to it and removes from it.

    Whether the added item may stand there is another question; for pinned posts it is `check_object_authority`.

    Raises:
        OriginMismatch: "not-the-owner" or "foreign-collection".
    """
    if actor_id != stored_owner:
        raise OriginMismatch(f"{actor_id} does not own {collection_id}", reason="not-the-owner")
    _check_same_origin(collection_id, actor_id, "foreign-collection")


def may_be_believed(holder_actor_id: str, embedded: Embedded) -> bool:
    """Whether a copy embedded in an authenticated activity may be used without fetching it (FEP-fe34, "Embedding").

    True for a copy that its holder owns on their own origin, and for an anonymous one that names no other owner. Anything else is a hint
    where to look: a boosted post, or somebody else's Delete inside a group's Announce, is fetched from its origin first.

    Args:
        holder_actor_id: the authenticated actor of the activity around it.
        embedded: the copy.
    """
    if embedded.id == holder_actor_id:
        return True
    document = embedded.document
    owners = {*values.link_ids(document.get("actor")), *values.link_ids(document.get("attributedTo"))}
    if embedded.id is None:
        return owners <= {holder_actor_id}
    return owners == {holder_actor_id} and same_origin(embedded.id, holder_actor_id)


def check_fetched(requested_url: str, final_url: str, document_id: object) -> Literal["use"] | Refetch:
    """Whether a fetched document may be taken for what its id says.

    Args:
        requested_url: what was asked for, a fragment being of no account.
        final_url: where the answer came from, after redirects.
        document_id: the `id` in the document, as it stands there.

    Returns:
        "use" when the id is exactly what was asked for. `Refetch` when the document comes from the origin of its id but under another
        address, as a page that answers with the post; the caller fetches that once.

    Raises:
        MalformedDocument: "no-id" or "bad-id".
        OriginMismatch: "foreign-id" when it claims an id on another origin than it came from.
    """
    if document_id is None:
        raise MalformedDocument("the fetched document has no id", reason="no-id")
    if not isinstance(document_id, str) or not values.is_uri(document_id):
        raise MalformedDocument("the id is not an absolute URI", reason="bad-id")
    # The last address of the redirects counts: the first one may be an open redirect on the very host that is impersonated.
    _check_same_origin(document_id, final_url, "foreign-id")
    if document_id in {requested_url, requested_url.partition("#")[0]}:
        return "use"
    return Refetch(document_id)


def _check_same_origin(claimed_id: str, speaker: str, reason: str) -> None:
    if not same_origin(claimed_id, speaker):
        raise OriginMismatch(f"{claimed_id} is not on the origin of {speaker}", reason=reason)
