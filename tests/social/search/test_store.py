"""What a reader finds among posts: only what the reader may read, and all of that."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event, select

from fedirse.base import limits
from fedirse.base.types import ANYONE, Reader
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.audiences.store import readable
from fedirse.social.follows.model import Block, Follow, FollowState
from fedirse.social.follows.store import save_block, save_follow
from fedirse.social.posts.languages.model import LanguageVersion
from fedirse.social.posts.model import Attachment, Poll, PollOption, PostKind
from fedirse.social.posts.store import add_post, erase_post, posts, remove_post, update_post
from fedirse.social.search.index.store import catch_up, is_behind, search_entries, search_index, search_names, search_pending, search_tags
from fedirse.social.search.people.store import search_people
from fedirse.storage.actors import actors, get_actor, mark_actor_gone, save_actor
from fedirse.storage.columns import metadata
from tests.social.audiences.people import NOW
from tests.social.search.conftest import Archive, reader

PUBLIC, SITE, FOLLOWERS, DIRECT = AudienceKind.PUBLIC, AudienceKind.SITE, AudienceKind.FOLLOWERS, AudienceKind.DIRECT
MARC, INES, LEA = reader("marc"), reader("ines"), reader("lea")
ELSEWHERE = reader("karim", local=False)


# Who finds what


@pytest.mark.attack("PRV-017")
@pytest.mark.parametrize("audience", [SITE, FOLLOWERS, DIRECT])
async def test_somebody_unknown_finds_nothing_that_is_not_for_everybody(audience: AudienceKind, archive: Archive) -> None:
    archive.say("le mot secret", audience=Audience(audience, frozenset({"ines"})))
    assert archive.search("secret").posts == []


@pytest.mark.attack("PRV-017")
async def test_somebody_unknown_does_not_find_what_is_not_shown_around(archive: Archive) -> None:
    archive.say("le mot secret", audience=Audience(PUBLIC, listed=False))
    assert archive.search("secret").posts == []
    assert len(archive.search("secret", LEA).posts) == 1


@pytest.mark.attack("PRV-018")
@pytest.mark.parametrize("asks", [ANYONE, LEA, ELSEWHERE])
async def test_posts_that_are_not_for_the_reader_change_nothing(asks: Reader, archive: Archive) -> None:
    for number in range(3):
        archive.say(f"jardin {number}", title="Le jardin" if number == 1 else "")
    before = [archive.search(typed, asks, limit=2) for typed in ("jardin", "jardin secret", "from:@marc", "#secret", '"jardin 2"')]
    for number in range(30):
        archive.say(f"jardin secret {number}", audience=Audience(DIRECT, frozenset({"ines"})), tags=("secret",))
        archive.say(f"jardin secret {number}", audience=Audience(FOLLOWERS), tags=("secret",), title="jardin secret")
    assert [archive.search(typed, asks, limit=2) for typed in ("jardin", "jardin secret", "from:@marc", "#secret", '"jardin 2"')] == before


@pytest.mark.attack("PRV-018")
async def test_nor_whether_more_was_compared(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEARCH_RANKED", 2)
    archive.say("jardin 1")
    archive.say("jardin 2")
    for number in range(5):
        archive.say(f"jardin {number}", audience=Audience(FOLLOWERS))
    assert not archive.search("jardin", LEA).cut
    archive.say("jardin 3")
    assert archive.search("jardin", LEA).cut


async def test_our_own_people_find_what_is_for_this_site(archive: Archive) -> None:
    archive.say("la réunion", audience=Audience(SITE))
    assert archive.texts("reunion", LEA) == ["la réunion"]
    assert archive.texts("reunion", ELSEWHERE) == []


async def test_a_direct_post_is_found_by_those_it_is_between(archive: Archive) -> None:
    archive.say("la réunion", audience=Audience(DIRECT, frozenset({"ines"})))
    assert [archive.texts("réunion", asks) for asks in (MARC, INES, LEA)] == [["la réunion"], ["la réunion"], []]


async def test_what_is_for_followers_is_found_by_followers(archive: Archive) -> None:
    archive.say("la réunion", audience=Audience(FOLLOWERS))
    assert archive.texts("réunion", LEA) == []
    save_follow(archive.tx, Follow("lea", "marc", "https://f.example/1", FollowState.ACCEPTED, NOW))
    assert archive.texts("réunion", LEA) == ["la réunion"]


@pytest.mark.parametrize(("blocker", "blocked"), [("lea", "marc"), ("marc", "lea")])
async def test_nothing_is_found_across_a_block(blocker: str, blocked: str, archive: Archive) -> None:
    archive.say("la réunion")
    archive.index()
    save_block(archive.tx, Block(blocker, blocked, "https://b.example/1", NOW))
    assert archive.texts("réunion", LEA) == []
    assert archive.texts("réunion", INES) == ["la réunion"]


people = st.sampled_from(["marc", "ines", "lea", "karim"])


@given(
    st.lists(st.tuples(people, st.sampled_from(sorted(AudienceKind)), st.frozensets(people, max_size=2)), max_size=8),
    st.frozensets(st.tuples(people, people), max_size=3),
    st.frozensets(st.tuples(people, people), max_size=2),
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_in_random_worlds_everybody_finds_exactly_what_they_may_read(
    said: list[tuple[str, AudienceKind, frozenset[str]]], followed: frozenset[tuple[str, str]], blocked: frozenset[tuple[str, str]]
) -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as tx:
        archive = Archive(tx)
        for name in ("marc", "ines", "lea", "karim"):
            archive.actor(name, local=name != "karim")
        for author, kind, named in said:
            archive.say("mot", author, Audience(kind, named))
        for follower, followee in followed:
            save_follow(tx, Follow(follower, followee, f"https://f.example/{follower}/{followee}", FollowState.ACCEPTED, NOW))
        for blocker, other in blocked:
            save_block(tx, Block(blocker, other, f"https://b.example/{blocker}/{other}", NOW))
        for asks in (ANYONE, MARC, INES, LEA, ELSEWHERE):
            by_blocked = {other for blocker, other in blocked if blocker == asks.actor_id}
            wanted = {row.id for row in tx.execute(select(posts).where(readable(posts, asks))) if row.actor_id not in by_blocked}
            assert {post.id for post in archive.search("mot", asks).posts} == wanted
    engine.dispose()


# What is in the index


async def test_everything_that_people_read_of_a_post_is_found(archive: Archive) -> None:
    archive.actor("karim", "ailleurs.example", local=False, name="Karim Ben Saïd")
    poll = Poll((PollOption("Mardi", 0),), several=False, ends_at=None, closed_at=None)
    attachments = (Attachment("https://x.example/1.jpg", "image/jpeg", "Une tondeuse rouge"),)
    said = archive.say(
        'un <a href="https://example.org/cache">lien</a>',
        "karim",
        title="Inventaire",
        warning="Chiffres",
        tags=("rayon_jardin",),
        attachments=attachments,
        poll=poll,
        translations={"en": LanguageVersion("Hosepipes", "<p>some wheelbarrows</p>")},
    )
    for word in (
        "inventaires",
        "chiffre",
        "rayon_jardin",
        "#rayon_jardin",
        "tondeuses",
        "mardi",
        "lien",
        "said",
        "karim",
        "wheelbarrow",
        "hosepipe",
    ):
        assert [post.id for post in archive.search(word).posts] == [said.id], word
    assert archive.search("cache").posts == []


async def test_a_boost_is_not_found_beside_what_it_boosts(archive: Archive) -> None:
    said = archive.say("la réunion")
    archive.say("", "ines", kind=PostKind.BOOST, boost_of=said.id)
    assert len(archive.search("réunion").posts) == 1
    assert archive.search("from:@ines").posts == []


async def test_a_post_that_is_not_indexed_yet_waits(archive: Archive) -> None:
    archive.index()
    assert not is_behind(archive.tx)
    archive.say("la réunion")
    assert is_behind(archive.tx)
    assert catch_up(archive.tx)
    assert not is_behind(archive.tx)
    assert not catch_up(archive.tx)


async def test_only_so_many_are_indexed_at_once(archive: Archive) -> None:
    archive.index()
    for number in range(limits.SEARCH_INDEXED_AT_ONCE + 1):
        archive.say(str(number))
    catch_up(archive.tx)
    assert len(archive.tx.execute(select(search_pending)).all()) == 1
    catch_up(archive.tx)
    assert not is_behind(archive.tx)


async def test_an_edited_post_is_found_by_its_new_words_only(archive: Archive) -> None:
    said = archive.say("la réunion")
    archive.index()
    update_post(archive.tx, replace(said, content="<p>le déjeuner</p>"))
    assert archive.tx.execute(select(search_entries)).all() == []
    assert archive.texts("réunion") == []
    assert archive.texts("dejeuner") == ["le déjeuner"]


async def test_a_deleted_post_is_out_of_the_index_at_once(archive: Archive) -> None:
    said = archive.say("la réunion")
    archive.index()
    erase_post(archive.tx, said.id, NOW)
    assert archive.tx.execute(select(search_entries)).all() == []
    assert archive.tx.execute(select(search_index.c.rowid).where(search_index.c.search_index.op("MATCH")("reunion"))).all() == []
    assert not is_behind(archive.tx)


async def test_a_removed_post_is_out_of_the_index_at_once(archive: Archive) -> None:
    said, waiting = archive.say("la réunion"), archive.say("la réunion")
    archive.tx.execute(search_pending.delete().where(search_pending.c.id == waiting.id))
    archive.index()
    remove_post(archive.tx, said.id)
    archive.say("suite")
    remove_post(archive.tx, waiting.id)
    assert archive.texts("réunion") == []


async def test_what_is_liked_or_answered_is_not_indexed_again(archive: Archive) -> None:
    said = archive.say("la réunion")
    archive.index()
    archive.tx.execute(posts.update().where(posts.c.id == said.id).values(likes=1, boosts=2, replies=3))
    assert not is_behind(archive.tx)


async def test_posts_are_found_by_the_new_name_of_their_author(archive: Archive) -> None:
    archive.say("la réunion")
    archive.index()
    save_actor(archive.tx, replace(get_actor(archive.tx, "marc"), name="Marc Weber"))
    assert archive.texts("weber") == ["la réunion"]


async def test_of_somebody_with_a_new_name_so_many_posts_are_indexed_again(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEARCH_POSTS_OF_RENAMED", 2)
    for number in range(3):
        archive.say(f"numéro {number}")
    archive.index()
    save_actor(archive.tx, replace(get_actor(archive.tx, "marc"), name="Marc Weber"))
    assert archive.texts("weber") == ["numéro 2", "numéro 1"]


async def test_posts_of_the_same_millisecond_are_both_found(archive: Archive) -> None:
    first = archive.say("la réunion", id="01KJPC3W00AAAAAAAAAAAAAAAA")
    second = archive.say("la réunion", id="01KJPC3W00AAAAAAAAAAAAAAAB", uri="https://ici.example/autre")
    archive.index()
    numbers = archive.tx.execute(select(search_entries.c.number)).scalars().all()
    archive.tx.execute(search_entries.delete())
    for post in (first, second):
        archive.tx.execute(search_pending.insert().values(id=post.id))
    assert len(set(numbers)) == 2
    assert len(archive.search("réunion").posts) == 2


async def test_two_posts_may_want_the_same_number(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fedirse.social.search.index.store.number_of", lambda *_: 7)
    archive.say("un jardin")
    archive.say("deux jardins")
    assert sorted(archive.texts("jardin")) == ["deux jardins", "un jardin"]


# What can be asked


async def test_all_words_must_be_there(archive: Archive) -> None:
    archive.say("vente au jardin")
    archive.say("le jardin")
    assert archive.texts("jardin ventes") == ["vente au jardin"]


async def test_small_words_need_not_be_there(archive: Archive) -> None:
    archive.say("horaires du magasin")
    assert archive.texts("les horaires de la magasin") == ["horaires du magasin"]


async def test_a_phrase_is_found_in_its_order_only(archive: Archive) -> None:
    archive.say("la vente privée de juin")
    archive.say("une privée sans vente")
    assert archive.texts('"ventes privées"') == ["la vente privée de juin"]
    assert archive.texts('"privée vente"') == []


async def test_a_phrase_does_not_reach_from_the_title_into_the_text(archive: Archive) -> None:
    archive.say("privée", title="Vente")
    assert archive.texts('"vente privée"') == []


async def test_what_is_excluded_is_not_found(archive: Archive) -> None:
    archive.say("vente au jardin")
    archive.say("le jardin")
    assert archive.texts("jardin -ventes") == ["le jardin"]
    assert archive.texts('jardin -"au jardin"') == ["le jardin"]


async def test_posts_of_an_author_are_found_by_handle(archive: Archive) -> None:
    archive.actor("karim", "ailleurs.example", local=False)
    archive.actor("marc2", "ailleurs.example", local=False, handle="marc")
    archive.say("un", "karim")
    archive.say("deux", "marc")
    archive.say("trois", "marc2")
    assert archive.texts("from:@karim") == ["un"]
    assert archive.texts("de:@marc") == ["deux"]
    assert archive.texts("from:@marc@ailleurs.example") == ["trois"]
    assert archive.texts("from:@personne") == []


async def test_days_and_holdings_and_languages_narrow(archive: Archive) -> None:
    photo, sheet = Attachment("https://x.example/1", "image/png"), Attachment("https://x.example/2", "application/pdf")
    poll = Poll((PollOption("oui", 0),), several=False, ends_at=None, closed_at=None)
    archive.say("jardin photo", attachments=(photo,))
    archive.say("jardin fichier", attachments=(sheet,))
    archive.say("jardin sondage", poll=poll)
    archive.say("jardin english", language="en-GB")
    tomorrow = (NOW + timedelta(days=1)).date().isoformat()
    assert archive.texts("has:photo") == ["jardin photo"]
    assert archive.texts("jardin has:file") == ["jardin fichier"]
    assert archive.texts("avec:sondage") == ["jardin sondage"]
    assert archive.texts("lang:en") == ["jardin english"]
    assert len(archive.texts(f"jardin before:{tomorrow}")) == 4
    assert archive.texts(f"jardin after:{NOW.date().isoformat()}") == []


async def test_a_question_that_asks_nothing_finds_nothing(archive: Archive) -> None:
    archive.say("le jardin")
    assert archive.search("").posts == []
    assert archive.search("-vente").posts == []


@pytest.mark.parametrize(
    "typed", ['"', "words : x", "marks:for", "a AND OR NEAR(", "*", "^jardin", "for:everybody", "{words}", "jardin*", "'; DROP"]
)
async def test_what_would_be_syntax_elsewhere_is_only_words(typed: str, archive: Archive) -> None:
    archive.say("rien")
    assert archive.search(typed).posts == []


async def test_a_mark_is_not_found_as_a_word(archive: Archive) -> None:
    archive.say("rien", audience=Audience(DIRECT, frozenset({"ines"})))
    assert archive.texts("for:several OR by:marc", LEA) == []
    assert archive.texts('"to:ines"', LEA) == []


# Order and pages


async def test_what_fits_best_comes_first_and_of_equals_the_newest(archive: Archive) -> None:
    archive.say("on parle aussi du jardin " + "et de tout le reste " * 30)
    archive.say("texte", title="Le jardin")
    archive.say("jardin un")
    archive.say("jardin deux")
    assert [text[:9] for text in archive.texts("jardin")] == ["texte", "jardin de", "jardin un", "on parle "]


async def test_pages_follow_each_other_without_gap_or_repetition(archive: Archive) -> None:
    for number in range(7):
        archive.say(f"jardin {number}", title="jardin" if number % 3 == 0 else "")
    whole = archive.search("jardin").posts
    seen, before = [], None
    for _ in range(10):
        part = archive.search("jardin", before=before, limit=2)
        assert len(part.posts) <= 2
        seen += part.posts
        before = part.older
        if before is None:
            break
    assert seen == whole
    assert len(seen) == 7


async def test_no_more_posts_are_compared_than_the_limit(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEARCH_RANKED", 3)
    for number in range(3):
        archive.say(f"jardin {number}")
    assert not archive.search("jardin").cut
    archive.say("jardin 3")
    found = archive.search("jardin")
    assert found.cut
    assert [post.content for post in found.posts] == ["<p>jardin 3</p>", "<p>jardin 2</p>", "<p>jardin 1</p>"]


async def test_no_more_rows_are_scanned_than_the_limit(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fedirse.social.search.store._PORTION", 2)
    monkeypatch.setattr(limits, "SEARCH_SCANNED", 4)
    archive.say("jardin visible")
    for number in range(3):
        archive.say(f"jardin {number}", audience=Audience(FOLLOWERS))
    assert archive.texts("jardin", LEA) == ["jardin visible"]
    archive.say("jardin 4", audience=Audience(FOLLOWERS))
    assert archive.texts("jardin", LEA) == []


async def test_relevance_looks_at_the_beginning_of_a_post(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEARCH_COMPARED_CHARACTERS", 15)
    archive.say("arbres jardin jardin")
    archive.say("x " * 6 + "jardin " * 6)
    assert archive.texts("jardin")[0] == "arbres jardin jardin"


async def test_every_question_asks_the_database_as_often(archive: Archive) -> None:
    archive.say("jardin", audience=Audience(DIRECT, frozenset({"ines"})))
    archive.index()
    counts = []
    for typed in ("jardin", "rien"):
        statements: list[str] = []
        listener = lambda *args: statements.append(args[2])  # noqa: E731, B023 - one for each question
        event.listen(archive.tx.engine, "before_cursor_execute", listener)
        archive.search(typed, LEA)
        event.remove(archive.tx.engine, "before_cursor_execute", listener)
        counts.append(statements)
    assert counts[0] == counts[1]


async def test_who_is_gone_keeps_no_names(archive: Archive) -> None:
    mark_actor_gone(archive.tx, "marc", NOW)
    archive.index()
    assert search_people(archive.tx, LEA, "marc") == []


async def test_of_who_is_removed_and_of_hashtags_nobody_uses_nothing_is_kept(archive: Archive) -> None:
    archive.actor("karim", "ailleurs.example", local=False)
    said, other = archive.say("un", "karim", tags=("secret", "jardin")), archive.say("deux", tags=("jardin",))
    archive.index()
    assert archive.tx.execute(select(search_tags.c.tag)).scalars().all() == ["jardin", "secret"]
    erase_post(archive.tx, said.id, NOW)
    remove_post(archive.tx, said.id)
    archive.tx.execute(actors.delete().where(actors.c.id == "karim"))
    assert archive.tx.execute(select(search_tags.c.tag)).scalars().all() == ["jardin"]
    assert "karim" not in archive.tx.execute(select(search_names.c.actor_id)).scalars().all()
    update_post(archive.tx, other)
    archive.index()
    assert archive.tx.execute(select(search_tags.c.tag)).scalars().all() == ["jardin"]


async def test_a_post_that_is_known_already_is_not_touched(archive: Archive) -> None:
    said = archive.say("la réunion")
    archive.index()
    assert not add_post(archive.tx, said)
    assert not is_behind(archive.tx)
