"""Two whole sites and two people at their browsers: one invites, the other joins, by nothing but pages."""

import json
import re
from html import unescape
from pathlib import Path

from fedirse.base.clock import FixedClock
from fedirse.base.roles import Role
from fedirse.social.audiences.model import Audience
from fedirse.social.network.roster.model import Standing
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft
from fedirse.storage.actors import find_local_actor
from tests.federation.members import FOR_NETWORK
from tests.federation.network import START, find, running_network
from tests.social.network.joining.networks import head_office, standing_at
from tests.social.network.joining.people import Person, at_browser, passer_by

JOIN = "/site/network/join"


def text_of(page: str) -> str:
    """A page as people read it."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    return unescape(re.search(rf'type="hidden" name="{name}" value="([^"]*)"', page)[1])  # type: ignore[index]


async def notice_of(person: Person) -> str:
    """What the page behind the bell says, and where its first line leads."""
    return (await person.ask("/notifications")).text


async def test_a_site_is_invited_asks_is_let_in_and_reads_what_is_for_the_network(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as wire:
        siege, lyon = await head_office(wire), await wire.add("lyon.example", name="Aubrelle Lyon")
        owner = await at_browser(wire, siege, "nadia", Role.NETWORK_OWNER)
        marc = await at_browser(wire, lyon, "marc", Role.ADMINISTRATOR)

        typed: dict[str, object] = {"note": "Lyon", "region": "Sud", "city": "Lyon", "uses": "1", "days": "14", "table": ""}
        made = (await owner.do("/site/network/invitations/new", typed)).text
        link = hidden(made, "links")
        words = re.search(r'network-words">([^<]+)<', made)
        assert words is not None
        file = await owner.do("/site/network/invitations/files", {"links": link, "notes": "Lyon", "kind": "json"})
        assert json.loads(file.content) == {"fedirse-invitation": link}

        # Somebody clicks on the link: a page of the head office says where to go with it.
        opened = await passer_by(wire, siege).ask(link.removeprefix("https://siege.example").partition("#")[0] + "?site=lyon.example")
        assert 'href="https://lyon.example/site/network/join"' in opened.text

        review = await marc.do(JOIN, {"link": ""}, [("file", ("invitation.json", file.content, "application/json"))])
        assert words[1] in text_of(review.text)
        assert "Sud" in text_of(review.text)
        asked = await marc.do(f"{JOIN}/ask", {"link": hidden(review.text, "link")})
        assert asked.headers["location"] == JOIN
        await wire.settle()
        waits = text_of((await marc.ask(JOIN)).text)
        own_words = re.search(r"téléphone : (\S+ \S+ \S+ \S+)", waits)
        assert own_words is not None

        assert "demande à entrer dans le réseau" in text_of(await notice_of(owner))
        assert 'href="/site/network/requests"' in await notice_of(owner)
        asking = (await owner.ask("/site/network/requests")).text
        # Each side reads the other's four words out.
        assert own_words[1] in text_of(asking)
        await owner.do("/site/network/requests/approve", {"site": hidden(asking, "site")})
        await wire.settle()

        assert "demande à entrer" not in text_of(await notice_of(owner))
        assert "a admis ce site dans le réseau" in text_of(await notice_of(marc))
        assert "est membre du réseau « Maison Aubrelle »" in text_of((await marc.ask(JOIN)).text)
        assert await standing_at(siege, siege, lyon) is Standing.IN_FORCE
        assert await standing_at(lyon, siege, lyon) is Standing.IN_FORCE

        author = await siege.read(find_local_actor, "nadia")
        assert author is not None
        draft = Draft("Bienvenue à Lyon", Audience(FOR_NETWORK.kind, of=siege.uris.members))
        post = await siege.write(publish_post, siege, author, draft, START)
        await wire.settle()
        assert await find(lyon, post.uri) is not None


async def test_a_site_that_is_sent_away_reads_why_and_may_be_invited_anew(tmp_path: Path) -> None:
    async with running_network(tmp_path, FixedClock(START)) as wire:
        siege, lyon = await head_office(wire), await wire.add("lyon.example")
        owner = await at_browser(wire, siege, "nadia", Role.NETWORK_OWNER)
        marc = await at_browser(wire, lyon, "marc", Role.ADMINISTRATOR)
        typed: dict[str, object] = {"uses": "1", "days": "14", "table": ""}
        link = hidden((await owner.do("/site/network/invitations/new", typed)).text, "links")
        await marc.do(f"{JOIN}/ask", {"link": link})
        await wire.settle()
        await owner.do("/site/network/requests/refuse", {"site": lyon.uris.site_actor})
        await wire.settle()
        assert "n’a pas admis ce site" in text_of(await notice_of(marc))
        assert "La tête de réseau n’a pas admis ce site." in text_of((await marc.ask(JOIN)).text)
        # The invitation was used; a new one that lets in at once makes a member without anybody looking.
        assert "a déjà servi" in text_of((await marc.do(JOIN, {"link": link})).text)
        link = hidden((await owner.do("/site/network/invitations/new", {**typed, "approved": "1"})).text, "links")
        await marc.do(f"{JOIN}/ask", {"link": link})
        await wire.settle()
        assert await standing_at(lyon, siege, lyon) is Standing.IN_FORCE
