"""`Accept-Signature` (RFC 9421, section 5): saying that a signature after RFC 9421 is welcome, and hearing it said."""

from fedirse.activitypub.signatures.message import LABEL
from fedirse.activitypub.signatures.structured_fields import InnerList, Item, parse_dictionary, serialise_inner_list
from fedirse.base import limits
from fedirse.base.errors import SignatureError

# Headers that every request we send has and can cover; a peer that asks for others asks in vain.
_OFFERED = frozenset({"@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query", "content-digest"})


def accept_signature_header(*, with_body: bool = True) -> str:
    """Value of `Accept-Signature` for our 401 answers: the components `read_claim` demands, and a time.

    Args:
        with_body: whether the refused request had a body; one without has no digest to cover.
    """
    names = ["@method", "@target-uri", "@authority", *(["content-digest"] if with_body else [])]
    # Section 5.1: `created` is asked for as a flag, its value is the signer's.
    return f"{LABEL}={serialise_inner_list(InnerList(tuple(Item(name, {}) for name in names), {'created': True}))}"


def parse_accept_signature(text: str) -> bool:
    """Whether an answer's `Accept-Signature` tells that the peer verifies RFC 9421 signatures such as ours.

    Never raises: what cannot be read, or asks for components our requests do not have, is no invitation.
    """
    if len(text) > limits.SIGNATURE_HEADER_BYTES:
        return False
    try:
        wanted = parse_dictionary(text)
    except SignatureError:
        return False
    return any(isinstance(member, InnerList) and _can_be_offered(member) for member in wanted.values())


def _can_be_offered(member: InnerList) -> bool:
    return all(item.value in _OFFERED and not item.parameters for item in member.items)
