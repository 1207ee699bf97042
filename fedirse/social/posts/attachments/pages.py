"""Files of posts of other servers, for whoever may read the post."""

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import NotFound, RemoteUnavailable
from fedirse.base.types import Reader
from fedirse.base.wording import N_
from fedirse.site import Site
from fedirse.social.accounts.visitors import open_page, reader_of, site_of
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.media.cache.actions import FILE_NAME
from fedirse.social.media.cache.model import Form, Source
from fedirse.social.media.cache.pages import asked_variant, folder_for, picture_response
from fedirse.social.media.kinds.rules import HEAD_BYTES, recognise
from fedirse.social.media.pages import OneRange, safe_headers
from fedirse.social.media.rules import clean_name
from fedirse.social.posts.attachments.views import find_source
from fedirse.social.posts.model import Post
from fedirse.social.posts.store import list_readable_posts
from fedirse.storage.transaction import Transaction
from fedirse.web.negotiation import PRIVATE, wants_activity

_NOT_NOW = N_("The site that has this file does not give it at the moment. Try again in a few minutes.")


async def get_picture(request: Request) -> Response:
    """A picture of a post: fetched the first time one of our people looks at the post, and kept here for a while."""
    site, variant = site_of(request), asked_variant(request)
    reader = await reader_of(request, document=False)
    post, source = await site.read(_find, request, site, Form.PICTURE, reader)
    folder = await folder_for(site, source, reader)
    is_public = post.audience.kind is AudienceKind.PUBLIC
    return picture_response(folder, variant) if is_public else picture_response(folder, variant, cache_control=PRIVATE)


async def get_file(request: Request) -> Response:
    """A file that a member has for members, to download: fetched the first time one of our people wants it, and kept here for a while."""
    site = site_of(request)
    if wants_activity(request):
        raise NotFound("a file is no document")
    reader = await reader_of(request, document=False)
    post, source = await site.read(_find, request, site, Form.FILE, reader)
    try:
        folder = await folder_for(site, source, reader)
    except NotFound as error:
        # Only who may read the post comes here.
        raise RemoteUnavailable(str(error), reason="file-not-given", public_message=_NOT_NOW) from error
    return await _download(folder / FILE_NAME, _name_of(post, source))


async def _download(path: Path, typed_name: str) -> Response:
    """A file under the name its author gave it, as what its bytes are."""
    kind = recognise(await asyncio.to_thread(_head, path))
    headers = {**safe_headers(clean_name(typed_name, kind), inline=False), "cross-origin-resource-policy": "same-origin"}
    return OneRange(path, headers={**headers, "cache-control": PRIVATE}, media_type=kind.media_type)


def _name_of(post: Post, source: Source) -> str:
    """What a file of a post is called: servers say that where they say what a picture shows."""
    return next(one.alt or one.url.rpartition("/")[2] for one in post.attachments if one.url == source.url)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _find(tx: Transaction, request: Request, site: Site, form: Form, reader: Reader) -> tuple[Post, Source]:
    """The post of the path and its file. Raises NotFound for missing, for gone and for not yours alike."""
    asked = request.path_params
    post = list_readable_posts(tx, [asked["post_id"]], reader).get(asked["post_id"])
    source = find_source(site, post, form, asked["mark"]) if post is not None else None
    if post is None or source is None:
        raise NotFound("no file of such a post for this reader")
    return post, source


ROUTES: list[BaseRoute] = [
    open_page("/posts/{post_id}/pictures/{variant}/{mark}", get_picture),
    open_page("/posts/{post_id}/files/{mark}", get_file),
]
