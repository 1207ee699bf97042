"""An invitation as a file to send and as squares to print; several of them in one archive."""

import re
import unicodedata
import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Final

from fedirse.base.spreadsheets import render_table
from fedirse.social.network.joining.invitations.rules import invitation_file
from fedirse.web.qr import qr_png, qr_svg

KINDS: Final = {"json": "application/json", "svg": "image/svg+xml", "png": "image/png"}
"""What one invitation can be had as."""

DRAWN: Final = 50
"""An archive of more invitations has no squares in it: each takes a twentieth of a second."""

_LONGEST_NAME: Final = 60


def file_of(kind: str, link: str) -> bytes:
    """One invitation as one of `KINDS`."""
    return {"json": invitation_file, "svg": qr_svg, "png": qr_png}[kind](link)


def archive_of(invitations: Sequence[tuple[str, str]]) -> bytes:
    """A ZIP of invitations, each as a file to send and, where they are few, as a square; and a table of all of them.

    Takes some seconds for many: on an event loop that serves others it belongs in a thread.

    Args:
        invitations: for whom each is, and its link.
    """
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (note, link) in enumerate(invitations, 1):
            name = f"{number:03}-{plain_name(note)}"
            archive.writestr(f"{name}.json", invitation_file(link))
            if len(invitations) <= DRAWN:
                archive.writestr(f"{name}.svg", qr_svg(link))
        archive.writestr("invitations.csv", table_of(invitations))
    return out.getvalue()


def table_of(invitations: Sequence[tuple[str, str]]) -> str:
    """Invitations as CSV: their number, for whom each is, its link."""
    return render_table(["number", "name", "link"], [(f"{number:03}", *one) for number, one in enumerate(invitations, 1)])


def plain_name(note: str) -> str:
    """A note as part of the name of a file: letters, digits and hyphens that every system takes."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", note.lower()) if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_NAME] or "invitation"
