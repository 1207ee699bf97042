"""Our drawings: one file that browsers keep, of which a page shows parts by their names instead of carrying them itself."""

import re
from functools import cache
from typing import Final

from markupsafe import Markup

from fedirse.web.static import read_static, static_url

SPRITE: Final = "icons.svg"

_NAMED: Final = re.compile(rb'<symbol id="([a-z-]+)"')


@cache
def shapes() -> frozenset[str]:
    """The names of all the drawings."""
    return frozenset(found.decode() for found in _NAMED.findall(read_static(SPRITE)))


@cache
def icon(shape: str) -> Markup:
    """A drawing as an element of a page, in the colour of the text around it.

    It stands beside words that say the same, so it is hidden from screen readers. Raises LookupError for a drawing that does not exist.
    """
    if shape not in shapes():
        raise LookupError(f"no drawing is called {shape!r}; {SPRITE} has {', '.join(sorted(shapes()))}")
    # Without the quotation marks that HTML does not need: a page of posts has a hundred and fifty of these.
    return Markup('<svg class=icon aria-hidden=true><use href="{}#{}"/></svg>').format(static_url(SPRITE), shape)
