"""What an invitation may be, and whether one can be believed. Pure."""

from datetime import datetime
from typing import Final

import orjson

from fedirse.activitypub import strict_json, uris
from fedirse.activitypub.signatures import load_multikey
from fedirse.activitypub.signatures.keys import KeyAlgorithm
from fedirse.base import limits
from fedirse.base.errors import InvalidInput, MalformedDocument, ProtocolError, Refused, SignatureError
from fedirse.social.network.authority.rules import check_attributes
from fedirse.social.network.joining.invitations.model import InvitationLink, Offer, Wish
from fedirse.social.network.roster.rules import AHEAD

_IN_FILE: Final = "fedirse-invitation"
_PATH: Final = "/network/invitations/"


def check_wish(wish: Wish) -> None:
    """Raises InvalidInput for an invitation for nobody, for too many, for too long, or with texts that are too long."""
    if not 1 <= wish.uses <= limits.INVITATION_USES:
        most = limits.INVITATION_USES
        raise InvalidInput("An invitation is for 1 to %(most)s sites.", reason="invitation-uses", field="uses", most=most)
    if not 1 <= wish.days <= limits.INVITATION_DAYS:
        most = limits.INVITATION_DAYS
        raise InvalidInput("An invitation lasts 1 to %(most)s days.", reason="invitation-days", field="days", most=most)
    if len(wish.note) > limits.NAME_LENGTH:
        raise InvalidInput("The note is longer than %(most)s characters.", reason="note-long", field="note", most=limits.NAME_LENGTH)
    check_attributes(wish.attributes)


def read_invitation_file(content: bytes) -> str:
    """The link in the file of an invitation: one that `invitation_file` made, or a text that is the link.

    Raises:
        InvalidInput: it is no invitation.
    """
    if len(content) > limits.INVITATION_FILE_BYTES:
        raise _not_a_file()
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise _not_a_file() from error
    if not text.startswith("{"):
        return text
    try:
        link = strict_json.parse(text.encode()).get(_IN_FILE)
    except ProtocolError as error:
        raise _not_a_file() from error
    if not isinstance(link, str):
        raise _not_a_file()
    return link


def invitation_file(link: str) -> bytes:
    """An invitation as a file to send."""
    return orjson.dumps({_IN_FILE: link}, option=orjson.OPT_INDENT_2)


def parse_link(text: str, *, allow_http: bool = False) -> InvitationLink:
    """The link that somebody pasted. Raises InvalidInput when it is none, or lost the key at its end on the way."""
    address, _, key = text.strip().partition("#")
    try:
        found = uris.parse(address, allow_http=allow_http)
    except MalformedDocument as error:
        raise _not_a_link() from error
    path, _, secret = found.target.rpartition("/")
    if f"{path}/" != _PATH or not secret or len(secret) > limits.LINK_SECRET_CHARACTERS:
        raise _not_a_link()
    try:
        usable = load_multikey(key).algorithm is KeyAlgorithm.ED25519
    except SignatureError as error:
        raise _not_whole() from error
    if not usable:
        raise _not_whole()
    return InvitationLink(address, key)


def check_offer(offer: Offer, link: InvitationLink, now: datetime) -> None:
    """Whether an offer, whose proof is that of the link's key, is what the link was handed over for, and still stands.

    Raises:
        Refused: "other-network", "clock" or "expired-invitation".
    """
    own = [offer.address, offer.network, offer.members]
    if offer.address != link.address or any(not uris.same_origin(uri, link.address) for uri in own):
        raise Refused(
            f"{link.address} is for {offer.network}",
            reason="other-network",
            public_message="This invitation is for another network than the server it lies on. Ask the head office for a new one.",
        )
    if abs(offer.shown_at - now) > AHEAD:
        # Signed a moment ago: whoever is wrong about the time would be refused by every member, and take the dates of the roster wrong.
        raise Refused(
            f"here it is {now.isoformat()}, there {offer.shown_at.isoformat()}",
            reason="clock",
            public_message="The clocks of this site and of the head office differ by %(minutes)s minutes. Put them right, then try again.",
            minutes=int(abs(offer.shown_at - now).total_seconds() // 60),
        )
    if offer.ends_at <= now:
        raise Refused(
            "the invitation has ended",
            reason="expired-invitation",
            public_message="The time of this invitation is over. Ask the head office for a new one.",
        )


def _not_a_link() -> InvalidInput:
    return InvalidInput(
        "This is not an invitation to a network. Copy the whole link, from https:// to the end.", reason="not-an-invitation", field="link"
    )


def _not_a_file() -> InvalidInput:
    return InvalidInput(
        "This file is no invitation to a network. Take the one that the head office sent.", reason="no-invitation", field="file"
    )


def _not_whole() -> InvalidInput:
    return InvalidInput(
        "The end of the link is missing: the part after # is the key of the network. Copy the whole link.", reason="no-key", field="link"
    )
