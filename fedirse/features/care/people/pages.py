"""The pages of the people of a site."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import Conflict, InvalidInput, NotFound
from fedirse.base.roles import DEFAULT_ROLES, Permission
from fedirse.features.care.people import actions
from fedirse.features.care.people.model import Member
from fedirse.features.care.people.rules import is_delicate, read_roles, roles_to_offer
from fedirse.features.care.people.store import list_members
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.entrance.confirming.pages import confirm_first
from fedirse.social.entrance.links.actions import giver_of, link_address, list_invitations, make_invitation, withdraw_link
from fedirse.social.entrance.links.model import Invitation, LinkKind
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.qr import qr_inline
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

NEEDS = Permission.MANAGE_PEOPLE


async def get_people(request: Request, _visitor: Visitor) -> Response:
    """Everybody who has an account, and the invitations that can still be used."""
    site = site_of(request)
    members = await site.read(list_members)
    invitations = await site.read(list_invitations, site.clock.now())
    return render(request, "people/people.html", {"members": members, "invitations": invitations})


async def get_invite(request: Request, visitor: Visitor) -> Response:
    """The form of an invitation."""
    return _invite(request, visitor, filled({"roles": [role.value for role in DEFAULT_ROLES], "uses": "1", "days": "7"}))


async def invite(request: Request, visitor: Visitor, form: Form) -> Response:
    """Make an invitation and show it, once: link, square for telephones, and a poster to print.

    One that lets somebody join who may do more than write asks again who gives it, like giving the roles themselves does.
    """
    site, secret = site_of(request), new_secret()
    try:
        wanted = Invitation(read_roles(form.several("roles")), _number(form, "uses"), _number(form, "days"), form.line("note"))
        if not visitor.confirmed and is_delicate(wanted.roles):
            return await confirm_first(request, visitor, form)
        link = await site.write(make_invitation, site, wanted, secret, site.clock.now(), giver_of(visitor))
    except InvalidInput as error:
        return _invite(request, visitor, form.with_error(error), status=422)
    address = link_address(site, LinkKind.INVITATION, secret)
    return render(request, "people/poster.html", {"link": link, "address": address, "square": qr_inline(address)})


async def withdraw(request: Request, visitor: Visitor, _form: Form) -> Response:
    """Let an invitation do nothing any more."""
    site = site_of(request)
    await site.write(withdraw_link, request.path_params["link_id"], site.clock.now(), giver_of(visitor))
    return go_on(request, "/site/people", "The invitation is withdrawn.")


async def get_member(request: Request, visitor: Visitor) -> Response:
    """One of them, and what can be done."""
    member = await _member(request)
    return _show_member(request, visitor, member, filled({"roles": [role.value for role in member.account.roles]}))


async def change_roles(request: Request, visitor: Visitor, form: Form) -> Response:
    """Give and take roles."""
    if not visitor.confirmed:
        return await confirm_first(request, visitor, form)
    site, member = site_of(request), await _member(request)
    try:
        await site.write(actions.change_roles, site, _handle(request), read_roles(form.several("roles")), visitor, site.clock.now())
    except InvalidInput as error:
        return _show_member(request, visitor, member, form.with_error(error), status=422)
    except Conflict as error:
        told = InvalidInput(error.template, reason=error.reason, field="roles", **error.words)
        return _show_member(request, visitor, member, form.with_error(told), status=409)
    return go_on(request, f"/site/people/{member.account.handle}", "The roles are changed.")


async def give_link(request: Request, visitor: Visitor, form: Form) -> Response:
    """Show a link to hand over to somebody of the site, once: to sign in, or to choose a new password."""
    if not visitor.confirmed:
        return await confirm_first(request, visitor, form)
    site, secret = site_of(request), new_secret()
    kind = LinkKind.RESET if form.text("kind") == "reset" else LinkKind.SIGN_IN
    await site.write(actions.give_link, _handle(request), kind, secret, visitor, site.clock.now())
    address = link_address(site, kind, secret)
    context = {"member": await _member(request), "address": address, "square": qr_inline(address), "is_reset": kind is LinkKind.RESET}
    return render(request, "people/link.html", context)


async def disable(request: Request, visitor: Visitor, form: Form) -> Response:
    """End an account at once, everywhere."""
    if not visitor.confirmed:
        return await confirm_first(request, visitor, form)
    site = site_of(request)
    await site.write(actions.end_account, _handle(request), visitor, site.clock.now())
    return go_on(request, f"/site/people/{_handle(request)}", "The account is disabled: its sessions, tokens and links have ended.")


async def enable(request: Request, visitor: Visitor, _form: Form) -> Response:
    """Let somebody sign in again."""
    site = site_of(request)
    await site.write(actions.reopen_account, _handle(request), visitor, site.clock.now())
    return go_on(request, f"/site/people/{_handle(request)}", "The account can be used again.")


def _invite(request: Request, visitor: Visitor, form: Form, *, status: int = 200) -> Response:
    offered = roles_to_offer(visitor.permissions, head_office=site_of(request).settings.head_office)
    return render(request, "people/invite.html", {"form": form, "offered": offered}, status=status)


def _show_member(request: Request, visitor: Visitor, member: Member, form: Form, *, status: int = 200) -> Response:
    offered = roles_to_offer(visitor.permissions, head_office=site_of(request).settings.head_office)
    may_touch = set(member.account.roles) <= set(offered)
    context = {"member": member, "form": form, "offered": offered, "may_touch": may_touch}
    return render(request, "people/member.html", context, status=status)


async def _member(request: Request) -> Member:
    handle = _handle(request)
    for member in await site_of(request).read(list_members):
        if member.account.handle == handle:
            return member
    raise NotFound(f"no account {handle}")


def _handle(request: Request) -> str:
    handle: str = request.path_params["handle"]
    return handle.lower()


def _number(form: Form, name: str) -> int:
    typed = form.line(name)
    if not (typed.isascii() and typed.isdigit() and len(typed) <= len("99999")):
        raise InvalidInput("Write a number.", reason="no-number", field=name)
    return int(typed)


ROUTES: list[BaseRoute] = [
    page("/site/people", get_people, NEEDS),
    page("/site/people/invite", get_invite, NEEDS),
    deed("/site/people/invite", invite, NEEDS),
    deed("/site/people/invitations/{link_id}/withdraw", withdraw, NEEDS),
    page("/site/people/{handle}", get_member, NEEDS),
    deed("/site/people/{handle}/roles", change_roles, NEEDS),
    deed("/site/people/{handle}/link", give_link, NEEDS),
    deed("/site/people/{handle}/disable", disable, NEEDS),
    deed("/site/people/{handle}/enable", enable, NEEDS),
]
