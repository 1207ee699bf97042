"""The addresses under which pages of ours show pictures of other servers. Each carries our signature: nobody else can have us fetch."""

import base64
import binascii
import hashlib
import hmac
from typing import Final

from fedirse.base import limits
from fedirse.site import Site
from fedirse.social.media.model import Variant
from fedirse.social.media.views import media_origin

_KEY_PURPOSE: Final = b"fedirse remote pictures"
_SIGNATURE_BYTES: Final = 16


def remote_picture_path(site: Site, url: str, variant: Variant = "small") -> str:
    """The path of a picture of another server for a page of ours; one of ours keeps its own address."""
    if url.startswith((f"{site.uris.origin}/", f"{media_origin(site)}/")):
        return url
    return f"/media/remote/{variant}/{_signature(site, url)}.{_encode(url.encode())}"


def read_address(site: Site, picture: str) -> str | None:
    """The address behind the last part of such a path; None for what we did not sign."""
    signature, _, encoded = picture.partition(".")
    if len(encoded) > 2 * limits.URI_LENGTH:
        return None
    try:
        url = base64.urlsafe_b64decode(f"{encoded}{'=' * (-len(encoded) % 4)}").decode()
    except (binascii.Error, ValueError):
        return None
    return url if hmac.compare_digest(_signature(site, url).encode(), signature.encode()) else None


def _signature(site: Site, url: str) -> str:
    key = site.signing.keyring.derive(_KEY_PURPOSE)
    return _encode(hmac.digest(key, url.encode(), hashlib.sha256)[:_SIGNATURE_BYTES])


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
