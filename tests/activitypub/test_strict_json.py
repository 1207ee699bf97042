"""The first parse of foreign bytes: what two parsers could read differently is refused."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fedirse.activitypub import strict_json
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument

HIGHEST = limits.JSON_HIGHEST_INTEGER

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.sampled_from(
    ['"', "\\", '\\"', "\\\\u0000", "u0000", "é", "🌍"]
)
SCALARS = st.none() | st.booleans() | st.integers(-HIGHEST, HIGHEST) | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=20
)
DOCUMENTS = st.dictionaries(TEXT, VALUES, max_size=6)


def reason_of(body: bytes) -> str:
    with pytest.raises(MalformedDocument) as caught:
        strict_json.parse(body)
    return caught.value.reason


def nested(depth: int, opening: str, closing: str) -> bytes:
    """A document `depth` levels deep, the object at the top counted."""
    return f'{{"a":{opening * (depth - 1)}{closing * (depth - 1)}}}'.replace(":}", ":1}").encode()


@pytest.mark.parametrize("body", [b"", b" ", b"[]", b'"text"', b"1", b"null", b"true", b'[{"type":"Note"}]'])
def test_anything_but_an_object_at_the_top_is_refused(body: bytes) -> None:
    assert reason_of(body) in {"not-an-object", "not-json"}


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"a":1,}', b'{"a":01}', b"{'a':1}", b'{"a":1}{}', b'{"a":1}\0', b'{"a":"\t"}', b'{"a":"\\x"}', b'{"a":.5}', b'{"a":+1}', b"{a:1}", b'{"a":1/**/}', b"\x0b{}"],
)  # fmt: skip
def test_text_that_only_lenient_parsers_read_is_refused(body: bytes) -> None:
    assert reason_of(body) == "not-json"


@pytest.mark.attack("CNT-023")
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "latin-1"])
def test_a_body_in_another_encoding_than_utf_8_is_refused(encoding: str) -> None:
    assert reason_of('{"content":"déjà vu"}'.encode(encoding)) in {"not-utf8", "not-json"}


@pytest.mark.attack("CNT-023")
@pytest.mark.parametrize("raw", [b"\xe9", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xff"])
def test_bytes_that_are_no_utf_8_are_refused(raw: bytes) -> None:
    assert reason_of(b'{"content":"' + raw + b'"}') == "not-utf8"


@pytest.mark.attack("SIG-083")
@pytest.mark.parametrize(
    "body",
    [
        b'{"actor":"https://a.example/","actor":"https://b.example/"}',
        b'{"object":{"actor":1,"type":"Note","actor":1}}',
        b'{"a":[{"":1,"":2}]}',
        b'{"actor":1,"\\u0061ctor":2}',
        b'{"a\\"b":1,"a\\u0022b":2}',
        b'{"a\\\\":"\\"","a\\\\":"x"}',
        b'{"a":{"b":"\\"\\\\\\""},"a":{"b":"\\\\"}}',
    ],
)
def test_a_key_that_is_written_twice_is_refused(body: bytes) -> None:
    assert reason_of(body) == "duplicate-key"


@pytest.mark.attack("SIG-083")
@given(DOCUMENTS, TEXT, VALUES, VALUES)
@example({"x": '"'}, "\\", "\\\\", '"\\')
def test_a_repeated_key_is_found_whatever_stands_around_it(document: dict[str, Any], key: str, one: Any, two: Any) -> None:
    members = [f"{json.dumps(name)}:{json.dumps(value)}" for name, value in [*document.items(), (key, one), (key, two)]]
    assert reason_of(f"{{{','.join(members)}}}".encode()) == "duplicate-key"


@pytest.mark.attack("SIG-083")
@pytest.mark.parametrize(
    "number", [str(HIGHEST + 1), str(-HIGHEST - 1), str(2**64), str(2**64 - 1), str(-(2**64)), "1" + "0" * 300, "1" + "0" * 5000]
)
def test_a_whole_number_beyond_64_bits_is_refused(number: str) -> None:
    assert reason_of(b'{"a":[{"b":' + number.encode() + b"}]}") == "number-out-of-range"


@pytest.mark.attack("SIG-083")
@pytest.mark.parametrize("number", ["1e400", "-1e400", "1.5e309", "NaN", "Infinity", "-Infinity", "nan", "1e99999999999999999999"])
def test_a_number_that_is_not_finite_is_refused(number: str) -> None:
    assert reason_of(b'{"a":' + number.encode() + b"}") in {"number-out-of-range", "not-json"}


@pytest.mark.parametrize("number", [HIGHEST, -HIGHEST, 0, 1e300, -1.5e-300, 9.3e18])
def test_numbers_up_to_the_limit_are_read(number: float) -> None:
    assert strict_json.parse(f'{{"a":{number!r}}}'.encode()) == {"a": number}


@pytest.mark.attack("SIG-083")
@pytest.mark.parametrize("escape", ["\\ud800", "\\udc00", "\\ud800\\ud800", "\\udc00\\ud800", "\\ud83dx", "\\ud800\\u0041"])
@pytest.mark.parametrize("template", ['{"a":"%s"}', '{"%s":1}', '{"a":[{"b":"x%sy"}]}'])
def test_half_a_surrogate_pair_is_refused(escape: str, template: str) -> None:
    assert reason_of((template % escape).encode()) == "lone-surrogate"


def test_a_whole_surrogate_pair_is_one_character() -> None:
    assert strict_json.parse(b'{"a":"\\ud83c\\udf0d"}') == {"a": "🌍"}


@pytest.mark.parametrize(
    "body", [b'{"a":"\\u0000"}', b'{"a\\u0000":1}', b'{"a":[["x\\u0000y"]]}', b'{"a":"\\\\\\u0000"}', b'{"\\u0000":"\\""}']
)
def test_the_character_nul_is_refused(body: bytes) -> None:
    assert reason_of(body) == "nul-character"


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert strict_json.parse(b'{"a":"\\\\u0000"}') == {"a": "\\u0000"}


@pytest.mark.attack("DOS-010")
@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"a":' * 100_000, b'{"a":[' * 50_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000],
)
def test_a_body_of_brackets_is_refused_without_exhausting_the_stack(body: bytes) -> None:
    assert reason_of(body) in {"too-deep", "not-json"}


@pytest.mark.attack("DOS-010")
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_one_level_more_than_the_limit_is_refused(opening: str, closing: str) -> None:
    assert strict_json.parse(nested(limits.JSON_DEPTH, opening, closing))
    assert reason_of(nested(limits.JSON_DEPTH + 1, opening, closing)) == "too-deep"


@pytest.mark.attack("DOS-048")
def test_one_key_more_than_the_limit_is_refused() -> None:
    full = {f"key{number}": number for number in range(limits.JSON_KEYS_PER_OBJECT)}
    assert strict_json.parse(strict_json.render({"a": full})) == {"a": full}
    assert reason_of(strict_json.render({"a": [full | {"one more": 1}]})) == "too-many-keys"


def test_one_item_more_than_the_limit_is_refused() -> None:
    full = list(range(limits.JSON_LIST_ITEMS))
    assert strict_json.parse(strict_json.render({"a": full})) == {"a": full}
    assert reason_of(strict_json.render({"a": [[*full, 1]]})) == "too-many-items"


def is_read_or_refused(body: bytes) -> bool:
    """Whether the outcome is the document that the standard library reads, or a refusal with a reason of its own."""
    try:
        document = strict_json.parse(body)
    except MalformedDocument as error:
        return error.reason != MalformedDocument.default_reason
    return bool(document == json.loads(body))


@given(st.binary())
@example(b'{"a":"\\')
@example(b'\xef\xbb\xbf{"a":1}')
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    assert is_read_or_refused(body)


@given(st.text(st.sampled_from('{}[]":,\\0123456789.eE-+ ntrue\0\ud800é')))
def test_any_text_of_the_letters_of_json_is_read_or_refused(text: str) -> None:
    assert is_read_or_refused(text.encode("utf-8", "surrogatepass"))


@given(DOCUMENTS, st.data())
def test_a_document_with_changed_bytes_is_read_or_refused(document: dict[str, Any], data: st.DataObject) -> None:
    body = bytearray(strict_json.render(document))
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.sampled_from(b'{}[]":,\\019.e-\0\xff'))
    assert is_read_or_refused(bytes(body))


@given(DOCUMENTS)
def test_what_is_rendered_is_read_back_unchanged(document: dict[str, Any]) -> None:
    assert strict_json.parse(strict_json.render(document)) == document


@given(DOCUMENTS, st.booleans())
def test_what_others_write_is_read_as_they_meant_it(document: dict[str, Any], ascii_only: bool) -> None:
    assert strict_json.parse(json.dumps(document, ensure_ascii=ascii_only, indent=1).encode()) == document


def test_a_rendered_document_is_compact_and_keeps_its_order() -> None:
    assert strict_json.render({"type": "Note", "content": "déjà", "to": []}) == '{"type":"Note","content":"déjà","to":[]}'.encode()
