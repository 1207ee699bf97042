"""The sites at which an announcement is looked at while it is still being written."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Brand:
    """Colours and letters in which an announcement is tried on.

    Attributes:
        key: what it is called in the stylesheet.
        name: what people call it, in English; translated when shown.
        colour, accent, font: as a site sets them.
    """

    key: str
    name: str
    colour: str
    accent: str
    font: str


@dataclass(frozen=True, slots=True)
class Place:
    """A site at which an announcement is looked at.

    Attributes:
        brand: its colours; always an example, because no site tells others its own.
        name: what the head office calls the site; empty for one that is made up.
        host: its domain; empty likewise.
        icon: where its logo lies; empty for none.
        uri: of its actor; empty likewise.
    """

    brand: Brand
    name: str = ""
    host: str = ""
    icon: str = ""
    uri: str = ""
