"""Uploaded files become part of a post, in the transaction that writes it; what is kept of the files of others goes with theirs."""

from collections.abc import Sequence
from datetime import datetime

from fedirse.base.errors import InvalidInput, NotFound
from fedirse.site import Site
from fedirse.social.media.actions import attach, set_alt
from fedirse.social.media.cache.actions import forget_files
from fedirse.social.media.model import Media
from fedirse.social.media.views import url_of
from fedirse.social.posts.attachments.views import sources_of
from fedirse.social.posts.model import Attachment, DraftFile, Post
from fedirse.storage.transaction import Transaction


def attach_files(
    tx: Transaction, site: Site, files: Sequence[DraftFile], post_id: str, owner_id: str, now: datetime
) -> tuple[Attachment, ...]:
    """Tie files to a post, in the place of those it had; what others read of them.

    Raises:
        InvalidInput: more than a post may have, a description that is too long, or a file that is no longer there.
    """
    try:
        for file in files:
            set_alt(tx, file.media_id, owner_id, file.alt)
        found = attach(tx, site, [file.media_id for file in files], post_id, owner_id, now)
    except NotFound as error:
        raise InvalidInput(
            "One of the files is no longer there: look at what is left, add it again if you need it, and publish once more.",
            reason="file-gone",
            field="files",
        ) from error
    alts = {file.media_id: " ".join(file.alt.split()) for file in files}
    return tuple(_attachment(site, one, alts[one.id]) for one in found)


def forget_files_of(tx: Transaction, site: Site, post: Post, now: datetime, *, kept: Post | None = None) -> None:
    """Keep the files of a post of another server here no longer, but for those that its edited form still has."""
    gone = set(sources_of(post)) - set(sources_of(kept) if kept is not None else ())
    if gone:
        forget_files(tx, site, gone, now)


def _attachment(site: Site, media: Media, alt: str) -> Attachment:
    # What is no picture is known by its name where nothing says what it is.
    return Attachment(
        url=url_of(site, media),
        media_type=media.media_type,
        alt=alt if media.is_image else alt or media.name,
        blurhash=media.blurhash or "",
        width=media.width,
        height=media.height,
        media_id=media.id,
    )
