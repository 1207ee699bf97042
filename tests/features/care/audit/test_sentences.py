"""Every deed has a sentence, every detail a label, and what says nothing is not said."""

import ast
from datetime import UTC, datetime
from typing import Any

import pytest

from fedirse.base.roles import Role
from fedirse.base.settings import SiteSettings
from fedirse.features.care.audit.model import DEEDS, DETAILS, SUBJECT_AS, Chosen, Coded
from fedirse.features.care.audit.views import ShownEntry, ShownLine, show_entry
from fedirse.social.entrance.links.model import LinkKind
from fedirse.social.moderation.reports.model import Measure
from fedirse.social.network.roster.model import Doubt
from fedirse.storage.audit import AuditEntry
from tests.features.care.audit.recorded import recorded, recorded_in

FIXED_SETTINGS = {"domain", "scheme", "handle", "head_office"}


def entry(deed: str, subject: str = "lea", account_id: str = "01", **details: Any) -> AuditEntry:
    return AuditEntry(7, datetime(2026, 3, 2, 8, tzinfo=UTC), account_id, "marc", deed, subject, details, "")


def shown(deed: str, subject: str = "lea", language: str = "fr", **details: Any) -> ShownEntry:
    return show_entry(entry(deed, subject, **details), language)


def words_of(told: ShownEntry) -> list[tuple[str, str]]:
    return [(line.words.replace("\u00a0", " "), line.value) for line in told.lines]


def test_every_place_that_records_something_can_be_read() -> None:
    assert [found.place for found in recorded() if not found.deeds] == []
    assert len(list(recorded())) > 25


def test_exactly_the_deeds_that_are_recorded_have_a_sentence() -> None:
    assert {deed for found in recorded() for deed in found.deeds} == set(DEEDS)


def test_every_detail_that_is_recorded_has_a_label() -> None:
    assert {name for found in recorded() for name in found.details} - set(DETAILS) == set()


def test_no_label_is_for_a_detail_that_nobody_records() -> None:
    named = {name for found in recorded() for name in found.details} | set(SUBJECT_AS.values()) | {"subject"}
    assert set(DETAILS) - named == set()


@pytest.mark.parametrize(
    ("detail", "codes"),
    [
        ("roles", {role.value for role in Role}),
        ("before", {role.value for role in Role}),
        ("measures", {measure.value for measure in Measure}),
        ("kind", {kind.value for kind in LinkKind}),
        ("changed", set(SiteSettings.__struct_fields__) - FIXED_SETTINGS),
    ],
)
def test_every_code_in_a_detail_has_a_word(detail: str, codes: set[str]) -> None:
    found = DETAILS[detail]
    assert isinstance(found, Coded)
    assert set(found.words) == codes


def test_withdrawing_has_a_sentence_for_every_kind_of_link() -> None:
    withdrawn = DEEDS["link.withdrawn"]
    assert isinstance(withdrawn, Chosen)
    assert set(withdrawn.among) == {kind.value for kind in LinkKind}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("found", list(recorded()), ids=lambda found: found.place)
def test_no_entry_that_is_recorded_needs_its_code_to_be_told(found: Any, language: str) -> None:
    values: dict[str, Any] = dict.fromkeys(found.details, 2) | {
        name: list(detail.words) for name, detail in DETAILS.items() if isinstance(detail, Coded) and name in found.details
    }
    for deed in found.deeds:
        told = show_entry(entry(deed, "12", **values), language)
        assert deed not in told.sentence
        assert "%(" not in told.sentence
        assert all("_" not in line.value for line in told.lines)


def test_a_deed_is_told_in_the_language_of_the_reader() -> None:
    french = shown("actor.blocked", "@mallory@bruit.example", reason="Insultes", follows_ended=3)
    assert french.sentence == "a bloqué <bdi>@mallory@bruit.example</bdi>"
    assert words_of(french) == [("Motif", "Insultes"), ("3 abonnements ont pris fin", "")]
    english = shown("actor.blocked", "@mallory@bruit.example", "en", reason="Insultes", follows_ended=1)
    assert english.sentence == "blocked <bdi>@mallory@bruit.example</bdi>"
    assert words_of(english) == [("Reason", "Insultes"), ("1 follow ended", "")]


def test_what_says_nothing_is_not_said() -> None:
    assert shown("host.blocked", "bruit.example", reason="", subdomains=False, follows_ended=0).lines == ()
    assert words_of(shown("host.blocked", "bruit.example", subdomains=True)) == [("Avec ses sous-domaines", "")]


def test_what_the_sentence_says_is_not_said_again() -> None:
    told = shown("link.made", "ines", kind="reset")
    assert (told.sentence, told.lines) == ("a donné à <bdi>@ines</bdi> un lien pour un nouveau mot de passe", ())
    invited = shown("invitation.made", "01KXXXX", roles=["author"], uses=5)
    assert invited.sentence == "a créé une invitation pour 5 personnes"
    assert words_of(invited) == [("Rôles", "Auteur")]


def test_a_bare_id_is_never_shown() -> None:
    told = shown("report.resolved", "01KREPORT", about="@promo@promo.example", measures=["remove", "block-host"], reason="Publicité")
    assert told.sentence == "a traité le signalement sur <bdi>@promo@promo.example</bdi>"
    assert ShownLine("Voir le signalement", path="/site/reports/01KREPORT") in told.lines
    assert ("Mesures", "publications retirées, serveur bloqué") in words_of(told)
    assert all("01K" not in line.words + line.value for line in told.lines)


def test_roles_of_before_are_told_where_they_were_others() -> None:
    assert words_of(shown("account.roles", roles=["author"], before=["reader"])) == [("Rôles", "Auteur"), ("Rôles d’avant", "Lecteur")]
    assert words_of(shown("account.roles", roles=["author"], before=["author"])) == [("Rôles", "Auteur")]


def test_a_command_on_the_server_has_no_name() -> None:
    assert show_entry(entry("account.disabled", account_id=""), "fr").who == ""
    assert show_entry(entry("account.disabled"), "fr").who == "marc"


@pytest.mark.attack("WEB-043")
@pytest.mark.parametrize(
    ("deed", "details"),
    [("host.exploded", {"why": "x"}), ("report.resolved", {}), ("invitation.made", {"uses": "many"}), ("post.hidden", ["x"])],
)
def test_an_entry_that_makes_no_sense_is_told_by_its_code(deed: str, details: Any) -> None:
    told = show_entry(AuditEntry(1, datetime(2026, 3, 2, tzinfo=UTC), "01", "marc", deed, "<b>lea</b>", details, ""), "fr")
    assert deed in told.sentence
    assert any("<b>lea</b>" in line.value + line.path or "%3Cb%3E" in line.path for line in told.lines)


@pytest.mark.attack("CNT-015")
def test_words_of_others_stay_words() -> None:
    told = shown("actor.blocked", "@<i>%(reason)s</i>@bruit.example", reason="%(subject)s {{7*7}}")
    assert told.sentence == "a bloqué <bdi>@&lt;i&gt;%(reason)s&lt;/i&gt;@bruit.example</bdi>"
    assert words_of(told) == [("Motif", "%(subject)s {{7*7}}")]


@pytest.mark.parametrize(
    ("source", "deeds"),
    [
        ("def f(tx):\n    record(tx, 'a.b', 'x', now, kind=1)", [("a.b",)]),
        ("def f(tx):\n    deed = 'a.b' if x else 'a.c'\n    record(tx, deed, 'x', now)", [("a.b", "a.c")]),
        ("def w(tx, deed):\n    record(tx, deed, 'x', now)\ndef f(tx):\n    w(tx, 'a.d')", [("a.d",)]),
        ("def f(tx):\n    record(tx, f'report.{state}', 'x', now)", [("report.resolved", "report.dismissed")]),
        ("def f(tx):\n    record(tx, compute(), 'x', now)", [()]),
        ("def f(tx):\n    record(tx, 'a.b', 'x', now, **more)", [()]),
    ],
)
def test_a_deed_is_found_however_it_is_recorded(source: str, deeds: list[tuple[str, ...]]) -> None:
    tree = ast.parse(f"from fedirse.storage.audit import record\n{source}")
    assert [found.deeds for found in recorded_in(tree)] == deeds


def test_every_doubt_about_a_head_office_has_its_words() -> None:
    why = DETAILS["why"]
    assert isinstance(why, Coded)
    assert why.words.keys() == {doubt.value for doubt in Doubt}
