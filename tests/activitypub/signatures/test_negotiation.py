"""Asking for RFC 9421 signatures, and seeing that they are asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub.signatures import accept_signature_header, parse_accept_signature
from fedirse.base import limits


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense(",
        "sig1",
        'sig1=("@method" "authorization");created',
        'sig1=("@method";req);created',
        'sig1=("@query-param";name="a")',
        "sig1=(@method)",
        "sig1=(1)",
        "sig1=" + "(" * 100,
    ],
)
def test_what_we_cannot_fulfil_is_no_invitation(text: str) -> None:
    assert not parse_accept_signature(text)


@pytest.mark.parametrize(
    "text",
    [
        'sig1=("@method" "@target-uri" "@authority" "content-digest");created',
        'sig1=("@method" "@target-uri");created;nonce="x"',
        'a=("authorization"), b=("@method" "@target-uri");created',
    ],
)
def test_what_we_can_fulfil_is_an_invitation(text: str) -> None:
    assert parse_accept_signature(text)


def test_an_invitation_is_read_up_to_the_limit_of_a_signature_header() -> None:
    most = 'sig1=("@method");tag="'.ljust(limits.SIGNATURE_HEADER_BYTES - 1, "x") + '"'
    assert parse_accept_signature(most)
    assert not parse_accept_signature(most.replace("x", "xx", 1))


def test_we_ask_for_what_we_demand() -> None:
    assert accept_signature_header() == 'sig1=("@method" "@target-uri" "@authority" "content-digest");created'


def test_we_ask_for_no_digest_of_a_request_without_a_body() -> None:
    assert accept_signature_header(with_body=False) == 'sig1=("@method" "@target-uri" "@authority");created'


def test_we_understand_our_own_wish() -> None:
    assert parse_accept_signature(accept_signature_header())


@given(text=st.text(max_size=80))
def test_any_text_is_an_answer(text: str) -> None:
    assert parse_accept_signature(text) in {True, False}
