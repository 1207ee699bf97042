"""Each thing that can go wrong with a site has a sentence, and what is well does not cry."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from babel.messages.pofile import read_po

from fedirse.base.limits import BALLAST_BYTES, ROOM_BYTES
from fedirse.features.care.health import rules
from fedirse.features.care.health.model import Disk, Facts, Level, Size, Traffic
from fedirse.features.care.health.rules import judge, worst
from fedirse.features.care.health.views import show_plain, show_size
from tests.fixtures_folder import ROOT

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
GIB = 1024**3
BUSY = Traffic(
    received_at=NOW - timedelta(minutes=5),
    delivered_at=NOW - timedelta(minutes=2),
    latest_at=NOW - timedelta(minutes=2),
    waiting=3,
    oldest_at=NOW - timedelta(minutes=10),
    waiting_peers=2,
    failing_peers=1,
)
WELL = Facts(
    now=NOW,
    version="1.2.3",
    schema="0002",
    made_at=NOW - timedelta(days=400),
    state="writable",
    disk=Disk(100 * GIB, 50 * GIB, ballast=True),
    open_files=(),
    backup_at=NOW - timedelta(hours=20),
    restored_from=None,
    traffic=BUSY,
)


def level_of(code: str, facts: Facts) -> str:
    (found,) = [finding for finding in judge(facts) if finding.code == code]
    return found.level.value


def test_a_site_that_is_well_has_nothing_but_green() -> None:
    assert {finding.level for finding in judge(WELL)} == {Level.GREEN}
    assert worst(judge(WELL)) == "green"


def test_a_new_site_that_nothing_has_happened_on_needs_only_a_backup() -> None:
    new = replace(WELL, traffic=Traffic(), backup_at=None, made_at=NOW)
    assert [finding.code for finding in judge(new) if finding.level is not Level.GREEN] == ["backup"]
    assert worst(judge(new)) == "orange"


@pytest.mark.parametrize(
    ("code", "facts", "level"),
    [
        ("writing", replace(WELL, state="full"), "red"),
        ("writing", replace(WELL, state="stopped"), "red"),
        ("disk", replace(WELL, disk=Disk(100 * GIB, 5 * GIB - 1, ballast=True)), "orange"),
        ("disk", replace(WELL, disk=Disk(100 * GIB, 5 * GIB + GIB, ballast=True)), "green"),
        ("disk", replace(WELL, disk=Disk(2 * GIB, GIB - 1, ballast=True)), "orange"),
        ("disk", replace(WELL, disk=Disk(2 * GIB, ROOM_BYTES, ballast=True)), "orange"),
        ("disk", replace(WELL, disk=Disk(2 * GIB, ROOM_BYTES - 1, ballast=True)), "red"),
        ("disk", replace(WELL, disk=Disk(2 * GIB, ROOM_BYTES + BALLAST_BYTES - 1, ballast=False)), "red"),
        ("keys", replace(WELL, open_files=("shop/keys/seal.key",)), "red"),
        ("clock", replace(WELL, traffic=replace(BUSY, latest_at=NOW + timedelta(minutes=10))), "green"),
        ("clock", replace(WELL, traffic=replace(BUSY, latest_at=NOW + timedelta(minutes=11))), "red"),
        ("received", replace(WELL, traffic=replace(BUSY, received_at=NOW - timedelta(days=8))), "orange"),
        ("sent", replace(WELL, traffic=replace(BUSY, overdue=1)), "red"),
        ("queue", replace(WELL, traffic=replace(BUSY, oldest_at=NOW - timedelta(days=2))), "orange"),
        ("queue", replace(WELL, traffic=replace(BUSY, failing_peers=2, oldest_at=NOW - timedelta(hours=2))), "red"),
        ("queue", replace(WELL, traffic=replace(BUSY, failing_peers=2)), "green"),
        ("queue", replace(WELL, traffic=replace(BUSY, failing_peers=1, waiting_peers=1, oldest_at=NOW - timedelta(hours=2))), "green"),
        ("backup", replace(WELL, backup_at=NOW - timedelta(days=3)), "orange"),
        ("backup", replace(WELL, backup_at=NOW - timedelta(days=31)), "red"),
        ("backup", replace(WELL, backup_at=None), "red"),
    ],
)
def test_what_is_wrong_is_found(code: str, facts: Facts, level: str) -> None:
    assert level_of(code, facts) == level


def test_a_finding_speaks_with_its_words_filled_in_and_says_what_to_do() -> None:
    (disk,) = [finding for finding in judge(replace(WELL, disk=Disk(2 * GIB, 512 * 1024**2, ballast=True))) if finding.code == "disk"]
    assert disk.say(str, show_plain) == "512.0 MiB of 2.0 GiB are free on the disk."
    assert disk.advise(str, show_plain).startswith("Make room")


def test_every_sentence_has_its_place_holders_in_french_too() -> None:
    with (ROOT / "fedirse/features/care/messages/fr.po").open("rb") as file:
        french = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    troubled = replace(WELL, traffic=replace(BUSY, overdue=1), restored_from=NOW, backup_at=None, open_files=("x",), state="full")
    for facts in (WELL, troubled, replace(WELL, traffic=Traffic())):
        for finding in judge(facts):
            assert finding.say(french.__getitem__, show_plain) != finding.say(str, show_plain)
            if finding.advice:
                assert finding.advise(french.__getitem__, show_plain)


def test_words_are_written_for_people() -> None:
    assert show_plain(NOW) == "2026-11-22 09:30:00 UTC"
    assert show_plain(timedelta(minutes=3)) == "0:03:00"
    assert (show_plain(Size(1536)), show_plain(1536), show_plain("x")) == ("1.5 KiB", "1536", "x")
    assert show_size(5 * GIB // 2, ("o", "Kio", "Mio", "Gio"), ",") == "2,5 Gio"
    assert rules.worst(()) == "green"
