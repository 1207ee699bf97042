"""The demo finds its folder and ports again, stays away from those of others, and says what it expected where."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from fedirse.base.errors import ConfigurationError, NotFound
from fedirse.demo.cast import HEAD_OFFICE, LYON, OWNERS, PARTNER, owner_of
from fedirse.demo.network import Network, Plan, busy_ports, environment, find_ports, open_network
from fedirse.demo.reader import cards, find_card, read
from fedirse.demo.watch import Row, Watch, line

FIRST = "01JD0000000000000000000001"
SECOND = "01JD0000000000000000000002"
PAGE = f"""
<article class="card"><a href="/@lyon">Lyon</a><a href="/posts/{FIRST}">hier</a><p>Un</p><a href="/posts/{SECOND}">réponses</a></article>
<article class="card"><a href="/posts/{SECOND}">hier</a><p>Deux</p></article>
<article class="card"><p>Une publication supprimée.</p></article>
"""


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(ConfigurationError, match="holds no demo"):
        open_network(tmp_path, 8101)


def test_a_demo_that_was_interrupted_while_it_was_made_is_not_gone_on_with(tmp_path: Path) -> None:
    open_network(tmp_path / "demo", 8101)
    with pytest.raises(ConfigurationError, match="remove the folder"):
        open_network(tmp_path / "demo", 8101)


def test_the_ports_of_an_earlier_demo_are_not_changed_when_one_is_taken(tmp_path: Path, taken: int) -> None:
    Network(tmp_path, Plan(taken, {})).save()
    with pytest.raises(ConfigurationError, match=f"Port {taken} is taken"):
        open_network(tmp_path, 8101)


def test_an_earlier_demo_keeps_its_ports_and_posts(tmp_path: Path) -> None:
    base = find_ports(20_101)
    Network(tmp_path, Plan(base, {"carafe": "http://morvelle.localhost/posts/1"})).save()
    network = open_network(tmp_path, 9001)
    assert (network.plan.port_base, network.post("carafe")) == (base, "http://morvelle.localhost/posts/1")


def test_ports_that_are_taken_are_passed_over(taken: int) -> None:
    found = find_ports(taken)
    assert found > taken
    assert busy_ports(found) == []


def test_too_few_free_ports_are_an_error_that_says_so() -> None:
    with pytest.raises(ConfigurationError, match="--port-base"):
        find_ports(65_534)


def test_every_owner_has_a_port_and_a_folder_and_a_domain_carries_the_port(tmp_path: Path) -> None:
    network = Network(tmp_path, Plan(8101))
    assert [network.port(owner) for owner in OWNERS] == [8101, 8102, 8103, 8104, 8105]
    assert len({network.root(owner) for owner in OWNERS}) == len(OWNERS)
    assert network.address(LYON) == "http://lyon.localhost:8102/"
    assert network.domains["morvelle"] == "morvelle.localhost:8105"


def test_settings_of_other_sites_do_not_reach_the_demo_s_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEDIRSE_PORT", "1")
    assert "FEDIRSE_PORT" not in environment()


def test_a_command_that_fails_says_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="timeline failed at siege: fedirse: There are no sites"):
        Network(tmp_path, Plan(8101)).command("siege", "timeline")


def test_a_card_is_known_by_the_first_post_it_links_to() -> None:
    assert [(post_id, "Un" in markup) for post_id, markup in cards(PAGE)] == [(FIRST, True), (SECOND, False)]


def test_a_site_that_does_not_answer_shows_nothing(taken: int) -> None:
    free = find_ports(taken)
    assert read(f"lyon.localhost:{free}", "/").status == 0
    assert find_card(f"lyon.localhost:{free}", "/", "Un") is None


def test_what_is_not_seen_in_time_is_an_error_that_says_what_was_expected_where_and_what_the_log_says(tmp_path: Path) -> None:
    network = Network(tmp_path, Plan(8101))
    told: list[str] = []
    log = network.log(owner_of(PARTNER.key))
    log.parent.mkdir()
    log.write_text("first\nlast words\n")
    watch = Watch(network, told.append)
    watch.begin("1 test")
    with pytest.raises(NotFound) as caught:
        watch.expect([HEAD_OFFICE, PARTNER], "it rains", lambda site: site is HEAD_OFFICE, within=0)
    for words in ("it rains", "http://morvelle.localhost:8105/", str(log), "last words"):
        assert words in caught.value.public_message
    assert [(row.site, row.ok) for row in watch.rows] == [("siege", True), ("morvelle", False)]
    assert len(told) == 2


def test_what_was_just_looked_at_and_is_not_so_is_an_error(tmp_path: Path) -> None:
    watch = Watch(Network(tmp_path, Plan(8101)), lambda _: None)
    watch.begin("1 test")
    with pytest.raises(NotFound, match="not seen"):
        watch.expect_now(LYON, "it rains", is_so=False)


def test_what_is_looked_for_again_is_seen_later(tmp_path: Path) -> None:
    watch, answers = Watch(Network(tmp_path, Plan(8101)), lambda _: None), iter([False, False, True])
    watch.begin("1 test")
    watch.expect([LYON], "it rains", lambda _: next(answers))
    assert [row.ok for row in watch.rows] == [True]


def test_a_row_of_the_table_names_step_site_seconds_and_result() -> None:
    assert line(Row("1 test", "lyon", "it rains", 1.234, ok=True)).split() == ["1", "test", "lyon", "1.23", "yes", "it", "rains"]
