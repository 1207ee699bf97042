"""As what something was sent and why not: both are closed, and both have words for people."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fedirse.features.care.ledger.model import Membership, Sent, SentAs, State, Sum
from fedirse.features.care.ledger.rules import (
    ENDED,
    GIVEN_UP,
    NOT_NOTED,
    NOT_SENT,
    STANDINGS,
    SUMS,
    TAKES_BACK,
    UNDECIDED,
    UNSURE,
    WAITS,
    WITHHELD,
    WITHHELD_OTHERWISE,
    explain_line,
    explain_standing,
    sent_as,
    sum_up,
)
from fedirse.features.care.queue import actions as queue_actions
from fedirse.features.care.queue.rules import UNCLEAR
from fedirse.social.audiences.model import Audience, AudienceKind, Scope
from fedirse.social.network.roster.model import Standing
from fedirse.storage import deliveries
from fedirse.storage.deliveries import DeliveryState
from fedirse.web.languages import PACKAGE, translations

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
NETWORK = Scope(AudienceKind.NETWORK, "https://siege.example/network/members")
GATE = (
    PACKAGE / "social" / "posts" / "access" / "actions.py",
    PACKAGE / "social" / "network" / "actions.py",
    PACKAGE / "outbox" / "rounds.py",
)
"""Where it is said why something must not leave: by functions that give a reason or None, or keep one under that name."""


def line(state: State, answer: str | None = None, status: int | None = None, standing: str | None = None, attempts: int = 1) -> Sent:
    return Sent(
        id=1,
        host="lyon.example",
        inbox="https://lyon.example/inbox",
        kind="Create",
        standing=standing,
        state=state,
        attempts=attempts,
        status=status,
        answer=answer,
        queued_at=NOW,
        done_at=None,
    )


def reasons_in(path: Path) -> Iterator[str]:
    """Every text that a module may give as a reason, spelt out or by the name of a constant; one with places in it as it begins."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {
        node.target.id if isinstance(node, ast.AnnAssign) else node.targets[0].id: list(texts_in(node.value, {}))  # type: ignore[union-attr, attr-defined]
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.returns is not None and ast.unparse(node.returns) == "str | None":
            for found in ast.walk(node):
                if isinstance(found, ast.Return) and found.value is not None:
                    yield from texts_in(found.value, named)
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "reason":
            yield from texts_in(node.value, named)


def texts_in(value: ast.expr, named: dict[str, list[str]]) -> Iterator[str]:
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            yield text
        case ast.Name(id=name):
            yield from named.get(name, [])
        case ast.Call(func=ast.Name(id="PutOff"), args=[argument]):
            yield from texts_in(argument, named)
        case ast.IfExp(body=body, orelse=otherwise):
            yield from (*texts_in(body, named), *texts_in(otherwise, named))


def test_the_reasons_of_the_gate_are_found_where_they_are_given(tmp_path: Path) -> None:
    module = tmp_path / "gate.py"
    module.write_text(
        "OUTSIDE = 'outside'\n"
        "LATER: Final = PutOff('later')\n"
        "def ask() -> str | None:\n"
        "    if y:\n        return LATER\n"
        "    return PutOff(f'the standing is {z}') if z else OUTSIDE\n"
        "def other() -> None:\n"
        "    reason = 'blocked' if x else ask()\n"
        "def name() -> str:\n"
        "    return 'no reason'\n",
        encoding="utf-8",
    )
    assert set(reasons_in(module)) == {"outside", "later", "blocked", "the standing is "}


def test_every_reason_of_the_gate_has_words() -> None:
    # Rows stay, so words for a reason that is no longer given stay too.
    given = {reason for path in GATE for reason in reasons_in(path)}
    assert len(given) > 5
    assert given - {*WITHHELD, *UNDECIDED, "the membership of "} == set()


def test_every_standing_that_makes_something_wait_has_words() -> None:
    waits = {standing.value for standing in Standing if not standing.trusted and not standing.expelled}
    assert set(UNSURE) == waits
    for standing in waits:
        told = explain_line(line(State.QUEUED, f"the membership of lyon.example is {standing}"))
        assert told == (UNSURE[standing], {}, "")


def test_exactly_the_ways_to_end_unanswered_have_words() -> None:
    assert set(ENDED) == {queue_actions.DROPPED, queue_actions.DROPPED_AT_WORK, deliveries._CLOSED}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_sentence_is_there_in_both_languages(language: str) -> None:
    sentences = {*STANDINGS.values(), *WITHHELD.values(), *UNDECIDED.values(), *UNSURE.values(), *ENDED.values()}
    for sentence in {*sentences, NOT_SENT, NOT_NOTED, WITHHELD_OTHERWISE, WAITS, GIVEN_UP}:
        said = translations(language).gettext(sentence)
        assert (said == sentence) == (language == "en"), sentence


def test_the_states_are_those_of_the_outbox_and_each_counts_as_something() -> None:
    assert {state.value for state in State} == {state.value for state in DeliveryState} == {state.value for state in SUMS}
    assert set(SUMS.values()) == set(Sum)


@pytest.mark.parametrize("state", State)
def test_every_state_is_told_in_words_and_never_as_unclear(state: State) -> None:
    answers = {
        State.DELIVERED: line(state, "", 202),
        State.REJECTED: line(state, "no", 403),
        State.GONE: line(state, "gone", 410),
        State.EXPIRED: line(state, "given up after 90 days: connect: nobody"),
        State.WITHHELD: line(state, "the post is deleted"),
        State.DROPPED: line(state, queue_actions.DROPPED),
        State.QUEUED: line(state),
    }
    sentence, words, _ = explain_line(answers[state])
    assert sentence % words
    assert sentence not in {UNCLEAR, WITHHELD_OTHERWISE}


def test_what_a_server_says_is_never_taken_for_our_own_reason() -> None:
    assert explain_line(line(State.REJECTED, "dropped by the operator", 403))[0] not in ENDED.values()


def test_a_reason_nobody_knows_is_shown_as_it_is() -> None:
    assert explain_line(line(State.WITHHELD, "of another version")) == (WITHHELD_OTHERWISE, {}, "of another version")
    assert explain_line(line(State.QUEUED, "the membership of lyon.example is purple"))[0] == UNCLEAR


@pytest.mark.parametrize("kind", AudienceKind)
@pytest.mark.parametrize("within", [frozenset(), frozenset({NETWORK})])
@pytest.mark.parametrize("activity", ["Create", "Update", "Announce"])
def test_what_is_internal_is_only_ever_sent_under_a_membership(kind: AudienceKind, within: frozenset[Scope], activity: str) -> None:
    audience = Audience(kind, within=within)
    outside = sent_as(activity, about_post=True, audience=audience, named=True)
    inside = sent_as(activity, about_post=True, audience=audience, named=True, membership=Membership(in_force=True, serial=17))
    assert (outside is None) == audience.internal
    assert (inside == "in-force 17") == audience.internal


def test_every_standing_there_is_comes_of_something_and_has_words() -> None:
    member, late = Membership(in_force=True, serial=17), Membership(in_force=False, serial=9)
    network, followers = Audience(AudienceKind.NETWORK, of=NETWORK.of), Audience(AudienceKind.FOLLOWERS)
    found = {
        sent_as("Create", about_post=True, audience=Audience(AudienceKind.PUBLIC), membership=member),
        sent_as("Create", about_post=True, audience=followers),
        sent_as("Create", about_post=True, audience=followers, named=True),
        sent_as("Create", about_post=True, audience=Audience(AudienceKind.PARTNERS)),
        sent_as("Create", about_post=True, audience=network, membership=member),
        sent_as("Create", about_post=True, audience=network, membership=late),
        sent_as("Delete", about_post=True, audience=network),
        sent_as("Follow", about_post=False),
    }
    assert found == {"public", "follower", "named", "partner", "in-force 17", "grace 9", "holder", "concerned"}
    assert {standing.partition(" ")[0] for standing in found if standing} == set(SentAs) == set(STANDINGS)
    for standing in found:
        sentence, words = explain_standing(line(State.DELIVERED, standing=standing))
        assert sentence in STANDINGS.values()
        assert "%" not in sentence % words


def test_what_is_for_members_though_about_no_post_is_sent_under_a_membership_too() -> None:
    assert sent_as("Like", about_post=False, for_members=True) is None
    assert sent_as("Like", about_post=False, for_members=True, membership=Membership(in_force=True, serial=17)) == "in-force 17"
    assert sent_as("Like", about_post=False, membership=Membership(in_force=True, serial=17)) == SentAs.CONCERNED


@pytest.mark.parametrize("activity", sorted(TAKES_BACK))
def test_taking_back_needs_no_other_right_and_no_post(activity: str) -> None:
    assert sent_as(activity, about_post=True) == SentAs.HOLDER
    assert sent_as("Create", about_post=True) is None


@pytest.mark.parametrize("standing", [None, "", "purple", "in-force x", "in-force 17; drop"])
def test_a_standing_that_nobody_knows_is_not_made_up(standing: str | None) -> None:
    assert explain_standing(line(State.DELIVERED, standing=standing)) == (NOT_NOTED, {})


def test_what_did_not_leave_has_no_standing() -> None:
    for state in set(State) - {State.DELIVERED, State.REJECTED}:
        assert explain_standing(line(state, attempts=0)) == (NOT_SENT, {})
    assert explain_standing(line(State.EXPIRED)) == (NOT_NOTED, {})


def test_a_server_counts_once_under_each_sum_it_stands_under() -> None:
    servers = [("a", State.DELIVERED), ("a", State.QUEUED), ("b", State.DELIVERED), ("c", State.GONE), ("c", State.REJECTED)]
    assert sum_up(servers) == {Sum.TAKEN: 2, Sum.WAITING: 1, Sum.REFUSED: 1, Sum.GIVEN_UP: 0, Sum.WITHHELD: 0}
