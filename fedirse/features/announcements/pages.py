"""`/announcements`: what the head office says; and, at the head office, saying it."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import InvalidInput, Refused, StorageError
from fedirse.base.identifiers import new_id
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.announcements.actions import announce, check_is_head_office, is_head_office
from fedirse.features.announcements.drafts.pages import show_draft
from fedirse.features.announcements.fields.views import PUBLISH_AT, terms_of
from fedirse.features.announcements.first_look.rules import FIRST_LOOK, check_has_date
from fedirse.features.announcements.model import Terms
from fedirse.features.announcements.planning.actions import check_is_free
from fedirse.features.announcements.planning.pages import plan_new
from fedirse.features.announcements.planning.views import view_plans
from fedirse.features.announcements.views import view_announcements
from fedirse.features.announcements.writing.model import HERE, NEW
from fedirse.features.announcements.writing.pages import (
    before_publishing,
    runner_of,
    show,
    show_wrong,
    start_from,
    take_files,
)
from fedirse.features.announcements.writing.views import new_desk
from fedirse.site import Site
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.posts.composing.actions import publish_draft
from fedirse.social.posts.composing.fields.views import with_sheet
from fedirse.social.posts.composing.model import Published, Sheet
from fedirse.social.posts.model import Draft, Post
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.paging import cursor
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor


async def get_announcements(request: Request, visitor: Visitor) -> Response:
    """What waits for the reader, then all announcements."""
    site, answers = site_of(request), visitor.may(Permission.CONFIRM)
    before = cursor(request, "before") or ""
    overview = await site.read(lambda tx: view_announcements(tx, site, visitor, before, answers=answers))
    speaks = visitor.may(Permission.ANNOUNCE) and await site.read(is_head_office)
    planned = await site.read(view_plans, site) if speaks and not before else ()
    context = {"overview": overview, "speaks": speaks, "planned": planned, "is_first": not before}
    return render(request, "announcements/list.html", context)


async def get_new(request: Request, visitor: Visitor) -> Response:
    """The fields of a new announcement, or of a draft to go on with. Raises NotFound: this site is no head office."""
    site = site_of(request)
    await site.read(check_is_head_office)
    draft_id = cursor(request, "draft")
    if draft_id:
        return await show_draft(request, visitor, draft_id)
    return await show(request, await site.read(new_desk, site, visitor, new_id(site.clock.now())))


async def post_new(request: Request, visitor: Visitor, form: Form) -> Response:
    """Publish an announcement, or change the files on the page before that. Sent twice, it is published once."""
    site = site_of(request)
    await site.read(check_is_head_office)
    now, taken = site.clock.now(), await take_files(request, visitor.actor.id, form)
    form = with_sheet(form, taken.sheet)
    if form.checked("start"):
        return await start_from(request, visitor, form)
    shown = await before_publishing(request, visitor, form, taken=taken, task=NEW)
    if shown is not None:
        return shown
    try:
        check_has_date(form.line(FIRST_LOOK), dated=bool(form.line(PUBLISH_AT)))
        if form.line(PUBLISH_AT):
            return await plan_new(request, visitor, form, taken)
        terms = terms_of(form, site.settings.timezone)
        done = await site.write(lambda tx: _announce(tx, site, visitor, taken.sheet, terms, now))
    except (InvalidInput, Refused, StorageError) as error:
        return await show_wrong(request, visitor, form, error, task=NEW)
    return go_on(request, f"{HERE}/{done.post.id}/board", N_("Announced. Here you see it arrive."))


def _announce(tx: Transaction, site: Site, visitor: Visitor, sheet: Sheet, terms: Terms, now: datetime) -> Published:
    """Publish what stands on the page, once. Raises InvalidInput where it is planned already; or as `announce`."""

    def publish(draft: Draft) -> Post:
        check_is_free(tx, site, sheet.draft_id)
        return announce(tx, site, draft, terms, now, by=runner_of(visitor), owner=visitor.actor)

    return publish_draft(tx, site, visitor.actor, sheet, now, publish=publish)


ROUTES: list[BaseRoute] = [
    page(HERE, get_announcements),
    page(f"{HERE}/new", get_new, Permission.ANNOUNCE),
    deed(HERE, post_new, Permission.ANNOUNCE, files=True, keeps=True),
]
