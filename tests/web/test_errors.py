"""What a visitor is told when something cannot be answered: as little as it takes."""

import inspect

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from fedirse.base import errors
from fedirse.web.errors import STATUS_OF, ErrorPages, answer_error, answer_exception, loggable
from tests.visitors import AS2, HTML, Shop

KINDS = [kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, errors.FedirseError)]
SECRET = "the words of a private post"


def request(shop: Shop, accept: str = HTML) -> Request:
    headers = [(b"accept", accept.encode()), (b"accept-language", b"fr")]
    return Request({"type": "http", "method": "GET", "path": "/x", "query_string": b"", "headers": headers, "fedirse.site": shop.site})


def make(kind: type[errors.FedirseError], message: str) -> errors.FedirseError:
    return kind(message, retry_after=7.0) if kind is errors.RateLimited else kind(message)


def test_every_error_has_an_answer() -> None:
    assert set(STATUS_OF) == set(KINDS)


@pytest.mark.attack("PRV-044")
@pytest.mark.parametrize("accept", [HTML, AS2], ids=["page", "document"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {errors.ConfigurationError, errors.InvalidInput}])
async def test_no_answer_repeats_what_was_logged(kind: type[errors.FedirseError], accept: str, shop: Shop) -> None:
    response = answer_error(request(shop, accept), make(kind, SECRET))
    assert SECRET.encode() not in response.body
    assert response.headers["cache-control"] == "private, no-store"
    assert "etag" not in response.headers


@pytest.mark.attack("PRV-033")
@pytest.mark.parametrize("accept", [HTML, AS2], ids=["page", "document"])
async def test_missing_and_not_yours_are_the_same_bytes(accept: str, shop: Shop) -> None:
    missing = answer_error(request(shop, accept), errors.NotFound("post 1", public_message="There is no account “marc”."))
    not_yours = answer_error(request(shop, accept), errors.OutsideAudience("post 2 is for others", reason="other"))
    assert (missing.status_code, missing.body, missing.raw_headers) == (not_yours.status_code, not_yours.body, not_yours.raw_headers)
    assert missing.status_code == 404


async def test_a_bad_signature_is_told_how_to_sign(shop: Shop) -> None:
    response = answer_error(request(shop, AS2), errors.SignatureError("key 3 does not fit"))
    assert response.status_code == 401
    assert response.headers["accept-signature"].startswith("sig1=(")
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.headers["date"] == "Mon, 02 Mar 2026 08:00:00 GMT"


async def test_who_asks_too_often_is_told_how_long_to_wait(shop: Shop) -> None:
    assert answer_error(request(shop), errors.RateLimited("x", retry_after=6.2)).headers["retry-after"] == "7"


async def test_what_a_person_typed_wrong_is_explained_to_them(shop: Shop) -> None:
    response = answer_error(request(shop), errors.InvalidInput("The title is longer than 200 characters: shorten it."))
    assert response.status_code == 400
    assert b"longer than 200 characters" in response.body


async def test_an_error_page_has_the_sites_brand_and_the_visitors_language(shop: Shop) -> None:
    response = await shop.get("/nothing/here")
    assert response.status_code == 404
    assert "Magasin de Colmar" in response.text
    assert "Il n’y a rien ici" in response.text


async def test_what_nobody_foresaw_says_nothing_but_that(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    response = answer_exception(request(shop), RuntimeError(SECRET))
    assert response.status_code == 500
    assert SECRET.encode() not in response.body
    assert "Traceback" not in bytes(response.body).decode()
    assert "/x failed" in caplog.text
    assert shop.site.counters.read()["page.refused.unforeseen"] == 1


async def test_without_a_page_for_the_error_a_sentence_is_left(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fedirse.web.errors.render", lambda *_, **__: 1 / 0)
    response = answer_exception(request(shop), RuntimeError(SECRET))
    assert (response.status_code, response.body) == (500, b"Something went wrong on this site.\n")


@pytest.mark.attack("WEB-026")
async def test_an_unknown_domain_gets_one_sentence_and_nobodys_brand(shop: Shop) -> None:
    response = await shop.get("/", headers={"host": "autre.example"})
    assert response.status_code == 421
    assert "Aucun site de ce nom" in response.text
    assert "Magasin" not in response.text
    assert "autre.example" not in response.text


async def test_a_method_that_is_not_served_is_named(shop: Shop) -> None:
    response = await shop.get("/", method="DELETE")
    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD"}


async def test_an_error_after_the_answer_began_is_not_hidden() -> None:
    async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("begun")(scope, receive, send)
        raise RuntimeError("too late")

    async def send(_message: object) -> None:
        """Takes what is sent."""

    with pytest.raises(RuntimeError, match="too late"):
        await ErrorPages(breaks)({"type": "http", "path": "/", "headers": []}, None, send)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/link/secret", "/link/…"),
        ("/invitation/secret/options", "/invitation/…"),
        ("/network/invitations/secret", "/network/invitations/…"),
        ("/posts/01X", "/posts/01X"),
        ("/linkage/x", "/linkage/x"),
    ],
)
def test_the_log_holds_no_link_that_lets_anybody_in(path: str, logged: str) -> None:
    assert loggable(path) == logged
