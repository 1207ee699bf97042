"""Tables for spreadsheets: nothing in them is run."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedirse.base.spreadsheets import plain_cell, render_table, safe_cell


@settings(max_examples=50)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_cell_is_never_a_formula_and_gives_its_text_back(text: str) -> None:
    cell = str(safe_cell(text))
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert plain_cell(cell) == text


@pytest.mark.attack("CNT-030")
@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "'=1", "\uff1d1+1", " \uff20SUM(A1)"])
def test_what_a_spreadsheet_would_run_is_marked(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


def test_a_table_keeps_commas_quotes_and_lines_in_their_cells() -> None:
    rows = list(csv.reader(io.StringIO(render_table(("a", "b"), [("x,y", 'say "no"\nnow')]))))
    assert rows == [["a", "b"], ["x,y", 'say "no"\nnow']]


@pytest.mark.parametrize("value", [0, -1, 1.5, None])
def test_a_number_stays_a_number(value: object) -> None:
    assert safe_cell(value) is value
