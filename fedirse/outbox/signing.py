"""Signs deliveries: which key goes with which scheme, and the headers that come of it."""

from datetime import datetime

from fedirse.activitypub import uris
from fedirse.activitypub.signatures import SignedRequest, sign_cavage, sign_message
from fedirse.activitypub.vocabulary import ACTIVITY_JSON
from fedirse.outbox.schemes import Scheme
from fedirse.remote.client import Headers
from fedirse.storage.signing import KeyPair


def signed_headers(scheme: Scheme, inbox: str, body: bytes, keys: KeyPair, now: datetime) -> Headers:
    """The headers of a delivery: its content type and its signature.

    Args:
        scheme: how to sign.
        inbox: URL that the body is posted to.
        body: the bytes of the activity.
        keys: of the actor who sends it.
        now: aware.
    """
    address = uris.parse(inbox, allow_http=True)
    content_type = ("content-type", ACTIVITY_JSON)
    request = SignedRequest("POST", address.scheme, address.authority, address.target, (content_type,), body)
    match scheme:
        case Scheme.CAVAGE:
            return (content_type, *sign_cavage(request, keys.rsa.uri, keys.rsa.key, now))
        case Scheme.MESSAGE:
            return (content_type, *sign_message(request, keys.rsa.uri, keys.rsa.key, now))
        case Scheme.MESSAGE_ED25519:
            return (content_type, *sign_message(request, keys.ed25519.uri, keys.ed25519.key, now))
