"""The page on which a site joins: what it says before anybody agrees, and every invitation that does not hold by its name, nothing lost."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import pytest

from fedirse.activitypub.signatures import multikey
from fedirse.base import limits
from fedirse.base.roles import Role
from fedirse.site import Site
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.network.fingerprints.actions import four_words
from fedirse.social.network.joining.actions import leave
from fedirse.social.network.joining.invitations.actions import invite
from fedirse.social.network.joining.invitations.model import InvitationLink, Wish
from fedirse.social.network.joining.invitations.rules import invitation_file
from fedirse.social.network.joining.invitations.wire import render_offer
from fedirse.social.network.joining.requests.actions import refuse
from fedirse.social.network.joining.store import find_asked, list_engagements
from fedirse.social.network.model import Attributes, NetworkState
from fedirse.storage.refusals import block_domain, unblock_domain
from tests.federation.network import START, Network, running_network
from tests.social.network.joining.networks import OPERATOR, head_office, invited, own_key, state_at
from tests.social.network.joining.people import Person, at_browser
from tests.social.network.joining.test_bad_invitations import ADDRESS, FORGER, offer, shown_at, signed

PATH, ASK = "/site/network/join", "/site/network/join/ask"
LYON = Attributes("Sud", "Lyon <b>3e</b>", "Aubrelle", "Centre-ville", frozenset({"vitrine", "caisse"}))


@dataclass
class World:
    wire: Network
    siege: Site
    lyon: Site
    marc: Person


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A head office and a site that stands alone: whatever is refused leaves it so."""
    async with running_network(tmp_path_factory.mktemp("join-page")) as wire:
        siege, lyon = await head_office(wire), await wire.add("lyon.example", name="Aubrelle Lyon")
        yield World(wire, siege, lyon, await at_browser(wire, lyon, "marc", Role.ADMINISTRATOR))


@pytest.fixture(autouse=True)
async def as_it_was(world: World) -> AsyncIterator[None]:
    honest = dict(world.wire.wire.applications)
    yield
    world.wire.wire.applications.clear()
    world.wire.wire.applications.update(honest)
    world.wire.wire.offline.clear()
    if await world.lyon.read(list_engagements):
        await world.lyon.write(leave, world.lyon, START, OPERATOR)
        await world.wire.settle()


async def says(world: World, link: str, path: str = PATH, status: int = 422) -> str:
    """What the page answers to a link that does not hold; what was typed stays, and nothing has come of it."""
    before = await world.lyon.read(list_engagements)
    answer = await world.marc.do(path, {"link": link})
    assert answer.status_code == status
    page = unescape(answer.text)
    if status == 422:
        assert f'value="{" ".join(link.split())}"' in page
        assert 'aria-invalid="true"' in page
    assert await world.lyon.read(list_engagements) == before
    return page.replace("\u00a0", " ")


async def test_before_anybody_agrees_the_page_says_who_invites_and_what_follows(world: World) -> None:
    link = await invited(world.siege, attributes=LYON)
    page = await world.marc.do(PATH, {"link": f"  {link.text}\n"})
    assert page.status_code == 200
    words = four_words(await own_key(world.siege))
    for part in (words, "Maison Aubrelle", "siege.example", "Sud", "Lyon &lt;b&gt;3e&lt;/b&gt;", "caisse, vitrine", "au téléphone",
                 "Ce que la tête de réseau verra", "Ce qui ne sort jamais de ce site", f'value="{link.text}"', f'action="{ASK}"'):  # fmt: skip
        assert part in page.text, part
    # Looking asks for nothing.
    assert await state_at(world.lyon, world.siege) is None


async def test_the_page_speaks_english_too(world: World) -> None:
    anna = await at_browser(world.wire, world.lyon, "anna", Role.ADMINISTRATOR)
    await anna.do("/settings/preferences", {"language": "en", "timezone": "", "theme": "auto"})
    page = (await anna.do(PATH, {"link": (await invited(world.siege)).text})).text
    assert "What never leaves this site" in page
    assert "Compare these words by telephone" in page
    assert "The whole link" in (await anna.ask(PATH)).text


async def test_a_file_is_as_good_as_a_link(world: World) -> None:
    link = (await invited(world.siege)).text
    for content in (invitation_file(link), b"\xef\xbb\xbf" + link.encode() + b"\r\n"):
        page = await world.marc.do(PATH, {"link": ""}, [("file", ("invitation.json", content, "application/json"))])
        assert (page.status_code, f'value="{link}"' in page.text) == (200, True)


@pytest.mark.parametrize(
    "content", [b"{}", b'{"fedirse-invitation": 1}', b"{", b"\xff\xfe\x00", b"[" * 40_000], ids=["other", "number", "cut", "bytes", "long"]
)
async def test_a_file_that_is_no_invitation_is_said_to_be_none_beside_it(world: World, content: bytes) -> None:
    page = await world.marc.do(PATH, {"link": "kept"}, [("file", ("photo.json", content, "application/json"))])
    assert page.status_code == 422
    assert "Ce fichier n’est pas une invitation" in page.text
    assert 'value="kept"' in page.text


async def test_an_address_may_fill_the_field_and_does_nothing_else(world: World) -> None:
    fetched = len(world.wire.wire.fetched)
    page = (await world.marc.ask(f"{PATH}?invitation=https%3A%2F%2Fx.example%2F%22%3E%3Cscript%3E{'a' * 2000}")).text
    assert 'value="https://x.example/&#34;&gt;&lt;script&gt;aaa' in page
    assert "a" * limits.INVITATION_LINK_CHARACTERS not in page
    assert len(world.wire.wire.fetched) == fetched


@pytest.mark.parametrize("path", [PATH, ASK])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda link: link.address, "Il manque la fin du lien"),
        (lambda link: "bonjour", "Ce n’est pas une invitation à un réseau"),
        (lambda link: InvitationLink(ADDRESS, link.key).text, "ne connaît pas cette invitation"),
        (lambda link: f"https://nowhere.example/network/invitations/x#{link.key}", "ne répond pas pour l’instant"),
    ],
    ids=["no-key", "no-link", "unknown", "unreachable"],
)
async def test_a_link_that_leads_nowhere(world: World, path: str, change: object, words: str) -> None:
    assert callable(change)
    assert words in await says(world, change(await invited(world.siege)), path)


async def test_an_expired_invitation(world: World) -> None:
    long_ago = START - timedelta(days=2)
    made = await world.siege.write(invite, world.siege, Wish(days=1), new_secret(), long_ago, OPERATOR)
    assert "n’est plus valable" in await says(world, made.link.text)


async def test_a_reused_invitation(world: World) -> None:
    link = await invited(world.siege)
    await world.marc.do(ASK, {"link": link.text})
    await world.wire.settle()
    await world.lyon.write(leave, world.lyon, START, OPERATOR)
    await world.wire.settle()
    assert "a déjà servi" in await says(world, link.text)


async def test_a_forged_invitation(world: World) -> None:
    link = await invited(world.siege)
    shown_at(world.wire, signed(render_offer(offer(address=link.address))))
    assert "n’est pas signée avec la clé de son lien" in await says(world, link.text)


async def test_an_invitation_with_a_key_that_the_head_office_does_not_show(world: World) -> None:
    shown_at(world.wire, signed(render_offer(offer())))
    assert "présente une autre clé" in await says(world, InvitationLink(ADDRESS, multikey(FORGER.public)).text)


async def test_an_invitation_to_another_network(world: World) -> None:
    shown_at(world.wire, signed(render_offer(offer(network="https://autre.example/actor"))))
    assert "est pour un autre réseau" in await says(world, InvitationLink(ADDRESS, multikey(FORGER.public)).text)


async def test_something_else_at_the_address(world: World) -> None:
    shown_at(world.wire, {"type": "Note"})
    assert "n’est pas signée" in await says(world, InvitationLink(ADDRESS, multikey(FORGER.public)).text)


@pytest.mark.parametrize("off", [timedelta(days=1), -timedelta(days=1)], ids=["ahead", "behind"])
async def test_a_clock_that_is_off_by_a_day(world: World, off: timedelta) -> None:
    shown_at(world.wire, signed(render_offer(offer(shown_at=START + off, ends_at=START + timedelta(days=9)))))
    assert "diffèrent de 1440 minutes" in await says(world, InvitationLink(ADDRESS, multikey(FORGER.public)).text)


async def test_a_head_office_that_is_blocked_here(world: World) -> None:
    await world.lyon.write(block_domain, "siege.example", reason="", subdomains=False, now=START)
    try:
        assert "le serveur est bloqué" in await says(world, (await invited(world.siege)).text)
    finally:
        await world.lyon.write(unblock_domain, "siege.example")


async def test_who_has_agreed_is_told_what_becomes_of_it(world: World) -> None:
    link = await invited(world.siege)
    answer = await world.marc.do(ASK, {"link": link.text})
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    page = (await world.marc.ask(PATH)).text
    assert "n’a pas encore répondu" in page
    assert four_words(await own_key(world.lyon)) in page
    assert four_words(await own_key(world.siege)) in page
    asked = await world.lyon.read(find_asked, world.siege.uris.site_actor)
    assert asked is not None
    await world.wire.settle()
    assert "a reçu la demande" in (await world.marc.ask(PATH)).text
    await world.siege.write(refuse, world.siege, world.lyon.uris.site_actor, START, OPERATOR)
    await world.wire.settle()
    page = (await world.marc.ask(PATH)).text
    assert "La tête de réseau n’a pas admis ce site." in page
    assert 'name="link"' in page


async def test_a_member_joins_no_second_time(world: World) -> None:
    link = await invited(world.siege, approved=True, uses=2)
    await world.marc.do(ASK, {"link": link.text})
    await world.wire.settle()
    assert await state_at(world.lyon, world.siege) is NetworkState.MEMBER
    page = (await world.marc.ask(PATH)).text
    assert "Ce site est membre du réseau" in page
    assert 'name="link"' not in page
    for path in (PATH, ASK):
        assert "est membre du réseau" in await says(world, link.text, path, 409)


async def test_a_head_office_is_told_that_it_joins_no_other(world: World) -> None:
    owner = await at_browser(world.wire, world.siege, "owner", Role.NETWORK_OWNER, Role.ADMINISTRATOR)
    page = (await owner.ask(PATH)).text
    assert "Ce site est une tête de réseau" in page
    assert 'href="/site/network/invitations"' in page
    assert (await owner.do(PATH, {"link": "x"})).status_code == 422


@pytest.mark.parametrize("role", [Role.READER, Role.AUTHOR, Role.MODERATOR, Role.RESPONSIBLE])
async def test_only_who_runs_the_site_joins(world: World, role: Role) -> None:
    person = await at_browser(world.wire, world.lyon, f"a-{role}".replace("-", "_"), role)
    answers = [await person.ask(PATH), *[await person.do(path, {"link": "x"}) for path in (PATH, ASK)]]
    assert {answer.status_code for answer in answers} == {403}
