"""An announcement in several languages, between servers: it arrives whole, is changed whole, and each site reads its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from fedirse.features.announcements.model import Asked, Terms
from fedirse.social.posts.languages.model import LanguageVersion, Translation
from tests.features.announcements.ground import TEXT, TITLE, Speaking
from tests.federation.network import find
from tests.federation.rosters import running_group

ENGLISH = Translation("en", "Recall: batch 4821", "Take it off the shelves **today**.")
SPANISH = Translation("es", "Retirada: lote 4821", "Retírelo hoy.")


@pytest.fixture
async def speaking(tmp_path: Path) -> AsyncIterator[Speaking]:
    async with running_group(tmp_path, "lyon") as group:
        yield Speaking(group)


async def at_lyon(speaking: Speaking, uri: str) -> dict[str, LanguageVersion]:
    """Its other languages, as a site of the network holds them."""
    post = await find(speaking.site("lyon"), uri)
    assert post is not None
    assert (post.language, post.title) == ("fr", TITLE)
    return post.translations


async def test_it_arrives_in_all_its_languages_and_its_source_in_one(speaking: Speaking) -> None:
    post = await speaking.announce(Terms(asked=Asked.EVERYONE), language="fr", translations=(ENGLISH, SPANISH))
    assert await at_lyon(speaking, post.uri) == {
        "en": LanguageVersion(ENGLISH.title, "<p>Take it off the shelves <strong>today</strong>.</p>"),
        "es": LanguageVersion(SPANISH.title, "<p>Retírelo hoy.</p>"),
    }
    [body] = [one.body for one in speaking.group.wire.wire.sent if TITLE.encode() in one.body]
    article = orjson.loads(body)["object"]
    assert (article["name"], article["source"]["content"]) == (TITLE, TEXT)
    assert ENGLISH.text.encode() not in body


async def test_a_later_version_replaces_every_language(speaking: Speaking) -> None:
    post = await speaking.announce(language="fr", translations=(ENGLISH, SPANISH))
    changed = await speaking.change(post, "Lots 4821 et 4822.", ask_again=False)
    assert changed.translations == {}
    assert await at_lyon(speaking, post.uri) == {}


async def test_what_is_withdrawn_is_gone_in_every_language(speaking: Speaking) -> None:
    post = await speaking.announce(language="fr", translations=(ENGLISH,))
    await speaking.withdraw(post)
    there = await find(speaking.site("lyon"), post.uri)
    assert there is not None
    assert (there.title, there.translations) == ("", {})
