"""The composer, and publishing what stands in it."""

import re
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base.errors import FedirseError, InvalidInput, NotFound, Refused, StorageError
from fedirse.base.identifiers import new_id
from fedirse.base.roles import Permission
from fedirse.social.accounts.visitors import deed, page, safe_path, site_of
from fedirse.social.posts.composing import store
from fedirse.social.posts.composing.actions import publish_draft, resolve_names
from fedirse.social.posts.composing.model import Published, Sheet, Typed
from fedirse.social.posts.composing.views import Composer, Wish, composer_with, form_of, language_choices, new_composer
from fedirse.web.forms import Form
from fedirse.web.html import MENTION
from fedirse.web.languages import N_
from fedirse.web.notices import go_on
from fedirse.web.paging import cursor
from fedirse.web.rendering import page_language, render
from fedirse.web.visitor import Visitor

_ID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
_VERSION: Final = re.compile(r"[0-9]{1,9}")
_SHOWN_NAMES: Final = 3

PUBLISHED: Final = N_("Published.")
PUBLISHED_ALREADY: Final = N_("This was published already: here it is.")
PUBLISHED_ALREADY_KEPT: Final = N_("This was published already: here it is. What you wrote since then is kept in your drafts.")
PUBLISHED_BOTH: Final = N_("Published. What you wrote in another tab is kept in your drafts.")
PUBLISHED_UNKNOWN: Final = N_("Published. Not found, so left as plain text: %(names)s")
ANSWER_LOST: Final = N_("The post you answer is no longer there. Copy what you wrote into a new post, or keep it as a draft.")


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
        return show(request, await site.read(composer_with, site, visitor.actor, form_of(draft)))
    wish = Wish(cursor(request, "reply_to") or None, request.query_params.get("audience", ""), _name(request.query_params.get("to", "")))
    fresh = new_id(site.clock.now())
    return show(request, await site.read(new_composer, site, visitor.actor, fresh, visitor.language, wish))


async def post_post(request: Request, visitor: Visitor, form: Form) -> Response:
    """Publish what stands in a composer."""
    site = site_of(request)
    now = site.clock.now()
    sheet = sheet_of(form, now)
    try:
        unknown = await resolve_names(site, sheet.typed.text)
        done = await site.write(publish_draft, site, visitor.actor, sheet, now)
    except (InvalidInput, NotFound, Refused, StorageError) as error:
        return await show_again(request, visitor, form, error)
    where = f"/posts/{done.post.id}" if done.again else safe_path(form.text("return_to"), f"/posts/{done.post.id}")
    return go_on(request, where, _told(done, unknown), names=", ".join(unknown[:_SHOWN_NAMES]))


async def show_again(request: Request, visitor: Visitor, form: Form, error: FedirseError) -> Response:
    """The composer with all that was typed, and what is wrong with it."""
    site = site_of(request)
    if not _ID.fullmatch(form.text("draft")):
        form = Form({**form.values, "draft": (new_id(site.clock.now()),), "version": ("0",)}, form.files, form.errors)
    wrong = form.with_error(_told_at(error), "text" if isinstance(error, InvalidInput) else "")
    composer = await site.read(composer_with, site, visitor.actor, wrong)
    return show(request, composer, 503 if isinstance(error, StorageError) else 422)


def show(request: Request, composer: Composer, status: int = 200) -> Response:
    """The page of a composer."""
    languages = language_choices(composer.form.text("language"), page_language(request))
    return render(request, "composing/compose.html", {"composer": composer, "languages": languages}, status=status)


def sheet_of(form: Form, now: datetime) -> Sheet:
    """What a composer sent; one that names no draft gets an id."""
    draft_id, version = form.text("draft"), form.text("version")
    known = _ID.fullmatch(draft_id) is not None
    return Sheet(draft_id if known else new_id(now), int(version) if known and _VERSION.fullmatch(version) else 0, typed_of(form))


def typed_of(form: Form) -> Typed:
    """What was typed into a composer."""
    language, reply_to = form.line("language"), form.text("reply_to")
    return Typed(
        text=form.text("text").strip("\n"),
        title=form.line("title"),
        warning=form.line("warning"),
        language=language if _LANGUAGE.fullmatch(language) else "",
        choice=form.text("audience")[:16],
        reply_to=reply_to if _ID.fullmatch(reply_to) else None,
    )


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
