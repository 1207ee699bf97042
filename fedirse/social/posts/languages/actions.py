"""Makes of what was typed in other languages what people read, while the post is published."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.social.posts.languages.model import LanguageVersion, Translation
from fedirse.social.posts.languages.rules import check_together, field_of, normal_tag
from fedirse.web.html import Rendered


def render_translations(
    translations: Sequence[Translation], main: Rendered, render: Callable[[str], Rendered]
) -> tuple[Rendered, dict[str, LanguageVersion]]:
    """What others read of a post in its other languages, made as its text is.

    Args:
        translations: what was typed, and looked at (`rules.check_translations`).
        main: what others read of the text.
        render: makes of a text what others read.

    Returns:
        The text, naming whomever a translation names and with every hashtag, so that it reaches them whatever they read; and the
        versions by language tag.

    Raises:
        InvalidInput: one is empty or too long, or all of them together are; or they name too many people.
    """
    versions: dict[str, LanguageVersion] = {}
    tags, mentions = dict.fromkeys(main.tags), dict(main.mentions)
    for place, typed in enumerate(translations):
        try:
            rendered = render(typed.text)
        except InvalidInput as error:
            raise InvalidInput(error.template, reason=error.reason, field=field_of("text", place), **error.words) from error
        tags |= dict.fromkeys(rendered.tags)
        mentions |= dict(rendered.mentions)
        versions[normal_tag(typed.language)] = LanguageVersion(typed.title.strip(), rendered.html, typed.text)
    check_together(versions)
    if len(mentions) > limits.MENTIONS_PER_POST:
        raise InvalidInput(
            "The post names more than %(most)s people: name fewer.",
            reason="too-many-mentions",
            field="text",
            most=limits.MENTIONS_PER_POST,
        )
    return replace(main, tags=tuple(tags), mentions=tuple(mentions.items())), versions
