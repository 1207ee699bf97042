"""What every page on which an announcement is written does: take files, ask before it is too late, show again what was typed."""

from collections.abc import Mapping, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedirse.base.errors import FedirseError, InvalidInput, NotFound, Refused, StorageError
from fedirse.base.wording import N_
from fedirse.features.announcements.fields.views import joined, sheet_of_announcement
from fedirse.features.announcements.starters.actions import keep_starter
from fedirse.features.announcements.starters.views import list_offered, started_from
from fedirse.features.announcements.writing.model import NEW, Task
from fedirse.features.announcements.writing.views import Desk, desk_with, first_question
from fedirse.social.accounts.visitors import site_of
from fedirse.social.follows.channels.model import Runner
from fedirse.social.posts.composing.files.actions import Taken, take_uploads
from fedirse.social.posts.composing.rules import arranged
from fedirse.social.posts.composing.views import language_choices
from fedirse.social.posts.languages.fields.views import ARRANGES as LANGUAGE_BUTTONS
from fedirse.web.forms import Form
from fedirse.web.languages import translations
from fedirse.web.rendering import page_language, render
from fedirse.web.visitor import Visitor

_ARRANGES: Final = ("add", "remove", "earlier", *LANGUAGE_BUTTONS)
"""Buttons that change what is on the page and publish nothing yet."""
_KEPT: Final = N_("Kept to start from, under the name %(name)s. Nothing is published yet.")
_STAYS: Final = N_("What you wrote stays as it is: only what was empty, how much it matters and who is asked are filled in.")
_LOOK_AT_FILES: Final = N_("Not every file could be added. Nothing is published yet.")


async def take_files(request: Request, owner_id: str, form: Form) -> Taken:
    """The files that came with the page, behind those that are there; without the one that a button takes away."""
    site, now = site_of(request), site_of(request).clock.now()
    sheet = arranged(sheet_of_announcement(form, now), removed=form.text("remove"), earlier=form.text("earlier"))
    return await take_uploads(site, owner_id, sheet, form.uploads("files"), now)


async def before_publishing(request: Request, visitor: Visitor, form: Form, *, taken: Taken, task: Task) -> Response | None:
    """The page once more where something is to be looked at before it is published, or where a button asked for no more than that."""
    site = site_of(request)
    if taken.refused:
        wrong = form.with_error(InvalidInput(_LOOK_AT_FILES, field="files"))
        return await show_typed(request, visitor, wrong, task=task, status=422, refused=taken.refused)
    if any(form.checked(name) for name in _ARRANGES):
        return await show_typed(request, visitor, form, task=task)
    if form.checked("keep_starter"):
        return await _keep_starter(request, visitor, form, task)
    question = await site.read(first_question, site, form, taken.sheet, task)
    if question is None:
        return None
    name, seen = question.seen
    asked = joined(form, {name: seen}).with_error(question.words) if seen else form.with_error(question.words)
    return await show_typed(request, visitor, asked, task=task, status=422)


async def start_from(request: Request, visitor: Visitor, form: Form) -> Response:
    """The page of a new announcement, filled from the text that was chosen. Raises NotFound: there is none of that name any more."""
    site = site_of(request)
    offered = await site.read(list_offered, translations(page_language(request)).gettext)
    chosen = next((one for one in offered if one.key == form.text("start")), None)
    if chosen is None:
        raise NotFound("no such text to start from")
    started, stays = started_from(site, form, chosen, offered)
    return await show_typed(request, visitor, started, task=NEW, notice=_STAYS if stays else "")


async def _keep_starter(request: Request, visitor: Visitor, form: Form, task: Task) -> Response:
    """The same page, after what stands there was kept to start others from."""
    site = site_of(request)
    try:
        kept = await site.write(keep_starter, site, form, site.clock.now())
    except (InvalidInput, Refused, StorageError) as error:
        return await show_wrong(request, visitor, form, error, task=task)
    return await show_typed(request, visitor, form, task=task, notice=_KEPT, words={"name": kept.name})


async def show_wrong(request: Request, visitor: Visitor, form: Form, error: FedirseError, *, task: Task) -> Response:
    """The page with all that was typed, and what is wrong with it."""
    wrong = form.with_error(error if isinstance(error, InvalidInput) else InvalidInput(error.template, reason=error.reason))
    return await show_typed(request, visitor, wrong, task=task, status=503 if isinstance(error, StorageError) else 422)


async def show_typed(
    request: Request,
    visitor: Visitor,
    form: Form,
    *,
    task: Task,
    status: int = 200,
    refused: Sequence[tuple[str, FedirseError]] = (),
    notice: str = "",
    words: Mapping[str, str] | None = None,
) -> Response:
    """The page with what was typed; `refused` are files that could not be added, `notice` a sentence above it, filled with `words`."""
    site = site_of(request)
    desk = await site.read(desk_with, site, visitor, form, task)
    sentence = translations(page_language(request)).gettext(notice) if notice else ""
    return await show(request, desk, status=status, refused=refused, notice=sentence % words if words else sentence)


async def show(
    request: Request, desk: Desk, *, status: int = 200, refused: Sequence[tuple[str, FedirseError]] = (), notice: str = ""
) -> Response:
    """The page; a new announcement is offered texts to start from."""
    language = page_language(request)
    starters = await site_of(request).read(list_offered, translations(language).gettext) if desk.task == NEW else ()
    languages = language_choices(desk.composer.form.text("language"), language)
    context: dict[str, object] = {"desk": desk, "languages": languages, "refused": refused, "starters": starters}
    return render(request, "announcements/write.html", context | ({"notice": notice} if notice else {}), status=status)


def runner_of(visitor: Visitor) -> Runner:
    """Who does something for the head office, as its log notes it."""
    return Runner(visitor.account_id, visitor.handle)
