"""Serves a site on a disk that becomes full and gets room again, and tells on standard output what visitors and senders met.

    live_on_a_full_disk.py FOLDER

FOLDER is a small file system of its own.
"""

import asyncio
import json
import os
import re
import sqlite3
import sys
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from tests.reliability.foreign import ForeignActor, ForeignServers, Sender
from tests.reliability.serving import FEDIRSE, Serving, Visitor, eventually

CHUNK = 256 * 1024
TRIES = 400
PASSWORD = "three words for anna"


async def live(folder: Path) -> dict[str, Any]:
    """What happened, by what it shows."""
    async with Serving.new(folder / "root") as serving, ForeignServers.start(1, network=14) as servers, _browser() as session:
        await serving.command("account", "create", "anna", "--password", PASSWORD)
        post = (await serving.told_by("post", "before", "--as", "anna"))["uri"]
        await serving.start()
        author, sender = servers.actor(0, "author"), Sender(session, f"{serving.origin}/inbox")
        told: dict[str, Any] = {"before": await sender.once(author, author.note(0))}
        ballast = serving.database.parent / ".ballast"
        await eventually("the ballast", partial(_is_there, ballast))
        _fill(folder / "filler")
        told["refused"] = await _send_until_refused(sender, author)
        told["ballast given up"] = not ballast.exists()
        told["still refused"] = await sender.once(author, author.note(9001))
        told["readable"] = "before" in await Visitor(serving, session).page(post.removeprefix(serving.origin))
        signed_in, token = await _sign_in(serving, session)
        told["sign in"] = signed_in
        told["post from a page"] = await _status(serving, session, "/posts", form_token=token, text="during", audience="public")
        told["sign out"] = await _status(serving, session, "/sign-out", form_token=token)
        told["command to post"] = await _command(serving, "post", "during", "--as", "anna")
        told["command to delete"] = await _command(serving, "delete", post, "--as", "anna")
        (folder / "filler").unlink()
        await eventually("writing again", partial(_is_taken, sender, author))
        told["ballast again"] = await _is_there(ballast)
        pid = serving.pid
        told["same process"] = not serving.is_dead() and serving.pid == pid
        await serving.end()
        serving.check_integrity()
        told["acknowledged and missing"] = sorted(set(sender.acknowledged) - _received(serving.database))
        return told


def _browser() -> aiohttp.ClientSession:
    """Keeps cookies, also those of an address without a name."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


async def _sign_in(serving: Serving, session: aiohttp.ClientSession) -> tuple[int, str]:
    """How a sign-in is answered, and what the forms of the session carry then."""
    status = await _status(serving, session, "/sign-in", name="anna", password=PASSWORD)
    async with session.get(f"{serving.origin}/settings/security", allow_redirects=False) as page:
        found = re.search(r'name="form_token" value="([^"]+)"', await page.text())
    return status, found[1] if found else ""


async def _status(serving: Serving, session: aiohttp.ClientSession, path: str, **fields: str) -> int:
    """How a form is answered that a page of the site sent."""
    headers = {"origin": serving.origin, "accept": "text/html"}
    async with session.post(f"{serving.origin}{path}", data=fields, headers=headers, allow_redirects=False) as answer:
        return answer.status


async def _send_until_refused(sender: Sender, author: ForeignActor) -> tuple[int, str | None]:
    for number in range(1, TRIES):
        answer = await sender.once(author, author.note(number))
        if answer[0] != 202:
            return answer
    raise AssertionError("the disk was never full")


async def _is_taken(sender: Sender, author: ForeignActor) -> bool:
    return (await sender.once(author, author.note(9002)))[0] == 202


async def _is_there(path: Path) -> bool:
    return os.path.exists(path)  # noqa: ASYNC240, PTH110 - a look at memory


async def _command(serving: Serving, *words: str) -> int | None:
    process = await asyncio.create_subprocess_exec(*FEDIRSE, *words, "--root", str(serving.root), stdout=-3, stderr=-3)
    await process.communicate()
    return process.returncode


def _fill(path: Path) -> None:
    """Write until nothing more fits, in ever smaller pieces."""
    with path.open("ab", buffering=0) as file:
        size = CHUNK
        while size >= 512:
            with suppress(OSError):
                while os.write(file.fileno(), bytes(size)) == size:
                    pass
            size //= 2


def _received(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as connection:
        return {uri for (uri,) in connection.execute("SELECT uri FROM received")}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(live(Path(sys.argv[1])))))
