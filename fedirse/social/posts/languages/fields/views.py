"""From the versions of a text to the fields of a form, and back. What a browser sends may be anything."""

from typing import Final

from fedirse.base import limits
from fedirse.social.posts.languages.model import Translation
from fedirse.social.posts.languages.rules import FIELDS, besides_of, field_of, translations_of
from fedirse.web.forms import Form, filled

ARRANGES: Final = ("add_language", "drop_language")
"""Buttons that change the page and publish nothing yet: one version more, or the one less that the value names by its place."""
SHOWN, OPEN = "languages_shown", "languages_open"
"""What a page reads in the form besides: how many versions it shows, and whether they are unfolded."""

_ADD, _DROP = ARRANGES


def typed_versions(form: Form) -> tuple[Translation, ...]:
    """What was typed in other languages, without what is empty and what a button takes away."""
    places = [place for place in range(limits.TRANSLATIONS_PER_POST + 1) if form.text(_DROP) != str(place)]
    typed = {field_of(part, place): form.line(field_of(part, place)) for place in places for part in ("language", "title")}
    typed |= {field_of("text", place): form.text(field_of("text", place)).strip("\n") for place in places}
    return translations_of(typed.items())


def with_versions(form: Form) -> Form:
    """The same form with its versions one after the other, and room for one more where it is asked for or there is none."""
    typed = typed_versions(form)
    wrong = any(_is_ours(name) for name in form.errors)
    more = form.checked(_ADD) or not typed
    shown = min(len(typed) + more, max(limits.TRANSLATIONS_PER_POST, len(typed)))
    is_open = bool(typed) or wrong or any(form.checked(name) for name in ARRANGES)
    others = {name: values for name, values in form.values.items() if not _is_ours(name)}
    return Form({**others, **filled({**dict(besides_of(typed)), SHOWN: shown, OPEN: is_open}).values}, form.files, form.errors)


def _is_ours(name: str) -> bool:
    return name.startswith(tuple(f"{field}-" for field in FIELDS.values()))
