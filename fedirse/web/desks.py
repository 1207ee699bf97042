"""Where something else than a post is written that can be kept as a draft. The drafts know none of the slices; each names its desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

DESKS: Final = "fedirse.desks"
"""Where the assembly puts the desks of all slices by name, in the scope of a request."""

Desks = Mapping[str, "Desk"]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one kind of thing is written.

    Attributes:
        name: what drafts are marked with.
        label: what people call the thing, in English; translated when shown.
        path: the page; `?draft=` goes on with one.
    """

    name: str
    label: str
    path: str
