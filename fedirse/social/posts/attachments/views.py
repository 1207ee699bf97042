"""How pages show the files of posts: pictures small, with a link to the large one; everything else by its name.

Pictures of other servers are shown from this site, and so is every file that a member has for members, under addresses that say which
post they belong to: whoever asks for one must be somebody who may read that post.
"""

import base64
import hashlib
import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from fedirse.activitypub import uris
from fedirse.base import limits
from fedirse.base.types import Reader
from fedirse.site import Site
from fedirse.social.media.cache.model import Form, Source
from fedirse.social.media.cache.store import list_files
from fedirse.social.media.model import Media, Purpose, Variant
from fedirse.social.media.rules import SMALL_SIDE
from fedirse.social.media.store import list_of_items
from fedirse.social.media.views import page_url_of
from fedirse.social.posts.attachments.rules import format_of, ground_colour, shown_size, source_of
from fedirse.social.posts.model import Attachment, Post
from fedirse.storage.refusals import is_refused_host
from fedirse.storage.transaction import Transaction

_KEY_PURPOSE: Final = b"fedirse pictures of posts"
_MARK_BYTES: Final = 16
_LARGE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of a post on a page.

    Attributes:
        attachment: the file.
        address: where a link to it leads; may be of another server, and anything.
        picture: where the picture to show lies; empty for what a page shows no picture of.
        width, height: of that picture, where they are known.
        own: whether it lies on this site.
        inside: whether it is for members and lies with another one, so that only their sites can have it.
        colour: what to show in the place of the picture until it has come, `#rrggbb` or empty.
        format: what kind of file it is, such as MP4, where that is known.
        size: in bytes, where that is known.
    """

    attachment: Attachment
    address: str
    picture: str = ""
    width: int | None = None
    height: int | None = None
    own: bool = True
    inside: bool = False
    colour: str = ""
    format: str = ""
    size: int | None = None

    @property
    def megabytes(self) -> float:
        """The size of a large file, as people are told it; 0 for a small one, and where it is not known."""
        return round(self.size / 1_000_000, 1) if self.size and self.size >= _LARGE else 0

    @property
    def kilobytes(self) -> int:
        """The size of a small file; 0 for a large one, and where it is not known."""
        return max(1, round(self.size / 1000)) if self.size and self.size < _LARGE else 0


def show_files(tx: Transaction, site: Site, reader: Reader, posts: Iterable[Post]) -> dict[str, tuple[ShownFile, ...]]:
    """The files of each post that has some, by the post's id; a few queries however many they are."""
    having = [post for post in posts if post.attachments]
    ours = {post.id for post in having if any(attachment.media_id for attachment in post.attachments)}
    media = {one.id: one for found in list_of_items(tx, ours).values() for one in found} if ours else {}
    pictures = _to_show(tx, site, reader, [source for post in having for source in sources_of(post) if source.form is Form.PICTURE])
    return {
        post.id: tuple(
            _own(site, attachment, media[attachment.media_id])
            if attachment.media_id in media
            else _of_others(site, post, attachment, pictures)
            for attachment in post.attachments
        )
        for post in having
    }


def sources_of(post: Post) -> list[Source]:
    """The files of a post of another server that a page shows from here."""
    sources = [] if post.local else [source_of(post, attachment) for attachment in post.attachments]
    return [source for source in sources if source is not None][: limits.REMOTE_PICTURES_PER_POST]


def picture_path(site: Site, post: Post, url: str, variant: Variant) -> str:
    """The path of a picture of a post of another server: another one for each post, and for what an edit puts in its place."""
    return f"/posts/{post.id}/pictures/{variant}/{_mark(site, post, url)}"


def file_path(site: Site, post: Post, url: str) -> str:
    """The path of a file of a post that is no picture, like `picture_path`."""
    return f"/posts/{post.id}/files/{_mark(site, post, url)}"


def find_source(site: Site, post: Post, form: Form, mark: str) -> Source | None:
    """What is behind the last part of such a path; None for what is not in the post, or not any more."""
    for source in sources_of(post):
        if source.form is form and hmac.compare_digest(_mark(site, post, source.url).encode(), mark.encode()):
            return source
    return None


def _to_show(tx: Transaction, site: Site, reader: Reader, sources: Collection[Source]) -> frozenset[Source]:
    """Those of the pictures of other servers that this reader is shown: our own people all that can be had, others what is kept here."""
    if not sources:
        return frozenset()
    known = {file.source: file for file in list_files(tx, sources)}
    kept = frozenset(source for source, file in known.items() if file.is_kept)
    if not reader.local:
        return kept
    now = site.clock.now()
    asked = [source for source in sources if source not in known or not known[source].could_not_be_had(now)]
    hosts = {host for source in asked if (host := uris.find_host(source.url)) is not None}
    open_to_us = {host for host in hosts if host != site.uris.host and not is_refused_host(tx, host)}
    return kept | {source for source in asked if uris.find_host(source.url) in open_to_us}


def _own(site: Site, attachment: Attachment, media: Media) -> ShownFile:
    now = site.clock.now()
    full = page_url_of(site, media, "full", now)
    if not media.is_image:
        return ShownFile(attachment, full, size=media.size)
    width, height = shown_size(media.width, media.height, SMALL_SIDE[Purpose.POST])
    return ShownFile(attachment, full, page_url_of(site, media, "small", now), width, height)


def _of_others(site: Site, post: Post, attachment: Attachment, pictures: Collection[Source]) -> ShownFile:
    source = None if post.local else source_of(post, attachment)
    inside = source is not None and bool(source.item_id)
    full = picture_path(site, post, attachment.url, "full")
    if source is None or source not in pictures:
        # What could not be had a moment ago may be had when somebody follows the link, and only from here.
        here = file_path(site, post, attachment.url) if source is not None and source.form is Form.FILE else full
        address = here if inside else attachment.url
        return ShownFile(attachment, address, own=False, inside=inside, format=format_of(attachment), size=attachment.size)
    width, height = shown_size(attachment.width, attachment.height, SMALL_SIDE[Purpose.POST])
    small = picture_path(site, post, attachment.url, "small")
    return ShownFile(attachment, full, small, width, height, own=False, inside=inside, colour=ground_colour(attachment))


def _mark(site: Site, post: Post, url: str) -> str:
    key = site.signing.keyring.derive(_KEY_PURPOSE)
    digest = hmac.digest(key, f"{post.id}/{url}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:_MARK_BYTES]).decode().rstrip("=")
