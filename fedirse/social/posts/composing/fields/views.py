"""From what is typed to the fields of a composer, and back. What a browser sends may be anything."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from fedirse.base import limits
from fedirse.base.identifiers import new_id
from fedirse.social.posts.composing.model import KeptDraft, Sheet, Typed, TypedPoll
from fedirse.social.posts.model import DraftFile
from fedirse.web.forms import Form, filled

POLL_HOURS: Final = (1, 6, 24, 72, 168)
"""For how many hours people can be asked."""

_ID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
_VERSION: Final = re.compile(r"[0-9]{1,9}")
_CHOICE_LENGTH: Final = 16


def form_of(draft: KeptDraft) -> Form:
    """The fields of a composer that shows a draft."""
    return filled({"draft": draft.id, "version": draft.version, **_fields(draft.typed)})


def form_of_typed(typed: Typed) -> Form:
    """The fields of a composer for something that is no draft."""
    return filled(_fields(typed))


def sheet_of(form: Form, now: datetime) -> Sheet:
    """What a composer sent; one that names no draft gets an id."""
    draft_id, version = form.text("draft"), form.text("version")
    known = is_id(draft_id)
    return Sheet(draft_id if known else new_id(now), int(version) if known and _VERSION.fullmatch(version) else 0, typed_of(form))


def typed_of(form: Form) -> Typed:
    """What was typed into a composer."""
    language, reply_to = form.line("language"), form.text("reply_to")
    return Typed(
        text=form.text("text").strip("\n"),
        title=form.line("title"),
        warning=form.line("warning"),
        language=language if _LANGUAGE.fullmatch(language) else "",
        choice=form.text("audience")[:_CHOICE_LENGTH],
        segment=form.text("segment")[: limits.URI_LENGTH],
        channel=form.text("channel")[: limits.HANDLE_LENGTH],
        reply_to=reply_to if is_id(reply_to) else None,
        files=tuple(DraftFile(media_id, form.line(f"alt-{media_id}")) for media_id in _file_ids(form.several("file"))),
        poll=_poll(form),
    )


def with_sheet(form: Form, sheet: Sheet) -> Form:
    """The same form, naming the draft, the version and the files of a sheet."""
    fields = filled({"draft": sheet.draft_id, "version": sheet.version, "file": [file.media_id for file in sheet.typed.files]})
    return Form({**form.values, **fields.values}, form.files, form.errors)


def is_id(text: str) -> bool:
    """Whether a text can be the id of something here."""
    return _ID.fullmatch(text) is not None


def _fields(typed: Typed) -> dict[str, object]:
    poll = typed.poll
    return {
        "text": typed.text,
        "title": typed.title,
        "warning": typed.warning,
        "language": typed.language,
        "audience": typed.choice,
        "segment": typed.segment,
        "channel": typed.channel,
        "reply_to": typed.reply_to,
        "file": [file.media_id for file in typed.files],
        **{f"alt-{file.media_id}": file.alt for file in typed.files},
        "poll_option": poll.options if poll else (),
        "poll_several": poll is not None and poll.several,
        "poll_hours": poll.hours if poll else POLL_HOURS[2],
        **dict(typed.besides),
    }


def _file_ids(given: Iterable[str]) -> list[str]:
    # One more than fit, so that whoever sends too many is told.
    return [media_id for media_id in dict.fromkeys(given) if is_id(media_id)][: limits.ATTACHMENTS_PER_POST + 1]


def _poll(form: Form) -> TypedPoll | None:
    options = form.several("poll_option")[: limits.OWN_POLL_OPTIONS + 1]
    hours = form.text("poll_hours")
    chosen = next((each for each in POLL_HOURS if str(each) == hours), POLL_HOURS[2])
    poll = TypedPoll(options, form.checked("poll_several"), chosen)
    return None if poll.is_empty else poll
