"""Decisions about what is typed: which audience a choice means, what an answer or an edit may choose. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.audiences.rules import narrow_edit, narrow_reply
from fedirse.social.posts.composing.model import Choice, Sheet, Typed
from fedirse.social.posts.model import Draft, PollDraft

_AUDIENCES: Final = {
    Choice.PUBLIC: Audience(AudienceKind.PUBLIC),
    Choice.UNLISTED: Audience(AudienceKind.PUBLIC, listed=False),
    Choice.FOLLOWERS: Audience(AudienceKind.FOLLOWERS),
    Choice.SITE: Audience(AudienceKind.SITE),
    Choice.DIRECT: Audience(AudienceKind.DIRECT),
}


def audience_of(choice: str) -> Audience:
    """The audience that a choice means. Nothing chosen is never read as public: raises InvalidInput."""
    if choice not in _AUDIENCES:
        raise InvalidInput("Choose who can read it.", reason="no-audience", field="audience")
    return _AUDIENCES[Choice(choice)]


def choice_of(audience: Audience) -> Choice | None:
    """The choice whose words say what an audience is; None for one that nobody chooses in a composer."""
    if audience.kind is AudienceKind.PUBLIC:
        return Choice.PUBLIC if audience.listed else Choice.UNLISTED
    return Choice(audience.kind.value) if audience.kind.value in set(Choice) else None


def choices_of_reply(parent: Audience, *, parent_author_id: str, author_id: str) -> tuple[Choice, ...]:
    """What an answer may be chosen to be: the choices that stay what they are when narrowed to those who may read the parent."""
    stays = []
    for choice, audience in _AUDIENCES.items():
        narrowed = narrow_reply(audience, parent, parent_author_id=parent_author_id, author_id=author_id, locals_named=frozenset())
        if choice_of(narrowed) is choice:
            stays.append(choice)
    return tuple(stays)


def choices_of_edit(stored: Audience) -> tuple[Choice, ...]:
    """What the audience of a published post may be changed to: only what takes nobody in who was not in it before."""
    return tuple(choice for choice, audience in _AUDIENCES.items() if choice_of(narrow_edit(stored, audience)) is choice)


def chosen_first(wished: str, offered: tuple[Choice, ...]) -> Choice:
    """The choice that a composer starts with: the wished one when it is offered, else the first of those offered."""
    return Choice(wished) if wished in offered else offered[0]


def draft_of(typed: Typed, now: datetime) -> Draft:
    """What is to be published. Raises InvalidInput when no audience is chosen."""
    poll = typed.poll
    return Draft(
        text=typed.text,
        audience=audience_of(typed.choice),
        title=typed.title,
        warning=typed.warning,
        language=typed.language,
        in_reply_to=typed.reply_to,
        poll=PollDraft(poll.options, poll.several, now + timedelta(hours=poll.hours)) if poll and not poll.is_empty else None,
        files=typed.files,
    )


def arranged(sheet: Sheet, *, removed: str = "", earlier: str = "") -> Sheet:
    """The sheet without one of its files, or with one of them a place further up."""
    files = [file for file in sheet.typed.files if file.media_id != removed]
    place = next((index for index, file in enumerate(files) if file.media_id == earlier), 0)
    if place:
        files[place - 1], files[place] = files[place], files[place - 1]
    return replace(sheet, typed=replace(sheet.typed, files=tuple(files)))


def check_size(typed: Typed) -> None:
    """Raises InvalidInput for more than is kept as a draft."""
    if typed.size > limits.DRAFT_BYTES:
        raise InvalidInput(
            "This is longer than %(most)s bytes, too long to be kept: shorten it.",
            reason="draft-too-long",
            field="text",
            most=limits.DRAFT_BYTES,
        )


def check_may_keep(kept: int) -> None:
    """Raises InvalidInput for one who has as many drafts as may be kept."""
    if kept >= limits.DRAFTS_PER_ACCOUNT:
        raise InvalidInput(
            "You have %(count)s drafts, as many as can be kept: delete one first.",
            reason="too-many-drafts",
            count=limits.DRAFTS_PER_ACCOUNT,
        )
