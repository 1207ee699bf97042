"""Drafts: saved by a button or by the script of the composer, listed, thrown away."""

from typing import Final

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
from fedirse.social.posts.composing.model import Saved
from fedirse.social.posts.composing.pages import show, show_again
from fedirse.social.posts.composing.rules import arranged
from fedirse.social.posts.composing.views import composer_with
from fedirse.web.errors import STATUS_OF
from fedirse.web.forms import Form
from fedirse.web.languages import translations
from fedirse.web.negotiation import PRIVATE
from fedirse.web.notices import go_on
from fedirse.web.rendering import page_language, render
from fedirse.web.visitor import Visitor

APART: Final = N_("This draft was changed or published in another tab. What stands here is now a draft of its own, so nothing is lost.")


async def get_drafts(request: Request, visitor: Visitor) -> Response:
    """What was written and not published yet."""
    drafts = await site_of(request).read(store.list_drafts, visitor.actor.id)
    return render(request, "drafts/drafts.html", {"drafts": drafts})


async def post_draft(request: Request, visitor: Visitor, form: Form) -> Response:
    """Save what stands in a composer, add the files that come with it, take one away or move it up.

    A script that asks for JSON is told the draft and its version; a browser sees the composer again, or the drafts after "Keep".
    """
    site = site_of(request)
    now = site.clock.now()
    draft_id = request.path_params["draft_id"]
    if not is_id(draft_id):
        raise NotFound("no id of a draft")
    sheet = sheet_of(Form({**form.values, "draft": (draft_id,)}), now)
    sheet = arranged(sheet, removed=form.text("remove"), earlier=form.text("earlier"))
    taken = await take_uploads(site, visitor.actor.id, sheet, form.uploads("files"), now)
    try:
        saved = await site.write(keep_draft, site, visitor.actor.id, taken.sheet, now)
    except (InvalidInput, StorageError) as error:
        if _wants_json(request):
            return _json({"sentence": _sentence(request, error)}, STATUS_OF[type(error)])
        return await show_again(request, visitor, with_sheet(form, taken.sheet), error)
    if _wants_json(request):
        return _saved(request, saved)
    if taken.refused or saved.apart:
        shown = form_of(saved.draft)
        told = InvalidInput(APART, reason="draft-changed")
        composer = await site.read(composer_with, site, visitor.actor, shown.with_error(told) if saved.apart else shown)
        return show(request, composer, 409 if saved.apart else 422, taken.refused)
    if form.checked("keep"):
        return go_on(request, "/drafts", "Kept as a draft.")
    return go_on(request, f"/compose?draft={saved.draft.id}")


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
