"""How pages show the files of posts: pictures of ours small, with a link to the large one; everything else by its name."""

from collections.abc import Iterable
from dataclasses import dataclass

from fedirse.site import Site
from fedirse.social.media.model import Purpose
from fedirse.social.media.rules import SMALL_SIDE
from fedirse.social.media.store import list_of_items
from fedirse.social.media.views import page_url_of
from fedirse.social.posts.model import Attachment, Post
from fedirse.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of a post on a page.

    Attributes:
        attachment: the file.
        address: where a link to it leads; may be of another server, and anything.
        picture: where the picture to show lies; empty for what a page shows no picture of.
        width, height: of that picture, where they are known.
        own: whether it lies on this site.
    """

    attachment: Attachment
    address: str
    picture: str = ""
    width: int | None = None
    height: int | None = None
    own: bool = True


def show_files(tx: Transaction, site: Site, posts: Iterable[Post]) -> dict[str, tuple[ShownFile, ...]]:
    """The files of each post that has some, by the post's id; one query for all that are ours."""
    having = [post for post in posts if post.attachments]
    ours = {post.id for post in having if any(attachment.media_id for attachment in post.attachments)}
    media = {one.id: one for found in list_of_items(tx, ours).values() for one in found} if ours else {}
    now = site.clock.now()
    shown: dict[str, tuple[ShownFile, ...]] = {}
    for post in having:
        files: list[ShownFile] = []
        for attachment in post.attachments:
            one = media.get(attachment.media_id)
            if one is None:
                files.append(ShownFile(attachment, attachment.url, own=False))
            elif not one.is_image:
                files.append(ShownFile(attachment, page_url_of(site, one, "full", now)))
            else:
                width, height = _small(one.width, one.height)
                files.append(
                    ShownFile(attachment, page_url_of(site, one, "full", now), page_url_of(site, one, "small", now), width, height)
                )
        shown[post.id] = tuple(files)
    return shown


def _small(width: int | None, height: int | None) -> tuple[int | None, int | None]:
    if not width or not height:
        return None, None
    share = min(1.0, SMALL_SIDE[Purpose.POST] / max(width, height))
    return max(1, round(width * share)), max(1, round(height * share))
