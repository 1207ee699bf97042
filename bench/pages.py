"""What a page costs: the home page of a moderator with twenty posts, other pages, and beside them the smallest page the site has."""

import asyncio
import http.client
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bench.measure import Figure, cpu_seconds
from bench.running import PATIENCE, Installation
from fedirse.assembly import lay_ground, open_site, site_folder
from fedirse.base import limits
from fedirse.base.roles import Role
from fedirse.base.settings import load_process_settings
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account
from fedirse.social.accounts.sessions.actions import new_secret, open_session
from fedirse.social.accounts.store import get_account
from fedirse.social.accounts.visitors import session_cookie_name
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft
from fedirse.storage.actors import find_local_actor
from fedirse.storage.transaction import Transaction

WARM_UP = 20
MEASURED = 200
MILLISECONDS = 1e3
SMALLEST = "/sign-in"
"""Hardly more than the layout, and nothing out of the database."""
PAGES = {"home of a moderator, {posts} posts": "/", "notifications": "/notifications", "preferences": "/settings/preferences"}
TEXT = (
    "The new table has arrived: come and try the chairs, the coffee is on us until Saturday. **Thanks** to everybody who helped with "
    "the windows. #news #windows https://example.org/plan"
)


def measure(folder: Path) -> Iterator[Figure]:
    """CPU time of one page and its bytes; the ceiling is the smallest page of the same site in the same run."""
    made = Installation.with_site(folder / "root")
    cookie = asyncio.run(_fill(made))
    with made.serving() as process:
        floor, _ = _cost(process.pid, made, SMALLEST, "")
        yield Figure("the smallest page: CPU", floor, "ms")
        for name, path in PAGES.items():
            cost, size = _cost(process.pid, made, path, cookie)
            page = name.format(posts=limits.TIMELINE_ITEMS)
            yield Figure(f"{page}: CPU", cost, "ms", floor)
            yield Figure(f"{page}: size", size / 1e3, "kB")


async def _fill(made: Installation) -> str:
    """A moderator who is signed in, and more posts than fit on a page; returns what their browser presents."""
    ground = lay_ground(load_process_settings(made.root))
    try:
        site = await open_site(site_folder(made.root, made.host), ground)
        await _write_posts(site)
        secret = new_secret()

        def sign_in(tx: Transaction) -> None:
            open_session(tx, get_account(tx, "marc"), secret, "bench", site.clock.now())

        await site.write(sign_in)
        cookie = f"{session_cookie_name(site)}={secret}"
        await site.database.close()
    finally:
        await ground.close()
    return cookie


async def _write_posts(site: Site) -> None:
    now = site.clock.now()
    await site.write(create_account, site, "marc", "Marc Weber", None, now, roles=(Role.MODERATOR,))
    marc = await site.read(find_local_actor, "marc")
    assert marc is not None
    count = limits.TIMELINE_ITEMS + 5
    for number in range(count):
        draft = Draft(f"{number}. {TEXT}", Audience(AudienceKind.PUBLIC))
        await site.write(publish_post, site, marc, draft, now - timedelta(hours=count - number))


def _cost(pid: int, made: Installation, path: str, cookie: str) -> tuple[float, int]:
    """Milliseconds of CPU for one page, and its bytes."""
    connection = http.client.HTTPConnection("127.0.0.1", made.port, timeout=PATIENCE)
    headers = {"host": made.host, "accept": "text/html", "accept-language": "fr", "cookie": cookie}
    size = 0
    before = 0.0
    for number in range(WARM_UP + MEASURED):
        if number == WARM_UP:
            before = cpu_seconds(pid)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        size = len(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"{path} was answered with {answer.status}")
    spent = cpu_seconds(pid) - before
    connection.close()
    return spent / MEASURED * MILLISECONDS, size
