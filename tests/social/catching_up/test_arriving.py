"""What people here see of posts that are on their way; and when a site was away."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from fedirse.social.catching_up.model import Headline
from fedirse.social.catching_up.rules import LONGEST_SPREAD, must_fetch, wait_before_asking, was_away
from fedirse.social.catching_up.store import announce
from fedirse.storage.refusals import block_domain
from tests.federation.network import START
from tests.visitors import Shop, made_site, shop

__all__ = ["made_site", "shop"]

OWN_WORDS = Headline("https://siege.example/posts/1", "Consigne <b>un</b>", "Claire", START - timedelta(hours=2))
NO_WORDS = Headline("https://siege.example/posts/2", "", "Claire", START - timedelta(hours=1))


async def test_what_is_on_its_way_stands_at_home_until_it_is_here(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    assert "arriving" not in (await browser.get("/")).text
    await shop.site.write(announce, [OWN_WORDS, NO_WORDS], START)
    page = (await browser.get("/")).text
    assert "2 publications arrivent" in page
    assert page.index("Une publication sans texte") < page.index("Consigne &lt;b&gt;un&lt;/b&gt;")
    claire = await shop.stranger("claire", "siege.example")
    await shop.receive(claire.actor, "<p>Consigne</p>", uri=OWN_WORDS.uri)
    page = (await browser.get("/")).text
    assert "1 publication arrive" in page
    assert "Consigne &lt;b&gt;" not in page
    await shop.receive(claire.actor, "", uri=NO_WORDS.uri)
    assert "arriving" not in (await browser.get("/")).text


async def test_what_is_on_its_way_is_for_the_people_of_the_site_and_for_a_day(shop: Shop) -> None:
    await shop.site.write(announce, [OWN_WORDS], START - timedelta(hours=23))
    assert "Consigne" not in (await shop.get("/")).text
    browser = await shop.sign_in("lea")
    assert "Consigne" in (await browser.get("/")).text
    assert "Consigne" not in (await browser.get("/local")).text
    await shop.site.write(announce, [OWN_WORDS], START - timedelta(days=1))
    assert "Consigne" not in (await browser.get("/")).text


async def test_nothing_is_announced_of_a_site_that_was_blocked_since(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    await shop.site.write(announce, [OWN_WORDS], START)
    assert "Consigne" in (await browser.get("/")).text
    await shop.site.write(lambda tx: block_domain(tx, "siege.example", reason="", subdomains=False, now=START))
    assert "Consigne" not in (await browser.get("/")).text


@given(st.integers(0, 200 * 24))
def test_only_a_long_absence_or_one_without_rights_is_fetched(hours: int) -> None:
    later = START + timedelta(hours=hours)
    assert was_away(START, later) is (hours > 24)
    assert must_fetch(START, later, suspended=False) is (hours > 80 * 24)
    assert must_fetch(START, later, suspended=True)


@given(st.integers(1, 5000), st.floats(0, 1, exclude_max=True))
def test_nobody_waits_longer_than_ten_minutes_before_asking_and_in_a_small_network_not_for_long(members: int, chance: float) -> None:
    wait = wait_before_asking(members, chance)
    assert timedelta(0) <= wait <= min(LONGEST_SPREAD, members * timedelta(seconds=2))
