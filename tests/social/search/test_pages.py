"""The page of the search, and what a composer completes with."""

import re
from pathlib import Path

import pytest

from fedirse.base import limits
from fedirse.base.errors import StorageBusy, StorageError, StorageFull
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.search.index.store import is_behind
from fedirse.social.search.jobs import freshen, keep_up
from tests.federation.network import say
from tests.visitors import Shop, open_shop

SECRET = "alarme4711"
OWN = {"sec-fetch-site": "same-origin"}


# Who may search


@pytest.mark.attack("PRV-017")
@pytest.mark.attack("PRV-018")
async def test_somebody_unknown_is_asked_to_sign_in_and_learns_nothing(shop: Shop) -> None:
    before = await shop.get(f"/search?q={SECRET}")
    await say(shop.site, await shop.person("marc"), f"{SECRET} public")
    after = await shop.get(f"/search?q={SECRET}")
    assert after.status_code == 200
    assert after.content == before.content
    assert "Connectez-vous pour chercher" in after.text
    assert f"/sign-in?next=/search%3Fq%3D{SECRET}" in after.text


@pytest.mark.attack("PRV-017")
@pytest.mark.attack("PRV-018")
@pytest.mark.parametrize("audience", [AudienceKind.SITE, AudienceKind.FOLLOWERS, AudienceKind.DIRECT])
@pytest.mark.parametrize("tab", ["posts", "people", "tags"])
async def test_where_everybody_may_search_they_find_only_what_is_shown_around(
    tab: str, audience: AudienceKind, made_site: Path, tmp_path: Path
) -> None:
    async with open_shop(made_site, tmp_path / "open", anonymous_search=True) as shop:
        path = f"/search?q={SECRET}&in={tab}"
        outsider = await shop.stranger("karim")
        before = (await shop.get(path)).content
        marc = await shop.person("marc")
        await say(shop.site, marc, f"@ines {SECRET} #{SECRET}", audience)
        await shop.receive(marc, f"<p>{SECRET}</p>", Audience(AudienceKind.PUBLIC, listed=False), local=True)
        assert (await shop.get(path)).content == before
        if audience is not AudienceKind.SITE and tab != "posts":
            assert "/posts/" not in (await shop.get(path, signer=outsider)).text
        await say(shop.site, marc, f"{SECRET} pour tous #{SECRET}")
        assert ("pour tous" in (await shop.get(path)).text) is (tab == "posts")


@pytest.mark.attack("PRV-018")
@pytest.mark.parametrize("audience", [AudienceKind.FOLLOWERS, AudienceKind.DIRECT])
async def test_what_is_not_for_somebody_of_this_site_leaves_no_trace_on_their_page(audience: AudienceKind, shop: Shop) -> None:
    lea = await shop.sign_in("lea")
    paths = [f"/search?q={SECRET}&in={tab}" for tab in ("posts", "people", "tags")]
    before = [(await lea.get(path)).text for path in paths]
    for number in range(limits.PAGE_ITEMS + 1):
        await say(shop.site, await shop.person("marc"), f"@ines {SECRET} {number} #{SECRET}", audience)
    assert [(await lea.get(path)).text for path in paths] == before


# What it shows


async def test_posts_people_and_hashtags_have_a_tab_each(shop: Shop) -> None:
    await say(shop.site, await shop.person("marc"), "Les ventes privées du #jardin")
    lea = await shop.sign_in("lea")
    posts, people, tags = [
        (await lea.get(f"/search?q={typed}&in={tab}")).text for typed, tab in (("vente", "posts"), ("in", "people"), ("JAR", "tags"))
    ]
    assert "Les ventes privées" in posts
    assert "Inès Ben Amar" in people
    assert 'href="/tags/jardin"' in tags
    assert "1 publication" in tags
    assert [re.findall(r'aria-current="page">([^<]+)<', page)[-1] for page in (posts, people, tags)] == [
        "Publications",
        "Personnes",
        "Mots-clés",
    ]


async def test_what_was_typed_stands_in_the_field_again_as_plain_text(shop: Shop) -> None:
    lea = await shop.sign_in("lea")
    page = (await lea.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22+onfocus=x")).text
    assert "<script>alert" not in page
    assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;&#34; onfocus=x"' in page


async def test_without_a_question_the_page_says_what_can_be_asked(shop: Shop) -> None:
    page = await (await shop.sign_in("lea")).get("/search")
    assert page.status_code == 200
    assert "avec:photo" in page.text
    assert page.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(("tab", "says"), [("posts", "Rien trouvé"), ("people", "Personne de ce nom"), ("tags", "Aucun mot-clé")])
async def test_an_empty_result_says_what_to_do(tab: str, says: str, shop: Shop) -> None:
    assert says in (await (await shop.sign_in("lea")).get(f"/search?q=introuvable&in={tab}")).text


async def test_pages_of_results_follow_each_other(shop: Shop) -> None:
    for number in range(limits.PAGE_ITEMS + 2):
        await say(shop.site, await shop.person("marc"), f"jardin numéro{number}x")
    lea = await shop.sign_in("lea")
    first = (await lea.get("/search?q=jardin")).text
    older = re.search(r'href="([^"]+)" rel="next"', first)
    assert older is not None
    second = (await lea.get(older[1].replace("&amp;", "&"))).text
    seen = [set(re.findall(r"numéro\d+x", page)) for page in (first, second)]
    assert not seen[0] & seen[1]
    assert len(seen[0] | seen[1]) == limits.PAGE_ITEMS + 2
    assert 'rel="next"' not in second


async def test_a_place_in_the_list_that_is_none_is_not_found(shop: Shop) -> None:
    assert (await (await shop.sign_in("lea")).get("/search?q=jardin&before=x")).status_code == 404


@pytest.mark.parametrize("typed", ["%00", '"', "-", "%F0%9F%A6%84", "a" * 3000, "in:", "%25"])
async def test_nothing_that_is_typed_is_an_error(typed: str, shop: Shop) -> None:
    assert (await (await shop.sign_in("lea")).get(f"/search?q={typed}")).status_code == 200


# Handles and addresses


async def test_an_address_of_this_site_leads_there(shop: Shop) -> None:
    said = await say(shop.site, await shop.person("marc"), "Bonjour")
    response = await (await shop.sign_in("lea")).get(f"/search?q={said.uri}")
    assert (response.status_code, response.headers["location"]) == (303, f"/posts/{said.id}")


async def test_somebody_known_is_led_to(shop: Shop) -> None:
    await shop.stranger("karim")
    response = await (await shop.sign_in("lea")).get("/search?q=@karim@ailleurs.example")
    assert response.headers["location"] == "/@karim@ailleurs.example"


@pytest.mark.attack("SSRF-032")
@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}])
async def test_a_link_elsewhere_makes_nobody_ask(headers: dict[str, str], shop: Shop) -> None:
    lea = await shop.sign_in("lea")
    page = await lea.get("/search?q=@inconnue@ailleurs.example", **headers)
    assert page.status_code == 200
    assert "Interroger son serveur" in page.text


@pytest.mark.attack("SSRF-032")
@pytest.mark.parametrize("address", ["http://127.0.0.1:8000/&resolve=true", "https://127.0.0.1/", "https://localhost/x"])
async def test_no_machine_of_ours_is_asked_whoever_asks(address: str, shop: Shop) -> None:
    assert "127.0.0.1" not in (await shop.get(f"/search?q={address}&resolve=true", headers=OWN)).headers.get("location", "")
    page = await (await shop.sign_in("lea")).get(f"/search?q={address}", **OWN)
    assert page.status_code == 200
    assert 'role="alert"' in page.text


async def test_a_server_that_does_not_answer_is_said_in_a_sentence(shop: Shop) -> None:
    lea = await shop.sign_in("lea")
    for response in (await lea.get("/search?q=@x@nulle-part.example", **OWN), await lea.post("/search", {"q": "@x@nulle-part.example"})):
        assert response.status_code == 200
        assert "nulle-part.example ne répond pas en ce moment" in response.text


async def test_what_is_sent_but_is_no_address_is_said_to_be_none(shop: Shop) -> None:
    response = await (await shop.sign_in("lea")).post("/search", {"q": "bonjour"})
    assert "n’est ni un identifiant" in response.text


# Completion


async def test_names_are_completed_for_who_is_signed_in(shop: Shop) -> None:
    await shop.stranger("lena")
    response = await (await shop.sign_in("ines")).get("/completion/names?q=le")
    assert response.json() == {
        "names": [
            {"mention": "@lea", "name": "Léa Klein", "path": "/@lea"},
            {"mention": "@lena@ailleurs.example", "name": "Lena", "path": "/@lena@ailleurs.example"},
        ]
    }
    assert response.headers["cache-control"] == "private, no-store"


@pytest.mark.attack("PRV-017")
async def test_hashtags_are_completed_from_what_one_may_read(shop: Shop) -> None:
    marc = await shop.person("marc")
    await say(shop.site, marc, "un #jardin")
    await say(shop.site, marc, "@ines deux #jardinage", AudienceKind.DIRECT)
    assert (await (await shop.sign_in("lea")).get("/completion/tags?q=jar")).json() == {"tags": [{"tag": "jardin", "posts": 1}]}
    found = (await (await shop.sign_in("ines")).get("/completion/tags?q=%23jar")).json()
    assert [tag["tag"] for tag in found["tags"]] == ["jardin", "jardinage"]


@pytest.mark.parametrize("path", ["/completion/names?q=le", "/completion/tags?q=ja"])
async def test_nothing_is_completed_for_somebody_unknown(path: str, shop: Shop) -> None:
    response = await shop.get(path)
    assert response.status_code == 303
    assert "Klein" not in response.text


# The index keeps up


async def test_the_index_keeps_up_by_itself(shop: Shop) -> None:
    for number in range(limits.SEARCH_INDEXED_AT_ONCE + 1):
        await say(shop.site, await shop.person("marc"), f"jardin {number}")
    assert not await keep_up(shop.site)
    assert not await shop.site.read(is_behind)
    assert not await freshen(shop.site)


async def test_a_sweep_does_a_bounded_part_and_says_that_there_is_more(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fedirse.social.search.jobs._PORTIONS", 1)
    await say(shop.site, await shop.person("marc"), "jardin")
    assert await keep_up(shop.site)
    assert not await keep_up(shop.site)


@pytest.mark.parametrize("error", [StorageFull("no room"), StorageBusy("locked")])
async def test_where_nothing_can_be_written_one_still_finds_what_was_indexed(
    error: StorageError, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    lea = await shop.sign_in("lea")
    await say(shop.site, await shop.person("marc"), "jardin un")
    assert "jardin un" in (await lea.get("/search?q=jardin")).text
    await say(shop.site, await shop.person("marc"), "jardin deux")

    def refuse(_tx: object) -> bool:
        raise error

    monkeypatch.setattr("fedirse.social.search.jobs.catch_up", refuse)
    page = (await lea.get("/search?q=jardin")).text
    assert "jardin un" in page
    assert "jardin deux" not in page
