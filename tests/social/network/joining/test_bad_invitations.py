"""An invitation that does not hold is refused before anything is asked: the reason in words, and nothing changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from fedirse.activitypub.own_uris import OwnUris
from fedirse.activitypub.signatures import PrivateKey, add_proof, multikey
from fedirse.activitypub.vocabulary import ACTIVITY_JSON
from fedirse.base.clock import FixedClock
from fedirse.base.errors import Conflict, FedirseError, InvalidInput, MalformedDocument, Refused, RemoteUnavailable
from fedirse.base.types import Host, JsonObject
from fedirse.site import Site
from fedirse.social.network.joining.actions import leave, open_invitation
from fedirse.social.network.joining.invitations.actions import withdraw
from fedirse.social.network.joining.invitations.model import InvitationLink, Offer
from fedirse.social.network.joining.invitations.wire import render_offer
from fedirse.social.network.model import Attributes
from fedirse.storage.audit import list_entries
from fedirse.storage.refusals import block_domain
from tests.federation.network import START, Network
from tests.social.network.joining.networks import OPERATOR, ask, head_office, invited, state_at, trusted_keys
from tests.social.network.roster.test_wire import fresh_key

SIEGE = OwnUris("https", Host("siege.example"))
FORGER = fresh_key()
ADDRESS = SIEGE.network_invitation("secret")


def offer(**changes: object) -> Offer:
    """What a forger writes."""
    values: dict[str, object] = {
        "address": ADDRESS,
        "network": SIEGE.site_actor,
        "name": "Maison Aubrelle",
        "members": SIEGE.members,
        "attributes": Attributes(),
        "shown_at": START,
        "ends_at": START + timedelta(days=1),
    }
    return Offer(**(values | changes))  # type: ignore[arg-type]


def shown_at(wire: Network, document: JsonObject, domain: str = "siege.example") -> None:
    """Let somebody answer every invitation of that domain with a document of theirs."""
    honest = wire.wire.applications[domain]
    wire.wire.applications[domain] = _answering(document, honest)


def _answering(document: JsonObject, honest: ASGIApp) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        forged = scope["path"].startswith("/network/invitations/")
        await (JSONResponse(document, media_type=ACTIVITY_JSON) if forged else honest)(scope, receive, send)

    return answer


def signed(document: JsonObject, key: PrivateKey = FORGER, key_id: str = f"{SIEGE.site_actor}#ed25519") -> JsonObject:
    return add_proof(document, key=key, verification_method=key_id, created=START)


async def refused(site: Site, siege: Site, link: str, kind: type[FedirseError] = Refused) -> FedirseError:
    """Open the invitation, and see that it is refused and nothing came of it."""
    with pytest.raises(kind) as caught:
        await open_invitation(site, link)
    assert await state_at(site, siege) is None
    assert await trusted_keys(site, siege) == []
    assert await site.read(list_entries) == []
    return caught.value


async def test_an_expired_invitation(wire: Network, siege: Site, lyon: Site) -> None:
    link = await invited(siege, days=1)
    assert isinstance(wire.clock, FixedClock)
    wire.clock.advance(timedelta(days=1))
    error = await refused(lyon, siege, link.text)
    assert (error.reason, "is over" in error.public_message) == ("expired-invitation", True)


async def test_a_used_invitation(wire: Network, siege: Site, lyon: Site) -> None:
    link = await invited(siege)
    await ask(await wire.add("lille.example"), link)
    await wire.settle()
    error = await refused(lyon, siege, link.text)
    assert (error.reason, "has been used" in error.public_message) == ("used-invitation", True)


async def test_a_withdrawn_invitation(siege: Site, lyon: Site) -> None:
    link = await invited(siege)
    invitation_id = (await siege.read(list_entries))[0].subject
    await siege.write(withdraw, siege, invitation_id, siege.clock.now(), OPERATOR)
    assert (await refused(lyon, siege, link.text)).reason == "used-invitation"


async def test_an_invitation_that_nobody_made(siege: Site, lyon: Site) -> None:
    link = await invited(siege)
    error = await refused(lyon, siege, InvitationLink(ADDRESS, link.key).text)
    assert (error.reason, "no such invitation" in error.public_message) == ("unknown-invitation", True)


async def test_a_forged_invitation_signed_with_another_key_than_its_link_names(wire: Network, siege: Site, lyon: Site) -> None:
    link = await invited(siege)
    shown_at(wire, signed(render_offer(offer(address=link.address))))
    error = await refused(lyon, siege, link.text)
    assert (error.reason, "not signed with the key" in error.public_message) == ("forged-invitation", True)


async def test_a_changed_invitation(wire: Network, siege: Site, lyon: Site) -> None:
    document = signed(render_offer(offer()))
    shown_at(wire, {**document, "name": "Maison Aubrelle Groupe"})
    assert (await refused(lyon, siege, InvitationLink(ADDRESS, multikey(FORGER.public)).text)).reason == "forged-invitation"


async def test_a_head_office_that_shows_another_key_than_the_link(wire: Network, siege: Site, lyon: Site) -> None:
    # Link and invitation agree, and the head office's own actor knows nothing of that key.
    shown_at(wire, signed(render_offer(offer())))
    error = await refused(lyon, siege, InvitationLink(ADDRESS, multikey(FORGER.public)).text)
    assert (error.reason, "four words" in error.public_message) == ("other-head-office-key", True)


@pytest.mark.parametrize(
    "changes",
    [
        {"network": "https://autre.example/actor"},
        {"members": "https://autre.example/network/members"},
        {"address": SIEGE.network_invitation("other")},
        {"address": "https://autre.example/network/invitations/secret"},
    ],
    ids=["actor", "members", "another-invitation", "another-host"],
)
async def test_an_invitation_to_another_network(wire: Network, siege: Site, lyon: Site, changes: dict[str, object]) -> None:
    shown_at(wire, signed(render_offer(offer(**changes))))
    assert (await refused(lyon, siege, InvitationLink(ADDRESS, multikey(FORGER.public)).text)).reason == "other-network"


@pytest.mark.parametrize("off", [timedelta(days=1), -timedelta(days=1)], ids=["ahead", "behind"])
async def test_a_clock_that_is_off_by_a_day(wire: Network, siege: Site, off: timedelta) -> None:
    wire.clock = FixedClock(START + off)
    lyon = await wire.add("lyon.example")
    error = await refused(lyon, siege, (await invited(siege)).text)
    assert (error.reason, "differ by 1440 minutes" in error.public_message) == ("clock", True)


async def test_a_document_that_is_no_invitation(wire: Network, siege: Site, lyon: Site) -> None:
    shown_at(wire, signed({**render_offer(offer()), "type": "Note"}))
    error = await refused(lyon, siege, InvitationLink(ADDRESS, multikey(FORGER.public)).text, MalformedDocument)
    assert "is not an invitation" in error.public_message


async def test_a_head_office_that_does_not_answer_is_not_taken_for_a_refusal(wire: Network, siege: Site, lyon: Site) -> None:
    link = await invited(siege)
    wire.wire.offline.add("siege.example")
    await refused(lyon, siege, link.text, RemoteUnavailable)
    wire.wire.offline.clear()
    assert (await ask(lyon, link)).name == "Maison Aubrelle"


async def test_a_head_office_that_is_blocked_here_is_not_asked(wire: Network, siege: Site, lyon: Site) -> None:
    link = await invited(siege)
    await lyon.write(block_domain, "siege.example", reason="", subdomains=False, now=START)
    fetched = len(wire.wire.fetched)
    error = await refused(lyon, siege, link.text)
    assert (error.reason, "siege.example" in error.public_message) == ("blocked-head-office", True)
    assert len(wire.wire.fetched) == fetched


async def test_a_head_office_joins_no_other_network(wire: Network, siege: Site) -> None:
    other = await head_office(wire, "autre.example", "Autre maison")
    link = await invited(siege)
    with pytest.raises(Conflict, match="a head office"):
        await open_invitation(other, link.text)
    assert await state_at(other, siege) is None


@pytest.mark.parametrize("approved", [True, False], ids=["member", "waiting"])
async def test_a_site_joins_no_second_network(wire: Network, siege: Site, lyon: Site, approved: bool) -> None:
    other = await head_office(wire, "autre.example", "Autre maison")
    await ask(lyon, await invited(siege, approved=approved))
    await wire.settle()
    with pytest.raises(Conflict) as caught:
        await open_invitation(lyon, (await invited(other)).text)
    assert "Maison Aubrelle" in caught.value.public_message
    assert await state_at(lyon, other) is None
    await lyon.write(leave, lyon, lyon.clock.now(), OPERATOR)
    assert (await ask(lyon, await invited(other))).name == "Autre maison"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda link: link.address, "part after #"),
        (lambda link: link.text[:-1], "part after #"),
        (lambda link: f"{link.address}#z6Mk", "part after #"),
        (lambda link: link.text.replace("/network/invitations/", "/invitation/"), "not an invitation"),
        (lambda link: link.text.replace("https://", "http://"), "not an invitation"),
        (lambda _: "siege.example", "not an invitation"),
        (lambda _: "", "not an invitation"),
        (lambda link: f"https://siege.example/network/invitations/#{link.key}", "not an invitation"),
        (lambda link: f"https://siege.example/network/invitations/{'x' * 129}#{link.key}", "not an invitation"),
    ],
    ids=["no-key", "cut", "short", "other-link", "http", "domain", "empty", "no-secret", "long-secret"],
)
async def test_a_text_that_is_no_whole_link_is_said_to_be_none(
    wire: Network, siege: Site, lyon: Site, change: Callable[[InvitationLink], str], words: str
) -> None:
    text = change(await invited(siege))
    fetched = len(wire.wire.fetched)
    assert words in (await refused(lyon, siege, text, InvalidInput)).public_message
    assert len(wire.wire.fetched) == fetched
