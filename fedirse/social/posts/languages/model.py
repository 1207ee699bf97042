"""What a post says in other languages than its own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Translation:
    """What somebody here typed in another language than that of the post.

    Attributes:
        language: language tag.
        title: as the post's own; empty where it has none.
        text: Markdown, as that of the post.
    """

    language: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class LanguageVersion:
    """What a post says in one of its other languages, ready for a page.

    Attributes:
        title: plain text; empty where it has none of its own.
        content: clean HTML.
        source: what was typed, for our own posts.
    """

    title: str
    content: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What one reader has before them.

    Attributes:
        language: language tag; empty where the author says none.
        title, content: of the version in that language.
        title_language: that of the title, which may be there in the post's own language alone.
    """

    language: str
    title: str
    content: str
    title_language: str
