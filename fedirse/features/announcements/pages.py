"""`/announcements`: what the head office says; and, at the head office, saying it."""

from collections.abc import Sequence
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import FedirseError, InvalidInput, NotFound, Refused, StorageError
from fedirse.base.identifiers import new_id
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.announcements.actions import announce, change_announcement, get_own, withdraw_announcement
from fedirse.features.announcements.model import Terms
from fedirse.features.announcements.store import find_readable
from fedirse.features.announcements.views import (
    begun_from,
    new_sheet,
    sheet_to_change,
    sheet_with,
    terms_of,
    version_of,
    view_announcements,
)
from fedirse.site import Site
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.follows.channels.model import Runner
from fedirse.social.network.store import current_network
from fedirse.social.posts.composing.actions import publish_draft
from fedirse.social.posts.composing.circles.views import circles_to_edit
from fedirse.social.posts.composing.fields.views import sheet_of, with_sheet
from fedirse.social.posts.composing.files.actions import Taken, lacks_alt, take_uploads
from fedirse.social.posts.composing.rules import arranged, draft_of
from fedirse.social.posts.composing.views import Composer, language_choices
from fedirse.social.posts.model import Draft, Post
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.paging import cursor
from fedirse.web.rendering import page_language, render
from fedirse.web.visitor import Visitor

HERE = "/announcements"
_ARRANGES = ("add", "remove", "earlier")
"""Buttons that change the files on the page and publish nothing yet."""
_DESCRIBE = N_("Say what each picture shows, for those who cannot see it. Or publish once more to leave it out.")
_MEANWHILE = N_("Somebody published a later version meanwhile. Look at it first: if you publish once more, yours takes its place.")
_LOOK_AT_FILES = N_("Not every file could be added. Nothing is published yet.")


async def get_announcements(request: Request, visitor: Visitor) -> Response:
    """What waits for the reader, then all announcements."""
    site, answers = site_of(request), visitor.may(Permission.CONFIRM)
    before = cursor(request, "before") or ""
    overview = await site.read(lambda tx: view_announcements(tx, site, visitor, before, answers=answers))
    speaks = visitor.may(Permission.ANNOUNCE) and await site.read(_is_head_office)
    return render(request, "announcements/list.html", {"overview": overview, "speaks": speaks, "is_first": not before})


async def get_new(request: Request, visitor: Visitor) -> Response:
    """The fields of a new announcement. Raises NotFound: this site is no head office."""
    site = site_of(request)
    await _check_is_head_office(site)
    fresh = new_id(site.clock.now())
    return _show(request, await site.read(new_sheet, site, visitor, fresh))


async def post_new(request: Request, visitor: Visitor, form: Form) -> Response:
    """Publish an announcement, or change the files on the page before that. Sent twice, it is published once."""
    site = site_of(request)
    await _check_is_head_office(site)
    now = site.clock.now()
    taken = await _take_files(request, visitor.actor.id, form)
    form = with_sheet(form, taken.sheet)
    told = await _before_publishing(site, form, taken)
    if told is not None:
        return await _show_typed(request, visitor, form, told=told, taken=taken)
    try:
        terms = terms_of(form, site.settings.timezone)
        done = await site.write(
            lambda tx: publish_draft(
                tx,
                site,
                visitor.actor,
                taken.sheet,
                now,
                publish=lambda draft: announce(tx, site, draft, terms, now, by=_by(visitor), owner=visitor.actor),
            )
        )
    except (InvalidInput, Refused, StorageError) as error:
        return await _show_typed(request, visitor, form, error=error)
    return go_on(request, f"{HERE}/{done.post.id}/board", N_("Announced. Here you see it arrive."))


async def get_change(request: Request, visitor: Visitor) -> Response:
    """The fields of an announcement, to publish a later version of it."""
    site = site_of(request)
    post = await site.read(_get, visitor, request.path_params["post_id"])
    return _show(request, await site.read(sheet_to_change, site, visitor, post), post=post)


async def post_change(request: Request, visitor: Visitor, form: Form) -> Response:
    """Publish a later version. Sent twice it is one; where somebody else published one meanwhile, that is said first."""
    site = site_of(request)
    post = await site.read(_get, visitor, request.path_params["post_id"])
    # Files of an announcement are the head office's, whoever adds one.
    now, taken = site.clock.now(), await _take_files(request, post.actor_id, form)
    form = with_sheet(form, taken.sheet)
    told = await _before_publishing(site, form, taken)
    if told is not None:
        return await _show_typed(request, visitor, form, told=told, taken=taken, post=post)
    try:
        terms = terms_of(form, site.settings.timezone)
        draft = draft_of(taken.sheet.typed, now, await site.read(circles_to_edit, site, post, now))
        known = await site.write(lambda tx: _change(tx, site, visitor, post.id, draft=draft, terms=terms, form=form, now=now))
    except (InvalidInput, Refused, StorageError) as error:
        return await _show_typed(request, visitor, form, error=error, post=post)
    if known is not None:
        return await _show_typed(request, visitor, begun_from(form, known), error=InvalidInput(_MEANWHILE, reason="meanwhile"), post=post)
    return go_on(request, f"{HERE}/{post.id}/board", N_("The later version is on its way."))


def _change(
    tx: Transaction, site: Site, visitor: Visitor, post_id: str, *, draft: Draft, terms: Terms, form: Form, now: datetime
) -> Terms | None:
    """Publish it, unless it did not begin from the version that is in force; then the terms of that are given back."""
    known, post = get_own(tx, post_id).terms, _get(tx, visitor, post_id)
    if version_of(form) == known.version:
        change_announcement(tx, site, post_id, draft, terms, now, by=_by(visitor), ask_again=form.checked("ask_again"))
        return None
    is_same = (post.title, post.source) == (draft.title, draft.text) and version_of(form) == known.version - 1
    return None if is_same else known


async def get_withdraw(request: Request, visitor: Visitor) -> Response:
    """Asks before an announcement is taken back."""
    return render(
        request, "announcements/withdraw.html", {"post": await site_of(request).read(_get, visitor, request.path_params["post_id"])}
    )


async def post_withdraw(request: Request, visitor: Visitor, form: Form) -> Response:
    """Take an announcement back everywhere; a second time there is none."""
    del form
    site, post_id, by = site_of(request), request.path_params["post_id"], _by(visitor)
    await site.write(lambda tx: withdraw_announcement(tx, site, post_id, site.clock.now(), by=by))
    return go_on(request, HERE, N_("The announcement is taken back. Every site that has it is asked to delete it."))


async def _take_files(request: Request, owner_id: str, form: Form) -> Taken:
    site, now = site_of(request), site_of(request).clock.now()
    sheet = arranged(sheet_of(form, now), removed=form.text("remove"), earlier=form.text("earlier"))
    return await take_uploads(site, owner_id, sheet, form.uploads("files"), now)


async def _before_publishing(site: Site, form: Form, taken: Taken) -> str | None:
    """What is to be said before anything is published; an empty sentence where a button asked for no more than that."""
    if taken.refused:
        return _LOOK_AT_FILES
    if any(form.checked(name) for name in _ARRANGES):
        return ""
    return _DESCRIBE if not form.checked("asked") and await site.read(lacks_alt, taken.sheet) else None


async def _show_typed(
    request: Request,
    visitor: Visitor,
    form: Form,
    *,
    told: str = "",
    taken: Taken | None = None,
    error: FedirseError | None = None,
    post: Post | None = None,
) -> Response:
    """The page with all that was typed, and what is wrong with it or to be looked at."""
    if told:
        form = Form({**form.values, "asked": ("1",)}, form.files, form.errors).with_error(InvalidInput(told, field="files"))
    if error is not None:
        form = form.with_error(error if isinstance(error, InvalidInput) else InvalidInput(error.template, reason=error.reason))
    composer = await site_of(request).read(sheet_with, site_of(request), visitor, form, post)
    status = 503 if isinstance(error, StorageError) else 422 if told or error is not None else 200
    return _show(request, composer, post=post, status=status, refused=taken.refused if taken is not None else ())


def _show(
    request: Request,
    composer: Composer,
    *,
    post: Post | None = None,
    status: int = 200,
    refused: Sequence[tuple[str, FedirseError]] = (),
) -> Response:
    languages = language_choices(composer.form.text("language"), page_language(request))
    context = {"composer": composer, "languages": languages, "refused": refused, "post": post}
    return render(request, "announcements/write.html", context, status=status)


async def _check_is_head_office(site: Site) -> None:
    """Raises NotFound where there is nothing to announce to."""
    if not await site.read(_is_head_office):
        raise NotFound("no head office")


def _is_head_office(tx: Transaction) -> bool:
    network = current_network(tx)
    return network is not None and network.head_office


def _get(tx: Transaction, visitor: Visitor, post_id: str) -> Post:
    """An announcement of this site. Raises NotFound."""
    found = find_readable(tx, post_id, visitor.reader)
    if found is None or not found[0].local:
        raise NotFound(f"announcement {post_id}")
    return found[0]


def _by(visitor: Visitor) -> Runner:
    return Runner(visitor.account_id, visitor.handle)


ROUTES: list[BaseRoute] = [
    page(HERE, get_announcements),
    page(f"{HERE}/new", get_new, Permission.ANNOUNCE),
    deed(HERE, post_new, Permission.ANNOUNCE, files=True, keeps=True),
    page(f"{HERE}/{{post_id}}/change", get_change, Permission.ANNOUNCE),
    deed(f"{HERE}/{{post_id}}/change", post_change, Permission.ANNOUNCE, files=True, keeps=True),
    page(f"{HERE}/{{post_id}}/withdraw", get_withdraw, Permission.ANNOUNCE),
    deed(f"{HERE}/{{post_id}}/withdraw", post_withdraw, Permission.ANNOUNCE),
]
