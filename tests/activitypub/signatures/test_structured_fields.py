"""Structured fields: what is refused, and that what is written is read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub.signatures.structured_fields import (
    BareItem,
    InnerList,
    Item,
    Token,
    parse_dictionary,
    serialise_bare,
    serialise_inner_list,
)
from fedirse.base.errors import SignatureError
from tests.activitypub.signatures.field_values import types_of


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sig1=(), sig1=()", "duplicate-parameter"),
        ("sig1=();created=1;created=2", "duplicate-parameter"),
        ('sig1=("a";x;x)', "duplicate-parameter"),
        ("sig1=(", "malformed-field"),
        ('sig1=("a""b")', "malformed-field"),
        ("sig1=(),", "malformed-field"),
        ("Sig1=()", "malformed-field"),
        ("sig1=:Zm9v", "malformed-field"),
        ("sig1=:Zm9v=:", "malformed-field"),
        ("sig1=1234567890123456", "malformed-field"),
        ('sig1="ü"', "malformed-field"),
        ('sig1="\t"', "malformed-field"),
        ("sig1=?2", "malformed-field"),
    ],
)
def test_what_the_algorithm_fails_on_is_refused_and_so_is_a_second_key(text: str, reason: str) -> None:
    with pytest.raises(SignatureError) as refused:
        parse_dictionary(text)
    assert refused.value.reason == reason


def test_an_inner_list_is_written_canonically() -> None:
    parsed = parse_dictionary('k=(  "a";x=?0   b;y   1.50  );z;q=:Zm8=: ')["k"]
    assert isinstance(parsed, InnerList)
    assert serialise_inner_list(parsed) == '("a";x=?0 b;y 1.5);z;q=:Zm8=:'


KEYS = st.from_regex(r"[a-z*][a-z0-9_.*-]{0,6}", fullmatch=True)
BARE: st.SearchStrategy[BareItem] = st.one_of(
    st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1),
    st.booleans(),
    st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12),
    st.binary(max_size=12),
    st.from_regex(r"[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]{0,6}", fullmatch=True).map(Token),
    st.decimals(min_value=-(10**12) + 1, max_value=10**12 - 1, places=3).filter(lambda value: abs(value) < 10**12 - 1),
)
PARAMETERS = st.dictionaries(KEYS, BARE, max_size=3)
LISTS = st.builds(InnerList, st.lists(st.builds(Item, BARE, PARAMETERS), max_size=4).map(tuple), PARAMETERS)


@given(members=LISTS)
def test_what_is_written_is_read_again(members: InnerList) -> None:
    assert types_of(parse_dictionary("k=" + serialise_inner_list(members))) == types_of({"k": members})


@given(value=BARE)
def test_a_bare_item_that_is_written_is_read_again(value: BareItem) -> None:
    assert types_of(parse_dictionary(f"k={serialise_bare(value)}")) == types_of({"k": Item(value, {})})


@given(text=st.text(max_size=60) | st.text(alphabet='k=(),; ":?*1.-aA\\\t', max_size=60))
def test_any_text_is_a_dictionary_or_a_signature_error(text: str) -> None:
    try:
        parsed = parse_dictionary(text)
    except SignatureError:
        return
    assert isinstance(parsed, dict)
