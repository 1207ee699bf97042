"""Files that come with a composer: taken one by one, so that one that cannot be used loses nothing of the others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.datastructures import UploadFile

from fedirse.base.errors import FedirseError, InvalidInput, RateLimited, StorageError
from fedirse.site import Site
from fedirse.social.media.actions import accept_upload
from fedirse.social.media.model import Purpose
from fedirse.social.media.rules import check_count
from fedirse.social.media.store import find_media
from fedirse.social.posts.composing.model import Sheet
from fedirse.social.posts.model import DraftFile
from fedirse.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the files that came with a sheet.

    Attributes:
        sheet: the sheet with those that were taken.
        refused: (name, why) of the others.
    """

    sheet: Sheet
    refused: tuple[tuple[str, FedirseError], ...] = ()


async def take_uploads(site: Site, owner_id: str, sheet: Sheet, uploads: Sequence[UploadFile], now: datetime) -> Taken:
    """Store uploads and put them behind the files of a sheet."""
    files = list(sheet.typed.files)
    refused: list[tuple[str, FedirseError]] = []
    for upload in uploads:
        name = upload.filename or ""
        try:
            check_count(len(files) + 1)
            media = await accept_upload(site, owner_id, upload, filename=name, purpose=Purpose.POST, now=now)
        except (InvalidInput, RateLimited, StorageError) as error:
            refused.append((name, error))
        else:
            files.append(DraftFile(media.id))
    return Taken(replace(sheet, typed=replace(sheet.typed, files=tuple(files))), tuple(refused))


def lacks_alt(tx: Transaction, sheet: Sheet) -> bool:
    """Whether a picture of the sheet is not described."""
    found = [(find_media(tx, file.media_id), file.alt) for file in sheet.typed.files]
    return any(media is not None and media.is_image and not alt for media, alt in found)
