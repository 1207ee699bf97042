"""Answers that wait: for moderators, who decide, and for those who were answered, who see what is on its way to them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import Conflict, InvalidInput, NotFound
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.moderation.held.actions import decide, distrust, note_reading
from fedirse.social.moderation.held.model import Verdict
from fedirse.social.moderation.held.views import held_answers
from fedirse.social.moderation.views import Judged, moderator
from fedirse.social.posts.holding.store import list_trusted
from fedirse.storage.actors import list_actors
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.paging import cursor
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

DONE = {
    Verdict.APPROVE: N_("The answer appears now."),
    Verdict.TRUST: N_("What %(name)s answers appears at once from now on."),
    Verdict.REFUSE: N_("The answer was refused and deleted here."),
    Verdict.BLOCK: N_("%(name)s is blocked."),
}


async def get_held(request: Request, visitor: Visitor) -> Response:
    """The answers that wait, oldest first."""
    return await _show(request, visitor)


async def get_own_held(request: Request, visitor: Visitor) -> Response:
    """The answers to the visitor that wait."""
    found, _ = await site_of(request).read(_read, visitor.actor.id, cursor(request, "after") or "")
    context = {**_part(found), "trusted": [], "form": Form(), "wrong": "", "own": True, "visitor_id": visitor.actor.id}
    return render(request, "moderation/held.html", context, private=True)


async def post_verdict(request: Request, visitor: Visitor, form: Form) -> Response:
    """Decide about one answer."""
    site, post_id = site_of(request), request.path_params["post_id"]
    try:
        verdict = Verdict(form.text("verdict"))
    except ValueError as error:
        raise NotFound("no such verdict") from error
    try:
        author = await site.write(decide, site, post_id, verdict, reason=form.text("reason"), by=moderator(visitor), now=site.clock.now())
    except InvalidInput as error:
        return await _show(request, visitor, form.with_error(error, "reason"), wrong=post_id, status=422)
    except Conflict:
        return go_on(request, "/site/held", N_("Somebody has decided about this answer already."))
    return go_on(request, "/site/held", DONE[verdict], name=author.display_name)


async def post_reading(request: Request, visitor: Visitor, form: Form) -> Response:
    """Show an answer that is not for the moderator, and write down that they read it."""
    site, post_id = site_of(request), request.path_params["post_id"]
    await site.write(note_reading, post_id, moderator(visitor), site.clock.now())
    return await _show(request, visitor, form, opened=(post_id,))


async def post_distrust(request: Request, visitor: Visitor, form: Form) -> Response:
    """Let what somebody answers wait again."""
    site = site_of(request)
    author = await site.write(distrust, form.text("actor"), moderator(visitor), site.clock.now())
    return go_on(request, "/site/held", N_("What %(name)s answers waits again."), name=author.display_name)


async def _show(
    request: Request, visitor: Visitor, form: Form | None = None, *, wrong: str = "", opened: tuple[str, ...] = (), status: int = 200
) -> Response:
    found, trusted = await site_of(request).read(_read, None, cursor(request, "after") or "", opened)
    context = {**_part(found), "trusted": trusted, "form": form or Form(), "wrong": wrong, "own": False, "visitor_id": visitor.actor.id}
    return render(request, "moderation/held.html", context, status=status, private=True)


def _read(tx: Transaction, to: str | None, after: str, opened: tuple[str, ...] = ()) -> tuple[list[Judged], list[StoredActor]]:
    known = list_actors(tx, list_trusted(tx)) if to is None else {}
    trusted = sorted(known.values(), key=lambda actor: actor.address)
    return held_answers(tx, to=to, after=after, limit=limits.PAGE_ITEMS + 1, opened=opened), trusted


def _part(found: list[Judged]) -> dict[str, object]:
    shown = found[: limits.PAGE_ITEMS]
    return {"answers": shown, "next": shown[-1].post.id if len(found) > len(shown) else None}


ROUTES: list[BaseRoute] = [
    page("/site/held", get_held, Permission.MODERATE),
    deed("/site/held/distrust", post_distrust, Permission.MODERATE),
    deed("/site/held/{post_id}", post_verdict, Permission.MODERATE),
    deed("/site/held/{post_id}/read", post_reading, Permission.MODERATE),
    page("/held", get_own_held, Permission.READ),
]
