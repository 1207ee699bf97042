"""A head office that announces, and sites whose people read."""

from datetime import datetime, timedelta
from typing import Any

from fedirse.base.actors import StoredActor
from fedirse.base.types import Reader
from fedirse.features.announcements.acknowledgement import actions
from fedirse.features.announcements.actions import announce, change_announcement, withdraw_announcement
from fedirse.features.announcements.board.model import Board, Line
from fedirse.features.announcements.board.views import view_board
from fedirse.features.announcements.model import Announcement, Asked, Terms
from fedirse.features.announcements.store import find_announcement, find_readable
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.channels.model import Runner
from fedirse.social.network.store import current_network
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.model import Draft, Post
from fedirse.storage.transaction import Transaction
from tests.federation.network import find
from tests.federation.rosters import Group

NADIA = Runner("01J00000000000000000000000", "nadia")
TITLE = "Rappel : lot 4821 à retirer des rayons"
TEXT = "Retirez le lot 4821 **aujourd’hui** et affichez la note en caisse."


class Speaking:
    """A head office and its sites.

    Args:
        group: they.
    """

    def __init__(self, group: Group) -> None:
        self.group = group

    @property
    def siege(self) -> Site:
        return self.group.siege

    @property
    def now(self) -> datetime:
        return self.group.clock.now()

    def site(self, name: str) -> Site:
        return self.group.sites[f"{name}.example"]

    async def audience(self) -> Audience:
        """The whole network."""
        network = await self.siege.read(current_network)
        assert network is not None
        return Audience(AudienceKind.NETWORK, of=network.members)

    async def announce(self, terms: Terms | None = None, audience: Audience | None = None, **values: Any) -> Post:
        """An announcement, delivered."""
        draft = Draft(TEXT, audience or await self.audience(), **{"title": TITLE, **values})
        wanted = terms or Terms(asked=Asked.EVERYONE)
        post = await self.siege.write(lambda tx: announce(tx, self.siege, draft, wanted, self.now, by=NADIA))
        await self.group.settle()
        return post

    async def change(self, post: Post, text: str, *, ask_again: bool, terms: Terms | None = None) -> Post:
        """A later version, delivered."""
        draft, wanted = Draft(text, post.audience, title=TITLE), terms or Terms(asked=Asked.EVERYONE)
        self.group.clock.advance(timedelta(minutes=1))
        changed = await self.siege.write(
            lambda tx: change_announcement(tx, self.siege, post.id, draft, wanted, self.now, by=NADIA, ask_again=ask_again)
        )
        await self.group.settle()
        return changed

    async def withdraw(self, post: Post) -> None:
        """Take it back everywhere."""
        await self.siege.write(lambda tx: withdraw_announcement(tx, self.siege, post.id, self.now, by=NADIA))
        await self.group.settle()

    async def people(self, name: str, count: int) -> list[StoredActor]:
        """People of a site."""
        return [await self.group.wire.person(self.site(name), f"salarie{number}") for number in range(count)]

    async def at(self, name: str, post: Post) -> Announcement | None:
        """The announcement as a site has it."""
        there = await find(self.site(name), post.uri)
        return None if there is None else await self.site(name).read(find_announcement, there.id)

    async def there(self, name: str, post: Post) -> str:
        """Its id at a site."""
        found = await find(self.site(name), post.uri)
        assert found is not None
        return found.id

    async def confirm(self, name: str, post: Post, by: StoredActor, version: int = 1) -> None:
        """Whoever answers for a site confirms it for the site."""
        site, here = self.site(name), await self.there(name, post)
        await site.write(
            lambda tx: actions.confirm_for_site(tx, site, reader_for(by), here, version, self.now, by=Runner(by.id, by.handle))
        )
        await self.group.settle()

    async def acknowledge(self, name: str, post: Post, by: StoredActor, version: int = 1) -> None:
        """Somebody has read and understood it."""
        site = self.site(name)
        await site.write(actions.acknowledge, site, reader_for(by), await self.there(name, post), version, self.now)

    async def gather(self) -> None:
        """A while later; what sites tell together is told."""
        await self.group.pass_time(seconds=31)

    async def board(self, post: Post) -> Board:
        """Where it stands."""

        def view(tx: Transaction) -> Board:
            found = find_readable(tx, post.id, Reader(self.siege.actor_id, self.siege.uris.site_actor, self.siege.uris.host, local=True))
            assert found is not None
            return view_board(tx, self.siege, *found, self.now)

        return await self.siege.read(view)

    async def line(self, name: str, post: Post) -> Line:
        """Where it stands at one site."""
        return next(line for line in (await self.board(post)).lines if line.host == f"{name}.example")
