"""Drafts: saved by a button or by the script of the composer, listed, thrown away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import FedirseError, InvalidInput, NotFound, StorageError
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.posts.composing import store
from fedirse.social.posts.composing.actions import delete_draft, keep_draft
from fedirse.social.posts.composing.fields.views import form_of, is_id, sheet_of, with_sheet
from fedirse.social.posts.composing.files.actions import take_uploads
from fedirse.social.posts.composing.model import Saved, Sheet
from fedirse.social.posts.composing.pages import show, wrong_with
from fedirse.social.posts.composing.rules import arranged
from fedirse.social.posts.composing.views import composer_with
from fedirse.web.desks import DESKS, Desks
from fedirse.web.errors import STATUS_OF
from fedirse.web.forms import Form
from fedirse.web.languages import translations
from fedirse.web.negotiation import PRIVATE
from fedirse.web.notices import go_on
from fedirse.web.rendering import page_language, render
from fedirse.web.visitor import Visitor

APART: Final = N_("This draft was changed or published in another tab. What stands here is now a draft of its own, so nothing is lost.")


class ShowDraft(Protocol):
    """Shows the page of a desk: all that was typed, what is wrong with it, and files that could not be added."""

    async def __call__(
        self, request: Request, visitor: Visitor, form: Form, *, status: int, refused: Sequence[tuple[str, FedirseError]] = ()
    ) -> Response:
        """The page with the status."""


@dataclass(frozen=True, slots=True)
class DraftPages:
    """How the drafts of one desk are read and shown.

    Attributes:
        path: the page where one is gone on with.
        sheet_of: what that page sent, at a time.
        show: the page again.
    """

    path: str
    sheet_of: Callable[[Form, datetime], Sheet]
    show: ShowDraft


async def get_drafts(request: Request, visitor: Visitor) -> Response:
    """What was written and not published yet."""
    drafts = await site_of(request).read(store.list_drafts, visitor.actor.id)
    desks: Desks = request.scope.get(DESKS, {})
    return render(request, "drafts/drafts.html", {"drafts": drafts, "desks": desks})


async def post_draft(request: Request, visitor: Visitor, form: Form) -> Response:
    """Save what stands in the composer of posts."""
    return await keep_from(request, visitor, form, DraftPages("/compose", sheet_of, _show))


async def keep_from(request: Request, visitor: Visitor, form: Form, pages: DraftPages) -> Response:
    """Save what stands in a composer, add the files that come with it, take one away or move it up.

    A script that asks for JSON is told the draft and its version; a browser sees the composer again, or the drafts after "Keep".
    Raises NotFound: the address names nothing that can be a draft.
    """
    site = site_of(request)
    now = site.clock.now()
    draft_id = request.path_params["draft_id"]
    if not is_id(draft_id):
        raise NotFound("no id of a draft")
    sheet = pages.sheet_of(Form({**form.values, "draft": (draft_id,)}), now)
    sheet = arranged(sheet, removed=form.text("remove"), earlier=form.text("earlier"))
    taken = await take_uploads(site, visitor.actor.id, sheet, form.uploads("files"), now)
    try:
        saved = await site.write(keep_draft, site, visitor.actor.id, taken.sheet, now)
    except (InvalidInput, StorageError) as error:
        if _wants_json(request):
            return _json({"sentence": _sentence(request, error)}, STATUS_OF[type(error)])
        wrong, status = wrong_with(with_sheet(form, taken.sheet), error)
        return await pages.show(request, visitor, wrong, status=status)
    if _wants_json(request):
        return _saved(request, saved)
    if taken.refused or saved.apart:
        shown = form_of(saved.draft)
        shown = shown.with_error(InvalidInput(APART, reason="draft-changed")) if saved.apart else shown
        return await pages.show(request, visitor, shown, status=409 if saved.apart else 422, refused=taken.refused)
    if form.checked("keep"):
        return go_on(request, "/drafts", "Kept as a draft.")
    return go_on(request, f"{pages.path}?draft={saved.draft.id}")


async def _show(
    request: Request, visitor: Visitor, form: Form, *, status: int, refused: Sequence[tuple[str, FedirseError]] = ()
) -> Response:
    site = site_of(request)
    return show(request, await site.read(composer_with, site, visitor.actor, form), status, refused)


async def post_delete(request: Request, visitor: Visitor, form: Form) -> Response:
    """Throw a draft away."""
    del form
    site = site_of(request)
    await site.write(delete_draft, site, visitor.actor.id, request.path_params["draft_id"], site.clock.now())
    return go_on(request, "/drafts", "The draft is deleted.")


def _wants_json(request: Request) -> bool:
    return request.headers.get("accept", "").partition(",")[0].strip() == "application/json"


def _saved(request: Request, saved: Saved) -> Response:
    told = {"sentence": _sentence(request, InvalidInput(APART))} if saved.apart else {}
    return _json({"draft": saved.draft.id, "version": saved.draft.version, **told}, 409 if saved.apart else 200)


def _sentence(request: Request, error: FedirseError) -> str:
    return error.sentence(translations(page_language(request)).gettext)


def _json(content: dict[str, object], status: int) -> Response:
    return Response(orjson.dumps(content), status, {"cache-control": PRIVATE}, media_type="application/json")


ROUTES: list[BaseRoute] = [
    page("/drafts", get_drafts, Permission.WRITE),
    deed("/drafts/{draft_id}", post_draft, Permission.WRITE, files=True, keeps=True),
    deed("/drafts/{draft_id}/delete", post_delete, Permission.WRITE),
]
