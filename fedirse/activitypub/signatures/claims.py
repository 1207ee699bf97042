"""From a received request to a verified claim: which scheme, how old, whose key. The order of the steps is the door's."""

from datetime import datetime, timedelta

from fedirse.activitypub.signatures.base import Claim, key_algorithm, uncovered
from fedirse.activitypub.signatures.cavage import read_cavage
from fedirse.activitypub.signatures.keys import PublicKey
from fedirse.activitypub.signatures.message import read_message
from fedirse.activitypub.signatures.request import SignedRequest, check_request, index_fields
from fedirse.base.errors import SignatureError


def read_claim(request: SignedRequest) -> Claim:
    """What a request says about its signature; RFC 9421 where a Signature-Input is present, otherwise the draft.

    The claim covers method, target, host, a time and, where there is a body, its digest. Nothing is proven yet: freshness, digest
    and signature are checked by the functions below.

    Raises:
        SignatureError: "unsigned" without either header; otherwise the reasons of `check_request`, `read_cavage` and `read_message`.
            Never another exception, whatever the headers hold.
    """
    fields = index_fields(request)
    if "signature" not in fields and "signature-input" not in fields:
        raise SignatureError("the request is not signed", reason="unsigned")
    check_request(request, fields)
    return read_message(request, fields) if "signature-input" in fields else read_cavage(request, fields)


def check_freshness(claim: Claim, now: datetime, *, window: timedelta, ahead: timedelta) -> None:
    """Refuse a signature of another time.

    Args:
        claim: as read.
        now: aware.
        window: how old the covered time may be.
        ahead: how far it may lie in the future, for clocks that are fast.

    Raises:
        SignatureError: "uncovered-time", "too-old", "too-far-ahead", or "expired" when the signer's own limit has passed.
    """
    if claim.created is None:
        raise uncovered("time")
    age = now - claim.created
    if age > window:
        raise SignatureError(f"signed {age.total_seconds():.0f} s ago", reason="too-old")
    if -age > ahead:
        raise SignatureError(f"signed {-age.total_seconds():.0f} s in the future", reason="too-far-ahead")
    if claim.expires is not None and claim.expires <= now:
        raise SignatureError("the signature has expired", reason="expired")


def verify_claim(claim: Claim, key: PublicKey) -> None:
    """Prove the claim with the key its `key_id` leads to. Who owns that key is the caller's question.

    Raises:
        SignatureError: "unsupported-algorithm"; "wrong-key" when the stated algorithm is not one of this key's; "bad-signature".
    """
    expected = key_algorithm(claim.algorithm)
    if expected is not None and expected is not key.algorithm:
        raise SignatureError(f"{claim.algorithm} with a key for {key.algorithm.value}", reason="wrong-key")
    if not key.verify(claim.signature, claim.signing_base):
        raise SignatureError(f"the signature is not that of {claim.key_id}", reason="bad-signature")
