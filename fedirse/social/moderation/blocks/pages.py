"""Blocks: those of the site, its list of allowed servers, and what each of its people decides for themselves."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.errors import InvalidInput, NotFound
from fedirse.base.roles import Permission
from fedirse.base.spreadsheets import render_table
from fedirse.base.wording import N_
from fedirse.site import Site
from fedirse.social.accounts.visitors import deed, page, safe_path, site_of
from fedirse.social.follows.actions import unblock
from fedirse.social.moderation.blocks import actions
from fedirse.social.moderation.blocks.rules import COLUMNS, check_host_name, read_list
from fedirse.social.moderation.blocks.store import list_blocked_by
from fedirse.social.moderation.rules import check_reason
from fedirse.social.moderation.views import moderator
from fedirse.social.notifications.mutes.store import list_muted, remove_mute
from fedirse.storage import refusals
from fedirse.storage.actors import find_actor_by_address, find_local_actor, list_actors
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

HERE = "/site/blocks"


async def get_blocks(request: Request, visitor: Visitor) -> Response:  # noqa: ARG001 - the shape of a page's endpoint
    """Whom the site has nothing to do with."""
    return await _show(request)


async def post_block(request: Request, visitor: Visitor, form: Form) -> Response:
    """Block a server; where that would end follows, ask first."""
    site = site_of(request)
    host, subdomains = form.line("host"), form.checked("subdomains")
    try:
        reason = check_reason(form.text("reason"))
        ends = await site.read(actions.foresee, site, host, subdomains=subdomains)
        if ends.follows and not form.checked("sure"):
            context = {"form": form, "ends": ends, "host": check_host_name(host)}
            return render(request, "moderation/block_sure.html", context, private=True)
        blocked = await site.write(
            actions.block_host, site, host, reason=reason, subdomains=subdomains, by=moderator(visitor), now=site.clock.now()
        )
    except InvalidInput as error:
        return await _show(request, block=form.with_error(error, "host"), status=422)
    return go_on(request, HERE, N_("%(name)s is blocked."), name=blocked)


async def post_lift(request: Request, visitor: Visitor, form: Form) -> Response:
    """Lift the block of a server."""
    site = site_of(request)
    host = await site.write(actions.unblock_host, form.line("host"), moderator(visitor), site.clock.now())
    return go_on(request, HERE, N_("%(name)s is no longer blocked."), name=host)


async def post_lift_actor(request: Request, visitor: Visitor, form: Form) -> Response:
    """Lift the block of a person."""
    site = site_of(request)
    address = await site.write(actions.unblock_actor, form.text("actor"), moderator(visitor), site.clock.now())
    return go_on(request, HERE, N_("%(name)s is no longer blocked."), name=address)


async def post_allow(request: Request, visitor: Visitor, form: Form) -> Response:
    """Put a server on the list."""
    site = site_of(request)
    try:
        host = await site.write(
            actions.allow_host, form.line("host"), reason=form.text("reason"), by=moderator(visitor), now=site.clock.now()
        )
    except InvalidInput as error:
        return await _show(request, allow=form.with_error(error, "host"), status=422)
    return go_on(request, HERE, N_("%(name)s is on the list."), name=host)


async def post_disallow(request: Request, visitor: Visitor, form: Form) -> Response:
    """Take a server off the list."""
    site = site_of(request)
    host = await site.write(actions.disallow_host, form.line("host"), moderator(visitor), site.clock.now())
    return go_on(request, HERE, N_("%(name)s is no longer on the list."), name=host)


async def get_table(request: Request, visitor: Visitor) -> Response:  # noqa: ARG001 - the shape of a page's endpoint
    """The blocked servers as a list that another site can read in."""
    hosts = await site_of(request).read(refusals.list_refused_hosts)
    table = render_table(COLUMNS, [(one.host, "true" if one.subdomains else "false", one.reason) for one in hosts])
    headers = {"content-disposition": 'attachment; filename="blocks.csv"', "cache-control": "private, no-store"}
    return Response(table, media_type="text/csv; charset=utf-8", headers=headers)


async def post_import(request: Request, visitor: Visitor, form: Form) -> Response:
    """Read a list in; what it would do is shown first."""
    site = site_of(request)
    try:
        listed = read_list(await _list_of(form), site.uris.host)
        reason = check_reason(form.text("reason"))
        if not form.checked("sure"):
            context = {
                "form": form,
                "listed": listed,
                "ends": await site.read(actions.foresee_list, listed),
                "table": render_table(COLUMNS, [(one.host, "true" if one.subdomains else "false", one.reason) for one in listed.hosts]),
            }
            return render(request, "moderation/import_sure.html", context, private=True)
        count = await site.write(actions.import_list, listed, reason, moderator(visitor), site.clock.now())
    except InvalidInput as error:
        return await _show(request, listed=form.with_error(error, "list"), status=422)
    return go_on(request, HERE, N_("Servers blocked: %(count)s."), count=count)


async def get_own(request: Request, visitor: Visitor) -> Response:
    """Whom the visitor has blocked or muted."""

    def read(tx: Transaction) -> dict[str, object]:
        return {"blocked": list_blocked_by(tx, visitor.actor.id), "muted": list_muted(tx, visitor.actor.id)}

    return render(request, "moderation/own_blocks.html", await site_of(request).read(read), private=True)


async def post_own_block(request: Request, visitor: Visitor, form: Form) -> Response:
    """The visitor has nothing to do with somebody any more."""
    site = site_of(request)
    other = await site.read(_find_named, site, request.path_params["handle"])
    await site.write(actions.block_for_oneself, site, visitor.actor, other, site.clock.now())
    return _back(request, form, N_("You have blocked %(name)s."), other)


async def post_own_unblock(request: Request, visitor: Visitor, form: Form) -> Response:
    """Lift the visitor's own block of somebody."""
    site = site_of(request)
    other = await site.read(_find_named, site, request.path_params["handle"])
    await site.write(unblock, site, visitor.actor, other, site.clock.now())
    return _back(request, form, N_("You no longer block %(name)s."), other)


async def post_mute(request: Request, visitor: Visitor, form: Form) -> Response:
    """The visitor does not wish to hear of somebody."""
    site = site_of(request)
    other = await site.read(_find_named, site, request.path_params["handle"])
    await site.write(actions.mute, visitor.actor, other, site.clock.now())
    return _back(request, form, N_("You no longer hear of %(name)s, who is not told."), other)


async def post_unmute(request: Request, visitor: Visitor, form: Form) -> Response:
    """The visitor hears of somebody again."""
    site = site_of(request)
    other = await site.read(_find_named, site, request.path_params["handle"])
    await site.write(remove_mute, visitor.actor.id, other.id)
    return _back(request, form, N_("You hear of %(name)s again."), other)


async def _show(
    request: Request, *, block: Form | None = None, allow: Form | None = None, listed: Form | None = None, status: int = 200
) -> Response:
    context = await site_of(request).read(_read)
    forms = {"block_form": block or Form(), "allow_form": allow or Form(), "list_form": listed or Form()}
    return render(request, "moderation/blocks.html", {**context, **forms}, status=status, private=True)


def _read(tx: Transaction) -> dict[str, object]:
    blocked = refusals.list_actor_blocks(tx)
    people = list_actors(tx, [actor_id for actor_id, _, _ in blocked])
    return {
        "hosts": refusals.list_refused_hosts(tx),
        "allowed": refusals.list_allowed_hosts(tx),
        "closed": refusals.is_federation_closed(tx),
        "people": [(people[actor_id], reason, since) for actor_id, reason, since in blocked],
    }


async def _list_of(form: Form) -> str:
    """The list from the file, else what was pasted or shown before. Raises InvalidInput."""
    upload = form.upload("file")
    if upload is None:
        return form.text("list")
    content = await upload.read(limits.BLOCK_LIST_BYTES + 1)
    try:
        return content.decode("utf-8-sig", "strict" if len(content) <= limits.BLOCK_LIST_BYTES else "replace")
    except UnicodeDecodeError as error:
        raise InvalidInput("This file is no text: save the list as CSV in UTF-8.", reason="list-not-text", field="file") from error


def _find_named(tx: Transaction, site: Site, address: str) -> StoredActor:
    """Somebody known here by what stands in the address of their profile. Raises NotFound."""
    handle, _, host = address.partition("@")
    found = find_local_actor(tx, handle) if not host or host == site.uris.host else find_actor_by_address(tx, handle, host)
    if found is None:
        raise NotFound("nobody of that address is known here")
    return found


def _back(request: Request, form: Form, notice: str, other: StoredActor) -> Response:
    return go_on(request, safe_path(form.text("return_to"), "/settings/blocks"), notice, name=other.display_name)


ROUTES: list[BaseRoute] = [
    page(HERE, get_blocks, Permission.MODERATE),
    page("/site/blocks.csv", get_table, Permission.MODERATE),
    deed(HERE, post_block, Permission.MODERATE),
    deed("/site/blocks/lift", post_lift, Permission.MODERATE),
    deed("/site/blocks/lift-person", post_lift_actor, Permission.MODERATE),
    deed("/site/blocks/allow", post_allow, Permission.MODERATE),
    deed("/site/blocks/disallow", post_disallow, Permission.MODERATE),
    deed("/site/blocks/import", post_import, Permission.MODERATE, files=True),
    page("/settings/blocks", get_own, Permission.READ),
    deed("/@{handle}/block", post_own_block, Permission.REACT),
    deed("/@{handle}/unblock", post_own_unblock, Permission.REACT),
    deed("/@{handle}/mute", post_mute, Permission.READ),
    deed("/@{handle}/unmute", post_unmute, Permission.READ),
]
