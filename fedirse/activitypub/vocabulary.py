"""The words of ActivityStreams 2.0 that code compares with: the Public collection, the sets of types, the media types.

What a type means is decided where it is handled.
"""

import re
from typing import Final

AS2: Final = "https://www.w3.org/ns/activitystreams"
"""Address of the normative context; its terms live under it, after a `#`."""

PUBLIC: Final = f"{AS2}#Public"
"""The collection of everybody (AP 5.6). A document in normal form has only this spelling of it."""

ACTOR_TYPES: Final = frozenset({"Application", "Group", "Organization", "Person", "Service"})
COLLECTION_TYPES: Final = frozenset({"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"})
LINK_TYPES: Final = frozenset({"Link", "Mention"})

POST_TYPES: Final = frozenset({"Article", "Note", "Question"})
"""What is read in full as a post."""

OBJECT_TYPES: Final = POST_TYPES | {
    "Audio",
    "ChatMessage",
    "Document",
    "Event",
    "Image",
    "Page",
    "Place",
    "Profile",
    "Relationship",
    "Video",
}
"""Posts, and what is shown like one. Question is also an activity in AS2, but everybody sends it as a post (FEP-9967)."""

INTRANSITIVE_ACTIVITY_TYPES: Final = frozenset({"Arrive", "IntransitiveActivity", "Question", "Travel"})
"""Activities that have no object (AS2 vocabulary 2)."""

ACTIVITY_TYPES: Final = INTRANSITIVE_ACTIVITY_TYPES | {
    "Accept",
    "Activity",
    "Add",
    "Announce",
    "Block",
    "Create",
    "Delete",
    "Dislike",
    "EmojiReact",
    "Flag",
    "Follow",
    "Ignore",
    "Invite",
    "Join",
    "Leave",
    "Like",
    "Listen",
    "Move",
    "Offer",
    "QuoteRequest",
    "Read",
    "Reject",
    "Remove",
    "TentativeAccept",
    "TentativeReject",
    "Undo",
    "Update",
    "View",
}
"""AS2 vocabulary 3.1, with EmojiReact (FEP-c0e0) and QuoteRequest (FEP-044f)."""

ACTIVITY_JSON: Final = "application/activity+json"
LD_JSON: Final = f'application/ld+json; profile="{AS2}"'
ACCEPT: Final = f"{ACTIVITY_JSON}, {LD_JSON}"
"""What to ask for when an object is fetched (AP 3.2)."""

# RFC 9110 section 8.3.1. Nothing but ASCII, so that no two parsers can disagree about what white space or a letter is.
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[\t \x21\x23-\x5b\x5d-\x7e]|\\[\t\x20-\x7e])*"'
_MEDIA_TYPE = re.compile(rf"({_WORD}/{_WORD})((?:[ \t]*;[ \t]*{_WORD}=(?:{_WORD}|{_QUOTED}))*)[ \t]*;?[ \t]*")
_PARAMETER = re.compile(rf";[ \t]*({_WORD})=({_WORD}|{_QUOTED})")
_ESCAPED = re.compile(r"\\(.)")


def is_as2_media_type(header: str) -> bool:
    """Whether the value of a Content-Type header says that the body is ActivityStreams 2.0 (AP 3.2, AS2 core 11.2).

    `application/activity+json`, or `application/ld+json` whose `profile` names the AS2 context. `charset` may be there if it says
    UTF-8; a repeated or any other parameter, and anything that is not one media type by RFC 9110, is no (ORG-007).
    """
    match = _MEDIA_TYPE.fullmatch(header)
    if match is None:
        return False
    parameters: dict[str, str] = {}
    for name, value in _PARAMETER.findall(match[2]):
        if name.lower() in parameters:
            return False
        parameters[name.lower()] = _unquoted(value)
    profile = parameters.pop("profile", None)
    if parameters.pop("charset", "utf-8").lower() != "utf-8" or parameters:
        return False
    # RFC 6906 section 3: the profile is a list of URIs separated by spaces; they are compared as strings.
    names_as2 = profile is not None and AS2 in profile.split(" ")
    kind = match[1].lower()
    return names_as2 if kind == "application/ld+json" else kind == ACTIVITY_JSON and (profile is None or names_as2)


def _unquoted(value: str) -> str:
    return _ESCAPED.sub(r"\1", value[1:-1]) if value.startswith('"') else value
