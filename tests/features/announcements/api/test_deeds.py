"""What programs do and see is what the pages do and show."""

import json
from typing import Any

import pytest

from fedirse.features.announcements.acknowledgement.model import Totals
from fedirse.features.announcements.api.keys.model import May
from fedirse.features.announcements.board.model import Said
from fedirse.features.announcements.board.store import save_said
from fedirse.features.announcements.model import Terms
from fedirse.social.network.model import Attribute
from fedirse.social.network.segments.actions import define_segment
from fedirse.social.network.segments.model import Has, Segment
from fedirse.storage.audit import list_entries
from fedirse.storage.transaction import Transaction
from tests.features.announcements.api.programs import SENT, TEXT, TITLE, Program, give_key, later
from tests.features.announcements.desks import EVERYONE, Office
from tests.federation.network import START
from tests.social.network.console.office import LYON
from tests.social.posts.composing.test_files import picture

CHANGED = "Retirez les lots 4821 et 4822."


@pytest.fixture
async def program(office: Office) -> Program:
    found, _ = await give_key(office.shop)
    return found


async def read(program: Program, post_id: str) -> dict[str, Any]:
    answer = await program.ask("GET", f"/announcements/{post_id}")
    assert answer.status_code == 200
    return dict(answer.json())


async def change(program: Program, post_id: str, of_version: int = 1, **values: object) -> Any:
    return await program.ask("PUT", f"/announcements/{post_id}", {**SENT, "text": CHANGED, "of_version": of_version, **values})


async def select(office: Office) -> Segment:
    """A selection that covers nobody but the head office."""
    condition = Has(Attribute.REGION, frozenset({"Sud"}))
    return await office.site.write(lambda tx: define_segment(tx, office.site, "Le Sud", condition, START))


async def test_what_a_program_announces_is_announced(office: Office, program: Program) -> None:
    soon, end = later(office.shop, days=2), later(office.shop, days=30)
    answer = await program.ask("POST", "/announcements", {**SENT, "priority": "urgent", "confirm_before": soon, "counts_until": end})
    told = answer.json()
    assert answer.headers["location"] == f"/api/fedirse/v1/announcements/{told['id']}"
    assert told["version"] == 1
    [(post, announcement)] = await office.all()
    assert (post.id, post.title, post.source, post.uri) == (told["id"], TITLE, TEXT, told["url"])
    assert announcement.terms.before is not None
    found = await read(program, post.id)
    assert found["audience"] == {"kind": "network", "segments": []}
    assert (found["priority"], found["asked_of"], found["language"], found["version"]) == ("urgent", "everyone", "fr", 1)
    assert (found["confirm_before"], found["counts_until"]) == (soon.replace("+00:00", "Z"), end.replace("+00:00", "Z"))
    assert "4821" in (await (await office.shop.sign_in("lea")).get(f"/posts/{post.id}")).text


async def test_without_more_it_asks_nothing_in_the_language_of_the_account(office: Office, program: Program) -> None:
    answer = await program.ask("POST", "/announcements", {"title": TITLE, "text": TEXT, "audience": {"kind": "public"}})
    found = await read(program, answer.json()["id"])
    assert (found["priority"], found["asked_of"], found["language"], found["audience"]["kind"]) == ("info", "nobody", "fr", "public")
    assert [announcement.terms for _, announcement in await office.all()] == [Terms()]


async def test_a_selection_can_be_addressed_by_what_its_list_says(office: Office, program: Program) -> None:
    segment = await select(office)
    assert (await program.ask("GET", "/segments")).json() == {"items": [{"id": segment.id, "name": "Le Sud", "sites": 1}]}
    post_id = await program.announce(audience={"kind": "segment", "segments": [segment.id]})
    assert (await read(program, post_id))["audience"] == {"kind": "segment", "segments": [segment.id]}
    assert (await program.ask("GET", f"/announcements/{post_id}/board")).json()["sums"]["sites"] == 1


async def test_the_log_names_the_account_and_its_key(office: Office, program: Program) -> None:
    post_id = await program.announce()
    await program.ask("POST", f"/announcements/{post_id}/reminders")
    await change(program, post_id)
    await program.ask("DELETE", f"/announcements/{post_id}")
    entries = await office.site.read(list_entries)
    deeds = [entry for entry in entries if entry.deed.startswith("announcement.") and "key" not in entry.deed]
    assert {entry.deed for entry in deeds} == {f"announcement.{deed}" for deed in ("published", "reminded", "changed", "withdrawn")}
    assert {entry.who for entry in deeds} == {"marc · Intranet"}
    assert all(entry.account_id for entry in deeds)


async def test_the_list_goes_on_until_its_end(office: Office, program: Program) -> None:
    made = [(await office.announce(title=f"Annonce {number}")).id for number in range(5)]
    found, path = [], "/announcements?limit=2"
    while path:
        told = (await program.ask("GET", path)).json()
        found += [one["id"] for one in told["items"]]
        path = (told["next"] or "").removeprefix("/api/fedirse/v1")
    assert found == sorted(made, reverse=True)


async def test_a_later_version_takes_the_place_of_the_one_before(office: Office, program: Program) -> None:
    post_id = await program.announce(priority="urgent")
    told = (await change(program, post_id, ask_again=True)).json()
    assert told["version"] == 2
    found = await read(program, post_id)
    assert (found["text"], found["priority"], found["version"], found["confirm_from"]) == (CHANGED, "info", 2, 2)
    assert found["changed_at"] is not None


async def test_one_made_from_an_earlier_version_is_refused(office: Office, program: Program) -> None:
    post_id = await program.announce()
    assert (await change(program, post_id)).status_code == 200
    for of_version, text in ((1, "Autre chose."), (5, "Autre chose."), (3, CHANGED)):
        answer = await change(program, post_id, of_version, text=text)
        assert (answer.status_code, answer.json()["code"]) == (409, "stale-version")
        assert "2" in answer.json()["detail"]
    assert (await read(program, post_id))["text"] == CHANGED


async def test_a_later_version_sent_twice_is_one(office: Office, program: Program) -> None:
    post_id = await program.announce()
    answers = [await change(program, post_id, ask_again=True) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert (await change(program, post_id, priority="urgent")).status_code == 409


async def test_files_that_were_added_on_the_page_stay(office: Office, program: Program) -> None:
    marc = await office.shop.sign_in("marc")
    typed = {**SENT, "audience": "network", "asked": "1"}
    sent = await marc.post("/announcements", typed, files=[picture()])
    assert sent.status_code == 303
    [(post, _)] = await office.all()
    assert len(post.attachments) == 1
    assert (await change(program, post.id)).status_code == 200
    [(changed, _)] = await office.all()
    assert (changed.source, changed.attachments) == (CHANGED, post.attachments)


async def test_what_was_taken_back_is_gone(office: Office, program: Program) -> None:
    post_id = await program.announce()
    answers = [await program.ask("DELETE", f"/announcements/{post_id}") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 404]
    assert answers[0].content == b""
    assert (await program.ask("GET", f"/announcements/{post_id}")).status_code == 404
    assert (await change(program, post_id)).status_code == 404
    assert await office.all() == []


async def test_the_board_is_that_of_the_page(office: Office, program: Program) -> None:
    post = await office.announce()
    said = Said(LYON, 1, 1, START, Totals(14, 12, 9), START)
    await office.site.write(save_said, post.id, said, START)
    told = (await program.ask("GET", f"/announcements/{post.id}/board")).json()
    assert told["sums"]["confirmed"] == 1
    assert told["sums"]["people"] == {"asked": 14, "seen": 12, "confirmed": 9}
    lines = {line["host"]: line for line in told["lines"]}
    assert lines["lyon.example"]["people"] == {"asked": 14, "seen": 12, "confirmed": 9}
    assert (lines["lyon.example"]["confirmed"], lines["lyon.example"]["arrival"]) == (True, "received")
    # Three people work at the head office: so few are told nothing of.
    assert lines["magasin.example"]["people"] is None
    marc = await office.shop.sign_in("marc")
    table = await program.ask("GET", f"/announcements/{post.id}/board.csv")
    assert table.content == (await marc.get(f"/announcements/{post.id}/board.csv")).content
    assert table.headers["content-type"] == "text/csv; charset=utf-8"


async def test_nobody_is_named_on_a_board(office: Office, program: Program) -> None:
    post = await office.announce(EVERYONE)
    for path in ("board", "board.csv"):
        told = (await program.ask("GET", f"/announcements/{post.id}/{path}")).text
        assert not any(name in told for name in ("Marc", "Inès", "Léa", "marc"))


async def test_silent_sites_are_asked_once_more(office: Office, program: Program) -> None:
    post_id = await program.announce()
    asked = [(await program.ask("POST", f"/announcements/{post_id}/reminders")).json()["asked"] for _ in range(2)]
    assert asked == [1, 0]


async def test_a_key_that_reads_sees_the_same(office: Office, program: Program) -> None:
    await program.announce()
    reader, _ = await give_key(office.shop, may=May.READ)
    assert (await reader.ask("GET", "/announcements")).content == (await program.ask("GET", "/announcements")).content


async def test_what_is_asked_of_the_head_as_well_answers_without_a_body_on_the_wire(office: Office, program: Program) -> None:
    answer = await program.ask("HEAD", "/announcements")
    assert answer.status_code == 200


async def test_nothing_is_said_of_a_program_in_what_leaves(office: Office, program: Program) -> None:
    post_id = await program.announce()

    def sent(tx: Transaction) -> str:
        return json.dumps([row[0] for row in tx.exec_driver_sql("select body from activities").all()], default=str)

    assert "Intranet" not in await office.site.read(sent)
    assert post_id
