"""`/site/network/invitations`: the head office makes invitations, hands them over, and withdraws them."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.authority.rules import read_attributes
from fedirse.social.network.fingerprints.actions import four_words
from fedirse.social.network.joining.invitations import actions
from fedirse.social.network.joining.invitations.files.actions import DRAWN, KINDS, archive_of, file_of, plain_name, table_of
from fedirse.social.network.joining.invitations.model import Wish
from fedirse.social.network.joining.invitations.rules import parse_link
from fedirse.social.network.joining.invitations.tables.model import WrongLine
from fedirse.social.network.joining.invitations.tables.rules import read_lines
from fedirse.social.network.joining.invitations.views import read_invitations
from fedirse.web.forms import Form, filled
from fedirse.web.notices import go_on
from fedirse.web.qr import qr_inline
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

HERE = "/site/network/invitations"
NEEDS = Permission.MANAGE_NETWORK


async def get_invitations(request: Request, _visitor: Visitor) -> Response:
    """The invitations that can still be used, and the last ones that cannot."""
    site = site_of(request)
    view = await site.read(read_invitations, site, site.clock.now())
    return render(request, "invitations/invitations.html", {"view": view})


async def get_new(request: Request, _visitor: Visitor) -> Response:
    """The form of invitations."""
    usual = Wish()
    return _form(request, filled({"uses": usual.uses, "days": usual.days}))


async def post_new(request: Request, visitor: Visitor, form: Form) -> Response:
    """Make one invitation, or one for each line of a table, and show them once."""
    site, by = site_of(request), Decider(visitor.account_id, visitor.handle)
    wrong: list[WrongLine] = []
    try:
        form = await _with_table(form)
        wishes = [_wish(form)]
        if form.text("table").strip():
            wishes, wrong = read_lines(form.text("table"), wishes[0])
        if wrong:
            raise InvalidInput("No invitation was made: some lines cannot be used.", reason="wrong-lines", field="table")
        secrets = [(wish, new_secret()) for wish in wishes]
        made = await site.write(actions.invite_all, site, secrets, site.clock.now(), by)
    except InvalidInput as error:
        return _form(request, form.with_error(error), wrong, status=422)
    words = await asyncio.to_thread(four_words, made[0].link.key)
    links = [(one.invitation.note, one.link.text) for one in made]
    context = {
        "made": made,
        "words": words,
        "square": qr_inline(links[0][1]) if len(made) == 1 else "",
        "links": "\n".join(link for _, link in links),
        "notes": "\n".join(note for note, _ in links),
        "drawn": len(made) <= DRAWN,
    }
    return render(request, "invitations/made.html", context)


async def post_files(request: Request, _visitor: Visitor, form: Form) -> Response:
    """What was shown once, as a file: the links come from the page that showed them, because they are kept nowhere."""
    site, kind = site_of(request), form.text("kind")
    links = form.text("links").split("\n")[: limits.INVITATIONS_AT_ONCE]
    notes = form.text("notes").split("\n")
    for link in links:
        found = parse_link(link, allow_http=site.uris.scheme == "http")
        if found.address != site.uris.network_invitation(found.address.rpartition("/")[2]):
            raise InvalidInput("This is no invitation of this network.", reason="foreign-invitation")
    pairs = [(notes[number] if number < len(notes) else "", link) for number, link in enumerate(links)]
    if kind in KINDS:
        return _download(await asyncio.to_thread(file_of, kind, links[0]), KINDS[kind], f"{plain_name(pairs[0][0])}.{kind}")
    if kind == "csv":
        return _download(table_of(pairs).encode(), "text/csv; charset=utf-8", "invitations.csv")
    return _download(await asyncio.to_thread(archive_of, pairs), "application/zip", "invitations.zip")


async def post_withdraw(request: Request, visitor: Visitor, _form: Form) -> Response:
    """Let an invitation admit nobody any more."""
    site = site_of(request)
    by = Decider(visitor.account_id, visitor.handle)
    await site.write(actions.withdraw, site, request.path_params["invitation_id"], site.clock.now(), by)
    return go_on(request, HERE, N_("The invitation is withdrawn."))


def _form(request: Request, form: Form, wrong: list[WrongLine] | None = None, *, status: int = 200) -> Response:
    return render(request, "invitations/new.html", {"form": form, "wrong": wrong or []}, status=status)


def _wish(form: Form) -> Wish:
    uses, days = [_number(form, name) for name in ("uses", "days")]
    return Wish(form.line("note"), read_attributes(form.line), form.checked("approved"), uses, days)


def _number(form: Form, name: str) -> int:
    typed = form.line(name)
    if not (typed.isascii() and typed.isdigit() and len(typed) <= len("99999")):
        raise InvalidInput("Write a number.", reason="no-number", field=name)
    return int(typed)


async def _with_table(form: Form) -> Form:
    """The form with the table of the file that came with it, if one did, so that it can be put right there. Raises InvalidInput."""
    upload = form.upload("file")
    if upload is None:
        return form
    content = await upload.read(limits.INVITATION_TABLE_BYTES + 1)
    if len(content) > limits.INVITATION_TABLE_BYTES:
        raise InvalidInput("This table is too large.", reason="table-too-large", field="file")
    try:
        table = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("This table is not in UTF-8: save it as “CSV UTF-8”.", reason="table-not-utf8", field="file") from error
    return Form({**form.values, "table": (table.replace("\r\n", "\n").replace("\x00", ""),)})


def _download(content: bytes, media_type: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-store"}
    return Response(content, media_type=media_type, headers=headers)


ROUTES: list[BaseRoute] = [
    page(HERE, get_invitations, NEEDS),
    page("/site/network/invitations/new", get_new, NEEDS),
    deed("/site/network/invitations/new", post_new, NEEDS, files=True),
    deed("/site/network/invitations/files", post_files, NEEDS),
    deed("/site/network/invitations/{invitation_id}/withdraw", post_withdraw, NEEDS),
]
