"""The pages on which an announcement is changed and taken back."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import InvalidInput, NotFound, Refused, StorageError
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.features.announcements.actions import change_announcement, get_own, withdraw_announcement
from fedirse.features.announcements.fields.views import begun_from, terms_of, version_of
from fedirse.features.announcements.model import Terms
from fedirse.features.announcements.rules import check_change
from fedirse.features.announcements.store import find_readable
from fedirse.features.announcements.writing.model import HERE, Task
from fedirse.features.announcements.writing.pages import before_publishing, runner_of, show, show_wrong, take_files
from fedirse.features.announcements.writing.views import desk_to_change
from fedirse.site import Site
from fedirse.social.accounts.visitors import deed, page, site_of
from fedirse.social.posts.composing.circles.views import circles_to_edit
from fedirse.social.posts.composing.fields.views import with_sheet
from fedirse.social.posts.composing.rules import draft_of
from fedirse.social.posts.languages.rules import translations_in
from fedirse.social.posts.model import Draft, DraftFile, Post
from fedirse.storage.transaction import Transaction
from fedirse.web.forms import Form
from fedirse.web.notices import go_on
from fedirse.web.rendering import render
from fedirse.web.visitor import Visitor

_MEANWHILE: Final = N_("Somebody published a later version meanwhile. Look at it first: if you publish once more, yours takes its place.")


async def get_change(request: Request, visitor: Visitor) -> Response:
    """The fields of an announcement, to publish a later version of it."""
    site = site_of(request)
    post = await site.read(_get, visitor, request.path_params["post_id"])
    return await show(request, await site.read(desk_to_change, site, visitor, post))


async def post_change(request: Request, visitor: Visitor, form: Form) -> Response:
    """Publish a later version. Sent twice it is one; where somebody else published one meanwhile, that is said first."""
    site = site_of(request)
    post = await site.read(_get, visitor, request.path_params["post_id"])
    now, task, taken = site.clock.now(), Task(post), await take_files(request, post.actor_id, form)
    form = with_sheet(form, taken.sheet)
    shown = await before_publishing(request, visitor, form, taken=taken, task=task)
    if shown is not None:
        return shown
    try:
        terms = terms_of(form, site.settings.timezone)
        draft = draft_of(taken.sheet.typed, now, await site.read(circles_to_edit, site, post, now))
        known = await site.write(lambda tx: _change(tx, site, visitor, post.id, draft=draft, terms=terms, form=form, now=now))
    except (InvalidInput, Refused, StorageError) as error:
        return await show_wrong(request, visitor, form, error, task=task)
    if known is not None:
        return await show_wrong(request, visitor, begun_from(form, known), InvalidInput(_MEANWHILE, reason="meanwhile"), task=task)
    return go_on(request, f"{HERE}/{post.id}/board", N_("The later version is on its way."))


def _change(
    tx: Transaction, site: Site, visitor: Visitor, post_id: str, *, draft: Draft, terms: Terms, form: Form, now: datetime
) -> Terms | None:
    """Publish it, unless it did not begin from the version that is in force; then the terms of that are given back."""
    known, post = get_own(tx, post_id).terms, _get(tx, visitor, post_id)
    if version_of(form) == known.version:
        change_announcement(tx, site, post_id, draft, terms, now, by=runner_of(visitor), ask_again=form.checked("ask_again"))
        return None
    asks_again = form.checked("ask_again")
    is_same = _says(post, draft) and _asks(known, check_change(known, terms, now, ask_again=asks_again), ask_again=asks_again)
    return None if is_same and version_of(form) == known.version - 1 else known


def _says(post: Post, draft: Draft) -> bool:
    """Whether the version in force says just that, to the same sites and with the same files."""
    files = tuple(DraftFile(file.media_id, file.alt) for file in post.attachments)
    said = (post.title, post.source, post.warning, post.language, translations_in(post.translations), files)
    typed = (draft.title, draft.text, draft.warning, draft.language or post.language, draft.translations, draft.files or ())
    return said == typed and (post.audience.kind, post.audience.of) == (draft.audience.kind, draft.audience.of)


def _asks(known: Terms, wanted: Terms, *, ask_again: bool) -> bool:
    """Whether the version in force asks just that. One may ask anew without being told to, where nobody was asked before."""
    asked = replace(wanted, version=known.version, confirm_from=known.confirm_from, first_look_of=known.first_look_of)
    return asked == known and (known.confirm_from == known.version or not ask_again)


async def get_withdraw(request: Request, visitor: Visitor) -> Response:
    """Asks before an announcement is taken back."""
    post = await site_of(request).read(_get, visitor, request.path_params["post_id"])
    return render(request, "announcements/withdraw.html", {"post": post})


async def post_withdraw(request: Request, visitor: Visitor, form: Form) -> Response:
    """Take an announcement back everywhere; a second time there is none."""
    del form
    site, post_id, by = site_of(request), request.path_params["post_id"], runner_of(visitor)
    await site.write(lambda tx: withdraw_announcement(tx, site, post_id, site.clock.now(), by=by))
    return go_on(request, HERE, N_("The announcement is taken back. Every site that has it is asked to delete it."))


def _get(tx: Transaction, visitor: Visitor, post_id: str) -> Post:
    """An announcement of this site. Raises NotFound."""
    found = find_readable(tx, post_id, visitor.reader)
    if found is None or not found[0].local:
        raise NotFound(f"announcement {post_id}")
    return found[0]


ROUTES: list[BaseRoute] = [
    page(f"{HERE}/{{post_id}}/change", get_change, Permission.ANNOUNCE),
    deed(f"{HERE}/{{post_id}}/change", post_change, Permission.ANNOUNCE, files=True, keeps=True),
    page(f"{HERE}/{{post_id}}/withdraw", get_withdraw, Permission.ANNOUNCE),
    deed(f"{HERE}/{{post_id}}/withdraw", post_withdraw, Permission.ANNOUNCE),
]
