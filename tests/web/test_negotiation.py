"""Which representation a request gets, and what is said about keeping it."""

import pytest
from starlette.requests import Request

from fedirse.web.negotiation import activity_response, wants_activity

AS2 = "application/activity+json"
LD = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DOCUMENT = {"id": "https://magasin.example/posts/1", "type": "Note"}


def request(*accept: str, **headers: str) -> Request:
    named = [(b"accept", value.encode()) for value in accept]
    others = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": named + others})


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        FIREFOX,
        "text/html",
        f"text/html, {AS2};q=0.9",
        f"{AS2};q=0, */*",
        f"{AS2};q=0",
        'application/ld+json; profile="https://www.w3.org/ns/did/v1"',
        "application/xml",
        "image/*",
        "",
        "; ; ,,,",
        f"{AS2};q=2",
        f"{AS2};q=nan",
        f"text/plain{';a=b' * 400}, {AS2}",
    ],
)
def test_a_page_is_answered(accept: str) -> None:
    assert not wants_activity(request(accept))


def test_without_an_accept_header_a_page_is_answered() -> None:
    assert not wants_activity(request())


@pytest.mark.parametrize(
    "accept",
    [
        AS2,
        LD,
        f"{AS2}, {LD}",
        f"{LD}, {AS2}",
        f"{AS2}, text/html",
        f"text/html, {AS2}",
        f"{AS2}, */*",
        f"{AS2};q=0.9, text/html;q=0.8",
        f"{AS2}, {LD}, text/html;q=0.1",
        "Application/Activity+JSON",
        f"{AS2}; charset=utf-8",
        "application/ld+json",
        "application/*",
        "*/*;q=0.5, text/html;q=0",
        f'text/plain; a="x, text/html", {AS2}',
        f"nonsense, {AS2}",
    ],
)
def test_a_document_is_answered(accept: str) -> None:
    assert wants_activity(request(accept))


def test_several_accept_headers_count_as_one() -> None:
    assert wants_activity(request("text/html;q=0.5", AS2))


def test_a_document_for_everybody_may_be_kept_and_has_a_tag() -> None:
    response = activity_response(DOCUMENT, private=False)
    assert response.headers["content-type"] == AS2
    assert response.headers["cache-control"] == "public, max-age=60"
    assert "etag" in response.headers
    assert "Accept" in response.headers["vary"]


def test_a_document_for_one_reader_is_kept_by_nobody_and_has_no_tag() -> None:
    response = activity_response(DOCUMENT, private=True)
    assert response.headers["cache-control"] == "private, no-store"
    assert "etag" not in response.headers


def test_what_the_sender_has_already_is_not_sent_again() -> None:
    tag = activity_response(DOCUMENT, private=False).headers["etag"]
    again = activity_response(DOCUMENT, private=False, request=request(if_none_match=f'"other", W/{tag}'))
    assert again.status_code == 304
    assert again.body == b""
    assert again.headers["etag"] == tag


def test_another_version_is_sent_whole() -> None:
    tag = activity_response(DOCUMENT, private=False).headers["etag"]
    changed = activity_response({**DOCUMENT, "content": "new"}, private=False, request=request(if_none_match=tag))
    assert changed.status_code == 200


def test_a_private_document_is_sent_whole_whatever_the_sender_claims_to_have() -> None:
    response = activity_response(DOCUMENT, private=True, request=request(if_none_match="*"))
    assert response.status_code == 200
