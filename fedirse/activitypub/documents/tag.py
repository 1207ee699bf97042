"""What stands in `tag`: who is mentioned, under which hashtags, and which small pictures stand for `:names:`."""

from dataclasses import dataclass
from typing import Any

from fedirse.activitypub import values
from fedirse.activitypub.documents.image import Image, parse_image, render_image
from fedirse.base import limits
from fedirse.base.types import JsonObject

# FEP-e232 links that mean "this is what I quote", in the two spellings of Misskey's namespace.
_QUOTE_RELATIONS = frozenset({"https://misskey-hub.net/ns#_misskey_quote", "https://misskey-hub.net/ns/#_misskey_quote"})


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody is named.

    Attributes:
        href: id of the actor.
        name: how the text names them, usually `@handle@host`.
    """

    href: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Hashtag:
    """A subject.

    Attributes:
        name: without the leading `#`, in the spelling of its author.
        href: a page that lists posts on it.
    """

    name: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Emoji:
    """A small picture that stands for `:name:` in the texts.

    Attributes:
        name: without the colons.
        url: where the picture is fetched.
        media_type: what its server calls it.
        id: URI, when the emoji is an object of its own.
    """

    name: str
    url: str
    media_type: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Tags:
    """The members of `tag`, sorted by kind.

    Attributes:
        quote: what an FEP-e232 link says is quoted.
    """

    mentions: tuple[Mention, ...] = ()
    hashtags: tuple[Hashtag, ...] = ()
    emojis: tuple[Emoji, ...] = ()
    quote: str | None = None


_NONE = Tags()


def parse_tags(value: Any) -> Tags:
    """Read `tag`; what is beyond the limit or cannot be used is left out, and each mention and hashtag is taken once."""
    if not value:
        return _NONE
    mentions: dict[str, Mention] = {}
    hashtags: dict[str, Hashtag] = {}
    emojis: dict[str, Emoji] = {}
    quote: str | None = None
    for item in values.many(value)[: limits.TAGS]:
        match _parse_tag(item):
            case Mention() as mention:
                mentions.setdefault(mention.href, mention)
            case Hashtag() as hashtag:
                hashtags.setdefault(hashtag.name, hashtag)
            case Emoji() as emoji:
                emojis.setdefault(emoji.name, emoji)
            case str() as quoted:
                quote = quote or quoted
    return Tags(tuple(mentions.values()), tuple(hashtags.values()), tuple(emojis.values()), quote)


def render_tags(tags: Tags) -> list[JsonObject]:
    """The inverse of `parse_tags`, without the quote: that has a property of its own."""
    rendered: list[JsonObject] = [{"type": "Mention", "href": mention.href, "name": mention.name} for mention in tags.mentions]
    rendered += [{"type": "Hashtag", "name": f"#{hashtag.name}", "href": hashtag.href} for hashtag in tags.hashtags]
    rendered += [_render_emoji(emoji) for emoji in tags.emojis]
    return [values.present(tag) for tag in rendered]


def _parse_tag(item: Any) -> Mention | Hashtag | Emoji | str | None:
    """One tag, a quoted URI, or None."""
    if not isinstance(item, dict):
        return None
    match values.type_name(item.get("type"), ("Mention", "Hashtag", "Emoji", "Link")):
        case "Mention":
            href = values.web_address(item.get("href"))
            return Mention(href, values.text(item.get("name"), limits.NAME_LENGTH)) if href is not None else None
        case "Hashtag":
            name = (values.text(item.get("name"), limits.NAME_LENGTH) or "").removeprefix("#")
            return Hashtag(name, values.web_address(item.get("href"))) if name else None
        case "Emoji":
            return _parse_emoji(item)
        case "Link":
            related = any(relation in _QUOTE_RELATIONS for relation in values.many(item.get("rel")) if isinstance(relation, str))
            return values.web_address(item.get("href")) if related else None
        case _:
            return None


def _parse_emoji(item: JsonObject) -> Emoji | None:
    name = (values.text(item.get("name"), limits.NAME_LENGTH) or "").strip(":")
    icon = parse_image(item.get("icon"))
    return Emoji(name, icon.url, icon.media_type, values.uri(item.get("id"))) if name and icon is not None else None


def _render_emoji(emoji: Emoji) -> JsonObject:
    icon = render_image(Image(emoji.url, emoji.media_type))
    return {"id": emoji.id, "type": "Emoji", "name": f":{emoji.name}:", "icon": icon}
