"""The pages of partner channels, and writing in one in the browser."""

import re

import httpx
import pytest

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.roles import GRANTS, Permission, Role
from fedirse.social.audiences.model import Audience, AudienceKind, Scope
from fedirse.social.follows.channels.model import Runner
from fedirse.social.follows.channels.store import list_channels
from fedirse.social.follows.model import FollowState
from fedirse.social.follows.store import find_follow
from fedirse.social.partners import actions
from fedirse.social.partners.model import Words
from fedirse.social.posts.model import Post
from fedirse.storage.actors import find_local_actor
from fedirse.storage.audit import list_entries
from tests.federation.network import START
from tests.social.posts.composing.composer import compose, drafts_of, fields_of, posts_of
from tests.visitors import Shop, Stranger

PATH = "/site/partners"


def text_of(response: httpx.Response) -> str:
    """What a page says, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.text)).replace(" ", " ").replace(" ", " ")


async def open_channel(shop: Shop, handle: str = "catalogue", name: str = "Catalogue") -> StoredActor:
    """A channel."""
    by = Runner("", "operator")
    return await shop.site.write(actions.create_channel, shop.site, handle, Words(name, "Les nouveautés"), by, START)


async def asking(shop: Shop, channel: StoredActor, handle: str = "karim", host: str = "mastodon.example") -> Stranger:
    """Somebody of another server who asks to follow."""
    stranger = await shop.stranger(handle, host)
    await shop.let_follow(stranger.actor, channel, FollowState.REQUESTED)
    return stranger


async def state_of(shop: Shop, stranger: Stranger, channel: StoredActor) -> FollowState | None:
    found = await shop.site.read(find_follow, stranger.actor.id, channel.id)
    return found.state if found else None


async def channel_posts(shop: Shop) -> list[Post]:
    return await posts_of(shop, "catalogue")


def test_those_who_answer_for_a_site_or_speak_for_it_run_channels_and_nobody_else() -> None:
    may = {role for role, granted in GRANTS.items() if Permission.MANAGE_PARTNERS in granted}
    assert may == {Role.RESPONSIBLE, Role.ADMINISTRATOR, Role.COMMUNICATOR, Role.NETWORK_OWNER}


async def test_a_channel_is_made_changed_and_closed(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    assert "Il n’y a pas encore de canal" in text_of(await marc.get(PATH))
    made = await marc.post("/site/channels/new", {"name": "Catalogue", "handle": "Catalogue", "summary": "Les nouveautés\nde l’année"})
    assert (made.status_code, made.headers["location"].partition("?")[0]) == (303, f"{PATH}/catalogue")
    page = await marc.get(f"{PATH}/catalogue")
    assert "Ils ne voient ni qui l’a écrit" in text_of(page)
    assert "Les nouveautés\nde l’année" in page.text
    changed = await marc.post(f"{PATH}/catalogue/change", {"name": "Catalogue 2027", "summary": "Tout"})
    assert changed.status_code == 303
    assert "Catalogue 2027" in text_of(await marc.get(PATH))
    assert "Tous les partenariats prennent fin" in text_of(await marc.get(f"{PATH}/catalogue/close"))
    assert (await marc.post(f"{PATH}/catalogue/close")).status_code == 303
    assert "fermé" in text_of(await marc.get(PATH))
    assert "Y écrire" not in text_of(await marc.get(f"{PATH}/catalogue"))
    deeds = [entry.deed for entry in reversed(await shop.site.read(list_entries))]
    assert deeds == ["channel.made", "channel.changed", "channel.closed"]
    assert {entry.who for entry in await shop.site.read(list_entries)} == {"marc"}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": "", "handle": "catalogue"}, "Donnez un nom au canal"),
        ({"name": "Catalogue", "handle": "ca ta"}, "ne peut pas"),
        ({"name": "Catalogue", "handle": "ines"}, "ines"),
        ({"name": "Catalogue", "handle": "catalogue", "summary": "x" * (limits.BIO_LENGTH + 1)}, "raccourcissez"),
        ({"name": "x" * (limits.NAME_LENGTH + 1), "handle": "catalogue"}, "caractères"),
    ],
    ids=["no-name", "bad-handle", "taken", "too-much", "long-name"],
)
async def test_what_makes_no_channel_is_said_beside_the_field_and_nothing_typed_is_lost(
    shop: Shop, fields: dict[str, str], told: str
) -> None:
    marc = await shop.sign_in("marc")
    answer = await marc.post("/site/channels/new", {"summary": "Les nouveautés", **fields})
    assert answer.status_code == 422
    assert told in text_of(answer)
    assert fields.get("summary", "Les nouveautés") in answer.text
    assert await shop.site.read(list_channels) == []


async def test_who_may_not_run_channels_sees_and_changes_nothing_of_them(shop: Shop) -> None:
    channel = await open_channel(shop)
    stranger = await asking(shop, channel)
    ines = await shop.sign_in("ines")
    for path in (PATH, "/site/channels/new", f"{PATH}/catalogue", f"{PATH}/catalogue/close", f"{PATH}/catalogue/end?actor=x"):
        assert (await ines.get(path)).status_code == 403
    answer = {"actor": stranger.actor.id, "answer": "approve"}
    assert (await ines.post(f"{PATH}/catalogue/answer", answer)).status_code == 403
    assert (await ines.post(f"{PATH}/catalogue/welcome", {"host": "mastodon.example"})).status_code == 403
    assert await state_of(shop, stranger, channel) is FollowState.REQUESTED


async def test_who_asks_is_let_in_or_refused_with_one_click(shop: Shop) -> None:
    channel = await open_channel(shop)
    karim, olga = await asking(shop, channel), await asking(shop, channel, "olga", "ailleurs.example")
    marc = await shop.sign_in("marc")
    assert "2 attendent" in text_of(await marc.get(PATH))
    page = text_of(await marc.get(f"{PATH}/catalogue"))
    assert "@karim@mastodon.example" in page
    assert (await marc.post(f"{PATH}/catalogue/answer", {"actor": karim.actor.id, "answer": "approve"})).status_code == 303
    assert (await marc.post(f"{PATH}/catalogue/answer", {"actor": olga.actor.id, "answer": "refuse"})).status_code == 303
    assert await state_of(shop, karim, channel) is FollowState.ACCEPTED
    assert await state_of(shop, olga, channel) is None
    # Twice, or by somebody else meanwhile: nothing changes.
    assert (await marc.post(f"{PATH}/catalogue/answer", {"actor": karim.actor.id, "answer": "refuse"})).status_code == 303
    assert await state_of(shop, karim, channel) is FollowState.ACCEPTED
    page = text_of(await marc.get(f"{PATH}/catalogue"))
    assert "1 partenaire , 1 serveur" in page.replace("partenaire,", "partenaire ,")
    assert "depuis le 2 mars 2026" in page


async def test_a_partnership_is_ended_after_a_question(shop: Shop) -> None:
    channel = await open_channel(shop)
    karim = await shop.stranger("karim", "mastodon.example")
    await shop.let_follow(karim.actor, channel)
    marc = await shop.sign_in("marc")
    asked = text_of(await marc.get(f"{PATH}/catalogue/end?actor={karim.actor.id}"))
    assert "ne recevra plus rien de Catalogue" in asked
    assert "Demander à leur serveur" not in asked, "nothing was sent there"
    assert await state_of(shop, karim, channel) is FollowState.ACCEPTED
    assert (await marc.post(f"{PATH}/catalogue/end", {"actor": karim.actor.id})).status_code == 303
    assert await state_of(shop, karim, channel) is None
    assert (await marc.get(f"{PATH}/catalogue/end?actor={karim.actor.id}")).status_code == 303


async def test_the_question_says_that_deleting_is_only_asked_for(shop: Shop) -> None:
    channel = await open_channel(shop)
    karim, nadia = await shop.stranger("karim", "mastodon.example"), await shop.stranger("nadia", "mastodon.example")
    await shop.let_follow(karim.actor, channel)
    marc = await shop.sign_in("marc")
    await compose(marc, "Les prix d’avril", "?audience=partners")
    asked = text_of(await marc.get(f"{PATH}/catalogue/end?actor={karim.actor.id}"))
    assert "1 publication du canal est sur mastodon.example" in asked
    assert "C’est une demande" in asked
    await shop.let_follow(nadia.actor, channel)
    asked = text_of(await marc.get(f"{PATH}/catalogue/end?actor={karim.actor.id}"))
    assert "D’autres partenaires de ce canal sont sur le même serveur" in asked


async def test_a_server_is_named_whose_people_need_not_wait(shop: Shop) -> None:
    channel = await open_channel(shop)
    karim = await asking(shop, channel)
    marc = await shop.sign_in("marc")
    for wrong in ("", "pas un serveur", "magasin.example"):
        answer = await marc.post(f"{PATH}/catalogue/welcome", {"host": wrong})
        assert answer.status_code == 422
        assert wrong in answer.text
    assert (await marc.post(f"{PATH}/catalogue/welcome", {"host": "Mastodon.example"})).status_code == 303
    assert await state_of(shop, karim, channel) is FollowState.ACCEPTED
    assert "Faire attendre de nouveau" in text_of(await marc.get(f"{PATH}/catalogue"))
    assert (await marc.post(f"{PATH}/catalogue/unwelcome", {"host": "mastodon.example"})).status_code == 303
    assert (await marc.post(f"{PATH}/catalogue/unwelcome", {"host": "mastodon.example"})).status_code == 404


async def test_a_channel_that_is_none_is_not_there(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    for handle in ("ines", "magasin", "personne"):
        assert (await marc.get(f"{PATH}/{handle}")).status_code == 404


async def test_the_composer_says_who_gets_it_and_it_is_the_channel_that_speaks(shop: Shop) -> None:
    channel = await open_channel(shop)
    for handle, host in (("karim", "mastodon.example"), ("nadia", "mastodon.example"), ("olga", "ailleurs.example")):
        await shop.let_follow((await shop.stranger(handle, host)).actor, channel)
    marc = await shop.sign_in("marc")
    page = text_of(await marc.get("/compose?audience=partners"))
    assert "Partenaires · Catalogue" in page
    assert "Sera vu par 3 partenaires de 2 serveurs. Sortira du réseau." in page
    await compose(marc, "Les prix d’avril", "?audience=partners")
    (post,) = await channel_posts(shop)
    assert (post.actor_id, post.audience.kind) == (channel.id, AudienceKind.PARTNERS)
    assert await posts_of(shop, "marc") == []
    (entry,) = [one for one in await shop.site.read(list_entries) if one.deed == "channel.posted"]
    assert (entry.who, entry.subject, entry.details) == ("marc", "@catalogue@magasin.example", {"post": post.uri})
    shown = await marc.get(f"/posts/{post.id}")
    assert "Catalogue" in text_of(shown)
    assert "Marc Weber" not in shown.text.partition("<article")[2].partition("</article>")[0]
    assert f"/posts/{post.id}/edit" in shown.text


async def test_who_may_not_is_offered_no_channel_and_cannot_write_in_one(shop: Shop) -> None:
    await open_channel(shop)
    ines = await shop.sign_in("ines")
    opened = await ines.get("/compose?audience=partners")
    assert "Partenaires ·" not in text_of(opened)
    answer = await ines.post("/posts", {**fields_of(opened), "text": "Coucou", "audience": "partners", "channel": "catalogue"})
    assert answer.status_code == 422
    assert "Coucou" in answer.text
    assert await channel_posts(shop) == []


async def test_with_several_channels_one_is_chosen_and_kept_in_the_draft(shop: Shop) -> None:
    await open_channel(shop)
    await open_channel(shop, "presse", "Presse")
    marc = await shop.sign_in("marc")
    opened = fields_of(await marc.get("/compose?audience=partners&channel=presse"))
    assert (opened["audience"], opened["channel"]) == ("partners", "presse")
    nowhere = await marc.post("/posts", {**opened, "text": "Nulle part", "channel": "ines"})
    assert nowhere.status_code == 422
    assert "Choisissez dans quel canal partenaire" in text_of(nowhere)
    await marc.post(f"/drafts/{opened['draft']}", {**opened, "text": "Pour la presse", "keep": "1"})
    (draft,) = await drafts_of(shop, "marc")
    assert draft.typed.channel == "presse"
    await marc.post("/posts", {**fields_of(await marc.get(f"/compose?draft={draft.id}"))})
    assert [post.source for post in await posts_of(shop, "presse")] == ["Pour la presse"]


async def test_who_runs_channels_changes_and_deletes_what_another_wrote_there(shop: Shop) -> None:
    await open_channel(shop)
    marc = await shop.sign_in("marc")
    await compose(marc, "Les prix d’avril", "?audience=partners")
    (post,) = await channel_posts(shop)
    ines = await shop.sign_in("ines")
    for path in ("edit", "delete"):
        assert (await ines.get(f"/posts/{post.id}/{path}")).status_code == 403
        assert (await ines.post(f"/posts/{post.id}/{path}", {"text": "Autre", "audience": "partners"})).status_code == 403
    assert (await ines.get(f"/posts/{post.id}")).status_code == 200
    opened = fields_of(await marc.get(f"/posts/{post.id}/edit"))
    assert (await marc.post(f"/posts/{post.id}/edit", {**opened, "text": "Les prix de mai"})).status_code == 303
    assert [one.source for one in await channel_posts(shop)] == ["Les prix de mai"]
    assert (await marc.post(f"/posts/{post.id}/delete")).status_code == 303
    assert await channel_posts(shop) == []
    deeds = {entry.deed for entry in await shop.site.read(list_entries)}
    assert {"channel.posted", "channel.edited", "channel.deleted"} <= deeds


async def test_an_answer_under_a_channel_is_offered_as_the_channel_first_and_else_for_the_site(shop: Shop) -> None:
    await open_channel(shop)
    marc, ines = await shop.sign_in("marc"), await shop.sign_in("ines")
    await compose(marc, "Les prix d’avril", "?audience=partners")
    (post,) = await channel_posts(shop)
    query = f"?reply_to={post.id}"
    assert fields_of(await marc.get(f"/compose{query}"))["audience"] == "partners"
    offered = await ines.get(f"/compose{query}")
    assert re.findall(r'name="audience" value="(\w+)"', offered.text) == ["site", "direct"]
    assert "n’atteint aucun partenaire" in text_of(offered)
    await compose(ines, "On garde la marge ?", query)
    (said,) = await posts_of(shop, "ines")
    assert said.audience.kind is AudienceKind.SITE
    await compose(marc, "Et la livraison", query)
    assert [one.audience.kind for one in await channel_posts(shop)] == [AudienceKind.PARTNERS] * 2


async def test_the_page_of_a_channel_tells_a_stranger_how_to_follow_and_shows_no_post(shop: Shop) -> None:
    channel = await open_channel(shop)
    marc = await shop.sign_in("marc")
    await compose(marc, "Les prix d’avril", "?audience=partners")
    page = await shop.get("/@catalogue")
    assert page.status_code == 200
    assert "Les nouveautés" in text_of(page)
    assert "@catalogue@magasin.example" in text_of(page).replace(" ", "")
    assert "Les prix" not in page.text
    assert "canal partenaire" in text_of(page)
    karim = await shop.stranger("karim", "mastodon.example")
    assert "Les prix" not in (await shop.get("/@catalogue", signer=karim)).text
    await shop.let_follow(karim.actor, channel)
    assert "Les prix" in (await shop.get("/@catalogue", signer=karim)).text
    for path in ("/", "/local", "/search?in=people&q=catalogue", "/search?in=posts&q=prix"):
        found = await shop.get(path)
        assert "Les prix" not in found.text
        assert "/@catalogue" not in found.text


async def test_the_people_of_the_site_find_what_a_channel_says(shop: Shop) -> None:
    await open_channel(shop)
    marc, lea = await shop.sign_in("marc"), await shop.sign_in("lea")
    await compose(marc, "Les prix d’avril", "?audience=partners")
    assert "Les prix d’avril" in (await lea.get("/local")).text
    assert (await lea.post("/@catalogue/follow")).status_code == 303
    assert "Les prix d’avril" in (await lea.get("/")).text
    channel = await shop.site.read(find_local_actor, "catalogue")
    assert channel is not None
    assert (await shop.site.read(find_follow, (await shop.person("lea")).id, channel.id)) is not None


@pytest.mark.parametrize("deleted", [False, True])
async def test_a_post_of_the_channel_that_whoever_runs_it_may_not_read_is_not_there_for_them_nor_was_it(shop: Shop, deleted: bool) -> None:
    channel, marc = await open_channel(shop), await shop.sign_in("marc")
    within = frozenset({Scope(AudienceKind.COMMUNITY, "https://elsewhere.example/community")})
    hidden = Audience(AudienceKind.PARTNERS, within=within)
    post = await shop.receive(channel, "<p>Entre nous</p>", hidden, local=True, deleted_at=START if deleted else None)
    missing = "01J00000000000000000000000"
    for path in ("edit", "delete"):
        found, nothing = [await marc.get(f"/posts/{one}/{path}") for one in (post.id, missing)]
        assert (found.status_code, found.text.replace(post.id, missing)) == (404, nothing.text)
