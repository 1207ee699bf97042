"""The two brands in which an announcement is tried on, and their stylesheet. Pure."""

import re
from typing import Final

from fedirse.base.wording import N_
from fedirse.features.announcements.preview.model import Brand

RED: Final = Brand("red", N_("A red site"), "#b3261e", "#e0a526", "plain")
GREEN: Final = Brand("green", N_("A green site"), "#1f7a4d", "#f28c38", "round")
BRANDS: Final = (RED, GREEN)

_ROOT: Final = re.compile(r"(:root[^{},]*)\{")


def scoped(sheet: str, key: str) -> str:
    """The stylesheet of a brand for one part of a page: what it says of the whole document holds inside `.preview-<key>` alone."""
    return _ROOT.sub(rf"\1 .preview-{key}{{", sheet)
