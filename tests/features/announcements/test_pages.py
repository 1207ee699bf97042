"""What people see of announcements and do about them: who may not, first."""

import csv
import html
import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.base.roles import Role
from fedirse.features.announcements.acknowledgement.model import Totals
from fedirse.features.announcements.board.model import Said
from fedirse.features.announcements.board.store import save_said
from fedirse.features.announcements.model import Asked, Priority, Terms
from fedirse.social.accounts.actions import disable
from fedirse.social.accounts.store import get_account, set_preferences
from fedirse.social.network.model import Attributes
from fedirse.social.network.segments.actions import define_segment
from fedirse.social.network.segments.model import Among
from fedirse.storage.audit import list_entries
from tests.features.announcements.desks import EVERYONE, RESPONSIBLE, TITLE, WRITTEN, Desk, Office, give, path_of, press
from tests.federation.network import START
from tests.social.network.console.office import LYON, admit_site
from tests.social.posts.composing.test_files import picture
from tests.visitors import Browser, Shop

SPEAKERS_PAGES = (
    "/announcements/new",
    "/announcements/{}/board",
    "/announcements/{}/board.csv",
    "/announcements/{}/change",
    "/announcements/{}/withdraw",
)
SPEAKERS_DEEDS = ("/announcements", "/announcements/{}/change", "/announcements/{}/withdraw")
TO_READ = "À lire ("
READ_AND_UNDERSTOOD = "J’ai lu et compris"
NOWHERE = "01J00000000000000000000000"
SOUTH = Among(frozenset({"https://lyon.example/actor"}))


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def panel_of(page: str) -> str:
    """What stands beside an announcement."""
    found = re.search(r'<section class="panel acknowledge".*?</section>', page, re.DOTALL)
    assert found is not None
    return text_of(found[0])


def errors_of(page: str) -> dict[str, str]:
    """What is wrong, by the field it stands beside."""
    return {name: text_of(words) for name, words in re.findall(r'<p class="field-error" id="([a-z_]+)-error">(.*?)</p>', page, re.DOTALL)}


# Who may not.


@pytest.mark.parametrize("role", [Role.READER, Role.AUTHOR, Role.MODERATOR, Role.RESPONSIBLE, Role.ADMINISTRATOR])
async def test_who_does_not_speak_for_the_head_office_sees_and_sends_none_of_its_pages(office: Office, role: Role) -> None:
    post = await office.announce()
    await give(office.shop, "ines", [role])
    ines = await office.shop.sign_in("ines")
    for path in SPEAKERS_PAGES:
        answers = [await ines.get(path.format(one)) for one in (post.id, NOWHERE)]
        assert [answer.status_code for answer in answers] == [403, 403]
        assert answers[0].text.replace(post.id, NOWHERE) == answers[1].text
        assert TITLE not in answers[0].text
    for path in SPEAKERS_DEEDS:
        assert (await ines.post(path.format(post.id), WRITTEN)).status_code == 403
    assert [announcement.terms.version for _, announcement in await office.all()] == [1]


async def test_who_is_not_signed_in_is_sent_to_sign_in(office: Office) -> None:
    post = await office.announce()
    nobody = Browser(office.shop)
    for path in ("/announcements", *SPEAKERS_PAGES):
        assert path_of(await nobody.get(path.format(post.id))) == "/sign-in"
    for path in ("acknowledge", "confirm", "withdraw"):
        assert path_of(await nobody.post(f"/announcements/{post.id}/{path}", {"version": "1"})) == "/sign-in"


@pytest.mark.parametrize("role", [Role.READER, Role.AUTHOR, Role.MODERATOR, Role.ADMINISTRATOR])
async def test_nobody_but_who_answers_for_the_site_confirms_for_it(desk: Desk, role: Role) -> None:
    post = await desk.receive()
    await give(desk.shop, "ines", [role])
    ines = await desk.shop.sign_in("ines")
    assert (await ines.post(f"/announcements/{post.id}/confirm", {"version": "1"})).status_code == 403
    assert await desk.confirmed(post) == 0
    assert "Confirmer pour le site" not in (await ines.get(f"/posts/{post.id}")).text


async def test_a_form_of_another_session_or_another_site_confirms_nothing(desk: Desk) -> None:
    post, marc = await desk.receive(), await desk.shop.sign_in("marc")
    for deed in ("acknowledge", "confirm"):
        path = f"/announcements/{post.id}/{deed}"
        assert (await marc.post(path, {"version": "1"}, token="x")).status_code == 403
        assert (
            await marc.post(path, {"version": "1"}, headers={"origin": "https://ailleurs.example", "sec-fetch-site": "cross-site"})
        ).status_code == 403
        assert (await marc.get(path)).status_code in {404, 405}
    assert await desk.done_by(post, "marc") is None
    assert await desk.confirmed(post) == 0


async def test_what_is_not_there_and_what_is_no_announcement_and_what_is_not_theirs_look_the_same(office: Office) -> None:
    ines = await office.shop.person("ines")
    ordinary = await office.shop.receive(ines, "<p>Bonjour</p>")
    lyon = await office.shop.stranger("metz", "metz.example")
    foreign = await office.shop.receive(lyon.actor, "<p>Ailleurs</p>")
    marc = await office.shop.sign_in("marc")
    for path in SPEAKERS_PAGES[1:]:
        answers = [await marc.get(path.format(one)) for one in (NOWHERE, ordinary.id, foreign.id)]
        assert {answer.status_code for answer in answers} == {404}
        assert (
            len({answer.text.replace(one, NOWHERE) for answer, one in zip(answers, (NOWHERE, ordinary.id, foreign.id), strict=True)}) == 1
        )
    for deed in ("acknowledge", "confirm", "change", "withdraw"):
        await give(office.shop, "marc", [Role.RESPONSIBLE, Role.NETWORK_OWNER])
        answers = [
            await marc.post(f"/announcements/{one}/{deed}", {"version": "1", **WRITTEN}) for one in (NOWHERE, ordinary.id, foreign.id)
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert (
            len({answer.text.replace(one, NOWHERE) for answer, one in zip(answers, (NOWHERE, ordinary.id, foreign.id), strict=True)}) == 1
        )


async def test_a_site_that_is_no_head_office_has_nowhere_to_announce(desk: Desk) -> None:
    post = await desk.receive()
    await give(desk.shop, "marc", [Role.COMMUNICATOR])
    marc = await desk.shop.sign_in("marc")
    assert (await marc.get("/announcements/new")).status_code == 404
    assert (await marc.post("/announcements", WRITTEN)).status_code == 404
    for path in SPEAKERS_PAGES[1:]:
        assert (await marc.get(path.format(post.id))).status_code == 404
    assert (await marc.post(f"/announcements/{post.id}/change", WRITTEN)).status_code == 404
    page = (await marc.get("/announcements")).text
    assert "/announcements/new" not in page
    assert TITLE in page


@pytest.mark.parametrize("version", ["", "0", "2", "-1", "1.0", "x", "99999999999999999999", "²"])
async def test_a_version_that_does_not_exist_is_not_confirmed(desk: Desk, version: str) -> None:
    post, marc = await desk.receive(), await desk.shop.sign_in("marc")
    for deed in ("acknowledge", "confirm"):
        answer = await marc.post(f"/announcements/{post.id}/{deed}", {"version": version})
        assert answer.status_code == 400
        assert "Cette version de l’annonce n’existe pas" in text_of(answer.text)
    assert await desk.done_by(post, "marc") is None
    assert await desk.confirmed(post) == 0


async def test_what_asks_for_no_confirmation_takes_none_for_the_site(desk: Desk) -> None:
    post, marc = await desk.receive(Terms()), await desk.shop.sign_in("marc")
    answer = await marc.post(f"/announcements/{post.id}/confirm", {"version": "1"})
    assert answer.status_code == 403
    assert "La tête de réseau ne demande pas de confirmation" in text_of(answer.text)
    assert await desk.confirmed(post) == 0


async def test_who_is_disabled_confirms_nothing_more_and_is_counted_nowhere(desk: Desk) -> None:
    post, lea, marc = await desk.receive(), await desk.shop.sign_in("lea"), await desk.shop.sign_in("marc")
    await desk.acknowledge(post, "lea")
    assert "Lue ici par 1 sur 3" in panel_of((await marc.get(f"/posts/{post.id}")).text)
    await desk.site.write(disable, "lea", START)
    assert path_of(await lea.post(f"/announcements/{post.id}/acknowledge", {"version": "1"})) == "/sign-in"
    # Marc has it before his eyes by now.
    panel = panel_of((await marc.get(f"/posts/{post.id}")).text)
    assert "Lue ici par 1 sur 2" in panel
    assert "Léa" not in panel


# Writing one.


async def test_a_date_that_has_passed_is_told_beside_its_field_and_everything_typed_stays(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    for wrong, beside in (
        (("before", "2026-03-01T10:00"), "before"),
        (("ends", "2026-03-01T10:00"), "ends"),
        (("before", "demain"), "before"),
    ):
        answer = await marc.post("/announcements", {**WRITTEN, wrong[0]: wrong[1]})
        assert answer.status_code == 422
        assert set(errors_of(answer.text)) == {beside}
        assert f'name="{wrong[0]}" type="datetime-local" value="{wrong[1]}"' in answer.text
        for kept in (f'value="{TITLE}"', WRITTEN["text"], 'value="urgent" checked', 'value="everyone" checked', 'value="network" checked'):
            assert kept in answer.text
    assert await office.all() == []


@pytest.mark.parametrize(
    ("typed", "beside"),
    [
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"text": ""}, "text"),
        ({"audience": ""}, "audience"),
        ({"audience": "site"}, "audience"),
        ({"audience": "followers"}, "audience"),
        ({"before": "9999-12-31T23:59"}, "before"),
        ({"ends": "0001-01-01T00:00"}, "ends"),
        ({"before": "2026-03-09T10:00", "ends": "2026-03-08T10:00"}, "ends"),
    ],
)
async def test_what_is_missing_or_makes_no_sense_is_told_beside_its_field(office: Office, typed: dict[str, str], beside: str) -> None:
    answer = await (await office.shop.sign_in("marc")).post("/announcements", {**WRITTEN, **typed})
    assert answer.status_code == 422
    assert set(errors_of(answer.text)) == {beside}
    assert await office.all() == []


async def test_sent_twice_it_is_published_once_and_leads_to_its_board(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    page = (await marc.get("/announcements/new")).text
    first, second = [await press(marc, page, "/announcements", **WRITTEN) for _ in range(2)]
    [(post, announcement)] = await office.all()
    assert path_of(first) == path_of(second) == f"/announcements/{post.id}/board"
    assert (post.title, announcement.terms.priority, announcement.terms.asked) == (TITLE, Priority.URGENT, Asked.EVERYONE)
    assert post.actor_id == office.site.actor_id
    assert [(one.deed, one.who) for one in await office.site.read(list_entries, limit=1)] == [("announcement.published", "marc")]


async def test_two_tabs_are_two_announcements(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    pages = [(await marc.get("/announcements/new")).text for _ in range(2)]
    for number, page in enumerate(pages):
        await press(marc, page, "/announcements", **{**WRITTEN, "title": f"Annonce {number}"})
    assert sorted(post.title for post, _ in await office.all()) == ["Annonce 0", "Annonce 1"]


async def test_a_script_in_title_and_text_is_shown_as_text(office: Office) -> None:
    marc, evil = await office.shop.sign_in("marc"), "<script>alert(1)</script>"
    await marc.post("/announcements", {**WRITTEN, "title": f"Titre {evil}", "text": f"Texte {evil}"})
    [(post, _)] = await office.all()
    for path in ("/", "/announcements", f"/posts/{post.id}", *SPEAKERS_PAGES[1:]):
        page = (await marc.get(path.format(post.id))).text
        assert evil not in page
        if not path.endswith(".csv"):
            assert "Titre &lt;script&gt;" in page


async def test_the_enter_key_in_a_field_of_one_line_publishes_and_removes_nothing(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    page = (await marc.get("/announcements/new")).text
    first = re.search(r'<button[^>]*type="submit"[^>]*>', page[page.index('action="/announcements"') :])
    assert first is not None
    assert 'name="add"' in first[0]
    assert "formaction" not in first[0]
    answer = await marc.post("/announcements", {**WRITTEN, "add": "1"})
    assert (answer.status_code, await office.all()) == (200, [])
    assert f'value="{TITLE}"' in answer.text


# Changing one.


async def test_a_later_version_keeps_the_files_of_the_first_and_takes_more(office: Office) -> None:
    marc = await office.shop.sign_in("marc")
    page = (await marc.post("/announcements", {**WRITTEN, "add": "1"}, files=[picture()])).text
    await press(marc, page, "/announcements", **WRITTEN, asked="1")
    [(post, _)] = await office.all()
    assert len(post.attachments) == 1
    page = (await marc.get(f"/announcements/{post.id}/change")).text
    page = (await press(marc, page, f"/announcements/{post.id}/change", **WRITTEN, add="1")).text
    assert len(re.findall(r'name="file"', page)) == 1
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    answer = await marc.post(f"/announcements/{post.id}/change", {**fields, **WRITTEN, "asked": "1"}, files=[picture()])
    assert path_of(answer) == f"/announcements/{post.id}/board"
    [(changed, announcement)] = await office.all()
    assert (len(changed.attachments), announcement.terms.version) == (2, 2)
    assert changed.attachments[0].media_id == post.attachments[0].media_id


async def test_a_change_shows_what_stands_and_asks_again_where_it_says_so(office: Office) -> None:
    post = await office.announce(replace(EVERYONE, priority=Priority.IMPORTANT, before=START + timedelta(days=2)))
    marc = await office.shop.sign_in("marc")
    page = (await marc.get(f"/announcements/{post.id}/change")).text
    assert 'value="important" checked' in page
    assert 'value="everyone" checked' in page
    assert 'type="datetime-local" value="2026-03-04T09:00"' in page
    await press(marc, page, f"/announcements/{post.id}/change", **WRITTEN, before="2026-03-05T09:00")
    page = (await marc.get(f"/announcements/{post.id}/change")).text
    await press(marc, page, f"/announcements/{post.id}/change", **{**WRITTEN, "text": "Lots 4821 et 4822."}, ask_again="1")
    [(changed, announcement)] = await office.all()
    assert (changed.source, announcement.terms.version, announcement.terms.confirm_from) == ("Lots 4821 et 4822.", 3, 3)


async def test_of_two_who_change_it_at_once_the_second_is_told_and_loses_nothing(office: Office) -> None:
    post = await office.announce()
    await give(office.shop, "ines", [Role.COMMUNICATOR])
    marc, ines, path = await office.shop.sign_in("marc"), await office.shop.sign_in("ines"), f"/announcements/{post.id}/change"
    pages = [(await one.get(path)).text for one in (marc, ines)]
    assert path_of(await press(marc, pages[0], path, **{**WRITTEN, "text": "De Marc."})) == f"/announcements/{post.id}/board"
    # The same once more, from the same page, is what is there already.
    assert path_of(await press(marc, pages[0], path, **{**WRITTEN, "text": "De Marc."})) == f"/announcements/{post.id}/board"
    answer = await press(ines, pages[1], path, **{**WRITTEN, "text": "D’Inès."})
    assert answer.status_code == 422
    assert "Quelqu’un a publié une nouvelle version entre-temps" in text_of(answer.text)
    assert "D’Inès." in html.unescape(answer.text)
    assert (await office.all())[0][0].source == "De Marc."
    await press(ines, answer.text, path, **{**WRITTEN, "text": "D’Inès."})
    assert [(one.source, known.terms.version) for one, known in await office.all()] == [("D’Inès.", 3)]


@pytest.mark.parametrize(
    "other",
    [
        {"audience": "segment"},
        {"priority": "info"},
        {"asked_of": "responsible"},
        {"ends": "2026-04-01T08:00"},
        {"embargo": "2026-03-05T08:00"},
        {"text_by_mail": "1"},
        {"warning": "Allergènes"},
        {"language": "de"},
        {"ask_again": "1"},
        {"files": "1"},
    ],
    ids=lambda other: next(iter(other)),
)
async def test_what_differs_in_anything_but_its_words_is_not_taken_for_what_is_in_force(office: Office, other: dict[str, str]) -> None:
    south = await office.site.write(define_segment, office.site, "Sud", SOUTH, office.site.clock.now())
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    path, files = f"/announcements/{post.id}/change", [picture()] if other.pop("files", "") else ()
    other |= {"segment": south.id} if "audience" in other else {}
    sent = {**WRITTEN, "text": "De Marc.", "of_version": "1"}
    assert path_of(await marc.post(path, sent)) == f"/announcements/{post.id}/board"
    answer = await marc.post(path, {**sent, **other, "asked": "1"}, files=files)
    assert answer.status_code == 422
    assert "Quelqu’un a publié une nouvelle version entre-temps" in text_of(answer.text)
    assert [known.terms.version for _, known in await office.all()] == [2]


async def test_a_change_that_asks_somebody_for_the_first_time_is_one_when_it_is_sent_twice(office: Office) -> None:
    post, marc = await office.announce(Terms()), await office.shop.sign_in("marc")
    for _ in range(2):
        sent = {**WRITTEN, "of_version": "1", "before": "2026-03-05T09:00"}
        assert path_of(await marc.post(f"/announcements/{post.id}/change", sent)) == f"/announcements/{post.id}/board"
    assert [(known.terms.version, known.terms.confirm_from) for _, known in await office.all()] == [(2, 2)]


async def test_what_is_changed_is_offered_to_nobody_who_did_not_have_it(office: Office) -> None:
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    page = (await marc.get(f"/announcements/{post.id}/change")).text
    assert re.findall(r'name="audience" value="([a-z]+)"', page) == ["network"]


async def test_what_is_taken_back_is_gone_and_taken_back_once(office: Office) -> None:
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    asked = await marc.get(f"/announcements/{post.id}/withdraw")
    assert TITLE in asked.text
    assert "Retirer l’annonce" in text_of(asked.text)
    assert path_of(await press(marc, asked.text, f"/announcements/{post.id}/withdraw")) == "/announcements"
    assert (await press(marc, asked.text, f"/announcements/{post.id}/withdraw")).status_code == 404
    for path in SPEAKERS_PAGES[1:]:
        assert (await marc.get(path.format(post.id))).status_code == 404
    assert await office.all() == []
    assert TITLE not in (await marc.get("/")).text


# Reading and confirming.


async def test_two_taps_from_home_an_announcement_is_confirmed_and_home_says_nothing_more(desk: Desk) -> None:
    post, lea = await desk.receive(), await desk.shop.sign_in("lea")
    home = (await lea.get("/")).text
    assert home.index(TO_READ) < home.index("<article" if "<article" in home else "</main>")
    assert f'href="/posts/{post.id}"' in home[home.index(TO_READ) :]
    page = (await lea.get(f"/posts/{post.id}")).text
    # Looked at is not confirmed.
    assert TO_READ in (await lea.get("/")).text
    answer = await press(lea, page, f"/announcements/{post.id}/acknowledge")
    assert path_of(answer) == f"/posts/{post.id}"
    shown = (await lea.get(path_of(answer))).text
    assert "C’est noté : vous avez lu et compris." in text_of(shown)
    assert "Vous l’avez lue et comprise le" in panel_of(shown)
    assert READ_AND_UNDERSTOOD not in panel_of(shown)
    assert TO_READ not in (await lea.get("/")).text


async def test_confirmed_twice_the_first_time_counts(desk: Desk) -> None:
    post, marc = await desk.receive(), await desk.shop.sign_in("marc")
    for deed in ("acknowledge", "confirm"):
        for _ in range(2):
            assert path_of(await marc.post(f"/announcements/{post.id}/{deed}", {"version": "1"})) == f"/posts/{post.id}"
    first = await desk.done_by(post, "marc")
    assert first is not None
    assert (first.confirmed, first.confirmed_at) == (1, START)
    assert await desk.confirmed(post) == 1
    assert [one.deed for one in await desk.site.read(list_entries, limit=5)].count("announcement.confirmed") == 1


async def test_what_asks_nobody_stands_at_home_until_it_was_looked_at(desk: Desk) -> None:
    post, lea = await desk.receive(Terms()), await desk.shop.sign_in("lea")
    assert TO_READ in (await lea.get("/")).text
    assert READ_AND_UNDERSTOOD not in (await lea.get(f"/posts/{post.id}")).text
    assert TO_READ not in (await lea.get("/")).text
    assert "lue" in text_of((await lea.get("/announcements")).text)


async def test_home_has_the_most_important_first_and_what_is_over_not_at_all(desk: Desk) -> None:
    await desk.receive(Terms(), "Pour information")
    await desk.receive(Terms(priority=Priority.URGENT), "Tout de suite", at=START - timedelta(days=3))
    await desk.receive(Terms(priority=Priority.IMPORTANT), "Avant ce soir")
    await desk.receive(Terms(priority=Priority.URGENT, ends_at=START - timedelta(hours=1)), "Plus en vigueur", at=START - timedelta(days=2))
    home = (await (await desk.shop.sign_in("lea")).get("/")).text
    block = home[home.index('<section class="panel to-read"') :].partition("</section>")[0]
    assert re.findall(r"Tout de suite|Avant ce soir|Pour information|Plus en vigueur", block) == [
        "Tout de suite",
        "Avant ce soir",
        "Pour information",
    ]
    assert "À lire (3)" in block


async def test_home_shows_five_and_says_where_the_others_are(desk: Desk) -> None:
    for number in range(7):
        await desk.receive(Terms(), f"Consigne {number}", at=START - timedelta(minutes=number))
    home = (await (await desk.shop.sign_in("lea")).get("/")).text
    block = home[home.index('<section class="panel to-read"') :].partition("</section>")[0]
    assert re.findall(r"Consigne \d", block) == [f"Consigne {number}" for number in range(5)]
    assert "À lire (7)" in block
    assert 'href="/announcements"' in block


async def test_a_site_without_announcements_shows_no_block(desk: Desk) -> None:
    lea = await desk.shop.sign_in("lea")
    assert "to-read" not in (await lea.get("/")).text
    assert "Aucune annonce pour l’instant" in text_of((await lea.get("/announcements")).text)


@pytest.mark.parametrize("people", [4, 5])
async def test_everybody_is_told_who_sees_what_they_confirm(desk: Desk, people: int) -> None:
    await desk.hire(*(f"salarie{number}" for number in range(people - 3)))
    post, lea, marc = await desk.receive(), await desk.shop.sign_in("lea"), await desk.shop.sign_in("marc")
    own, site = panel_of((await lea.get(f"/posts/{post.id}")).text), panel_of((await marc.get(f"/posts/{post.id}")).text)
    assert "Les responsables de ce site voient votre nom." in own
    counted = "La tête de réseau voit combien d’entre vous l’ont lue, jamais qui."
    assert (counted in own) == (people == 5)
    assert ("La tête de réseau n’en voit rien : vous êtes moins de cinq." in own) == (people == 4)
    assert ("et combien l’ont lue. Aucun nom." in site.replace("quand, et", "et")) == (people == 5)
    assert ("et quand. Aucun nom, aucun nombre." in site) == (people == 4)


async def test_who_has_read_it_is_shown_to_who_answers_for_the_site_and_to_nobody_else(desk: Desk) -> None:
    post = await desk.receive()
    await desk.acknowledge(post, "ines")
    marc = panel_of((await (await desk.shop.sign_in("marc")).get(f"/posts/{post.id}")).text)
    assert "Lue ici par 1 sur 3" in marc
    assert "Inès Ben Amar lue et comprise" in marc
    assert "Léa Klein pas encore" in marc
    for role in (Role.READER, Role.AUTHOR, Role.MODERATOR, Role.ADMINISTRATOR):
        await give(desk.shop, "lea", [role])
        panel = panel_of((await (await desk.shop.sign_in("lea")).get(f"/posts/{post.id}")).text)
        assert "Inès" not in panel
        assert "Lue ici par" not in panel


async def test_a_site_is_confirmed_from_home_and_stays_there_until_it_is(desk: Desk) -> None:
    post, marc = await desk.receive(RESPONSIBLE), await desk.shop.sign_in("marc")
    page = (await marc.get(f"/posts/{post.id}")).text
    assert READ_AND_UNDERSTOOD not in page
    assert "le site ne l’a pas encore confirmée" in text_of((await marc.get("/")).text)
    await press(marc, page, f"/announcements/{post.id}/confirm")
    assert TO_READ not in (await marc.get("/")).text
    panel = panel_of((await marc.get(f"/posts/{post.id}")).text)
    assert "Marc Weber l’a confirmée pour le site le" in panel
    assert "Confirmer pour le site" not in panel


async def test_a_later_version_that_asks_again_says_so_to_the_person_and_to_the_site(desk: Desk) -> None:
    post, marc = await desk.receive(), await desk.shop.sign_in("marc")
    for deed in ("acknowledge", "confirm"):
        await marc.post(f"/announcements/{post.id}/{deed}", {"version": "1"})
    await desk.keep(post, replace(EVERYONE, version=2, confirm_from=1))
    assert TO_READ not in (await marc.get("/")).text
    await desk.keep(post, replace(EVERYONE, version=3, confirm_from=3))
    assert "modifiée : lisez la nouvelle version" in text_of((await marc.get("/")).text)
    page = (await marc.get(f"/posts/{post.id}")).text
    assert "Version 3, du" in panel_of(page)
    assert "Vous avez confirmé une version précédente. Celle-ci vous le redemande." in panel_of(page)
    assert "Le site a confirmé une version précédente. Celle-ci le redemande." in panel_of(page)
    await press(marc, page, f"/announcements/{post.id}/acknowledge")
    done = await desk.done_by(post, "marc")
    assert done is not None
    assert done.confirmed == 3


async def test_a_date_to_confirm_by_is_shown_to_who_has_not_and_to_nobody_else(desk: Desk) -> None:
    due = replace(EVERYONE, before=START + timedelta(days=2))
    post, lea = await desk.receive(due), await desk.shop.sign_in("lea")
    assert "à confirmer avant le" in text_of((await lea.get("/")).text)
    assert "À confirmer avant le" in panel_of((await lea.get(f"/posts/{post.id}")).text)
    await desk.keep(post, replace(due, before=START - timedelta(hours=1)))
    assert "était à confirmer avant le" in text_of((await lea.get("/announcements")).text)
    await desk.acknowledge(post, "lea")
    assert "confirmer avant le" not in text_of((await lea.get("/announcements")).text)
    assert "confirmer avant le" not in panel_of((await lea.get(f"/posts/{post.id}")).text)


async def test_what_is_over_asks_for_nothing_any_more(desk: Desk) -> None:
    post, marc = await desk.receive(replace(EVERYONE, ends_at=START - timedelta(hours=1))), await desk.shop.sign_in("marc")
    panel = panel_of((await marc.get(f"/posts/{post.id}")).text)
    assert "Cette annonce n’est plus en vigueur." in panel
    assert READ_AND_UNDERSTOOD not in panel
    assert "Confirmer pour le site" not in panel
    assert "n’est plus en vigueur" in text_of((await marc.get("/announcements")).text)


async def test_whoever_chose_english_reads_it_in_english(desk: Desk) -> None:
    post = await desk.receive(replace(EVERYONE, priority=Priority.URGENT, before=START + timedelta(days=2)))
    await desk.site.write(lambda tx: set_preferences(tx, get_account(tx, "lea").id, language="en"))
    lea = await desk.shop.sign_in("lea")
    home, page = text_of((await lea.get("/")).text), panel_of((await lea.get(f"/posts/{post.id}")).text)
    assert "To read (1)" in home
    assert "Urgent to read and confirm · to be confirmed before" in home
    assert "To be confirmed before Mar" in page or "To be confirmed before 4 March" in page
    assert "I have read and understood" in page


# The list and the board.


async def test_the_list_goes_on_behind_its_first_page(desk: Desk) -> None:
    clock = desk.site.clock
    assert isinstance(clock, FixedClock)
    for number in range(limits.PAGE_ITEMS + 3):
        clock.advance(timedelta(seconds=1))
        await desk.receive(Terms(ends_at=START - timedelta(hours=1)), f"Consigne {number:03d}")
    lea = await desk.shop.sign_in("lea")
    first = (await lea.get("/announcements")).text
    older = re.search(r'href="(/announcements\?before=[0-9A-Z]+)"', first)
    assert older is not None
    second = (await lea.get(older[1])).text
    shown = [re.findall(r">(Consigne \d+)</a>", page) for page in (first, second)]
    assert (len(shown[0]), len(shown[1])) == (limits.PAGE_ITEMS, 3)
    assert shown[0] + shown[1] == [f"Consigne {number:03d}" for number in reversed(range(limits.PAGE_ITEMS + 3))]
    assert "Annonces plus anciennes" not in second
    assert (await lea.get("/announcements?before=x")).status_code == 404


async def test_the_list_offers_a_new_one_to_who_speaks_for_the_head_office(office: Office) -> None:
    assert 'href="/announcements/new"' in (await (await office.shop.sign_in("marc")).get("/announcements")).text
    assert 'href="/announcements/new"' not in (await (await office.shop.sign_in("ines")).get("/announcements")).text


async def say_numbers(shop: Shop, post_id: str, totals: Totals | None) -> None:
    said = Said(LYON, version=1, confirmed=1, confirmed_at=START, totals=totals, counted_at=START if totals else None)
    await shop.site.write(save_said, post_id, said, START)


async def test_the_board_has_every_site_with_how_far_it_came(office: Office) -> None:
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    board = text_of((await marc.get(f"/announcements/{post.id}/board")).text)
    assert "Aubrelle Lyon" in board
    assert "En route 1" in board
    assert "écrite ici" in board
    assert "Reçue 1 / 2" in board
    await say_numbers(office.shop, post.id, Totals(12, 9, 7))
    board = text_of((await marc.get(f"/announcements/{post.id}/board")).text)
    assert "9 / 12" in board
    assert "Confirmée par le site 1 / 2" in board


async def test_a_site_of_fewer_than_five_has_no_numbers_on_the_board_nor_in_its_sums(office: Office) -> None:
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    await say_numbers(office.shop, post.id, None)
    board = (await marc.get(f"/announcements/{post.id}/board")).text
    assert "Lue par" not in text_of(board)
    # The head office has three people of its own, and confirmed nothing.
    assert re.findall(r'<td class="board-count" data-label="Lue">([^<]*)</td>', board) == ["–", "–"]


async def test_the_table_runs_no_formula_in_a_spreadsheet(office: Office) -> None:
    await admit_site(office.shop, "metz", Attributes(region="@SUM(1)", city="+33"))
    post, marc = await office.announce(), await office.shop.sign_in("marc")
    answer = await marc.get(f"/announcements/{post.id}/board.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "no-store" in answer.headers["cache-control"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 3
    for row in rows:
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert {row["region"] for row in rows} == {"", "'@SUM(1)"}


async def test_the_head_office_confirms_as_a_site_too_and_knows_its_own_people(office: Office) -> None:
    post = await office.announce()
    await give(office.shop, "ines", [Role.RESPONSIBLE])
    ines = await office.shop.sign_in("ines")
    page = (await ines.get(f"/posts/{post.id}")).text
    assert "Cela figure sur le tableau de la tête de réseau, où vous êtes." in panel_of(page)
    assert "Où elle en est" not in page
    await press(ines, page, f"/announcements/{post.id}/confirm")
    marc = await office.shop.sign_in("marc")
    assert "Confirmée par le site 1 / 2" in text_of((await marc.get(f"/announcements/{post.id}/board")).text)
    assert "Où elle en est" in panel_of((await marc.get(f"/posts/{post.id}")).text)
