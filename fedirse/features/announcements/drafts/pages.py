"""Keeping the draft of an announcement, and finding it again."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import FedirseError, NotFound
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.announcements.actions import check_is_head_office
from fedirse.features.announcements.fields.views import DESK, sheet_of_announcement
from fedirse.features.announcements.writing.model import HERE, NEW
from fedirse.features.announcements.writing.pages import show_typed
from fedirse.social.accounts.visitors import deed, site_of
from fedirse.social.posts.composing.drafts.pages import DraftPages, keep_from
from fedirse.social.posts.composing.fields.views import form_of
from fedirse.social.posts.composing.store import find_draft
from fedirse.web.desks import Desk
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.visitor import Visitor

OF_ANNOUNCEMENTS = Desk(DESK, N_("Announcement"), f"{HERE}/new")


async def post_draft(request: Request, visitor: Visitor, form: Form) -> Response:
    """Save what stands on the page; as the drafts of posts are saved. Raises NotFound: this site is no head office."""
    await site_of(request).read(check_is_head_office)
    return await keep_from(request, visitor, form, DraftPages(OF_ANNOUNCEMENTS.path, sheet_of_announcement, _show))


async def show_draft(request: Request, visitor: Visitor, draft_id: str) -> Response:
    """The page with a draft; of one that was published, its board. Raises NotFound: there is none of that id."""
    draft = await site_of(request).read(find_draft, visitor.actor.id, draft_id)
    if draft is None:
        raise NotFound("no such draft")
    if draft.published_post_id is not None:
        return go_on(request, f"/posts/{draft.published_post_id}", N_("This was published already: here it is."))
    if draft.typed.desk != DESK:
        return go_on(request, f"/compose?draft={draft_id}")
    return await show_typed(request, visitor, form_of(draft), task=NEW)


async def _show(
    request: Request, visitor: Visitor, form: Form, *, status: int, refused: Sequence[tuple[str, FedirseError]] = ()
) -> Response:
    return await show_typed(request, visitor, form, task=NEW, status=status, refused=refused)


ROUTES: list[BaseRoute] = [deed(f"{HERE}/drafts/{{draft_id}}", post_draft, Permission.ANNOUNCE, files=True, keeps=True)]
