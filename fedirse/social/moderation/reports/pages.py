"""Reporting something, and what moderators see and do about it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import Conflict, InvalidInput, NotFound
from fedirse.base.roles import Permission
from fedirse.base.types import Reader
from fedirse.base.wording import N_
from fedirse.site import Site
from fedirse.social.accounts.visitors import deed, page, safe_path, site_of
from fedirse.social.moderation.reports import actions, store
from fedirse.social.moderation.reports.model import Category, Complaint, Measure, Report, ReportState
from fedirse.social.moderation.reports.rules import Decision
from fedirse.social.moderation.reports.views import ReportLine, lines_of, read_report, reports_table
from fedirse.social.moderation.views import moderator
from fedirse.social.posts.model import Post
from fedirse.storage.actors import find_actor_by_address, find_local_actor, get_actor
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.paging import cursor
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor


async def get_report_form(request: Request, visitor: Visitor) -> Response:
    """The page on which somebody says what is wrong with a post or a person."""
    asked = {name: request.query_params.get(name, "") for name in ("post", "actor", "return_to")}
    about, post = await site_of(request).read(_find_reported, site_of(request), asked["post"], asked["actor"], visitor.reader)
    return _show_form(request, filled(asked | {"category": Category.OTHER.value}), about, post)


async def post_report(request: Request, visitor: Visitor, form: Form) -> Response:
    """Keep the report."""
    site = site_of(request)
    about, post = await site.read(_find_reported, site, form.text("post"), form.text("actor"), visitor.reader)
    try:
        complaint = Complaint(_category(form), form.text("words"), forward=form.checked("forward"))
        await site.write(_report, site, visitor, about.id, post.id if post else None, complaint)
    except InvalidInput as error:
        return _show_form(request, form.with_error(error), about, post, status=422)
    return go_on(request, safe_path(form.text("return_to")), N_("Thank you. Those who answer for this site will look at it."))


async def get_reports(request: Request, visitor: Visitor) -> Response:
    """The reports, the newest first; the open ones unless others are asked for."""
    state = _state(request.query_params.get("state", ReportState.OPEN.value))
    about = request.query_params.get("about", "")
    local = {"here": True, "outside": False}.get(about)
    lines = await site_of(request).read(
        _read_lines, besides=visitor.actor.id, limit=limits.PAGE_ITEMS + 1, state=state, local=local, before=cursor(request, "before")
    )
    shown = lines[: limits.PAGE_ITEMS]
    context = {
        "lines": shown,
        "state": state.value if state else "all",
        "about": about if local is not None else "",
        "older": shown[-1].report.id if len(lines) > len(shown) else None,
    }
    return render(request, "moderation/reports.html", context, private=True)


async def get_reports_table(request: Request, visitor: Visitor) -> Response:
    """All reports as a table."""
    lines = await site_of(request).read(_read_lines, besides=visitor.actor.id, limit=limits.BLOCK_LIST_ROWS)
    headers = {"content-disposition": 'attachment; filename="reports.csv"', "cache-control": "private, no-store"}
    return Response(reports_table(lines), media_type="text/csv; charset=utf-8", headers=headers)


async def get_report(request: Request, visitor: Visitor) -> Response:
    """One report."""
    return await _show_report(request, visitor, Form())


async def post_reading(request: Request, visitor: Visitor, form: Form) -> Response:
    """Show a reported post that is not for the moderator, and write down that they read it."""
    site, post_id = site_of(request), form.text("post")
    report_id = request.path_params["report_id"]
    await site.write(actions.note_reading, report_id, post_id, moderator(visitor), site.clock.now())
    return await _show_report(request, visitor, Form(), opened=(post_id,))


async def post_decision(request: Request, visitor: Visitor, form: Form) -> Response:
    """Close a report."""
    site, report_id = site_of(request), request.path_params["report_id"]
    try:
        await site.write(actions.decide, site, report_id, _decision(form), moderator(visitor), site.clock.now())
    except InvalidInput as error:
        return await _show_report(request, visitor, form.with_error(error), status=422)
    except Conflict:
        return go_on(request, f"/site/reports/{report_id}", N_("Somebody has decided about this report already."))
    return go_on(request, "/site/reports", N_("The report is closed."))


async def post_show_again(request: Request, visitor: Visitor, form: Form) -> Response:
    """Show a hidden post again."""
    site, report_id = site_of(request), request.path_params["report_id"]
    await site.write(actions.show_again, form.text("post"), moderator(visitor), site.clock.now())
    return go_on(request, f"/site/reports/{report_id}", N_("The post is shown again."))


def _show_form(request: Request, form: Form, about: StoredActor, post: Post | None, *, status: int = 200) -> Response:
    return render(request, "moderation/report_form.html", {"form": form, "about": about, "post": post}, status=status, private=True)


async def _show_report(request: Request, visitor: Visitor, form: Form, *, opened: tuple[str, ...] = (), status: int = 200) -> Response:
    site, report_id = site_of(request), request.path_params["report_id"]
    found = await site.read(read_report, report_id, moderator(visitor), visitor.reader, opened)
    context = {"page": found, "form": form, "may_manage": visitor.may(Permission.MANAGE_PEOPLE)}
    return render(request, "moderation/report.html", context, status=status, private=True)


def _find_reported(tx: Transaction, site: Site, post_id: str, handle: str, reader: Reader) -> tuple[StoredActor, Post | None]:
    """Whom and what an address of the form names. Raises NotFound."""
    if post_id:
        post = actions.get_reportable(tx, post_id, reader)
        return get_actor(tx, post.actor_id), post
    name, _, host = handle.removeprefix("@").partition("@")
    own = not host or host == site.uris.host
    about = (find_local_actor(tx, name) if own else find_actor_by_address(tx, name, host)) if name else None
    if about is None:
        raise NotFound("nobody of that address is known here")
    return about, None


def _report(tx: Transaction, site: Site, visitor: Visitor, about_id: str, post_id: str | None, complaint: Complaint) -> Report:
    posts = [actions.get_reportable(tx, post_id, visitor.reader)] if post_id else []
    about = get_actor(tx, about_id)
    return actions.report(tx, site, visitor.actor, about, posts=posts, complaint=complaint, now=site.clock.now())


def _read_lines(
    tx: Transaction, *, besides: str, limit: int, state: ReportState | None = None, local: bool | None = None, before: str | None = None
) -> list[ReportLine]:
    return lines_of(tx, store.list_reports(tx, state=state, local=local, besides=besides, before=before, limit=limit))


def _category(form: Form) -> Category:
    try:
        return Category(form.text("category"))
    except ValueError as error:
        raise InvalidInput("Choose what is wrong.", reason="no-category", field="category") from error


def _state(typed: str) -> ReportState | None:
    try:
        return ReportState(typed)
    except ValueError:
        return None


def _decision(form: Form) -> Decision:
    try:
        state, measures = ReportState(form.text("state")), frozenset(Measure(typed) for typed in form.several("measures"))
    except ValueError as error:
        raise InvalidInput("Choose what is done about this report.", reason="no-state") from error
    if state is ReportState.OPEN:
        raise InvalidInput("Choose what is done about this report.", reason="no-state")
    return Decision(state, form.text("reason"), measures, form.text("warning"))


ROUTES: list[BaseRoute] = [
    page("/report", get_report_form, Permission.REACT),
    deed("/report", post_report, Permission.REACT, keeps=True),
    page("/site/reports", get_reports, Permission.MODERATE),
    page("/site/reports.csv", get_reports_table, Permission.MODERATE),
    page("/site/reports/{report_id}", get_report, Permission.MODERATE),
    deed("/site/reports/{report_id}", post_decision, Permission.MODERATE),
    deed("/site/reports/{report_id}/read", post_reading, Permission.MODERATE),
    deed("/site/reports/{report_id}/show", post_show_again, Permission.MODERATE),
]
