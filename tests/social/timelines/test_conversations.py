"""Direct messages: each conversation once, for those who take part."""

from datetime import timedelta

import pytest

from fedirse.base.clock import FixedClock
from fedirse.base.identifiers import new_id
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.notifications.store import list_notifications
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft, Post
from fedirse.storage.actors import get_actor
from tests.federation.network import START
from tests.visitors import Shop


async def send(shop: Shop, author: str, text: str, answered: Post | None = None) -> Post:
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(seconds=1))
    draft = Draft(text, Audience(AudienceKind.DIRECT), in_reply_to=answered.id if answered else None)
    return await shop.site.write(publish_post, shop.site, await shop.person(author), draft, shop.site.clock.now())


async def test_a_conversation_stands_once_with_its_latest_message(shop: Shop) -> None:
    first = await send(shop, "marc", "@ines tu viens samedi ?")
    await send(shop, "ines", "@marc oui, à neuf heures", first)
    page = (await (await shop.sign_in("ines")).get("/messages")).text
    assert page.count('class="conversation"') == 1
    assert "à neuf heures" in page
    assert "tu viens samedi" not in page
    assert "2 messages" in page
    assert "Marc Weber" in page


@pytest.mark.attack("PRV-027")
async def test_who_takes_no_part_sees_nothing_of_it(shop: Shop) -> None:
    post = await send(shop, "marc", "@ines confidentiel")
    page = (await (await shop.sign_in("lea")).get("/messages")).text
    assert "confidentiel" not in page
    assert post.id not in page
    assert (await (await shop.sign_in("lea")).get(f"/posts/{post.id}")).status_code == 404


async def test_a_public_post_is_no_conversation(shop: Shop) -> None:
    karim = await shop.stranger("karim")
    await shop.receive(karim.actor, "<p>Pour tous</p>")
    assert "Pour tous" not in (await (await shop.sign_in("ines")).get("/messages")).text


async def test_a_message_from_another_server_is_there(shop: Shop) -> None:
    karim, ines = await shop.stranger("karim"), await shop.person("ines")
    await shop.receive(karim.actor, "<p>Bonjour Inès</p>", Audience(AudienceKind.DIRECT, frozenset({ines.id})), id=new_id(START))
    assert "Bonjour Inès" in (await (await shop.sign_in("ines")).get("/messages")).text


async def test_who_is_blocked_reaches_nobody_by_naming_them(shop: Shop) -> None:
    marc, ines = await shop.person("marc"), await shop.person("ines")
    await shop.let_block(ines, marc)
    await send(shop, "marc", "@ines réponds-moi")
    await shop.site.write(publish_post, shop.site, marc, Draft("@ines devant tous", Audience(AudienceKind.PUBLIC)), shop.site.clock.now())
    browser = await shop.sign_in("ines")
    assert await shop.site.read(list_notifications, ines.id) == []
    assert "réponds-moi" not in (await browser.get("/messages")).text


async def test_the_site_itself_is_always_heard(shop: Shop) -> None:
    ines = await shop.person("ines")
    await shop.let_block(ines, await shop.site.read(get_actor, shop.site.actor_id))
    await send(shop, shop.site.settings.handle, "@ines un avertissement")
    assert len(await shop.site.read(list_notifications, ines.id)) == 1
