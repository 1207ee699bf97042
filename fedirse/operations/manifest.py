"""What an archive says about itself, and which names may stand in it. Pure values: nothing here opens a file."""

import re
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

FORMAT: Final = 1
"""The version of the archive's form; a reader refuses later ones."""

MANIFEST_NAME: Final = "manifest.json"
DATABASE_NAME: Final = "site.db"

# Ours and the operator's: letters of any alphabet, digits and what people write in names of files. No dot in front, nothing that
# another system would read as a folder, a drive or a stream.
_SEGMENT: Final = re.compile(r"(?!\.)[^\x00-\x1f\x7f/\\:*?\"<>|]{1,255}(?<![. ])")
_SEGMENTS: Final = 8

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Meta(ge=0)]


class ArchivedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file: its name within the site's folder, its bytes, their SHA-256."""

    name: str
    size: Count
    sha256: Sha256


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last member of an archive; one that lacks it was never finished.

    Attributes:
        format: of the archive.
        fedirse: the version that made it.
        schema: the revision of the database in it.
        domain: the site.
        created_at: the moment it shows.
        newest: the date of the latest thing in the database, None for one in which nothing has happened.
        epoch: how often the site had been restored.
        files: every other member, in order.
        counts: rows of each table.
    """

    format: int
    fedirse: str
    schema: Annotated[str, Meta(pattern="^[0-9]{4}$")]
    domain: Annotated[str, Meta(min_length=1, max_length=255)]
    created_at: datetime
    newest: datetime | None
    epoch: Count
    files: tuple[ArchivedFile, ...]
    counts: dict[str, Count]

    @property
    def whole_size(self) -> int:
        """The bytes of all its files."""
        return sum(file.size for file in self.files)


class FormatOnly(msgspec.Struct, frozen=True):
    """The one field that every version of the form has."""

    format: int


def is_safe_name(name: str) -> bool:
    """Whether a name can only mean a file within the folder it is put in, on any system (DOS-039)."""
    segments = name.split("/")
    return len(segments) <= _SEGMENTS and all(_SEGMENT.fullmatch(segment) for segment in segments)
