"""To whom a post was sent, as a page and as a file: who may see it, and what it says."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from fedirse.base import limits
from fedirse.social.accounts.store import get_account, set_preferences
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft, Post
from fedirse.storage.activities import activities
from fedirse.storage.deliveries import DeliveryResult, DeliveryState, list_waiting, note_standings, queue_deliveries, record_results
from fedirse.storage.transaction import Transaction
from tests.federation.network import START
from tests.visitors import EVERYBODY, Shop

SITE, DIRECT = Audience(AudienceKind.SITE), Audience(AudienceKind.DIRECT)


async def write(shop: Shop, who: str, audience: Audience = EVERYBODY, text: str = "Bonjour") -> Post:
    return await shop.site.write(publish_post, shop.site, await shop.person(who), Draft(text, audience), START)


async def send(shop: Shop, post: Post, hosts: Sequence[str], kind: str = "Create", **became: object) -> None:
    """Have an activity about a post sent to hosts, all with the same result."""
    activity_id = f"01J0000000000000000000{kind[:4].upper():X<4}"
    activity = {
        "id": activity_id,
        "uri": shop.site.uris.activity(activity_id),
        "kind": kind,
        "actor_id": post.actor_id,
        "item_id": post.id,
        "body": b"{}",
        "listed": False,
        "published_at": START,
    }
    standing = became.pop("standing", None)

    def write(tx: Transaction) -> None:
        tx.execute(activities.insert(), activity)
        queue_deliveries(tx, activity_id, [(host, f"https://{host}/inbox") for host in hosts], START, closed_after=START)
        waiting = [one for found in list_waiting(tx, hosts, now=START, limit=99).values() for one in found if one.kind == kind]
        if isinstance(standing, str):
            note_standings(tx, {one.id: standing for one in waiting})
        if became:
            result = DeliveryResult(0, DeliveryState.DELIVERED, 1, 0, None, "", None, START)
            record_results(tx, [replace(result, id=one.id, **became) for one in waiting])  # type: ignore[arg-type]

    await shop.site.write(write)


async def test_the_author_is_told_in_words_who_has_it_who_waits_and_who_does_not_get_it(shop: Shop) -> None:
    post = await write(shop, "ines")
    await send(shop, post, ["lyon.example", "nantes.example"], state=DeliveryState.DELIVERED, status=202, standing="in-force 17")
    await send(shop, post, ["metz.example"], "Update")
    withheld = {"state": DeliveryState.WITHHELD, "answer": "nobody there is inside what it is for"}
    await send(shop, post, ["partenaire.example"], "Announce", **withheld)
    ines = await shop.sign_in("ines")
    page = (await ines.get(f"/posts/{post.id}/egress")).text.replace("\u00a0", " ")
    for words in (
        "À qui cette publication a été envoyée",
        "2 serveurs l’ont reçue",
        "Un envoi attend pour 1 serveur",
        "Non envoyée à 1 serveur : Personne n’y fait partie de ceux à qui elle est destinée.",
        "Membre du réseau (attestation n° 17)",
        "n’est pas parti",
        "Pas encore essayé.",
    ):
        assert words in page, words
    assert "nobody there is inside" not in page
    assert "%(" not in page


async def test_it_is_told_in_english_too(shop: Shop) -> None:
    post = await write(shop, "ines")
    await send(shop, post, ["lyon.example"], state=DeliveryState.REJECTED, status=403, answer="<script>alert(1)</script>")
    await shop.site.write(lambda tx: set_preferences(tx, get_account(tx, "ines").id, language="en"))
    page = (await (await shop.sign_in("ines")).get(f"/posts/{post.id}/egress")).text
    assert "1 server refused something" in page
    assert "0 servers took it" in page
    assert "It does not accept that from this site (403)." in page
    assert "<script>alert" not in page
    assert "not recorded" in page


async def test_a_post_that_went_nowhere_says_so(shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    for audience, words in ((SITE, "n’en est pas sortie"), (EVERYBODY, "ne devait la recevoir")):
        post = await write(shop, "ines", audience)
        page = (await ines.get(f"/posts/{post.id}/egress")).text
        assert words in page
        assert "egress.csv" not in page


@pytest.mark.parametrize("ending", ["", ".csv"])
async def test_whoever_did_not_write_it_and_does_not_run_the_site_cannot_tell_it_from_nothing(shop: Shop, ending: str) -> None:
    post = await write(shop, "ines")
    lea, marc = await shop.sign_in("lea"), await shop.sign_in("marc")
    theirs, missing = [await lea.get(f"/posts/{post_id}/egress{ending}") for post_id in (post.id, "01J00000000000000000000000")]
    assert (theirs.status_code, missing.status_code) == (404, 404)
    assert theirs.text.replace(post.id, "") == missing.text.replace("01J00000000000000000000000", "")
    assert (await marc.get(f"/posts/{post.id}/egress{ending}")).status_code == 200
    assert (await shop.get(f"/posts/{post.id}/egress{ending}")).status_code == 303


@pytest.mark.parametrize("ending", ["", ".csv"])
async def test_to_whom_somebody_writes_in_private_is_not_for_who_runs_the_site(shop: Shop, ending: str) -> None:
    post = await write(shop, "ines", DIRECT, "@lea Un secret")
    assert (await (await shop.sign_in("marc")).get(f"/posts/{post.id}/egress{ending}")).status_code == 404
    assert (await (await shop.sign_in("ines")).get(f"/posts/{post.id}/egress{ending}")).status_code == 200


async def test_the_menu_of_a_post_leads_there_for_those_who_may(shop: Shop) -> None:
    post = await write(shop, "ines")
    for who, leads in (("ines", True), ("marc", True), ("lea", False)):
        page = (await (await shop.sign_in(who)).get(f"/posts/{post.id}")).text
        assert (f'href="/posts/{post.id}/egress"' in page) == leads, who


async def test_a_page_has_so_many_lines_and_the_next_one_the_rest(shop: Shop) -> None:
    post = await write(shop, "ines")
    hosts = [f"h{number:03}.example" for number in range(limits.LEDGER_LINES)]
    await send(shop, post, hosts, state=DeliveryState.DELIVERED, status=202, standing="public")
    ines = await shop.sign_in("ines")
    whole = (await ines.get(f"/posts/{post.id}/egress")).text
    assert whole.count('scope="row"') == limits.LEDGER_LINES
    assert "?after=" not in whole
    await send(shop, post, ["z.example"], "Delete", state=DeliveryState.DELIVERED, status=202, standing="holder")
    first = (await ines.get(f"/posts/{post.id}/egress")).text
    assert "z.example" not in first
    following = first.split("?after=")[1].split('"')[0]
    second = (await ines.get(f"/posts/{post.id}/egress?after={following}")).text
    assert second.count('scope="row"') == 1
    assert "z.example" in second
    assert f"{limits.LEDGER_LINES + 1} serveurs l’ont reçue" in second, "the sums are of all pages"


@pytest.mark.parametrize("number", ["x", "-1", "٣", "9" * 30, ""])
async def test_a_page_that_no_number_leads_to_is_not_there(shop: Shop, number: str) -> None:
    post = await write(shop, "ines")
    assert (await (await shop.sign_in("ines")).get(f"/posts/{post.id}/egress?after={number}")).status_code == 404


@pytest.mark.attack("CNT-030")
async def test_the_file_has_every_column_as_it_was_written_down_and_runs_nothing(shop: Shop) -> None:
    post = await write(shop, "ines")
    await send(shop, post, ["lyon.example"], state=DeliveryState.REJECTED, status=403, answer="=HYPERLINK(1)", standing="in-force 17")
    response = await (await shop.sign_in("ines")).get(f"/posts/{post.id}/egress.csv")
    assert response.headers["content-type"].startswith("text/csv")
    assert response.headers["cache-control"] == "private, no-store"
    heading, row = response.text.splitlines()
    assert heading == "queued_at,done_at,host,inbox,standing,state,attempts,status,answer,kind,uri,item_id"
    assert row.startswith(
        "2026-03-02T08:00:00+00:00,2026-03-02T08:00:00+00:00,lyon.example,https://lyon.example/inbox,in-force 17,rejected,"
    )
    assert ",'=HYPERLINK(1)," in row


async def test_what_was_sent_of_one_post_does_not_stand_with_another(shop: Shop) -> None:
    post, other = await write(shop, "ines"), await write(shop, "ines", text="Autre chose")
    await send(shop, post, ["lyon.example"], state=DeliveryState.DELIVERED, status=202)
    ines = await shop.sign_in("ines")
    assert "lyon.example" not in (await ines.get(f"/posts/{other.id}/egress.csv")).text
    assert "lyon.example" not in (await ines.get(f"/posts/{other.id}/egress")).text
