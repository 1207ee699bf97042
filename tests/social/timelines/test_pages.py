"""The site's own page, profiles, hashtags, and the inbox that programs read."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fedirse.base import limits
from fedirse.base.identifiers import new_id
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.reactions.actions import boost_post
from fedirse.social.posts.store import add_post
from fedirse.storage.actors import mark_actor_gone, save_actor
from tests.federation.network import say
from tests.visitors import AS2, DOMAIN, ORIGIN, Shop, open_shop, remote_actor

SECRET = "Le code de l’alarme est 4711"
NOT_PUBLIC = [AudienceKind.FOLLOWERS, AudienceKind.DIRECT, AudienceKind.SITE]
LISTS = ["/", "/@marc", "/tags/secret"]


async def secret(shop: Shop, audience: AudienceKind) -> Post:
    return await say(shop.site, await shop.person("marc"), f"@ines {SECRET} #secret", audience)


# Who may read


@pytest.mark.attack("PRV-015")
@pytest.mark.attack("PRV-017")
@pytest.mark.parametrize("audience", NOT_PUBLIC)
@pytest.mark.parametrize("path", LISTS)
async def test_no_list_shows_or_counts_what_is_not_for_everybody(path: str, audience: AudienceKind, shop: Shop) -> None:
    outsider = await shop.stranger("karim")
    before = (await shop.get(path)).content
    post = await secret(shop, audience)
    after = await shop.get(path)
    signed = await shop.get(path, signer=outsider)
    assert after.content == before
    assert post.id not in signed.text
    assert SECRET not in signed.text


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("audience", [AudienceKind.FOLLOWERS, AudienceKind.DIRECT])
async def test_nor_to_somebody_else_of_this_site(audience: AudienceKind, path: str, shop: Shop) -> None:
    token = await shop.token("lea")
    await secret(shop, audience)
    assert SECRET not in (await shop.get(path, token=token)).text


@pytest.mark.parametrize("path", LISTS)
async def test_our_own_people_read_what_is_for_this_site(path: str, shop: Shop) -> None:
    await secret(shop, AudienceKind.SITE)
    page = await shop.get(path, token=await shop.token("lea"))
    assert SECRET in page.text
    assert page.headers["cache-control"] == "private, no-store"


async def test_an_unlisted_post_is_on_the_profile_and_not_around(shop: Shop) -> None:
    marc = await shop.person("marc")
    await shop.receive(marc, "<p>Discrètement</p>", Audience(AudienceKind.PUBLIC, listed=False), local=True)
    assert "Discrètement" not in (await shop.get("/")).text
    assert "Discrètement" in (await shop.get("/@marc")).text


async def test_a_direct_post_is_not_even_on_the_profile_its_author_reads(shop: Shop) -> None:
    await secret(shop, AudienceKind.DIRECT)
    page = (await shop.get("/@marc", token=await shop.token("marc"))).text
    assert SECRET not in page
    assert "<strong>0</strong> publication" in page


# The site's own page


async def test_the_home_says_whose_site_it_is(shop: Shop) -> None:
    page = (await shop.get("/")).text
    assert '<h1 class="hero-name"><bdi>Magasin de Colmar</bdi></h1>' in page
    assert "Bricolage &amp; jardin, au centre." in page
    assert "3 personnes écrivent ici" in page
    assert f"@magasin<wbr>@{DOMAIN}" in page
    assert "Rien à lire ici pour l’instant" in page


async def test_the_home_shows_what_people_of_the_site_say_and_no_answers(shop: Shop) -> None:
    marc = await shop.person("marc")
    first = await say(shop.site, marc, "Bonjour")
    await say(shop.site, marc, "Réponse interne", reply_to=first)
    page = await shop.get("/")
    assert "Bonjour" in page.text
    assert "Réponse interne" not in page.text
    assert page.headers["cache-control"] == "public, max-age=60"


async def test_a_boost_says_who_made_it(shop: Shop) -> None:
    stranger, ines = await shop.stranger("karim"), await shop.person("ines")
    post = await shop.receive(stranger.actor, "<p>À voir</p>")
    await shop.site.write(boost_post, shop.site, ines, post.id, shop.site.clock.now())
    page = (await shop.get("/")).text
    assert "<bdi>Inès Ben Amar</bdi> a partagé" in page
    assert "À voir" in page
    assert "1 partage</li>" in page


async def test_a_head_office_says_that_it_is_one(made_site: Path, tmp_path: Path) -> None:
    async with open_shop(made_site, tmp_path, head_office=True) as shop:
        assert "Tête de réseau" in (await shop.get("/")).text
        assert "</svg>Tête de réseau</span>" in (await shop.get("/@magasin")).text


async def test_a_long_article_is_an_excerpt_in_lists(shop: Shop) -> None:
    marc = await shop.person("marc")
    post = await say(shop.site, marc, "Premier paragraphe.\n\n" + "Bien des mots encore. " * 100, title="Un titre")
    page = (await shop.get("/")).text
    assert "Premier paragraphe." in page
    assert page.count("Bien des mots encore.") < 20
    assert f'<a href="/posts/{post.id}">Lire la suite' in page


async def fill(shop: Shop, count: int) -> list[Post]:
    """So many posts of Marc's, the oldest first."""
    marc = await shop.person("marc")
    first = await shop.receive(marc, "<p>Numéro 0.</p>", local=True, tags=("suite",))
    at = shop.site.clock.now()
    posts = [
        replace(first, id=(post_id := new_id(at + timedelta(seconds=n))), uri=f"{ORIGIN}/posts/{post_id}", content=f"<p>Numéro {n}.</p>")
        for n in range(1, count)
    ]
    await shop.site.write(lambda tx: [add_post(tx, post) for post in posts])
    return [first, *posts]


def numbers(page: str) -> list[int]:
    return [int(found) for found in re.findall(r"Numéro (\d+)\.", page)]


@pytest.mark.parametrize("path", ["/", "/@marc", "/tags/suite"])
async def test_as_many_posts_as_fit_are_one_page(path: str, shop: Shop) -> None:
    await fill(shop, limits.TIMELINE_ITEMS)
    page = (await shop.get(path)).text
    assert numbers(page) == list(range(limits.TIMELINE_ITEMS - 1, -1, -1))
    assert "?before=" not in page


@pytest.mark.parametrize("path", ["/", "/@marc", "/tags/suite"])
async def test_one_more_is_on_the_next_page(path: str, shop: Shop) -> None:
    await fill(shop, limits.TIMELINE_ITEMS + 1)
    page = (await shop.get(path)).text
    link = re.search(rf'href="({re.escape(path)}\?before=[0-9A-Z]+)" rel="next"', page)
    assert numbers(page) == list(range(limits.TIMELINE_ITEMS, 0, -1))
    assert link is not None
    older = (await shop.get(link[1])).text
    assert numbers(older) == [0]
    assert 'rel="next"' not in older
    assert "Revenir aux dernières publications" in older


async def test_a_page_that_boosts_of_nothing_shorten_still_leads_on(shop: Shop) -> None:
    posts = await fill(shop, limits.TIMELINE_ITEMS + 5)
    hidden = await secret(shop, AudienceKind.SITE)
    at = shop.site.clock.now() + timedelta(hours=1)
    boosts = [
        replace(
            posts[0],
            id=new_id(at + timedelta(seconds=n)),
            uri=f"{ORIGIN}/activities/{n}",
            kind=PostKind.BOOST,
            boost_of=hidden.id,
            content="",
            tags=(),
        )
        for n in range(3)
    ]
    await shop.site.write(lambda tx: [add_post(tx, boost) for boost in boosts])
    page = (await shop.get("/")).text
    assert len(numbers(page)) == limits.TIMELINE_ITEMS - 2
    assert 'rel="next"' in page


@pytest.mark.parametrize("path", ["/", "/@marc", "/tags/x"])
async def test_a_page_that_begins_nowhere_is_not_there(path: str, shop: Shop) -> None:
    assert (await shop.get(f"{path}?before=yesterday")).status_code == 404


# Profiles


async def test_a_profile_has_who_and_how_many(shop: Shop) -> None:
    marc, ines = await shop.person("marc"), await shop.person("ines")
    await shop.let_follow(ines, marc)
    await say(shop.site, marc, "Bonjour")
    page = " ".join((await shop.get("/@marc")).text.split())
    assert f"@marc@{DOMAIN}" in page
    assert "<strong>1</strong> publication</li>" in page
    assert "<strong>1</strong> abonné</a></li>" in page
    assert "<strong>0</strong> abonnement</a></li>" in page


async def test_the_profile_of_a_known_actor_says_that_it_is_of_another_server(shop: Shop) -> None:
    actor = remote_actor(
        "karim",
        name="Karim",
        summary="<p>Outils</p><script>alert(1)</script>",
        fields=(("Site", '<a href="https://evil.example">https://karim.example</a>'),),
    )
    stored = await shop.site.write(save_actor, actor)
    await shop.receive(stored, "<p>Bonjour d’ailleurs</p>")
    page = (await shop.get("/@karim@ailleurs.example")).text
    assert "Bonjour d’ailleurs" in page
    assert "écrit sur un autre serveur" in page
    assert 'href="https://ailleurs.example/@karim"' in page
    assert 'href="https://karim.example"' in page
    assert "evil.example" not in page
    assert "<script" not in page


@pytest.mark.parametrize("path", ["/@nobody", "/@karim", "/@karim@other.example", "/@marc@ailleurs.example", "/@", "/@@"])
async def test_who_is_not_known_has_no_profile(path: str, shop: Shop) -> None:
    await shop.stranger("karim")
    assert (await shop.get(path)).status_code == 404


@pytest.mark.attack("WEB-006")
async def test_our_own_people_have_one_address(shop: Shop) -> None:
    response = await shop.get(f"/@marc@{DOMAIN}")
    assert (response.status_code, response.headers["location"]) == (301, f"{ORIGIN}/@marc")


async def test_a_program_is_led_from_the_profile_to_the_actor(shop: Shop) -> None:
    own = await shop.get("/@marc", accept=AS2)
    assert (own.status_code, own.headers["location"]) == (303, f"{ORIGIN}/people/marc")
    await shop.stranger("karim")
    assert (await shop.get("/@karim@ailleurs.example", accept=AS2)).status_code == 404
    assert (await shop.get("/@nobody", accept=AS2)).status_code == 404


async def test_who_is_gone_is_gone(shop: Shop) -> None:
    marc = await shop.person("marc")
    await shop.site.write(mark_actor_gone, marc.id, shop.site.clock.now())
    assert (await shop.get("/@marc")).status_code == 410


# Hashtags


@pytest.mark.parametrize("tag", ["suite", "Suite", "SUITE"])
async def test_a_hashtag_is_found_in_any_case(tag: str, shop: Shop) -> None:
    await fill(shop, 1)
    assert numbers((await shop.get(f"/tags/{tag}")).text) == [0]


async def test_a_hashtag_with_an_accent_has_a_page(shop: Shop) -> None:
    await say(shop.site, await shop.person("marc"), "Vive l’ #été")
    page = await shop.get("/tags/%C3%A9t%C3%A9")
    assert "<h1>#<bdi>été</bdi></h1>" in page.text
    assert "Vive l’" in page.text


async def test_a_hashtag_is_shown_as_text(shop: Shop) -> None:
    page = (await shop.get("/tags/%3Cimg%20src=x%20onerror=alert(1)%3E")).text
    assert "<img" not in page


async def test_what_nobody_wrote_about_says_so(shop: Shop) -> None:
    assert "Personne n’a écrit à ce sujet, ou pas pour vous." in (await shop.get("/tags/rien")).text


@pytest.mark.parametrize("tag", ["a" * (limits.NAME_LENGTH + 1), "a%0Ab", "a%E2%80%AEb"])
async def test_what_cannot_be_a_hashtag_has_no_page(tag: str, shop: Shop) -> None:
    assert (await shop.get(f"/tags/{tag}")).status_code == 404


# The inbox


@pytest.mark.attack("PRV-027")
async def test_the_inbox_is_there_for_its_owner_only(shop: Shop) -> None:
    outsider, lea = await shop.stranger("karim"), await shop.token("lea")
    missing = await shop.get("/people/nobody/inbox", accept=AS2)
    answers = [
        await shop.get("/people/marc/inbox", accept=AS2),
        await shop.get("/people/marc/inbox", accept=AS2, signer=outsider),
        await shop.get("/people/marc/inbox", accept=AS2, token=lea),
        await shop.get("/people/magasin/inbox", accept=AS2, token=lea),
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, missing.content)}


async def test_the_inbox_lists_what_its_owner_reads_at_home(shop: Shop) -> None:
    marc, stranger = await shop.person("marc"), await shop.stranger("karim")
    await shop.let_follow(marc, stranger.actor)
    foreign = await shop.receive(stranger.actor, "<p>Bonjour</p>")
    own = await say(shop.site, marc, "Bonjour aussi")
    boost = await shop.site.write(boost_post, shop.site, marc, foreign.id, shop.site.clock.now() + timedelta(seconds=1))
    token = await shop.token("marc")
    collection = await shop.get("/people/marc/inbox", accept=AS2, token=token)
    page = await shop.get(collection.json()["first"].removeprefix(ORIGIN), accept=AS2, token=token)
    items = page.json()["orderedItems"]
    assert collection.json()["type"] == "OrderedCollection"
    assert items[0] == {"type": "Announce", "actor": marc.uri, "object": foreign.uri}
    assert {item for item in items[1:] if isinstance(item, str)} == {foreign.uri, own.uri}
    assert boost.uri not in items
    assert collection.headers["cache-control"] == page.headers["cache-control"] == "private, no-store"


async def test_the_inbox_goes_on_where_a_page_ends(shop: Shop) -> None:
    await fill(shop, limits.PAGE_ITEMS + 1)
    token = await shop.token("marc")
    first = (await shop.get("/people/marc/inbox?before=", accept=AS2, token=token)).json()
    second = (await shop.get(first["next"].removeprefix(ORIGIN), accept=AS2, token=token)).json()
    assert (len(first["orderedItems"]), len(second["orderedItems"])) == (limits.PAGE_ITEMS, 1)
    assert "next" not in second


@pytest.mark.parametrize("path", ["/inbox", "/actor/inbox"])
async def test_the_other_inboxes_are_not_for_reading(path: str, shop: Shop) -> None:
    assert (await shop.get(path, accept=AS2)).status_code == 405
