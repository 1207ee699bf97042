"""The languages of a post ↔ `contentMap` and `nameMap`, its natural language values (ActivityStreams 2.0, section 4.7). Pure."""

from collections.abc import Callable, Mapping

from fedirse.activitypub.documents.object import PostObject
from fedirse.base import limits
from fedirse.social.posts.languages.model import LanguageVersion
from fedirse.social.posts.languages.rules import normal_tag


def parse_language(document: PostObject) -> str:
    """The language of `content`: the one that says the same in the map, or of `name`; else the first one, as Mastodon reads it.

    So `content` is what is shown in it even where the map says something else.
    """
    same = (tag for tag, text in document.content_map.items() if text == document.content)
    same_name = (tag for tag, text in document.name_map.items() if text == document.name)
    return next(filter(None, map(normal_tag, (*same, *same_name, *document.content_map))), "")


def parse_versions(document: PostObject, language: str, clean: Callable[[str], str]) -> dict[str, LanguageVersion]:
    """What a post says in other languages than `language`, by language tag.

    What is no language, or says nothing, is left out; and what makes them longer together than one text may be: cleaning costs what that
    costs.

    Args:
        document: the post.
        language: that of `content`.
        clean: foreign HTML to safe HTML.
    """
    found: dict[str, LanguageVersion] = {}
    names = {normal_tag(tag): name for tag, name in document.name_map.items()}
    length, tags = limits.CONTENT_BYTES, limits.HTML_TAGS
    for given, text in document.content_map.items():
        tag = normal_tag(given)
        if not tag or tag == language or tag in found or len(found) == limits.LANGUAGES_PER_POST:
            continue
        if len(text) > length or text.count("<") > tags:
            continue
        length, tags = length - len(text), tags - text.count("<")
        content = clean(text)
        if content:
            found[tag] = LanguageVersion(names.get(tag, "") if document.name else "", content)
    return found


def render_contents(language: str, content: str, versions: Mapping[str, LanguageVersion]) -> dict[str, str]:
    """The `contentMap`: the post's own language first, which Mastodon takes for that of `content`; empty where it has none."""
    own = {language: content} if language else {}
    return own | {tag: version.content for tag, version in versions.items()}


def render_names(language: str, title: str, versions: Mapping[str, LanguageVersion]) -> dict[str, str]:
    """The `nameMap`, in the same order; empty where there is only one title."""
    others = {tag: version.title for tag, version in versions.items() if version.title}
    own = {language: title} if language and title else {}
    return own | others if others else {}
