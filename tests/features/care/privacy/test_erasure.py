"""The erasure of a person here: nothing of theirs stays, whenever it is interrupted, and nobody who runs the site is lost by it."""

import sqlite3
from pathlib import Path

import orjson
import pytest
from sqlalchemy import func, select

from fedirse.assembly import job_kinds
from fedirse.base import limits
from fedirse.base.errors import Conflict
from fedirse.base.roles import Role
from fedirse.features.care.privacy.erasure import actions, jobs, rules, store
from fedirse.features.care.privacy.erasure.actions import Asker, begin_erasure
from fedirse.features.care.privacy.erasure.model import Erasure, Step
from fedirse.features.care.privacy.exports.actions import request_export
from fedirse.features.care.privacy.exports.archive import actions as archive
from fedirse.features.care.privacy.exports.jobs import sweep_exports
from fedirse.jobs import JobRunner
from fedirse.social.accounts.actions import create_account, create_token, give_roles
from fedirse.social.accounts.store import find_account, set_preferences
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.entrance.passkeys.model import Passkey
from fedirse.social.entrance.passkeys.store import add_passkey
from fedirse.social.moderation.reports.actions import report
from fedirse.social.moderation.reports.model import Category, Complaint
from fedirse.social.moderation.reports.store import list_reports
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft
from fedirse.social.posts.store import find_post
from fedirse.social.search.jobs import keep_up
from fedirse.storage.activities import activities
from fedirse.storage.actors import actors, find_actor, save_actor
from fedirse.storage.audit import list_entries
from fedirse.storage.columns import metadata
from fedirse.storage.transaction import Transaction
from tests.features.care.privacy.whole_life import WORD, Life, live
from tests.visitors import AS2, Shop, open_shop

STEM = WORD[:-1].encode()
"""What the search index keeps of the word."""


def runner(shop: Shop) -> JobRunner:
    return JobRunner(job_kinds(), lambda: [shop.site])


async def lived(shop: Shop) -> Life:
    """Inès with the word in everything that she can fill in, and some things that others have to do with her."""
    site, now = shop.site, shop.site.clock.now()
    ines, marc = await shop.person("ines"), await shop.person("marc")
    stranger = await shop.stranger("olga")
    theirs = await shop.receive(stranger.actor, "<p>Les mots d’Olga</p>")
    life = await live(site, ines, marc, stranger.actor, theirs)
    await shop.let_follow(stranger.actor, ines)

    def fill_in(tx: Transaction) -> None:
        account = find_account(tx, "ines")
        actor = find_actor(tx, ines.id)
        assert account is not None
        assert actor is not None
        words = {
            "name": WORD,
            "summary": f"<p>{WORD}</p>",
            "fields": ((WORD, WORD),),
            "also_known_as": (f"https://ailleurs.example/{WORD}",),
        }
        save_actor(tx, type(actor)(**{name: getattr(actor, name) for name in actor.__slots__} | words))
        tx.exec_driver_sql("INSERT INTO profiles (actor_id, bio, fields) VALUES (?, ?, '[]')", (ines.id, WORD))
        set_preferences(tx, account.id, email=f"{WORD}@poste.example")
        create_token(tx, "ines", WORD, now)
        add_passkey(tx, Passkey("P" * 26, account.id, WORD, WORD.encode(), b"x", 0, WORD, now, None))
        report(tx, site, actor, stranger.actor, posts=[], complaint=Complaint(Category.OTHER, WORD, forward=True), now=now)

    await site.write(fill_in)
    await site.write(request_export, site, ines, "fr", archive.new_key(), now)
    await runner(shop).run_until_idle(site)
    while await keep_up(site):
        pass
    return life


async def erase(shop: Shop, handle: str = "ines") -> Erasure:
    begun = await shop.site.write(begin_erasure, shop.site, handle, Asker(), shop.site.clock.now())
    await runner(shop).run_until_idle(shop.site)
    await sweep_exports(shop.site)
    while await keep_up(shop.site):
        pass
    return await shop.site.read(store.get_erasure, begun.id)


def holding(tx: Transaction) -> list[str]:
    """The tables that hold the word, those of the search index included."""
    names = [row[0] for row in tx.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = []
    for name in names:
        rows = tx.exec_driver_sql(f'SELECT * FROM "{name}"')  # noqa: S608 - the database's own names
        if any(STEM in as_bytes(value) for row in rows for value in row):
            found.append(name)
    return found


def as_bytes(value: object) -> bytes:
    return value.lower() if isinstance(value, bytes) else str(value).lower().encode()


@pytest.mark.attack("PRV-045")
async def test_no_row_and_no_file_holds_anything_they_wrote(made_site: Path, tmp_path: Path) -> None:
    async with open_shop(made_site, tmp_path / "shop") as shop:
        await lived(shop)
        before = await shop.site.read(holding)
        assert {"posts", "post_versions", "activities", "drafts", "media", "actors", "accounts", "tokens", "passkeys", "reports"} <= set(
            before
        )
        assert {"search_entries", "search_names", "search_tags", "search_index_data", "profiles"} <= set(before)
        assert list((shop.site.folder / "exports").iterdir())
        assert (await erase(shop)).step is Step.DONE
        assert await shop.site.read(holding) == []
        assert not list((shop.site.folder / "exports").iterdir())
        assert not [path for path in (shop.site.folder / "media").rglob("*") if path.is_file()]
        folder = shop.site.folder
    # The write-ahead log is gone with the last connection, so what is left is what a copy of the disk would show.
    if overwrites_what_it_deletes():
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert [path.name for path in files if STEM in path.read_bytes().lower()] == []


def overwrites_what_it_deletes() -> bool:
    """Whether this SQLite was built to, as Debian's is."""
    return bool(sqlite3.connect(":memory:").execute("PRAGMA secure_delete").fetchone()[0])


async def test_no_row_refers_to_them_but_those_that_have_to_stay(shop: Shop) -> None:
    await lived(shop)
    ines = await shop.person("ines")
    await erase(shop)

    def referring(tx: Transaction) -> set[str]:
        found = set()
        for table in metadata.sorted_tables:
            columns = [column for column in table.columns if any(key.column.table is actors for key in column.foreign_keys)]
            if any(tx.execute(select(func.count()).where(column == ines.id)).scalar_one() for column in columns):
                found.add(table.name)
        return found

    assert await shop.site.read(referring) <= {"activities", "erasures", "own_keys", "posts", "reports", "tombstones"}
    assert [found.words for found in await shop.site.read(list_reports, limit=10)] == [""]


async def test_an_erasure_that_is_killed_at_any_piece_comes_to_the_same_end(made_site: Path, tmp_path: Path) -> None:
    async with open_shop(made_site, tmp_path / "whole") as shop:
        await lived(shop)
        await erase(shop)
        undisturbed = await shop.site.read(rows_of)
    async with open_shop(made_site, tmp_path / "killed") as shop:
        await lived(shop)
        site, now = shop.site, shop.site.clock.now()
        erasure = await site.write(begin_erasure, site, "ines", Asker(), now)
        killed = set()
        while erasure.step is not Step.DONE:
            killed.add(erasure.step)
            with pytest.raises(RuntimeError):
                await site.write(killed_in_the_middle, shop, erasure)
            await site.write(actions.erase_piece, site, erasure.id, erasure.pieces, now)
            assert await site.write(actions.erase_piece, site, erasure.id, erasure.pieces, now) is None
            erasure = await site.read(store.get_erasure, erasure.id)
        await runner(shop).run_until_idle(site)
        await sweep_exports(site)
        while await keep_up(site):
            pass
        assert killed == set(Step) - {Step.DONE}
        assert await site.read(rows_of) == undisturbed
        assert await site.read(holding) == []


def killed_in_the_middle(tx: Transaction, shop: Shop, erasure: Erasure) -> None:
    actions.erase_piece(tx, shop.site, erasure.id, erasure.pieces, shop.site.clock.now())
    raise RuntimeError("killed")


def rows_of(tx: Transaction) -> dict[str, int]:
    """How many rows each table has; the search index is as it happens to be merged."""
    tables = [table for table in metadata.sorted_tables if not table.name.startswith("search_")]
    return {table.name: int(tx.execute(select(func.count()).select_from(table)).scalar_one()) for table in tables}


async def test_they_are_out_at_once_and_their_addresses_answer_410(shop: Shop) -> None:
    life = await lived(shop)
    token = await shop.token("ines")
    browser = await shop.sign_in("ines")
    await shop.site.write(begin_erasure, shop.site, "ines", Asker(), shop.site.clock.now())
    assert (await browser.get("/settings/data")).status_code == 303
    assert (await shop.get("/people/ines", accept=AS2, token=token)).status_code == 401
    await erase(shop)
    assert (await shop.get("/people/ines", accept=AS2)).status_code == 410
    assert (await shop.get("/@ines")).status_code == 410
    assert (await shop.get(f"/posts/{life.public.id}")).status_code == 410
    assert (await shop.get(life.public.uri.removeprefix(shop.site.uris.origin), accept=AS2)).status_code == 410


async def test_nobody_gets_their_name_again(shop: Shop) -> None:
    await erase(shop)
    with pytest.raises(Conflict):
        await shop.site.write(create_account, shop.site, "ines", "Une autre", None, shop.site.clock.now())


async def test_what_others_wrote_stays_and_counts_no_reaction_of_theirs(shop: Shop) -> None:
    marc = await shop.person("marc")
    post = await shop.site.write(publish_post, shop.site, marc, Draft("Bonjour", Audience(AudienceKind.PUBLIC)), shop.site.clock.now())
    await live(shop.site, await shop.person("ines"), marc, (await shop.stranger("olga")).actor, post)
    await erase(shop)
    left = await shop.site.read(find_post, post.id)
    assert left is not None
    assert left.source == "Bonjour"
    assert (left.likes, left.boosts, left.replies) == (0, 0, 0)


async def test_what_was_sent_stays_in_the_ledger_without_what_it_said(shop: Shop) -> None:
    await lived(shop)
    ines = await shop.person("ines")

    def published(tx: Transaction) -> list[tuple[str, bytes]]:
        return [(row.kind, row.body) for row in tx.execute(select(activities).where(activities.c.actor_id == ines.id))]

    before = len(await shop.site.read(published))
    await erase(shop)
    after = await shop.site.read(published)
    assert len(after) > before
    assert {orjson.loads(body)["type"] for kind, body in after if kind not in store.TAKES_BACK} == {"Tombstone"}


async def test_the_last_administrator_cannot_be_erased(shop: Shop) -> None:
    with pytest.raises(Conflict):
        await shop.site.write(begin_erasure, shop.site, "marc", Asker(), shop.site.clock.now())
    account = await shop.site.read(find_account, "marc")
    assert account is not None
    assert account.disabled_at is None
    assert await shop.site.read(store.find_erasure_of, "marc") is None
    await shop.site.write(give_roles, shop.site, "ines", [Role.ADMINISTRATOR])
    assert (await erase(shop, "marc")).step is Step.DONE


async def test_asking_twice_erases_once(shop: Shop) -> None:
    first = await erase(shop)
    assert await erase(shop) == first
    deeds = [entry.deed for entry in await shop.site.read(list_entries)]
    assert deeds.count("account.erased") == 1


async def test_invitations_that_they_gave_end_with_them(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    await shop.site.write(give_roles, shop.site, "ines", [Role.ADMINISTRATOR])
    await marc.post("/site/people/invite", {"roles": ["author"], "uses": "5", "days": "7", "note": WORD})
    await erase(shop, "marc")
    assert await shop.site.read(holding) == []


async def test_an_erasure_whose_job_was_given_up_goes_on(shop: Shop) -> None:
    begun = await shop.site.write(begin_erasure, shop.site, "ines", Asker(), shop.site.clock.now())
    await shop.site.write(lambda tx: tx.exec_driver_sql("DELETE FROM jobs").rowcount)
    await jobs.sweep_erasures(shop.site)
    await runner(shop).run_until_idle(shop.site)
    assert (await shop.site.read(store.get_erasure, begun.id)).step is Step.DONE


@pytest.mark.parametrize(("count", "pieces"), [(2, 2), (3, 3)])
async def test_a_piece_erases_only_so_many_posts(count: int, pieces: int, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ERASED_POSTS_AT_ONCE", 2)
    ines, now = await shop.person("ines"), shop.site.clock.now()
    for number in range(count):
        await shop.site.write(publish_post, shop.site, ines, Draft(f"Numéro {number}", Audience(AudienceKind.PUBLIC)), now)
    erasure = await shop.site.write(begin_erasure, shop.site, "ines", Asker(), now)
    while erasure.step is Step.POSTS:
        await shop.site.write(actions.erase_piece, shop.site, erasure.id, erasure.pieces, now)
        erasure = await shop.site.read(store.get_erasure, erasure.id)
    assert erasure.pieces == pieces


@pytest.mark.parametrize(("count", "left"), [(2, 0), (3, 1)])
async def test_a_piece_removes_only_so_many_rows(count: int, left: int, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ERASED_ROWS_AT_ONCE", 2)
    ines = await shop.person("ines")
    for number in range(count):
        await shop.let_follow((await shop.stranger(f"s{number}")).actor, ines)
    assert await shop.site.write(store.remove_about_actor, ines.id, limits.ERASED_ROWS_AT_ONCE) == 2
    assert await shop.site.write(store.remove_about_actor, ines.id, limits.ERASED_ROWS_AT_ONCE) == left


def test_the_handle_may_be_typed_in_full() -> None:
    for typed in ("ines", " @Ines ", "@ines@magasin.example"):
        rules.check_means_it(typed, "ines")
