"""The card that other programs draw beside a link to a page of this site."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShareCard:
    """What a page says about itself to programs that draw a card of it (https://ogp.me).

    Attributes:
        kind: `website`, `profile` or `article`.
        url: the lasting address of the page.
        title: its title, plain text.
        description: a sentence or two, plain text; may be empty.
        picture: absolute address of a picture; empty for none.
        picture_words: what the picture shows.
        is_wide: whether the picture is worth a wide card, not a small one beside the words.
        oembed: where the page is described once more as JSON; empty for nowhere.
    """

    kind: str
    url: str
    title: str
    description: str = ""
    picture: str = ""
    picture_words: str = ""
    is_wide: bool = False
    oembed: str = ""
