"""`/site/partners`: the channels, who asks to follow them, and who does."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import Conflict, InvalidInput, NotFound
from fedirse.base.roles import Permission
from fedirse.base.types import Reader
from fedirse.base.wording import N_
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.follows.channels.model import Runner
from fedirse.social.follows.channels.store import count_waiting
from fedirse.social.partners import actions
from fedirse.social.partners.model import Words
from fedirse.social.partners.views import read_channel, read_channels, read_end
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form, filled
from fedirse.web.navigation import NavigationItem
from fedirse.web.notices import go_on
from fedirse.web.paging import cursor
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

HERE = "/site/partners"
NEW = "/site/channels/new"
"""Not under the others, where the handle of a channel stands."""
NEEDS = Permission.MANAGE_PARTNERS
_DECIDED = N_("That request is no longer there.")
_ENDED = N_("That partnership is over already.")


async def get_channels(request: Request, _visitor: Visitor) -> Response:
    """All channels."""
    return render(request, "partners/channels.html", {"lines": await site_of(request).read(read_channels)})


async def get_new(request: Request, _visitor: Visitor) -> Response:
    """The fields of a channel to be made."""
    return render(request, "partners/new.html", {"form": Form()})


async def post_new(request: Request, visitor: Visitor, form: Form) -> Response:
    """Make a channel."""
    site = site_of(request)
    try:
        made = await site.write(actions.create_channel, site, form.line("handle"), _words(form), _by(visitor), site.clock.now())
    except Conflict as error:
        taken = InvalidInput(error.template, reason="taken", field="handle", handle=form.line("handle"))
        return render(request, "partners/new.html", {"form": form.with_error(taken)}, status=422)
    except InvalidInput as error:
        return render(request, "partners/new.html", {"form": form.with_error(error)}, status=422)
    return go_on(request, f"{HERE}/{made.handle}", N_("%(name)s can be followed from now on."), name=made.display_name)


async def get_channel(request: Request, _visitor: Visitor) -> Response:
    """One channel: who asks, who is in, which servers need not wait."""
    return await _show(request)


async def post_change(request: Request, visitor: Visitor, form: Form) -> Response:
    """Give a channel another name, or other words."""
    site = site_of(request)
    try:
        await site.write(actions.change_channel, site, _handle(request), _words(form), _by(visitor), site.clock.now())
    except InvalidInput as error:
        return await _show(request, words=form.with_error(error), status=422)
    return go_on(request, _path(request), N_("The channel is changed, and its partners are told."))


async def post_answer(request: Request, visitor: Visitor, form: Form) -> Response:
    """Let in whoever asks, or do not."""
    site, approve = site_of(request), form.text("answer") == "approve"
    decide = actions.approve if approve else actions.refuse
    try:
        other = await site.write(decide, site, _handle(request), form.line("actor"), _by(visitor), site.clock.now())
    except NotFound:
        return go_on(request, _path(request), _DECIDED)
    if approve:
        return go_on(request, _path(request), N_("%(name)s is a partner from now on."), name=other.address)
    return go_on(request, _path(request), N_("%(name)s is not let in, and is told so."), name=other.address)


async def get_end(request: Request, _visitor: Visitor) -> Response:
    """Asks before a partnership ends."""
    try:
        view = await site_of(request).read(read_end, _handle(request), cursor(request, "actor") or "")
    except NotFound:
        return go_on(request, _path(request), _ENDED)
    return render(request, "partners/end.html", {"view": view})


async def post_end(request: Request, visitor: Visitor, form: Form) -> Response:
    """End a partnership."""
    site, handle, by, now = site_of(request), _handle(request), _by(visitor), site_of(request).clock.now()
    follower_id, recall = form.line("actor"), form.checked("recall")
    try:
        other = await site.write(lambda tx: actions.end(tx, site, handle, follower_id, by, now, recall=recall))
    except NotFound:
        return go_on(request, _path(request), _ENDED)
    if recall:
        return go_on(request, _path(request), N_("%(name)s is no partner any more. Their server is asked to delete."), name=other.address)
    return go_on(request, _path(request), N_("%(name)s is no partner any more."), name=other.address)


async def post_welcome(request: Request, visitor: Visitor, form: Form) -> Response:
    """Let in at once whoever asks from a server."""
    site = site_of(request)
    try:
        host = await site.write(actions.welcome, site, _handle(request), form.line("host"), _by(visitor), site.clock.now())
    except InvalidInput as error:
        return await _show(request, welcome=form.with_error(error), status=422)
    return go_on(request, _path(request), N_("Whoever asks from %(host)s is let in at once."), host=host)


async def post_unwelcome(request: Request, visitor: Visitor, form: Form) -> Response:
    """Let those of a server wait again."""
    site, host = site_of(request), form.line("host")
    await site.write(actions.end_welcome, _handle(request), host, _by(visitor), site.clock.now())
    return go_on(request, _path(request), N_("Whoever asks from %(host)s waits again."), host=host)


async def get_close(request: Request, _visitor: Visitor) -> Response:
    """Asks before a channel is closed."""
    return render(request, "partners/close.html", {"view": await site_of(request).read(read_channel, _handle(request))})


async def post_close(request: Request, visitor: Visitor, form: Form) -> Response:
    """Close a channel; a second time changes nothing."""
    del form
    site = site_of(request)
    try:
        closed = await site.write(actions.close_channel, site, _handle(request), _by(visitor), site.clock.now())
    except Conflict:
        return go_on(request, _path(request), N_("This channel is closed already."))
    return go_on(request, HERE, N_("%(name)s is closed."), name=closed.display_name)


def count_asking(tx: Transaction, reader: Reader) -> int:
    """How many wait to be let into a channel, whoever looks."""
    del reader
    return count_waiting(tx)


async def _show(request: Request, *, words: Form | None = None, welcome: Form | None = None, status: int = 200) -> Response:
    view = await site_of(request).read(read_channel, _handle(request), cursor(request, "after") or "")
    form = words or filled({"name": view.line.actor.display_name, "summary": view.summary})
    return render(request, "partners/channel.html", {"view": view, "form": form, "welcome": welcome or Form()}, status=status)


def _handle(request: Request) -> str:
    handle: str = request.path_params["handle"]
    return handle


def _path(request: Request) -> str:
    return f"{HERE}/{_handle(request)}"


def _words(form: Form) -> Words:
    return Words(form.line("name"), form.text("summary"))


def _by(visitor: Visitor) -> Runner:
    return Runner(visitor.account_id, visitor.handle)


NAVIGATION = (NavigationItem("Partners", HERE, "followers", place="site", order=65, needs=NEEDS, badge=count_asking),)

ROUTES: list[BaseRoute] = [
    page(HERE, get_channels, NEEDS),
    page(NEW, get_new, NEEDS),
    deed(NEW, post_new, NEEDS),
    page(f"{HERE}/{{handle}}", get_channel, NEEDS),
    deed(f"{HERE}/{{handle}}/change", post_change, NEEDS),
    deed(f"{HERE}/{{handle}}/answer", post_answer, NEEDS),
    page(f"{HERE}/{{handle}}/end", get_end, NEEDS),
    deed(f"{HERE}/{{handle}}/end", post_end, NEEDS),
    deed(f"{HERE}/{{handle}}/welcome", post_welcome, NEEDS),
    deed(f"{HERE}/{{handle}}/unwelcome", post_unwelcome, NEEDS),
    page(f"{HERE}/{{handle}}/close", get_close, NEEDS),
    deed(f"{HERE}/{{handle}}/close", post_close, NEEDS),
]
