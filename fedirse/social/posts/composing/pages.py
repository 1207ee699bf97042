"""The composer, and publishing what stands in it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import FedirseError, InvalidInput, NotFound, Refused, StorageError
from fedirse.base.identifiers import new_id
from fedirse.base.roles import Permission
from fedirse.base.wording import N_
from fedirse.social.accounts.visitors import deed, page, safe_path, site_of
from fedirse.social.posts.composing import store
from fedirse.social.posts.composing.actions import keep_draft, publish_draft, resolve_names
from fedirse.social.posts.composing.fields.views import form_of, sheet_of, with_sheet
from fedirse.social.posts.composing.files.actions import Taken, lacks_alt, take_uploads
from fedirse.social.posts.composing.model import KeptDraft, Published
from fedirse.social.posts.composing.views import Composer, Wish, composer_with, language_choices, new_composer
from fedirse.web.desks import DESKS, Desks
from fedirse.web.errors import RETRY_AFTER_SECONDS
from fedirse.web.forms import Form
from fedirse.web.html import MENTION
from fedirse.web.notices import go_on
from fedirse.web.paging import cursor
from fedirse.web.rendering import page_language, render
from fedirse.web.visitor import Visitor

_SHOWN_NAMES: Final = 3

PUBLISHED: Final = N_("Published.")
PUBLISHED_ALREADY: Final = N_("This was published already: here it is.")
PUBLISHED_ALREADY_KEPT: Final = N_("This was published already: here it is. What you wrote since then is kept in your drafts.")
PUBLISHED_BOTH: Final = N_("Published. What you wrote in another tab is kept in your drafts.")
PUBLISHED_UNKNOWN: Final = N_("Published. Not found, so left as plain text: %(names)s")
ANSWER_LOST: Final = N_("The post you answer is no longer there. Copy what you wrote into a new post, or keep it as a draft.")
DESCRIBE: Final = N_("Say what each picture shows, for those who cannot see it. Or publish once more to leave it out.")
LOOK_AT_FILES: Final = N_("Not every file could be added. Nothing is published yet.")


async def get_compose(request: Request, visitor: Visitor) -> Response:
    """A composer: a new one, an answer, or a draft to go on with."""
    site = site_of(request)
    draft_id = cursor(request, "draft")
    if draft_id:
        draft = await site.read(store.find_draft, visitor.actor.id, draft_id)
        if draft is None:
            raise NotFound("no such draft")
        if draft.published_post_id is not None:
            return go_on(request, f"/posts/{draft.published_post_id}", PUBLISHED_ALREADY)
        if draft.typed.desk:
            return _to_its_desk(request, draft)
        return show(request, await site.read(composer_with, site, visitor.actor, form_of(draft)))
    asked = request.query_params
    wish = Wish(cursor(request, "reply_to") or None, asked.get("audience", ""), _name(asked.get("to", "")), asked.get("channel", ""))
    fresh = new_id(site.clock.now())
    return show(request, await site.read(new_composer, site, visitor.actor, fresh, visitor.language, wish))


async def post_post(request: Request, visitor: Visitor, form: Form) -> Response:
    """Publish what stands in a composer. Of pictures that nobody described it asks once whether they shall stay so."""
    site = site_of(request)
    now = site.clock.now()
    taken = await take_uploads(site, visitor.actor.id, sheet_of(form, now), form.uploads("files"), now)
    form = with_sheet(form, taken.sheet)
    asks = not form.checked("asked") and await site.read(lacks_alt, taken.sheet)
    if taken.refused or asks:
        return await _show_files(request, visitor, form, taken, asks=asks)
    try:
        unknown = await resolve_names(site, taken.sheet.typed.text)
        done = await site.write(publish_draft, site, visitor.actor, taken.sheet, now)
    except (InvalidInput, NotFound, Refused, StorageError) as error:
        return await show_again(request, visitor, form, error)
    where = f"/posts/{done.post.id}" if done.again else safe_path(form.text("return_to"), f"/posts/{done.post.id}")
    return go_on(request, where, _told(done, unknown), names=", ".join(unknown[:_SHOWN_NAMES]))


async def show_again(request: Request, visitor: Visitor, form: Form, error: FedirseError) -> Response:
    """The composer with all that was typed, and what is wrong with it."""
    site = site_of(request)
    wrong, status = wrong_with(form, error)
    return show(request, await site.read(composer_with, site, visitor.actor, wrong), status)


def wrong_with(form: Form, error: FedirseError) -> tuple[Form, int]:
    """The form saying what is wrong with it, and the status of its page."""
    wrong = form.with_error(_told_at(error), "text" if isinstance(error, InvalidInput) else "")
    return wrong, 503 if isinstance(error, StorageError) else 422


def show(request: Request, composer: Composer, status: int = 200, refused: Sequence[tuple[str, FedirseError]] = ()) -> Response:
    """The page of a composer; `refused` are files that could not be added."""
    languages = language_choices(composer.form.text("language"), page_language(request))
    context = {"composer": composer, "languages": languages, "refused": refused}
    response = render(request, "composing/compose.html", context, status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["retry-after"] = str(RETRY_AFTER_SECONDS)
    return response


async def _show_files(request: Request, visitor: Visitor, form: Form, taken: Taken, *, asks: bool) -> Response:
    """The composer before anything is published, because of its files; they are kept with the draft meanwhile."""
    site = site_of(request)
    try:
        saved = await site.write(keep_draft, site, visitor.actor.id, taken.sheet, site.clock.now())
    except (InvalidInput, StorageError) as error:
        return await show_again(request, visitor, form, error)
    fields = {**form.values, **form_of(saved.draft).values, **({"asked": ("1",)} if asks else {})}
    told = InvalidInput(LOOK_AT_FILES if taken.refused else DESCRIBE, field="files")
    composer = await site.read(composer_with, site, visitor.actor, Form(fields).with_error(told))
    full = any(isinstance(error, StorageError) for _, error in taken.refused)
    return show(request, composer, 503 if full else 422, taken.refused)


def _to_its_desk(request: Request, draft: KeptDraft) -> Response:
    """Raises NotFound for a draft of a desk that there is no more."""
    desks: Desks = request.scope.get(DESKS, {})
    if draft.typed.desk not in desks:
        raise NotFound("a draft of no desk")
    return go_on(request, f"{desks[draft.typed.desk].path}?draft={draft.id}")


def _told(done: Published, unknown: list[str]) -> str:
    if done.again:
        return PUBLISHED_ALREADY_KEPT if done.kept else PUBLISHED_ALREADY
    if done.kept:
        return PUBLISHED_BOTH
    return PUBLISHED_UNKNOWN if unknown else PUBLISHED


def _told_at(error: FedirseError) -> InvalidInput:
    if isinstance(error, InvalidInput):
        return error
    if isinstance(error, NotFound):
        return InvalidInput(ANSWER_LOST, reason="answer-lost")
    # What else can go wrong here has a fixed sentence.
    return InvalidInput(error.template, reason=error.reason)


def _name(typed: str) -> str:
    found = MENTION.fullmatch(typed if typed.startswith("@") else f"@{typed}")
    return found.group()[1:] if found else ""


ROUTES: list[BaseRoute] = [
    page("/compose", get_compose, Permission.WRITE),
    deed("/posts", post_post, Permission.WRITE, files=True, keeps=True),
]
