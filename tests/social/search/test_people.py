"""People and hashtags are found by their beginning, as far as the reader may know of them."""

import pytest

from fedirse.base import limits
from fedirse.base.types import ANYONE
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.model import Block, Follow, FollowState
from fedirse.social.follows.store import save_block, save_follow
from fedirse.social.posts.store import erase_post
from fedirse.social.search.people.rules import Name, parse_name
from fedirse.social.search.people.store import complete_names, search_people
from fedirse.social.search.tags.store import complete_tags, search_tags
from fedirse.storage.actors import mark_actor_gone
from fedirse.storage.refusals import block_actor, block_domain, note_unseen_actors
from tests.social.audiences.people import NOW
from tests.social.search.conftest import Archive, reader

LEA = reader("lea")


def found(archive: Archive, typed: str, asks: object = LEA) -> list[str]:
    archive.index()
    return [actor.id for actor in search_people(archive.tx, asks, typed)]  # type: ignore[arg-type]


def tags(archive: Archive, typed: str, asks: object = LEA) -> list[tuple[str, int]]:
    archive.index()
    return [(one.tag, one.posts) for one in search_tags(archive.tx, asks, typed)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Léa Klein", Name(("lea", "klein"))),
        ("@Léa", Name(("lea",))),
        ("@jean-luc", Name(("jean-luc",))),
        ("lea@Magasin.Ex", Name(("lea",), "magasin.ex")),
        ("acct:lea@magasin.example", Name(("lea",), "magasin.example")),
        ("", None),
        ("@", None),
        ("?!", None),
    ],
)
def test_what_is_typed_is_read_as_a_name_or_an_address(typed: str, name: Name | None) -> None:
    assert parse_name(typed) == name


@pytest.mark.parametrize("typed", ["kar", "KARIM", "said", "saïd k", "@karim", "karim@aill", "@karim@ailleurs.example", "ben sa"])
async def test_somebody_is_found_by_the_beginnings_of_name_handle_and_address(typed: str, archive: Archive) -> None:
    archive.actor("k1", "ailleurs.example", local=False, handle="karim", name="Karim Ben Saïd")
    assert found(archive, typed) == ["k1"]


@pytest.mark.parametrize("typed", ["arim", "karim lea", "karim@autre", "zzz", "%", "_"])
async def test_and_by_nothing_else(typed: str, archive: Archive) -> None:
    archive.actor("k1", "ailleurs.example", local=False, handle="karim", name="Karim Ben Saïd")
    assert found(archive, typed) == []


async def test_our_own_people_come_first_then_those_one_follows(archive: Archive) -> None:
    archive.actor("m1", "ailleurs.example", local=False, handle="marc", name="Marc")
    archive.actor("m2", "suivi.example", local=False, handle="marcel", name="Marcel")
    save_follow(archive.tx, Follow("lea", "m2", "https://f.example/1", FollowState.ACCEPTED, NOW))
    assert found(archive, "marc") == ["marc", "m2", "m1"]


async def test_whose_handle_was_typed_comes_before_whose_name_begins_so(archive: Archive) -> None:
    archive.actor("a", "ailleurs.example", local=False, handle="aaa", name="Karim")
    archive.actor("b", "ailleurs.example", local=False, handle="karimata", name="Zoé")
    archive.actor("c", "ailleurs.example", local=False, handle="karim", name="Zoé")
    assert found(archive, "karim") == ["c", "b", "a"]


async def test_who_is_gone_or_renamed_is_not_found_by_the_old_name(archive: Archive) -> None:
    archive.actor("k1", "ailleurs.example", local=False, handle="karim", name="Karim")
    assert found(archive, "karim") == ["k1"]
    archive.actor("k1", "ailleurs.example", local=False, handle="kader", name="Kader")
    assert (found(archive, "karim"), found(archive, "kader")) == ([], ["k1"])
    mark_actor_gone(archive.tx, "k1", NOW)
    assert [actor.id for actor in search_people(archive.tx, LEA, "kader")] == []


async def test_who_blocks_the_reader_is_not_found(archive: Archive) -> None:
    save_block(archive.tx, Block("marc", "lea", "https://b.example/1", NOW))
    assert found(archive, "marc") == []
    assert found(archive, "marc", reader("ines")) == ["marc"]


async def test_whom_the_reader_blocks_is_found_but_not_completed(archive: Archive) -> None:
    save_block(archive.tx, Block("lea", "marc", "https://b.example/1", NOW))
    assert found(archive, "marc") == ["marc"]
    assert complete_names(archive.tx, LEA, "marc") == []


async def test_nobody_of_a_blocked_server_is_found(archive: Archive) -> None:
    archive.actor("k1", "ailleurs.example", local=False, handle="karim")
    block_domain(archive.tx, "ailleurs.example", reason="", subdomains=False, now=NOW)
    note_unseen_actors(archive.tx)
    assert found(archive, "karim") == []


async def test_nor_are_posts_of_a_blocked_server(archive: Archive) -> None:
    archive.actor("k1", "ailleurs.example", local=False, handle="karim")
    archive.say("le jardin", "k1")
    archive.say("le jardin du magasin")
    block_domain(archive.tx, "ailleurs.example", reason="", subdomains=False, now=NOW)
    note_unseen_actors(archive.tx)
    assert archive.texts("jardin", LEA) == ["le jardin du magasin"]


async def test_nor_somebody_whom_the_site_blocks(archive: Archive) -> None:
    archive.actor("k1", "ailleurs.example", local=False, handle="karim")
    archive.say("le jardin", "k1", tags=("jardin",))
    block_actor(archive.tx, "k1", reason="", now=NOW)
    note_unseen_actors(archive.tx)
    assert found(archive, "karim") == []
    assert archive.texts("jardin", LEA) == []
    assert tags(archive, "jardin") == []


async def test_the_actor_of_a_server_itself_is_not_found(archive: Archive) -> None:
    archive.actor("s1", "ailleurs.example", local=False, handle="ailleurs.example")
    assert found(archive, "ailleurs") == []


async def test_somebody_unknown_finds_only_who_wishes_to_be_found(archive: Archive) -> None:
    archive.actor("k1", "ailleurs.example", local=False, handle="karim", discoverable=False)
    assert found(archive, "karim", ANYONE) == []
    assert found(archive, "karim") == ["k1"]


async def test_only_so_many_are_completed_and_looked_at(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(limits.COMPLETIONS + 1):
        archive.actor(f"k{number}", "ailleurs.example", local=False, handle=f"karim{number:02}")
    archive.index()
    assert len(complete_names(archive.tx, LEA, "karim")) == limits.COMPLETIONS
    monkeypatch.setattr(limits, "SEARCH_NAMES_SCANNED", 3)
    assert len(complete_names(archive.tx, LEA, "karim")) == 3


# Hashtags


async def test_a_hashtag_is_found_by_its_beginning_whatever_its_accents(archive: Archive) -> None:
    archive.say("un", tags=("été", "étagère"))
    archive.say("deux", tags=("étagère",))
    assert tags(archive, "#ETA") == [("étagère", 2)]
    assert tags(archive, "et") == [("étagère", 2), ("été", 1)]
    assert tags(archive, "ete") == [("été", 1)]
    assert tags(archive, "") == tags(archive, "tagere") == []


@pytest.mark.attack("PRV-017")
@pytest.mark.parametrize("audience", [AudienceKind.SITE, AudienceKind.FOLLOWERS, AudienceKind.DIRECT])
async def test_a_hashtag_is_found_and_counted_only_where_the_reader_may_read_a_post(audience: AudienceKind, archive: Archive) -> None:
    archive.say("un", tags=("secret",), audience=Audience(audience, frozenset({"ines"})))
    assert tags(archive, "secret", ANYONE) == []
    assert tags(archive, "secret", reader("ines")) == [("secret", 1)]
    archive.say("deux", tags=("secret",))
    assert tags(archive, "secret", ANYONE) == [("secret", 1)]


async def test_a_hashtag_of_deleted_posts_is_not_found(archive: Archive) -> None:
    said = archive.say("un", tags=("secret",))
    archive.index()
    erase_post(archive.tx, said.id, NOW)
    assert tags(archive, "secret") == []


async def test_only_so_many_hashtags_and_posts_are_looked_at(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEARCH_TAG_COUNT", 2)
    for number in range(3):
        archive.say(str(number), tags=("jardin", f"jardin{number}"))
    assert tags(archive, "jardin")[0] == ("jardin", 2)
    monkeypatch.setattr(limits, "SEARCH_TAGS_SCANNED", 2)
    assert len(tags(archive, "jardin")) == 2
    assert len(complete_tags(archive.tx, LEA, "jardin", 1)) == 1
