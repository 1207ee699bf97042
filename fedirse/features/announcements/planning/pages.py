"""Looking at what is planned, changing it, publishing it now, or making it a draft again."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import FedirseError, Gone, InvalidInput, NotFound, Refused, StorageError
from fedirse.base.identifiers import new_id
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.announcements.actions import check_is_head_office
from fedirse.features.announcements.fields.views import PUBLISH_AT, first_look_of, instant_of, local
from fedirse.features.announcements.planning.actions import (
    cancel_plan,
    change_day,
    change_plan,
    get_planned,
    plan_announcement,
    publish_plan,
)
from fedirse.features.announcements.planning.model import Plan
from fedirse.features.announcements.planning.views import find_shown
from fedirse.features.announcements.writing.model import HERE, NEW, Task
from fedirse.features.announcements.writing.pages import (
    before_publishing,
    runner_of,
    show_typed,
    show_wrong,
    take_files,
)
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.media.store import hand_over_uploads
from fedirse.social.posts.composing.fields.views import form_of, with_sheet
from fedirse.social.posts.composing.files.actions import Taken
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

_MEANWHILE: Final = N_("Somebody changed this meanwhile. Look at it first: if you save once more, yours takes its place.")
_GONE: Final = N_(
    "It was published or given back meanwhile: look at the list of announcements first. What you typed stands here as a new announcement."
)
_PLANNED: Final = N_("It is planned, and stands here until then. Nobody else sees it.")
_SHOWN: Final = N_("The sites that are first see it now. For the others it is planned, and stands here until then.")
_NO_DATE: Final = N_("Choose when it is to be published; in the list of announcements it can be published now.")


async def plan_new(request: Request, visitor: Visitor, form: Form, taken: Taken) -> Response:
    """Plan a new announcement, which the field of its date asks for. Raises InvalidInput, Refused, StorageError, as `plan_announcement`."""
    site, now, by = site_of(request), site_of(request).clock.now(), runner_of(visitor)
    publish_at = instant_of(form, PUBLISH_AT, site.settings.timezone) or now
    await site.write(lambda tx: plan_announcement(tx, site, visitor.actor, taken.sheet, publish_at, now, by=by))
    return go_on(request, HERE, _SHOWN if first_look_of(taken.sheet.typed) else _PLANNED)


async def get_planned_one(request: Request, visitor: Visitor) -> Response:
    """The fields of something that is planned. Raises NotFound."""
    site, plan_id = site_of(request), request.path_params["plan_id"]
    await site.read(check_is_head_office)
    plan, kept = await site.read(get_planned, site, plan_id)
    if plan.first_id:
        return await _show_day(request, plan, filled({PUBLISH_AT: local(plan.publish_at, site.settings.timezone)}))
    return await show_typed(request, visitor, form_of(kept), task=Task(plan=plan_id))


async def post_planned(request: Request, visitor: Visitor, form: Form) -> Response:
    """Change it. Where somebody else did meanwhile, or it is planned no more, that is said first."""
    site, plan_id = site_of(request), request.path_params["plan_id"]
    await site.read(check_is_head_office)
    try:
        plan, _ = await site.read(get_planned, site, plan_id)
    except NotFound:
        return await _show_anew(request, visitor, form)
    if plan.first_id:
        return await _post_day(request, visitor, form, plan)
    now, task, by = site.clock.now(), Task(plan=plan_id), runner_of(visitor)
    taken = await take_files(request, site.actor_id, Form({**form.values, "draft": (plan_id,)}, form.files))
    sent, form = set(form.several("file")), with_sheet(form, taken.sheet)
    shown = await before_publishing(request, visitor, form, taken=taken, task=task)
    if shown is not None:
        return shown
    try:
        publish_at = instant_of(form, PUBLISH_AT, site.settings.timezone)
        if publish_at is None:
            raise InvalidInput(_NO_DATE, reason="no-plan", field=PUBLISH_AT)
        other = await site.write(lambda tx: change_plan(tx, site, visitor.actor, taken.sheet, publish_at, now, by=by))
    except NotFound:
        added = [file.media_id for file in taken.sheet.typed.files if file.media_id not in sent]
        await site.write(hand_over_uploads, added, site.actor_id, visitor.actor.id)
        return await _show_anew(request, visitor, Form(form.values))
    except (InvalidInput, Refused, StorageError) as error:
        return await show_wrong(request, visitor, form, error, task=task)
    if other is not None:
        begun = Form({**form.values, "version": (str(other.version),)}, form.files)
        return await show_wrong(request, visitor, begun, InvalidInput(_MEANWHILE, reason="meanwhile"), task=task)
    return go_on(request, HERE, N_("The plan is changed."))


async def post_publish(request: Request, visitor: Visitor, form: Form) -> Response:
    """Publish it now. What is wrong with it is shown with its fields."""
    del form
    site, plan_id, by = site_of(request), request.path_params["plan_id"], runner_of(visitor)
    plan, kept = await site.read(get_planned, site, plan_id)
    try:
        post = await site.write(lambda tx: publish_plan(tx, site, plan_id, site.clock.now(), by=by))
    except (InvalidInput, Refused, Gone, StorageError) as error:
        if plan.first_id:
            return await _show_day(request, plan, filled({PUBLISH_AT: local(plan.publish_at, site.settings.timezone)}), error)
        return await show_wrong(request, visitor, form_of(kept), error, task=Task(plan=plan_id))
    return go_on(request, f"{HERE}/{post.id}/board", N_("Announced. Here you see it arrive."))


async def post_cancel(request: Request, visitor: Visitor, form: Form) -> Response:
    """Make it a draft of whoever asks for that, unless some sites see it already.

    Raises NotFound; InvalidInput where they have too many drafts.
    """
    del form
    site, plan_id, by = site_of(request), request.path_params["plan_id"], runner_of(visitor)
    kept = await site.write(lambda tx: cancel_plan(tx, site, visitor.actor, plan_id, site.clock.now(), by=by))
    if kept is None:
        return go_on(request, HERE, N_("It is planned no more. The sites that saw it first keep it."))
    return go_on(request, f"{HERE}/new?draft={kept.id}", N_("It is planned no more, and one of your drafts."))


async def _show_anew(request: Request, visitor: Visitor, form: Form) -> Response:
    """What was typed into something that is planned no more, as a new announcement; the files it had are where it went.

    Raises NotFound where no words were typed.
    """
    if "text" not in form.values:
        raise NotFound("planned no more")
    begun = Form({**form.values, "draft": (new_id(site_of(request).clock.now()),), "version": ("0",)}, form.files)
    taken = await take_files(request, visitor.actor.id, begun)
    wrong = with_sheet(begun, taken.sheet).with_error(InvalidInput(_GONE, reason="gone"))
    return await show_typed(request, visitor, wrong, task=NEW, status=422, refused=taken.refused)


async def _post_day(request: Request, visitor: Visitor, form: Form, plan: Plan) -> Response:
    """Change when something that some sites see already is for all."""
    site, by = site_of(request), runner_of(visitor)
    try:
        publish_at = instant_of(form, PUBLISH_AT, site.settings.timezone)
        if publish_at is None:
            raise InvalidInput(_NO_DATE, reason="no-plan", field=PUBLISH_AT)
        now = site.clock.now()
        await site.write(lambda tx: change_day(tx, site, visitor.actor, plan.id, publish_at, now, by=by))
    except (InvalidInput, Refused, StorageError) as error:
        return await _show_day(request, plan, form, error)
    return go_on(request, HERE, N_("The plan is changed."))


async def _show_day(request: Request, plan: Plan, form: Form, error: FedirseError | None = None) -> Response:
    """The one field of something whose words stand in what some sites see already; and what is wrong with it."""
    first = await site_of(request).read(find_shown, plan.first_id)
    if error is not None:
        form = form.with_error(error if isinstance(error, InvalidInput) else InvalidInput(error.template, reason=error.reason))
    status = 200 if error is None else 503 if isinstance(error, StorageError) else 422
    return render(request, "planning/day.html", {"plan": plan, "first": first, "form": form}, status=status)


ROUTES: list[BaseRoute] = [
    page(f"{HERE}/planned/{{plan_id}}", get_planned_one, Permission.ANNOUNCE),
    deed(f"{HERE}/planned/{{plan_id}}", post_planned, Permission.ANNOUNCE, files=True, keeps=True),
    deed(f"{HERE}/planned/{{plan_id}}/publish", post_publish, Permission.ANNOUNCE),
    deed(f"{HERE}/planned/{{plan_id}}/cancel", post_cancel, Permission.ANNOUNCE),
]
