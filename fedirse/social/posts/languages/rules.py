"""Decisions about the languages of a post: what is a language, which version somebody reads, what may be published. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.social.posts.languages.model import LanguageVersion, Translation

FIELDS: Final = {"language": "said_language", "title": "said_title", "text": "said_text"}
"""What the fields of a version are called in a form, each followed by `-` and the place of the version, from 0 on."""

# The shape of RFC 5646 (section 2.1), whose subtags are registered one by one: a language, or "x" for what is nobody's but the author's.
_TAG: Final = re.compile(r"(?:[a-z]{2,8}|x(?=-))(?:-[a-z0-9]{1,8})*")
_TAG_LENGTH: Final = 35


def normal_tag(tag: str) -> str:
    """A language tag as it is kept, in small letters (RFC 5646, section 2.1.1); empty for what has not the shape of one."""
    small = tag.lower() if tag.isascii() else ""
    return small if len(small) <= _TAG_LENGTH and _TAG.fullmatch(small) else ""


def closest(wanted: str, own: str, others: Iterable[str]) -> str:
    """Which language of a post somebody reads who asks for `wanted`.

    Args:
        wanted: a language tag, or anything.
        own: the language of the post itself; it is what stays where no version comes closer.
        others: the languages of its other versions.
    """
    wanted = wanted.lower()
    known = [own, *others]
    exact = next((tag for tag in known if tag.lower() == wanted), None)
    near = next((tag for tag in known if _primary(tag) == _primary(wanted)), None)
    return exact if exact is not None else near if near is not None else own


def field_of(part: str, place: int) -> str:
    """The name of a field of a version in a form: of its language, title or text."""
    return f"{FIELDS[part]}-{place}"


def besides_of(translations: Iterable[Translation]) -> tuple[tuple[str, str], ...]:
    """What a draft keeps of them, field by field."""
    return tuple((field_of(part, place), getattr(one, part)) for place, one in enumerate(translations) for part in FIELDS)


def translations_of(besides: Iterable[tuple[str, str]]) -> tuple[Translation, ...]:
    """The versions that stand in fields, without those in which nothing is written; one more than fit, so that it is said."""
    known = dict(besides)
    places = range(limits.TRANSLATIONS_PER_POST + 1)
    found = [Translation(**{part: known.get(field_of(part, place), "") for part in FIELDS}) for place in places]
    return tuple(one for one in found if one.title.strip() or one.text.strip())


def translations_in(versions: Mapping[str, LanguageVersion]) -> tuple[Translation, ...]:
    """What was typed of a published post."""
    return tuple(Translation(tag, version.title, version.source or "") for tag, version in versions.items())


def check_translations(translations: Sequence[Translation], *, language: str, title: str, longest_title: int) -> None:
    """Raises InvalidInput for versions that cannot go with a post, naming the field it is about.

    Args:
        translations: what was typed.
        language: that of the post itself.
        title: that of the post itself; where it has one, each version has.
        longest_title: how many characters a title may have.
    """
    if len(translations) > limits.TRANSLATIONS_PER_POST:
        raise InvalidInput(
            "A text has at most %(most)s other languages: leave some out.",
            reason="too-many-languages",
            field=field_of("language", limits.TRANSLATIONS_PER_POST),
            most=limits.TRANSLATIONS_PER_POST,
        )
    taken = {normal_tag(language)}
    for place, typed in enumerate(translations):
        tag = normal_tag(typed.language)
        if not tag:
            raise InvalidInput("Choose the language of this version.", reason="no-language", field=field_of("language", place))
        if tag in taken:
            raise InvalidInput(
                "There is a text in this language already: choose another one.", reason="same-language", field=field_of("language", place)
            )
        taken.add(tag)
        _check_title(typed.title, place, wanted=bool(title), longest=longest_title)


def check_together(versions: Mapping[str, LanguageVersion]) -> None:
    """Raises InvalidInput for versions that no server keeps that reads them as we do (see `wire.parse_versions`)."""
    html = [version.content for version in versions.values()]
    if sum(map(len, html)) > limits.CONTENT_BYTES or sum(text.count("<") for text in html) > limits.HTML_TAGS:
        raise InvalidInput(
            "Together the other languages are too long: shorten them.",
            reason="languages-too-long",
            field=field_of("text", len(html) - 1),
        )


def _check_title(title: str, place: int, *, wanted: bool, longest: int) -> None:
    field = field_of("title", place)
    if wanted and not title.strip():
        raise InvalidInput("Write the title in this language as well.", reason="no-title", field=field)
    if title and not wanted:
        raise InvalidInput("The text itself has no title: leave it out here as well.", reason="no-main-title", field=field)
    if len(title) > longest:
        raise InvalidInput("The title is longer than %(most)s characters: shorten it.", reason="title-too-long", field=field, most=longest)


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()
