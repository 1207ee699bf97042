"""Pages to edit a post, to delete one, and to see what it said before."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import FedirseError, InvalidInput, StorageError
from fedirse.base.roles import Permission
from fedirse.base.types import ANYONE
from fedirse.social.accounts.visitors import deed, open_page, page, reader_of, site_of
from fedirse.social.posts.changing.views import EditPage, read_circles, read_delete, read_edit, read_history
from fedirse.social.posts.composing.actions import resolve_names
from fedirse.social.posts.composing.fields.views import typed_of, with_sheet
from fedirse.social.posts.composing.files.actions import take_uploads
from fedirse.social.posts.composing.model import Sheet
from fedirse.social.posts.composing.rules import arranged, draft_of
from fedirse.social.posts.composing.views import language_choices
from fedirse.social.posts.speaking.actions import delete_for, edit_for, speaker_of
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.rendering import page_language, render
from fedirse.web.visitor import Visitor

_ARRANGES = ("add", "remove", "earlier")
"""Buttons that change the files on the page and publish nothing yet."""


async def get_edit(request: Request, visitor: Visitor) -> Response:
    """A post of one's own, to be changed."""
    site, post_id = site_of(request), request.path_params["post_id"]
    speaker = await site.read(speaker_of, visitor.actor, post_id)
    return _show_edit(request, await site.read(read_edit, site, speaker, post_id))


async def post_edit(request: Request, visitor: Visitor, form: Form) -> Response:
    """Change a post, or the files on the page before that."""
    site, post_id = site_of(request), request.path_params["post_id"]
    now = site.clock.now()
    # Whose post it is comes before any work for it.
    speaker = await site.read(speaker_of, visitor.actor, post_id)
    await site.read(read_edit, site, speaker, post_id)
    sheet = arranged(Sheet(post_id, 0, typed_of(form)), removed=form.text("remove"), earlier=form.text("earlier"))
    taken = await take_uploads(site, speaker.id, sheet, form.uploads("files"), now)
    form = with_sheet(form, taken.sheet)
    if taken.refused or any(form.checked(name) for name in _ARRANGES):
        edited = await site.read(read_edit, site, speaker, post_id, form)
        return _show_edit(request, edited, 422 if taken.refused else 200, taken.refused)
    try:
        circles = await site.read(read_circles, site, speaker, post_id, now)
        draft = draft_of(taken.sheet.typed, now, circles)
        await resolve_names(site, draft.text)
        await site.write(edit_for, site, visitor.actor, post_id, draft, now)
    except InvalidInput as error:
        return _show_edit(request, await site.read(read_edit, site, speaker, post_id, form.with_error(error, "text")), 422)
    except StorageError as error:
        told = form.with_error(InvalidInput(error.template))
        return _show_edit(request, await site.read(read_edit, site, speaker, post_id, told), 503)
    return go_on(request, f"/posts/{post_id}", "The post is changed.")


async def get_delete(request: Request, visitor: Visitor) -> Response:
    """Asks before a post is deleted."""
    site = site_of(request)
    speaker = await site.read(speaker_of, visitor.actor, request.path_params["post_id"])
    shown = await site.read(read_delete, site, speaker, request.path_params["post_id"])
    return render(request, "changing/delete.html", {"card": shown.card, "hosts": shown.hosts})


async def post_delete(request: Request, visitor: Visitor, form: Form) -> Response:
    """Delete a post; a second time changes nothing."""
    del form
    site = site_of(request)
    await site.write(delete_for, site, visitor.actor, request.path_params["post_id"], site.clock.now())
    return go_on(request, "/", "The post is deleted.")


async def get_history(request: Request) -> Response:
    """What a post said before it was edited, for whoever may read the post."""
    site, reader = site_of(request), await reader_of(request, document=False)
    shown = await site.read(read_history, site, reader, request.path_params["post_id"])
    context = {"card": shown.card, "versions": shown.versions}
    return render(request, "changing/history.html", context, private=reader is not ANYONE)


def _show_edit(request: Request, edit: EditPage, status: int = 200, refused: Sequence[tuple[str, FedirseError]] = ()) -> Response:
    languages = language_choices(edit.composer.form.text("language"), page_language(request))
    context = {"post": edit.post, "composer": edit.composer, "languages": languages, "refused": refused}
    return render(request, "changing/edit.html", context, status=status)


ROUTES: list[BaseRoute] = [
    page("/posts/{post_id}/edit", get_edit, Permission.WRITE),
    deed("/posts/{post_id}/edit", post_edit, Permission.WRITE, files=True, keeps=True),
    page("/posts/{post_id}/delete", get_delete, Permission.WRITE),
    deed("/posts/{post_id}/delete", post_delete, Permission.WRITE),
    open_page("/posts/{post_id}/history", get_history),
]
