"""The addresses of uploaded files: lasting ones for others, short-lived ones for pages where a host of its own serves them."""

import base64
import hashlib
import hmac
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from fedirse.site import Site
from fedirse.social.media.model import Media, Purpose, Variant
from fedirse.social.media.rules import file_name
from fedirse.social.media.spool.actions import folder_of

SIGNED_SECONDS: Final = 3600

_KEY_PURPOSE: Final = b"fedirse media addresses"
_SIGNATURE_BYTES: Final = 16


def url_of(site: Site, media: Media, variant: Variant = "full") -> str:
    """The lasting address of a file: for other servers, feeds and mails. To know it is the right to read the file, as far as its item
    leaves the network; so it is only ever told to who may read the item.
    """
    return f"{media_origin(site)}{_path(media, variant)}"


def page_url_of(site: Site, media: Media, variant: Variant, now: datetime) -> str:
    """The address of a file for a page of ours. On a host of its own no session is known, so the address says until when it holds."""
    if site.settings.media_domain is None:
        return _path(media, variant)
    if media.purpose is not Purpose.POST and media.item_id is not None:
        return url_of(site, media, variant)
    # Whole hours, so that the pages of an hour show the same address.
    until = (int(now.timestamp()) // SIGNED_SECONDS + 2) * SIGNED_SECONDS
    query = {"until": str(until), "signature": _signature(site, media.id, file_name(media, variant), until)}
    return f"{url_of(site, media, variant)}?{urlencode(query)}"


def is_signed(site: Site, media: Media, name: str, query: dict[str, str], now: datetime) -> bool:
    """Whether the address of a file carries a signature of ours that still holds."""
    until, signature = query.get("until", ""), query.get("signature", "")
    if not (until.isascii() and until.isdigit() and len(until) <= len("9999999999")) or int(until) < now.timestamp():
        return False
    return hmac.compare_digest(_signature(site, media.id, name, int(until)).encode(), signature.encode())


def media_origin(site: Site) -> str:
    """Where uploaded files are served: the site itself, or the host that is set for them."""
    domain = site.settings.media_domain
    return site.uris.origin if domain is None else f"{site.settings.scheme}://{domain}"


def path_of(site: Site, media: Media, variant: Variant = "full") -> Path:
    """The file on the disk."""
    return folder_of(site, media.key) / file_name(media, variant)


def _path(media: Media, variant: Variant) -> str:
    return f"/media/{media.id}/{media.key}/{file_name(media, variant)}"


def _signature(site: Site, media_id: str, name: str, until: int) -> str:
    key = site.signing.keyring.derive(_KEY_PURPOSE)
    digest = hmac.digest(key, f"{media_id}/{name}/{until}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).decode().rstrip("=")
