"""Uploads to a site whose media folder is a small file system of its own, until it is full and after; says what became of each."""

import asyncio
import json
import os
import sys
from pathlib import Path

from fedirse.assembly import lay_ground, open_site
from fedirse.base.errors import FedirseError
from fedirse.base.settings import ProcessSettings
from fedirse.site import Site
from fedirse.storage.actors import get_actor_by_uri
from tests.social.media.pictures import files_of, noise, upload

PDF = b"%PDF-1.7\n"


async def main(folder: Path) -> None:
    ground = lay_ground(ProcessSettings())
    site = await open_site(folder, ground)
    owner = (await site.read(get_actor_by_uri, site.uris.person("ines"))).id
    filler = folder / "media" / "filler"
    told: dict[str, object] = {"too large": await outcome(site, owner, PDF + bytes(5 << 20), "a.pdf"), "left": names(site)}
    picture = noise(900, 900)
    leave(filler, len(picture) + (96 << 10))
    told |= {"no room for the result": await outcome(site, owner, picture, "a.png"), "left of it": names(site)}
    filler.unlink()
    told |= {"with room again": await outcome(site, owner, picture, "a.png"), "kept": names(site)}
    await site.database.close()
    await ground.close()
    print(json.dumps(told))  # noqa: T201


async def outcome(site: Site, owner: str, content: bytes, name: str) -> str:
    try:
        media = await upload(site, owner, content, name)
    except FedirseError as error:
        return type(error).__name__
    return media.media_type


def names(site: Site) -> list[str]:
    return [path.name for path in files_of(site)]


def leave(filler: Path, room: int) -> None:
    """Fill the disk but for so many bytes."""
    free = os.statvfs(filler.parent)
    with filler.open("wb") as file:
        file.write(bytes(free.f_bavail * free.f_frsize - room))


asyncio.run(main(Path(sys.argv[1])))
