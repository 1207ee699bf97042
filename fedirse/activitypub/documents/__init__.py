"""The documents of ActivityPub as typed values: `parse_x` reads one in normal form, `render_x` writes one, and each undoes the other."""

from fedirse.activitypub.documents.activity import Activity, parse_activity, render_activity
from fedirse.activitypub.documents.actor import Actor, ProfileField, parse_actor, render_actor
from fedirse.activitypub.documents.attachment import Attachment
from fedirse.activitypub.documents.image import Image
from fedirse.activitypub.documents.keys import MultikeyEntry, PublicKeyEntry
from fedirse.activitypub.documents.kind import Kind, kind_of
from fedirse.activitypub.documents.object import PostObject, Source, parse_object, render_object
from fedirse.activitypub.documents.preview import Preview
from fedirse.activitypub.documents.question import Poll, PollOption
from fedirse.activitypub.documents.reference import Embedded, Reference, Target
from fedirse.activitypub.documents.tag import Emoji, Hashtag, Mention
from fedirse.activitypub.documents.tombstone import Tombstone, parse_tombstone, render_tombstone

__all__ = [
    "Activity",
    "Actor",
    "Attachment",
    "Embedded",
    "Emoji",
    "Hashtag",
    "Image",
    "Kind",
    "Mention",
    "MultikeyEntry",
    "Poll",
    "PollOption",
    "PostObject",
    "Preview",
    "ProfileField",
    "PublicKeyEntry",
    "Reference",
    "Source",
    "Target",
    "Tombstone",
    "kind_of",
    "parse_activity",
    "parse_actor",
    "parse_object",
    "parse_tombstone",
    "render_activity",
    "render_actor",
    "render_object",
    "render_tombstone",
]
