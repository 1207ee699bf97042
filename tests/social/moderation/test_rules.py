"""Lists of blocks, and reasons."""

import pytest

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.base.spreadsheets import render_table
from fedirse.social.moderation.blocks.model import ListedHost
from fedirse.social.moderation.blocks.rules import is_under, read_list
from fedirse.social.moderation.rules import check_reason

OWN = "colmar.example"


def test_a_list_of_names_alone_is_read() -> None:
    read = read_list("mauvais.example\n\n*.pire.example\nMauvais.example\n", OWN)
    assert read.hosts == (ListedHost("mauvais.example", False, ""), ListedHost("pire.example", False, ""))


def test_a_list_of_ours_is_read_as_it_was_written() -> None:
    table = render_table(("domain", "subdomains", "reason"), [("a.example", "true", "=spam, and more"), ("b.example", "false", "'x")])
    assert read_list(table, OWN).hosts == (ListedHost("a.example", True, "=spam, and more"), ListedHost("b.example", False, "'x"))


def test_a_list_never_blocks_the_site_that_reads_it() -> None:
    read = read_list("domain,subdomains,reason\nexample,true,\ncolmar.example,false,\nother.example,false,\n", OWN)
    assert (read.hosts, read.left_out) == ((ListedHost("other.example", False, ""),), 2)


@pytest.mark.parametrize("text", ["", "domain,subdomains\n", "a b\nhttps://c/\n", "\x00", f"a.example,{'x' * 200_000}"])
def test_a_list_with_no_server_in_it_or_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_list(text, OWN)


def test_a_list_has_as_many_lines_as_the_limit_and_no_more() -> None:
    lines = [f"h{number}.example" for number in range(limits.BLOCK_LIST_ROWS)]
    assert len(read_list("\n".join(lines), OWN).hosts) == limits.BLOCK_LIST_ROWS
    with pytest.raises(InvalidInput, match="lines"):
        read_list("\n".join([*lines, "one-more.example"]), OWN)


def test_a_list_has_as_many_bytes_as_the_limit_and_no_more() -> None:
    line = f"a.example,false,{'x' * 10_000}\n"
    longest = "domain,subdomains,reason\n" + line * (limits.BLOCK_LIST_BYTES // len(line) - 1)
    longest += "b.example\n" + "\n" * (limits.BLOCK_LIST_BYTES - len(longest) - len("b.example\n"))
    assert len(longest.encode()) == limits.BLOCK_LIST_BYTES
    assert len(read_list(longest, OWN).hosts[0].reason) == limits.REASON_CHARACTERS
    with pytest.raises(InvalidInput, match="larger"):
        read_list(longest + "x", OWN)


@pytest.mark.parametrize(
    ("host", "blocked", "subdomains", "under"),
    [
        ("a.example", "a.example", False, True),
        ("a.example:8443", "a.example", False, True),
        ("b.a.example", "a.example", False, False),
        ("b.a.example:8443", "a.example", True, True),
        ("ba.example", "a.example", True, False),
        ("example", "a.example", True, False),
    ],
)
def test_a_block_covers_its_host_and_perhaps_what_is_below(host: str, blocked: str, *, subdomains: bool, under: bool) -> None:
    assert is_under(host, blocked, subdomains=subdomains) is under


@pytest.mark.parametrize("typed", ["", "  ", "x" * (limits.REASON_CHARACTERS + 1)])
def test_a_reason_is_needed_and_has_a_limit(typed: str) -> None:
    with pytest.raises(InvalidInput):
        check_reason(typed)


def test_the_longest_reason_is_one() -> None:
    assert len(check_reason("x" * limits.REASON_CHARACTERS)) == limits.REASON_CHARACTERS
