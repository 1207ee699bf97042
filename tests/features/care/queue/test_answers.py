"""Whatever becomes of a delivery has words for people; the codes stay with programs."""

import ast
from datetime import UTC, datetime
from http import HTTPStatus

import pytest

from fedirse.base import errors
from fedirse.base.errors import RemoteError, RemoteRejected, RemoteUnavailable
from fedirse.features.care.queue.rules import BROKEN, MOVED, REASONS, REFUSED, STATUSES, TAKEN, UNCLEAR, explain
from fedirse.outbox.outcome import Outcome, Retry, outcome_of_answer, outcome_of_error
from fedirse.remote.answers import Answer
from fedirse.remote.failures import _REASONS
from fedirse.web.languages import PACKAGE, translations

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
NOT_ON_THE_WAY = {"mail.py": "sends mails", "actors.py": "fetches actors", "handles.py": "reads what people type"}
"""Modules of `remote` that no delivery goes through."""

REMOTE_ERRORS = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, RemoteError)}
BY_THE_LANE = {"failed here"}


def reasons_of_errors() -> set[str]:
    """Every reason that an error on the way to another server may have."""
    found = {kind.default_reason for kind in REMOTE_ERRORS.values()} | {*_REASONS.values(), "connection"}
    for module in (PACKAGE / "remote").glob("*.py"):
        if module.name not in NOT_ON_THE_WAY:
            found |= reasons_in(ast.parse(module.read_text(encoding="utf-8")))
    return found


def reasons_in(tree: ast.Module) -> set[str]:
    return {
        argument.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in REMOTE_ERRORS
        for argument in node.keywords
        if argument.arg == "reason" and isinstance(argument.value, ast.Constant) and isinstance(argument.value.value, str)
    }


def written(outcome: Outcome) -> str:
    """An outcome as the lane writes it down of a peer."""
    return (outcome.answer if outcome.status is None else f"{outcome.status} {outcome.answer}").strip()


def test_exactly_the_reasons_of_errors_have_words() -> None:
    assert set(REASONS) == reasons_of_errors() | BY_THE_LANE


def test_a_reason_is_found_where_an_error_is_made() -> None:
    assert reasons_in(ast.parse("raise RemoteUnavailable('x', reason='brand-new')")) == {"brand-new"}


@pytest.mark.parametrize("reason", sorted(reasons_of_errors()))
def test_the_outcome_of_every_error_is_told(reason: str) -> None:
    told = explain(written(outcome_of_error(RemoteUnavailable("ailleurs.example: ConnectError: no", reason=reason))))
    assert told.sentence == REASONS[reason]
    assert (told.status, told.said) == (None, "ailleurs.example: ConnectError: no")


@pytest.mark.parametrize("status", [*range(200, 600), 999])
def test_the_outcome_of_every_answer_is_told(status: int) -> None:
    outcome = outcome_of_answer(Answer(status, {}, "dns: <b>oops</b>"), NOW)
    told = explain(written(outcome)) if isinstance(outcome, Retry) and status < 600 else explain(outcome.answer, outcome.status)
    assert told.status == status
    assert told.said == "dns: <b>oops</b>"
    assert str(status) in told.sentence % told.words


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_sentence_is_there_in_both_languages(language: str) -> None:
    for sentence in {*REASONS.values(), *STATUSES.values(), TAKEN, MOVED, REFUSED, BROKEN, UNCLEAR}:
        said = translations(language).gettext(sentence)
        assert (said == sentence) == (language == "en"), sentence


def test_what_a_server_says_is_never_taken_for_a_reason() -> None:
    assert explain("dns: believe me", HTTPStatus.FORBIDDEN).sentence == STATUSES[HTTPStatus.FORBIDDEN]
    assert explain("503 connect: believe me").sentence == STATUSES[HTTPStatus.SERVICE_UNAVAILABLE]


@pytest.mark.parametrize("text", ["", "connected: no", "something else", "5033", "toString", "12 x"])
def test_what_nobody_knows_is_said_to_be_so(text: str) -> None:
    assert explain(text).sentence == UNCLEAR
    assert explain(text).said == text


def test_a_code_alone_needs_no_detail() -> None:
    assert explain("connect") == explain("connect: ")
    assert explain("503").said == ""


def test_a_mistake_of_ours_is_not_blamed_on_the_other_server() -> None:
    assert "this site" in explain("failed here: TypeError").sentence
    assert outcome_of_error(RemoteRejected("x")).status is None
