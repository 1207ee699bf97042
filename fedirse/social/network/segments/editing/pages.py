"""The pages of selections: which there are, who is in them, and for the head office who is to be."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import Conflict, InvalidInput, NotFound
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.site import Site
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.segments.actions import define_segment, withdraw_segment
from fedirse.social.network.segments.choices.rules import choice_of, condition_of
from fedirse.social.network.segments.editing import views
from fedirse.social.network.segments.editing.model import SegmentView
from fedirse.social.network.segments.editing.rules import fields_of, read_choice
from fedirse.social.network.segments.model import Choice, Condition, Segment
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

HERE = "/site/network/segments"
NEW = f"{HERE}/new"


async def get_segments(request: Request, _visitor: Visitor) -> Response:
    """Which selections there are, each with how many sites are in it."""
    site = site_of(request)
    network, lines = await site.read(views.view_segments, site.clock.now())
    return render(request, "editing/segments.html", {"network": network, "lines": lines})


async def get_new(request: Request, _visitor: Visitor) -> Response:
    """An empty form."""
    return await _show_form(request, Choice(), None)


async def get_segment(request: Request, visitor: Visitor) -> Response:
    """Who is in a selection; for whoever may change it as a form."""
    view = await _view(request)
    choice = choice_of(view.line.segment.condition)
    if choice is not None and view.mine and visitor.may(Permission.MANAGE_NETWORK):
        return await _show_form(request, choice, view.line.segment)
    return _show(request, view, Form({"name": (view.line.segment.name,)}))


async def post_new(request: Request, visitor: Visitor, form: Form) -> Response:
    """Make a selection, or see who would be in it."""
    return await _take(request, visitor, form, None)


async def post_segment(request: Request, visitor: Visitor, form: Form) -> Response:
    """Change a selection, or see who would be in it; one that no form can show is only given another name."""
    try:
        view = await _view(request)
    except NotFound:
        # What was typed makes a new one, if they wish.
        return await _take(request, visitor, form, None, error=_gone())
    if view.simple:
        return await _take(request, visitor, form, view.line.segment)
    site, segment = site_of(request), view.line.segment
    try:
        named = await site.write(_save, site, form, segment.condition, segment.id, visitor)
    except InvalidInput as error:
        return _show(request, view, form.with_error(error, "name"), status=422)
    except Conflict:
        return _show(request, await _view(request), form.with_error(_changed()), status=409)
    return go_on(request, HERE, N_("The selection “%(name)s” is saved."), name=named.name)


async def get_withdraw(request: Request, _visitor: Visitor) -> Response:
    """Ask once more before a selection ends."""
    return render(request, "editing/withdraw.html", {"view": await _view(request), "form": Form()})


async def post_withdraw(request: Request, visitor: Visitor, form: Form) -> Response:
    """End a selection."""
    site, view = site_of(request), await _view(request)
    try:
        await site.write(withdraw_segment, site, view.line.segment.id, site.clock.now(), by=_decider(visitor))
    except InvalidInput as error:
        return render(request, "editing/withdraw.html", {"view": view, "form": form.with_error(error)}, status=422)
    return go_on(request, HERE, N_("The selection “%(name)s” is withdrawn."), name=view.line.segment.name)


async def _take(request: Request, visitor: Visitor, form: Form, segment: Segment | None, *, error: InvalidInput | None = None) -> Response:
    """Save what was chosen, or show it again: with who would be in it, and with what is wrong."""
    site = site_of(request)
    choice, status = Choice(), 200
    try:
        choice = read_choice(form.values, await site.read(_members, site))
        if error is None and form.text("do") != "preview":
            saved = await site.write(_save, site, form, condition_of(choice), segment.id if segment else None, visitor)
            return go_on(request, HERE, N_("The selection “%(name)s” is saved."), name=saved.name)
    except InvalidInput as wrong:
        form, status = form.with_error(wrong), 422
    except NotFound:
        error, segment = _gone(), None
    except Conflict:
        # Its page shows how it is now.
        form, status = form.with_error(_changed()), 409
        segment = (await _view(request)).line.segment
    if error is not None:
        form, status = form.with_error(error), 409
    return await _show_form(request, choice, segment, form=form, status=status)


async def _show_form(request: Request, choice: Choice, segment: Segment | None, *, form: Form | None = None, status: int = 200) -> Response:
    """The form with who is in it now. A form that was sent keeps what was typed; the others show the choice."""
    site = site_of(request)

    def read(tx: Transaction) -> dict[str, object]:
        network, now = views.own_network(tx, site), site.clock.now()
        offer = views.view_offer(tx, network, choice, now, own_id=segment.id if segment else "")
        shown = form or filled(fields_of(segment.name if segment else "", choice, offer))
        return {
            "form": _with_seen(shown, segment),
            "offer": offer,
            "sites": views.preview(tx, network, condition_of(choice), now),
            "view": views.view_segment(tx, segment.id, now) if segment else None,
            "action": f"{HERE}/{segment.id.rpartition('/')[2]}" if segment else NEW,
        }

    return render(request, "editing/segment.html", await site.read(read), status=status)


def _show(request: Request, view: SegmentView, form: Form, *, status: int = 200) -> Response:
    """The page of a selection that is not changed as a form."""
    context = {"view": view, "form": _with_seen(form, view.line.segment), "action": f"{HERE}/{view.line.key}"}
    return render(request, "editing/shown.html", context, status=status)


def _save(tx: Transaction, site: Site, form: Form, condition: Condition, segment_id: str | None, visitor: Visitor) -> Segment:
    typed = form.text("seen")
    seen = int(typed) if typed.isascii() and typed.isdecimal() else 0
    return define_segment(tx, site, form.line("name"), condition, site.clock.now(), segment_id=segment_id, seen=seen, by=_decider(visitor))


async def _view(request: Request) -> SegmentView:
    site = site_of(request)
    network, _ = await site.read(views.view_segments, site.clock.now())
    if network is None:
        raise NotFound("no network")
    segment_id = f"{network.uri.rpartition('/')[0]}/network/segments/{request.path_params['key']}"
    return await site.read(views.view_segment, segment_id, site.clock.now())


def _members(tx: Transaction, site: Site) -> frozenset[str]:
    return views.list_known_members(tx, views.own_network(tx, site))


def _with_seen(form: Form, segment: Segment | None) -> Form:
    """The form of a definition as it is now: sent once more, it replaces that one knowingly."""
    return replace(form, values={**form.values, "seen": (str(segment.serial if segment else 0),)})


def _changed() -> InvalidInput:
    return InvalidInput(
        "Somebody else has changed this selection meanwhile: how it is now stands above. Save once more to replace that.",
        reason="segment-changed",
    )


def _gone() -> InvalidInput:
    return InvalidInput("This selection was withdrawn meanwhile. Save once more to make a new one of it.", reason="segment-gone")


def _decider(visitor: Visitor) -> Decider:
    return Decider(visitor.account_id, visitor.handle)


ROUTES: list[BaseRoute] = [
    page(HERE, get_segments, Permission.SEE_NETWORK),
    page(NEW, get_new, Permission.MANAGE_NETWORK),
    deed(NEW, post_new, Permission.MANAGE_NETWORK),
    page(f"{HERE}/{{key}}", get_segment, Permission.SEE_NETWORK),
    deed(f"{HERE}/{{key}}", post_segment, Permission.MANAGE_NETWORK),
    page(f"{HERE}/{{key}}/withdraw", get_withdraw, Permission.MANAGE_NETWORK),
    deed(f"{HERE}/{{key}}/withdraw", post_withdraw, Permission.MANAGE_NETWORK),
]
