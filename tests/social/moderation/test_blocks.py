"""Blocks of a site and of its people: what they end, who sees them, and the lists of others."""

import pytest

from fedirse.base import limits
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.model import FollowState
from fedirse.social.follows.store import find_block, find_follow
from fedirse.social.moderation.blocks.actions import mute
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.mutes.store import is_muted
from fedirse.social.notifications.store import list_notifications, notify
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft
from fedirse.storage.audit import list_entries
from fedirse.storage.deliveries import list_waiting
from fedirse.storage.refusals import is_refused_host, list_allowed_hosts, list_refused_hosts
from tests.visitors import Browser, Shop

REASON = {"reason": "Pourriels."}


async def deeds_of(shop: Shop) -> list[str]:
    return [entry.deed for entry in reversed(await shop.site.read(list_entries))]


async def blocked(shop: Shop) -> list[tuple[str, bool, str]]:
    return [(one.host, one.subdomains, one.reason) for one in await shop.site.read(list_refused_hosts)]


async def block(browser: Browser, host: str, **fields: object) -> int:
    return (await browser.post("/site/blocks", {"host": host, **REASON, **fields})).status_code


async def test_a_server_is_blocked_with_a_reason_shown_and_lifted(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    assert await block(marc, "Mauvais.Example", subdomains="1") == 303
    assert await blocked(shop) == [("mauvais.example", True, "Pourriels.")]
    page = (await marc.get("/site/blocks")).text
    assert "mauvais.example" in page
    assert "Pourriels." in page
    assert (await marc.post("/site/blocks/lift", {"host": "mauvais.example"})).status_code == 303
    assert await blocked(shop) == []
    assert (await marc.post("/site/blocks/lift", {"host": "mauvais.example"})).status_code == 404
    assert await deeds_of(shop) == ["host.blocked", "host.unblocked"]


@pytest.mark.parametrize(
    ("host", "fields"),
    [
        ("", {}),
        ("https://x/", {}),
        ("a b", {}),
        ("magasin.example", {}),
        ("example", {"subdomains": "1"}),
        ("mauvais.example", {"reason": " "}),
        ("mauvais.example", {"reason": "x" * (limits.REASON_CHARACTERS + 1)}),
    ],
)
async def test_what_cannot_be_blocked_is_refused_beside_the_field(shop: Shop, host: str, fields: dict[str, str]) -> None:
    marc = await shop.sign_in("marc")
    page = await marc.post("/site/blocks", {"host": host, **REASON, **fields})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert await blocked(shop) == []


async def test_a_block_that_ends_follows_says_so_first(shop: Shop) -> None:
    marc, ines, stranger = await shop.sign_in("marc"), await shop.person("ines"), await shop.stranger("karim")
    await shop.let_follow(ines, stranger.actor)
    await shop.let_follow(stranger.actor, ines)
    asked = await marc.post("/site/blocks", {"host": "ailleurs.example", **REASON})
    assert asked.status_code == 200
    assert "2 abonnements" in asked.text
    assert await blocked(shop) == []
    assert await block(marc, "ailleurs.example", sure="1") == 303
    assert await shop.site.read(find_follow, ines.id, stranger.actor.id) is None
    assert await shop.site.read(find_follow, stranger.actor.id, ines.id) is None
    (entry,) = await shop.site.read(list_entries)
    assert entry.details == {"reason": "Pourriels.", "subdomains": False, "follows_ended": 2}


@pytest.mark.parametrize(
    ("host", "subdomains", "seen"), [("ailleurs.example", "", False), ("example", "", True), ("mal.example", "1", False)]
)
async def test_what_a_blocked_server_wrote_vanishes_and_comes_back(shop: Shop, host: str, subdomains: str, *, seen: bool) -> None:
    there = "sous.mal.example" if host == "mal.example" else "ailleurs.example"
    post = await shop.receive((await shop.stranger("karim", there)).actor, "<p>Vu ?</p>")
    marc = await shop.sign_in("marc")
    assert await block(marc, host, subdomains=subdomains) == 303
    for status in (await shop.get(f"/posts/{post.id}"), await marc.get(f"/posts/{post.id}")):
        assert (status.status_code == 200) is seen
    await marc.post("/site/blocks/lift", {"host": host})
    assert (await shop.get(f"/posts/{post.id}")).status_code == 200


async def test_what_a_blocked_server_did_is_told_no_more(shop: Shop) -> None:
    ines, stranger, now = await shop.person("ines"), await shop.stranger("karim"), shop.site.clock.now()
    await shop.site.write(notify, ines.id, NotificationKind.LIKE, stranger.actor.id, now)
    assert await block(await shop.sign_in("marc"), "ailleurs.example") == 303
    assert await shop.site.read(list_notifications, ines.id) == []


@pytest.mark.attack("PRV-043")
@pytest.mark.parametrize("whom", ["host", "actor"])
async def test_who_is_blocked_and_says_who_they_are_is_refused_even_what_is_public(shop: Shop, whom: str) -> None:
    stranger = await shop.stranger("karim")
    ines = await shop.person("ines")
    post = await shop.site.write(publish_post, shop.site, ines, Draft("Pour tous", Audience(AudienceKind.PUBLIC)), shop.site.clock.now())
    accept = "application/activity+json"
    assert (await shop.get(f"/posts/{post.id}", accept=accept, signer=stranger)).status_code == 200
    marc = await shop.sign_in("marc")
    if whom == "host":
        assert await block(marc, "ailleurs.example") == 303
    else:
        await block_person(shop, marc, "karim@ailleurs.example")
    assert (await shop.get(f"/posts/{post.id}", accept=accept, signer=stranger)).status_code == 403
    assert (await shop.get(f"/posts/{post.id}", accept=accept)).status_code == 200


async def block_person(shop: Shop, marc: Browser, address: str) -> None:
    """Report somebody, and decide to block them."""
    await marc.post("/report", {"actor": address, "category": "spam"})
    page = (await marc.get("/site/reports")).text
    report_id = page.partition('href="/site/reports/0')[2].partition('"')[0]
    sent = await marc.post(f"/site/reports/0{report_id}", {"state": "resolved", "measures": ["block-actor"], **REASON})
    assert sent.status_code == 303


async def test_a_blocked_person_vanishes_and_comes_back(shop: Shop) -> None:
    stranger, other = await shop.stranger("karim"), await shop.stranger("nour")
    post, neighbour = await shop.receive(stranger.actor, "<p>Un</p>"), await shop.receive(other.actor, "<p>Deux</p>")
    marc = await shop.sign_in("marc")
    await block_person(shop, marc, "karim@ailleurs.example")
    assert (await shop.get(f"/posts/{post.id}")).status_code == 404
    assert (await shop.get(f"/posts/{neighbour.id}")).status_code == 200
    assert "karim@ailleurs.example" in (await marc.get("/site/blocks")).text
    await marc.post("/site/blocks/lift-person", {"actor": stranger.actor.id})
    assert (await shop.get(f"/posts/{post.id}")).status_code == 200


async def test_nothing_is_sent_to_a_blocked_person_whoever_here_might_wish_to(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    ines, marc = await shop.sign_in("ines"), await shop.sign_in("marc")
    await block_person(shop, marc, "karim@ailleurs.example")
    assert (await ines.post("/@karim@ailleurs.example/follow")).status_code == 403
    author, now = await shop.person("ines"), shop.site.clock.now()
    assert await shop.site.read(find_follow, author.id, stranger.actor.id) is None
    draft = Draft("@karim@ailleurs.example bonjour", Audience(AudienceKind.PUBLIC))
    post = await shop.site.write(publish_post, shop.site, author, draft, now)
    assert (post.mentions, post.audience.named) == ((), frozenset())
    waiting = await shop.site.read(lambda tx: list_waiting(tx, ["ailleurs.example"], now=now, limit=10))
    assert not waiting.get("ailleurs.example")


async def test_the_list_of_allowed_servers_is_kept_with_reasons(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    assert (await marc.post("/site/blocks/allow", {"host": "lyon.example", "reason": "Du groupe."})).status_code == 303
    assert (await marc.post("/site/blocks/allow", {"host": "x y", "reason": "Du groupe."})).status_code == 422
    assert [(one.host, one.reason) for one in await shop.site.read(list_allowed_hosts)] == [("lyon.example", "Du groupe.")]
    assert (await marc.post("/site/blocks/disallow", {"host": "lyon.example"})).status_code == 303
    assert await shop.site.read(list_allowed_hosts) == []
    assert await deeds_of(shop) == ["host.allowed", "host.disallowed"]


async def test_a_list_is_read_in_after_its_consequences_were_shown_and_written_out_again(shop: Shop) -> None:
    marc, ines = await shop.sign_in("marc"), await shop.person("ines")
    await shop.let_follow(ines, (await shop.stranger("karim")).actor)
    listed = (
        "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n"
        "ailleurs.example,suspend,false,false,=1+1,false\n"
        "doux.example,silence,false,false,,false\n"
        "pas un nom,suspend,false,false,,false\n"
    )
    asked = await marc.post("/site/blocks/import", REASON, files=[("file", ("blocks.csv", listed.encode(), "text/csv"))])
    assert asked.status_code == 200
    assert "1 serveur sera bloqué" in asked.text
    assert "2 lignes sont laissées de côté" in asked.text
    assert "1 abonnement prend fin" in asked.text
    assert await blocked(shop) == []

    shown = "domain,subdomains,reason\nailleurs.example,true,'=1+1\n"
    done = await marc.post("/site/blocks/import", {"list": shown, "sure": "1", **REASON}, files=[("file", ("", b"", ""))])
    assert done.status_code == 303
    assert await blocked(shop) == [("ailleurs.example", True, "=1+1")]
    table = await marc.get("/site/blocks.csv")
    assert table.text.splitlines() == ["domain,subdomains,reason", "ailleurs.example,true,'=1+1"]
    assert await deeds_of(shop) == ["hosts.imported"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"x" * (limits.BLOCK_LIST_BYTES + 1)])
async def test_a_file_that_is_no_list_is_refused(shop: Shop, content: bytes) -> None:
    marc = await shop.sign_in("marc")
    sent = await marc.post("/site/blocks/import", REASON, files=[("file", ("blocks.csv", content, "text/csv"))])
    assert sent.status_code == 422
    assert await blocked(shop) == []


async def test_somebody_is_muted_and_never_told(shop: Shop) -> None:
    ines, lea, browser = await shop.person("ines"), await shop.person("lea"), await shop.sign_in("lea")
    now = shop.site.clock.now()
    await shop.site.write(notify, lea.id, NotificationKind.MENTION, ines.id, now)
    sent = await browser.post("/@ines/mute", {"return_to": "/@ines"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/@ines")
    await shop.site.write(notify, lea.id, NotificationKind.FOLLOW, ines.id, now)
    assert await shop.site.read(list_notifications, lea.id) == []
    assert await shop.site.read(list_notifications, ines.id) == []
    assert "Inès Ben Amar" in (await browser.get("/settings/blocks")).text
    assert "Léa Klein" not in (await (await shop.sign_in("ines")).get("/settings/blocks")).text
    await browser.post("/@ines/unmute")
    await shop.site.write(notify, lea.id, NotificationKind.FOLLOW, ines.id, now)
    assert len(await shop.site.read(list_notifications, lea.id)) == 1


async def test_a_moderator_hears_of_reports_about_whom_they_muted(shop: Shop) -> None:
    marc, ines, now = await shop.person("marc"), await shop.person("ines"), shop.site.clock.now()
    await shop.site.write(mute, marc, ines, now)
    await shop.site.write(notify, marc.id, NotificationKind.REPORT, ines.id, now)
    assert len(await shop.site.read(list_notifications, marc.id)) == 1


async def test_somebody_is_blocked_by_one_of_our_people_and_no_longer(shop: Shop) -> None:
    ines, stranger, browser = await shop.person("ines"), await shop.stranger("karim"), await shop.sign_in("ines")
    await shop.let_follow(ines, stranger.actor, FollowState.ACCEPTED)
    assert (await browser.post("/@karim@ailleurs.example/block")).status_code == 303
    assert await shop.site.read(find_block, ines.id, stranger.actor.id) is not None
    assert await shop.site.read(find_follow, ines.id, stranger.actor.id) is None
    assert "karim@ailleurs.example" in (await browser.get("/settings/blocks")).text
    assert (await browser.post("/@karim@ailleurs.example/unblock")).status_code == 303
    assert await shop.site.read(find_block, ines.id, stranger.actor.id) is None


@pytest.mark.parametrize("deed", ["block", "mute"])
async def test_nobody_blocks_or_mutes_themselves_or_somebody_unknown(shop: Shop, deed: str) -> None:
    ines, browser = await shop.person("ines"), await shop.sign_in("ines")
    assert (await browser.post(f"/@ines/{deed}")).status_code in {400, 422}
    assert (await browser.post(f"/@personne@ailleurs.example/{deed}")).status_code == 404
    assert not await shop.site.read(is_muted, ines.id, ines.id)
    assert not await shop.site.read(is_refused_host, "magasin.example")


async def test_where_one_goes_on_to_is_never_another_site(shop: Shop) -> None:
    sent = await (await shop.sign_in("lea")).post("/@ines/mute", {"return_to": "https://mal.example/"})
    assert sent.headers["location"] == "/settings/blocks"
