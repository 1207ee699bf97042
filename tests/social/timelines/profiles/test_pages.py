"""Profiles: their three cuts, what a visitor can do about somebody, and pictures."""

import re

import pytest

from fedirse.base import limits
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.model import FollowState
from fedirse.social.notifications.mutes.store import save_mute
from fedirse.social.posts.model import Attachment
from fedirse.storage.actors import save_actor
from tests.federation.network import say
from tests.visitors import AS2, DOMAIN, ORIGIN, Shop, remote_actor

KARIM = "/@karim@ailleurs.example"
CUTS = ["", "/with-replies", "/media"]


@pytest.mark.attack("PRV-017")
@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("audience", [AudienceKind.FOLLOWERS, AudienceKind.DIRECT])
async def test_what_another_server_sent_to_one_is_not_shown_to_another(audience: AudienceKind, cut: str, shop: Shop) -> None:
    stranger, ines = await shop.stranger("karim"), await shop.person("ines")
    await shop.let_follow(ines, stranger.actor)
    named = frozenset({ines.id}) if audience is AudienceKind.DIRECT else frozenset[str]()
    file = Attachment("https://files.example/secret.png", "image/png")
    await shop.receive(stranger.actor, "<p>Entre nous</p>", Audience(audience, named), attachments=(file,))
    answers = [await shop.get(f"{KARIM}{cut}"), await (await shop.sign_in("lea")).get(f"{KARIM}{cut}")]
    for answer in answers:
        assert answer.status_code == 200
        assert "Entre nous" not in answer.text
        assert "secret.png" not in answer.text
        assert "<strong>0</strong> publication" in answer.text
    shown = "Entre nous" in (await (await shop.sign_in("ines")).get(f"{KARIM}{cut}")).text
    assert shown is (audience is AudienceKind.FOLLOWERS)


async def test_each_cut_shows_its_posts(shop: Shop) -> None:
    stranger, marc = await shop.stranger("karim"), await shop.person("marc")
    await shop.receive(stranger.actor, "<p>Première</p>")
    await shop.receive(stranger.actor, "<p>En réponse</p>", in_reply_to="https://ailleurs.example/x")
    await shop.receive(stranger.actor, "<p>Une photo</p>", attachments=(Attachment("https://files.example/a.png", "image/png"),))
    found = {cut: sorted(re.findall("Première|En réponse|Une photo", (await shop.get(f"{KARIM}{cut}")).text)) for cut in CUTS}
    assert found == {"": ["Première", "Une photo"], "/with-replies": ["En réponse", "Première", "Une photo"], "/media": ["Une photo"]}
    assert 'href="/@marc/with-replies" aria-current="page"' in (await shop.get(f"/@{marc.handle}/with-replies")).text


async def test_pages_of_a_cut_lead_on_within_it(shop: Shop) -> None:
    marc = await shop.person("marc")
    for number in range(limits.TIMELINE_ITEMS + 1):
        await shop.receive(
            marc, f"<p>Numéro {number}</p>", local=True, attachments=(Attachment("https://files.example/a.png", "image/png"),)
        )
    assert re.search(r'href="/@marc/media\?before=[0-9A-Z]{26}" rel="next"', (await shop.get("/@marc/media")).text)


@pytest.mark.parametrize("cut", ["/with-replies", "/media"])
async def test_there_is_no_cut_of_nobody(cut: str, shop: Shop) -> None:
    missing = await shop.get(f"/@nobody{cut}")
    assert (missing.status_code, missing.content) == (404, (await shop.get("/@nobody")).content)


async def test_whoever_asks_for_documents_is_answered_as_before(shop: Shop) -> None:
    response = await shop.get("/@marc", accept=AS2)
    assert (response.status_code, response.headers["location"]) == (303, f"{ORIGIN}/people/marc")


async def test_an_address_with_our_own_host_is_the_same_person(shop: Shop) -> None:
    browser = await shop.sign_in("lea")
    assert (await browser.get(f"/@marc@{DOMAIN}")).headers["location"] == f"{ORIGIN}/@marc"
    await browser.post(f"/@marc@{DOMAIN}/follow")
    assert "Vous suivez ce compte" in (await browser.get("/@marc")).text


async def test_the_buttons_say_where_one_stands(shop: Shop) -> None:
    lea, karim, browser = await shop.person("lea"), await shop.stranger("karim"), await shop.sign_in("lea")
    at_first = (await browser.get(KARIM)).text
    await shop.let_follow(lea, karim.actor, FollowState.REQUESTED)
    asked = (await browser.get(KARIM)).text
    await shop.let_follow(lea, karim.actor)
    await shop.let_follow(karim.actor, lea)
    followed = (await browser.get(KARIM)).text
    assert f'action="{KARIM}/follow"' in at_first
    assert "En attente de son accord" in asked
    assert "Vous suivez ce compte" in followed
    assert "Vous suit" in followed
    assert f'action="{KARIM}/unfollow"' in followed
    assert f'action="{KARIM}/follow"' not in followed


async def test_who_only_reads_writes_no_message(shop: Shop) -> None:
    link = "/compose?audience=direct&amp;to=%40marc"
    assert link in (await (await shop.sign_in("ines")).get("/@marc")).text
    assert link not in (await (await shop.sign_in("lea")).get("/@marc")).text


async def test_ones_own_profile_is_edited_and_not_followed(shop: Shop) -> None:
    page = (await (await shop.sign_in("ines")).get("/@ines")).text
    assert 'href="/settings/profile"' in page
    assert 'action="/@ines/follow"' not in page
    assert "/report?actor=" not in page


async def test_muting_blocking_and_reporting_are_offered(shop: Shop) -> None:
    karim, lea, browser = await shop.stranger("karim"), await shop.person("lea"), await shop.sign_in("lea")
    page = (await browser.get(KARIM)).text
    for path in (f'action="{KARIM}/block"', f'action="{KARIM}/mute"', "/report?actor=%40karim%40ailleurs.example"):
        assert path in page
    await shop.site.write(save_mute, lea.id, karim.actor.id, shop.site.clock.now())
    assert f'action="{KARIM}/unmute"' in (await browser.get(KARIM)).text


async def test_who_is_not_signed_in_follows_ours_from_their_own_server(shop: Shop) -> None:
    await shop.stranger("karim")
    assert 'href="/follows/remote?to=@marc"' in (await shop.get("/@marc")).text
    assert "/follows/remote" not in (await shop.get(KARIM)).text


async def test_only_pictures_that_lie_here_are_drawn(shop: Shop) -> None:
    own = remote_actor("a", image=f"{ORIGIN}/media/1/k/full.webp", icon=f"{ORIGIN}/media/2/k/full.webp")
    foreign = remote_actor("b", image="https://files.example/a.png", icon="https://files.example/b.png")
    for actor in (own, foreign):
        await shop.site.write(save_actor, actor)
    page = (await shop.get("/@a@ailleurs.example")).text
    assert f'<img class="profile-cover" src="{own.image}" alt="">' in page
    assert f'src="{own.icon}"' in page
    assert "<img" not in (await shop.get("/@b@ailleurs.example")).text


async def test_the_header_of_somebody_elsewhere_is_shown_to_our_people_from_here(shop: Shop) -> None:
    await shop.site.write(save_actor, remote_actor("b", image="https://files.example/a.png"))
    page = (await (await shop.sign_in("lea")).get("/@b@ailleurs.example")).text
    assert re.search(r'<img class="profile-cover" src="/media/remote/full/[\w.-]+" alt="">', page)
    assert "files.example" not in page


async def test_profiles_stay_out_of_search_engines(shop: Shop) -> None:
    await say(shop.site, await shop.person("marc"), "Bonjour")
    for cut in CUTS:
        assert '<meta name="robots" content="noindex">' in (await shop.get(f"/@marc{cut}")).text


@pytest.mark.attack("CNT-019")
async def test_a_name_breaks_out_of_nothing(shop: Shop) -> None:
    name = '</title><script>alert(1)</script>\u202e"onfocus="x'
    await shop.site.write(save_actor, remote_actor("mal", name=name))
    browser = await shop.sign_in("ines")
    for path in ("/@mal@ailleurs.example", "/@mal@ailleurs.example/followers"):
        page = (await browser.get(path)).text
        assert "<script>alert" not in page
        assert "\u202e" not in page
        assert '"onfocus="' not in page
