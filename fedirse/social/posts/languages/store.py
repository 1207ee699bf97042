"""How the other languages of a post stand in its row: they are read with it, and erased with it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from fedirse.social.posts.languages.model import LanguageVersion


def pack_versions(versions: Mapping[str, LanguageVersion]) -> dict[str, Any]:
    """What is put into the row, by language tag."""
    return {tag: msgspec.to_builtins(version) for tag, version in versions.items()}


def unpack_versions(packed: Mapping[str, Any], language: str) -> dict[str, LanguageVersion]:
    """What stands in the row. The first rows of all held HTML alone, and that of the post's own `language` as well."""
    return {
        tag: LanguageVersion("", value) if isinstance(value, str) else msgspec.convert(value, LanguageVersion)
        for tag, value in packed.items()
        if tag != language
    }
