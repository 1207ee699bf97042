"""Choosing the network or a segment of it: offered where the site is in one, with who will see it, and kept to by answers and edits."""

import re

import pytest

from fedirse.social.audiences.model import Audience, AudienceKind, Scope
from fedirse.social.network.members.model import Told
from fedirse.social.network.members.store import save_told
from fedirse.social.network.model import Attribute, Attributes
from fedirse.social.network.segments.model import Has
from fedirse.social.posts.store import find_post
from tests.federation.network import START
from tests.social.network.test_scopes import MEMBERS, NETWORK_WIDE, admit, define, join, site_of_lyon, write_for
from tests.social.posts.composing.composer import compose, drafts_of, fields_of, posts_of
from tests.visitors import Shop

SOUTH = Has(Attribute.REGION, frozenset({"Sud"}))


async def choices(shop: Shop, query: str = "") -> str:
    page = await (await shop.sign_in("ines")).get(f"/compose{query}")
    assert page.status_code == 200
    return page.text


async def test_a_site_in_no_network_offers_none(shop: Shop) -> None:
    page = await choices(shop)
    assert 'value="public"' in page
    assert 'value="network"' not in page
    assert 'value="segment"' not in page


async def test_what_is_chosen_without_a_network_is_refused_and_what_was_typed_is_kept(shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    answer = await compose(ines, "Entre nous", audience="network")
    assert answer.status_code == 422
    assert "Entre nous" in answer.text
    assert await posts_of(shop, "ines") == []


async def test_the_network_is_offered_with_how_many_sites_will_see_it_and_their_names(shop: Shop) -> None:
    await join(shop)
    await admit(shop, await site_of_lyon(shop), name="Aubrelle Lyon")
    page = await choices(shop)
    # There are three people here, and Lyon has not said yet how many it has.
    assert "Sera vu par 2 sites, au moins 3 personnes. Ne sortira pas du réseau." in page
    assert re.search(r"<li>(<bdi>)?Aubrelle Lyon(</bdi>)?</li>", page)
    assert 'value="segment"' not in page
    assert (await compose(await shop.sign_in("ines"), "Entre nous", audience="network")).status_code == 303
    (post,) = await posts_of(shop, "ines")
    assert post.audience.kind is AudienceKind.NETWORK
    assert post.audience.of == MEMBERS


async def test_the_people_of_every_site_are_counted_once_each_site_says_how_many_it_has(shop: Shop) -> None:
    await join(shop)
    await admit(shop, await site_of_lyon(shop))
    await shop.site.write(save_told, "lyon.example", Told("0.3.0", 1407), START)
    assert "Sera vu par 2 sites, environ 1\u202f410 personnes. Ne sortira pas du réseau." in await choices(shop)
    await shop.site.write(save_told, "lyon.example", Told("0.3.0", None), START)
    assert "Sera vu par 2 sites, au moins 3 personnes." in await choices(shop)


async def test_a_segment_is_chosen_by_name_and_nothing_else_can_be_sent_in_its_place(shop: Shop) -> None:
    await join(shop)
    await admit(shop, await site_of_lyon(shop), name="Aubrelle Lyon", attributes=Attributes(region="Sud"))
    south, north = await define(shop, SOUTH, "sud"), await define(shop, Has(Attribute.REGION, frozenset({"Nord"})), "nord")
    page = await choices(shop)
    assert "sud – 2 sites, au moins 3 personnes<" in page
    assert "nord – 1 site, environ 3 personnes<" in page
    ines = await shop.sign_in("ines")
    for segment in ("", "https://siege.example/network/segments/other", "https://evil.example/segments/1"):
        refused = await compose(ines, "Au Sud", audience="segment", segment=segment)
        assert refused.status_code == 422
        assert "Choisissez quels sites peuvent la lire." in refused.text
    assert (await compose(ines, "Au Sud", audience="segment", segment=south.of)).status_code == 303
    (post,) = await posts_of(shop, "ines")
    assert post.audience == south
    assert north.of != south.of


async def test_a_draft_keeps_the_segment(shop: Shop) -> None:
    await join(shop)
    await define(shop, Has(Attribute.REGION, frozenset({"Nord"})), "nord")
    south = await define(shop, SOUTH, "sud")
    ines = await shop.sign_in("ines")
    fields = fields_of(await ines.get("/compose"))
    await ines.post(f"/drafts/{fields['draft']}", {**fields, "text": "Au Sud", "audience": "segment", "segment": south.of, "keep": "1"})
    (draft,) = await drafts_of(shop, "ines")
    assert (draft.typed.choice, draft.typed.segment) == ("segment", south.of)
    assert fields_of(await ines.get(f"/compose?draft={draft.id}"))["segment"] == south.of


@pytest.mark.attack("PRV-010")
async def test_an_outsider_who_is_named_is_refused_by_name(shop: Shop) -> None:
    await join(shop)
    await admit(shop, await site_of_lyon(shop))
    await shop.stranger("karim", "partenaire.example")
    ines = await shop.sign_in("ines")
    answer = await compose(ines, "Vois avec @karim@partenaire.example", audience="network")
    assert answer.status_code == 422
    assert "@karim@partenaire.example n’est sur aucun d’eux" in answer.text
    assert await posts_of(shop, "ines") == []


async def test_an_answer_to_what_is_for_the_network_offers_nothing_wider(shop: Shop) -> None:
    await join(shop)
    post = await write_for(shop, NETWORK_WIDE)
    page = await choices(shop, f"?reply_to={post.id}")
    assert 'value="public"' not in page
    assert 'value="network" checked' in page
    assert "votre réponse y reste" in page


async def test_an_answer_goes_to_a_segment_of_which_nothing_else_is_known_here(shop: Shop) -> None:
    await join(shop)
    unknown = Audience(AudienceKind.SEGMENT, of="https://siege.example/network/segments/est")
    post = await write_for(shop, unknown)
    assert "Les sites qui ont reçu ce à quoi vous répondez" in await choices(shop, f"?reply_to={post.id}")
    lea = await shop.sign_in("marc")
    assert (await compose(lea, "D’accord", f"?reply_to={post.id}")).status_code == 303
    (answer,) = await posts_of(shop, "marc")
    assert (answer.audience.kind, answer.audience.of, answer.audience.within) == (AudienceKind.SEGMENT, unknown.of, frozenset())


@pytest.mark.attack("PRV-013")
async def test_an_edit_offers_the_parts_of_an_audience_and_never_more(shop: Shop) -> None:
    await join(shop)
    south = await define(shop, SOUTH, "sud")
    await define(shop, Has(Attribute.REGION, frozenset({"Nord"})), "nord")
    ines = await shop.sign_in("ines")
    await compose(ines, "Au réseau", audience="network")
    (post,) = await posts_of(shop, "ines")
    opened = await ines.get(f"/posts/{post.id}/edit")
    assert 'value="public"' not in opened.text
    assert 'value="followers"' not in opened.text
    typed = {**fields_of(opened), "text": "Au Sud", "audience": "segment", "segment": south.of}
    assert (await ines.post(f"/posts/{post.id}/edit", typed)).status_code == 303
    changed = await shop.site.read(find_post, post.id)
    assert changed is not None
    assert changed.audience.scopes == {Scope(AudienceKind.NETWORK, MEMBERS), Scope(AudienceKind.SEGMENT, south.of)}
    again = await ines.get(f"/posts/{post.id}/edit")
    assert 'value="network"' not in again.text
    assert "nord" not in again.text


async def test_a_card_says_that_it_is_for_the_network_or_for_some_sites(shop: Shop) -> None:
    await join(shop)
    ines = await shop.sign_in("ines")
    for audience, words in ((NETWORK_WIDE, "Réseau"), (await define(shop, SOUTH, "sud"), "Segment · <bdi>sud</bdi>")):
        post = await write_for(shop, audience)
        page = (await ines.get(f"/posts/{post.id}")).text
        assert f"sign-{audience.kind.value}" in page
        assert words in page
