"""Taking one's data along: what is in the archive, who gets it, and how long; however often it is interrupted."""

import csv
import io
import json
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from fedirse.assembly import job_kinds
from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.base.errors import Conflict
from fedirse.base.identifiers import new_id
from fedirse.base.types import JsonObject
from fedirse.features.announcements.acknowledgement.model import Acknowledgement
from fedirse.features.announcements.acknowledgement.store import save_acknowledgement
from fedirse.features.care.privacy.exports import jobs, rules, store
from fedirse.features.care.privacy.exports.actions import LASTS, request_export
from fedirse.features.care.privacy.exports.archive import actions as archive
from fedirse.features.care.privacy.exports.model import Export, ExportState
from fedirse.jobs import JobRunner
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.composing.actions import keep_draft
from fedirse.social.posts.composing.model import Sheet, Typed
from fedirse.social.posts.languages.model import Translation
from fedirse.social.posts.languages.rules import besides_of
from fedirse.social.posts.model import Draft
from tests.features.care.privacy.whole_life import WORD, Life, live
from tests.visitors import Browser, Shop

DATA = "/settings/data"


def runner(shop: Shop) -> JobRunner:
    return JobRunner(job_kinds(), lambda: [shop.site])


async def lived(shop: Shop) -> Life:
    """Inès, after a full life among Marc, Léa and somebody elsewhere."""
    ines, marc = await shop.person("ines"), await shop.person("marc")
    stranger = await shop.stranger("olga")
    theirs = await shop.receive(stranger.actor, "<p>Les mots d’Olga</p>")
    return await live(shop.site, ines, marc, stranger.actor, theirs)


async def archive_for(shop: Shop, handle: str) -> zipfile.ZipFile:
    """The archive as its owner downloads it."""
    browser = await shop.sign_in(handle)
    assert (await browser.post(f"{DATA}/export")).status_code == 303
    await runner(shop).run_until_idle(shop.site)
    return await downloaded(browser)


async def downloaded(browser: Browser) -> zipfile.ZipFile:
    response = await browser.get(f"{DATA}/archive.zip")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "private, no-store"
    return zipfile.ZipFile(io.BytesIO(response.content))


def texts_in(found: zipfile.ZipFile) -> str:
    return "\n".join(found.read(name).decode() for name in found.namelist() if not name.startswith("media/"))


async def latest(shop: Shop, handle: str) -> Export:
    export = await shop.site.read(store.find_latest, (await shop.person(handle)).id)
    assert export is not None
    return export


@pytest.mark.attack("PRV-046")
async def test_nothing_of_others_is_in_it_but_messages_to_the_person(shop: Shop) -> None:
    ines, marc, lea = [await shop.person(handle) for handle in ("ines", "marc", "lea")]

    def write(text: str, kind: AudienceKind) -> Draft:
        return Draft(text, Audience(kind))

    now = shop.site.clock.now()
    await shop.site.write(publish_post, shop.site, marc, write("Rien que pour @lea, motsecret", AudienceKind.DIRECT), now)
    await shop.site.write(publish_post, shop.site, marc, write("Pour @ines, motdoux", AudienceKind.DIRECT), now)
    await shop.site.write(publish_post, shop.site, marc, write("À tous, motpublic", AudienceKind.PUBLIC), now)
    await shop.site.write(publish_post, shop.site, lea, write("Chez nous, motmaison", AudienceKind.SITE), now)
    await shop.site.write(publish_post, shop.site, ines, write("De moi à @lea, motmien", AudienceKind.DIRECT), now)
    words = texts_in(await archive_for(shop, "ines"))
    assert "motdoux" in words
    assert "motmien" in words
    assert not [word for word in ("motsecret", "motpublic", "motmaison") if word in words]


@pytest.mark.attack("PRV-046")
async def test_nobody_but_its_owner_gets_an_archive(shop: Shop) -> None:
    await lived(shop)
    await archive_for(shop, "ines")
    assert (await (await shop.sign_in("marc")).get(f"{DATA}/archive.zip")).status_code == 404
    assert (await Browser(shop).get(f"{DATA}/archive.zip")).headers["location"].startswith("/sign-in")


async def test_everything_of_theirs_is_in_it(shop: Shop) -> None:
    life = await lived(shop)
    found = await archive_for(shop, "ines")
    outbox = json.loads(found.read("outbox.json"))["orderedItems"]
    assert [item["type"] for item in outbox].count("Create") == 5
    assert [item["type"] for item in outbox].count("Announce") == 1
    public = next(item["object"] for item in outbox if item["type"] == "Create" and item["object"]["id"] == life.public.uri)
    assert public["attachment"][0]["url"] in found.namelist()
    assert found.read(public["attachment"][0]["url"])[:4] == b"RIFF"
    assert len(json.loads(found.read("likes.json"))["orderedItems"]) == 1
    assert len(json.loads(found.read("bookmarks.json"))["orderedItems"]) == 1
    assert json.loads(found.read("actor.json"))["preferredUsername"] == "ines"
    assert WORD in json.loads(found.read("drafts.json"))[0]["text"]
    assert "marc@magasin.example" in found.read("mutes.csv").decode()
    columns, confirmed = found.read("acknowledgements.csv").decode().splitlines()
    assert columns.removeprefix("\ufeff") == "post_id,seen,seen_at,confirmed,confirmed_at"
    assert confirmed.startswith("https://")
    assert ",1," in confirmed


async def test_what_they_said_and_began_to_say_in_other_languages_is_in_it(shop: Shop) -> None:
    ines, now = await shop.person("ines"), shop.site.clock.now()
    said = Draft(
        "Dit", Audience(AudienceKind.PUBLIC), title="Titre", language="fr", translations=(Translation("en", "Headword", "Saidword"),)
    )
    await shop.site.write(publish_post, shop.site, ines, said, now)
    typed = Typed("Commencé", besides=besides_of([Translation("en", "Begunhead", "Begunword")]))
    await shop.site.write(keep_draft, shop.site, ines.id, Sheet(new_id(now), 0, typed), now)
    found = await archive_for(shop, "ines")
    [create] = json.loads(found.read("outbox.json"))["orderedItems"]
    assert (create["object"]["contentMap"]["en"], create["object"]["nameMap"]["en"]) == ("<p>Saidword</p>", "Headword")
    pages = "".join(found.read(name).decode() for name in found.namelist() if name.endswith(".html"))
    assert all(word in pages for word in ("Saidword", "Headword", "Begunhead", "Begunword"))
    assert "Begunword" in found.read("drafts.json").decode()


async def test_what_they_confirmed_and_may_not_read_any_more_is_not_named_in_it(shop: Shop) -> None:
    life, now = await lived(shop), shop.site.clock.now()
    ines, stranger = await shop.person("ines"), await shop.stranger("olga")
    lost = await shop.receive(stranger.actor, "<p>Plus pour elle</p>", Audience(AudienceKind.DIRECT))
    await shop.site.write(save_acknowledgement, lost.id, Acknowledgement(ines.id, 1, now, 1, now))
    found = texts_in(await archive_for(shop, "ines"))
    assert life.public.uri in found
    assert lost.uri not in found


async def test_its_pages_open_without_a_server_and_run_nothing(shop: Shop) -> None:
    await lived(shop)
    found = await archive_for(shop, "ines")
    index = found.read("index.html").decode()
    assert '<html lang="fr">' in index
    assert "Ce que vous avez publié" in index
    pages = [found.read(name).decode() for name in found.namelist() if name.endswith(".html")]
    assert not [page for page in pages if "<script" in page or 'src="http' in page]
    linked = {part.partition('"')[0] for page in pages for part in page.split('href="')[1:]}
    local = {address for address in linked if not address.startswith("http")}
    assert local
    assert local <= set(found.namelist())


@pytest.mark.attack("CNT-030")
async def test_no_table_of_it_runs_a_formula(shop: Shop) -> None:
    ines = await shop.person("ines")
    await lived(shop)
    await shop.let_follow(ines, (await shop.stranger("=cmd()", host="mal.example")).actor)
    found = await archive_for(shop, "ines")
    tables = [list(csv.reader(io.StringIO(found.read(name).decode()))) for name in found.namelist() if name.endswith(".csv")]
    assert not [cell for table in tables for row in table for cell in row if cell.startswith(("=", "+", "-", "@"))]


async def test_one_is_made_at_a_time(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    await browser.post(f"{DATA}/export")
    first = await latest(shop, "ines")
    await browser.post(f"{DATA}/export")
    assert (await latest(shop, "ines")).id == first.id
    with pytest.raises(Conflict):
        rules.check_may_begin(first)


async def test_the_page_says_how_far_it_is_and_asks_again_by_itself(shop: Shop) -> None:
    browser = await shop.sign_in("ines")
    assert "Rassembler mes données" in (await browser.get(DATA)).text
    await browser.post(f"{DATA}/export")
    running = (await browser.get(DATA)).text
    assert 'http-equiv="refresh"' in running
    assert "<progress" in running
    await runner(shop).run_until_idle(shop.site)
    ready = (await browser.get(DATA)).text
    assert "archive.zip" in ready
    assert 'http-equiv="refresh"' not in ready


async def test_it_is_there_for_seven_days_and_then_gone_from_the_disk(shop: Shop) -> None:
    await archive_for(shop, "ines")
    browser = await shop.sign_in("ines")
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    assert timedelta(days=limits.EXPORT_DAYS) == LASTS
    clock.advance(timedelta(days=limits.EXPORT_DAYS) - timedelta(seconds=1))
    await jobs.sweep_exports(shop.site)
    assert (await downloaded(browser)).testzip() is None
    clock.advance(timedelta(seconds=1))
    assert (await browser.get(f"{DATA}/archive.zip")).status_code == 404
    await jobs.sweep_exports(shop.site)
    assert not list((shop.site.folder / "exports").iterdir())


async def test_what_an_earlier_export_left_is_removed(shop: Shop) -> None:
    await archive_for(shop, "ines")
    before = await latest(shop, "ines")
    await archive_for(shop, "ines")
    await jobs.sweep_exports(shop.site)
    assert [path.name for path in (shop.site.folder / "exports").iterdir()] == [(await latest(shop, "ines")).key]
    assert before.key != (await latest(shop, "ines")).key


async def test_an_export_that_is_killed_at_any_piece_goes_on_and_is_whole(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    await lived(shop)
    monkeypatch.setattr(limits, "EXPORT_PAGE_POSTS", 2)
    monkeypatch.setattr(limits, "EXPORT_PIECE_BYTES", 1)
    ines = await shop.person("ines")
    export = await shop.site.write(request_export, shop.site, ines, "fr", archive.new_key(), shop.site.clock.now())
    pieces = 0
    while export.state is ExportState.RUNNING:
        # Written, and killed before anybody noted it: the same piece comes once more.
        await jobs.write_piece(shop.site, export)
        export = await jobs.write_piece(shop.site, export)
        pieces += 1
    assert pieces > 8
    found = zipfile.ZipFile(archive.archive_of(shop.site, export.key))
    assert found.testzip() is None
    assert len(found.namelist()) == len(set(found.namelist()))
    outbox: list[JsonObject] = json.loads(found.read("outbox.json"))["orderedItems"]
    assert len({item["id"] for item in outbox}) == len(outbox) == 6


def test_a_page_of_the_archive_holds_so_many_posts_and_the_next_one_the_rest() -> None:
    assert limits.EXPORT_PAGE_POSTS == 100
    assert limits.EXPORT_PIECE_BYTES == 64 * 1024 * 1024


async def test_pages_are_cut_at_the_limit(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EXPORT_PAGE_POSTS", 2)
    lea = await shop.person("lea")
    for number in range(2):
        draft = Draft(f"Numéro {number}", Audience(AudienceKind.PUBLIC))
        await shop.site.write(publish_post, shop.site, lea, draft, shop.site.clock.now())
    assert "posts-2.html" not in (await archive_for(shop, "lea")).namelist()
    await shop.site.write(publish_post, shop.site, lea, Draft("Numéro 3", Audience(AudienceKind.PUBLIC)), shop.site.clock.now())
    assert "posts-2.html" in (await archive_for(shop, "lea")).namelist()


@pytest.fixture
def sources(tmp_path: Path) -> list[tuple[str, Path]]:
    """Three files of ten bytes."""
    made = []
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_bytes(b"0123456789")
        made.append((name, tmp_path / name))
    return made


def test_a_piece_ends_with_the_file_that_reaches_the_limit(sources: list[tuple[str, Path]], tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    assert archive.pack_some(folder, sources, most_bytes=10) == 1
    assert archive.pack_some(folder, sources, most_bytes=11) == 3


def test_an_archive_that_was_being_written_when_the_power_failed_is_begun_anew(sources: list[tuple[str, Path]], tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    archive.pack_some(folder, sources, most_bytes=10)
    growing, mark = folder / "archive.part", folder / "archive.whole"
    growing.write_bytes(growing.read_bytes()[:-7])
    mark.unlink()
    assert archive.pack_some(folder, sources, most_bytes=10**6) == 3
    archive.finish(folder)
    assert zipfile.ZipFile(folder / "archive.zip").testzip() is None
    assert len(zipfile.ZipFile(folder / "archive.zip").namelist()) == 3


async def test_a_full_disk_ends_an_export_and_leaves_nothing_of_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    await lived(shop)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(1, 1, 0))
    browser = await shop.sign_in("ines")
    await browser.post(f"{DATA}/export")
    await runner(shop).run_until_idle(shop.site)
    export = await latest(shop, "ines")
    assert (export.state, export.reason) == (ExportState.FAILED, "no-room")
    assert not archive.folder_of(shop.site, export.key).exists()
    assert "pas assez de place" in (await browser.get(DATA)).text


async def test_an_export_whose_job_was_given_up_goes_on(shop: Shop) -> None:
    ines = await shop.person("ines")
    export = await shop.site.write(request_export, shop.site, ines, "fr", archive.new_key(), shop.site.clock.now())
    await shop.site.write(lambda tx: tx.exec_driver_sql("DELETE FROM jobs").rowcount)
    await jobs.sweep_exports(shop.site)
    await runner(shop).run_until_idle(shop.site)
    assert (await latest(shop, "ines")).state is ExportState.READY
    assert export.state is ExportState.RUNNING


async def test_an_export_that_never_ends_is_given_up(shop: Shop) -> None:
    ines = await shop.person("ines")
    await shop.site.write(request_export, shop.site, ines, "fr", archive.new_key(), shop.site.clock.now())
    clock = shop.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(days=3))
    await jobs.sweep_exports(shop.site)
    assert (await latest(shop, "ines")).state is ExportState.FAILED
