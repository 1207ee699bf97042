"""Who asks, and whether they may: sessions, forms, and the gate before every page."""

import asyncio
from datetime import timedelta

import pytest
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Router
from starlette.types import Message, Receive, Scope, Send

from fedirse.asgi import application
from fedirse.base import limits
from fedirse.base.clock import FixedClock
from fedirse.base.roles import Permission
from fedirse.social.accounts.actions import disable
from fedirse.social.accounts.sessions.rules import LASTS
from fedirse.social.accounts.sessions.store import end_sessions
from fedirse.social.accounts.store import get_account
from fedirse.social.accounts.visitors import deed, page, safe_path
from fedirse.web.forms import Form
from fedirse.web.visitor import Visitor
from tests.visitors import DOMAIN, ORIGIN, Browser, Shop


async def show(_request: Request, visitor: Visitor) -> Response:
    return PlainTextResponse(visitor.handle)


async def do(_request: Request, visitor: Visitor, form: Form) -> Response:
    return PlainTextResponse(f"{visitor.handle} says {form.text('words')}")


@pytest.fixture
def gated(shop: Shop) -> Shop:
    """The shop with one page and two deeds."""
    routes = [
        page("/page", show),
        page("/care", show, Permission.CARE),
        deed("/deed", do, Permission.WRITE),
        deed("/upload", do, Permission.WRITE, files=True),
    ]
    return Shop(shop.site, application({DOMAIN: shop.site}, Router(routes)))


async def signed_in(gated: Shop, handle: str = "ines") -> Browser:
    return await gated.sign_in(handle)


async def test_who_is_signed_in_is_known(gated: Shop) -> None:
    response = await (await signed_in(gated)).get("/page")
    assert response.text == "ines"


async def test_nobody_is_sent_to_sign_in_and_comes_back(gated: Shop) -> None:
    response = await Browser(gated).get("/page?a=1&b=é")
    assert response.status_code == 303
    assert response.headers["location"] == "/sign-in?next=%2Fpage%3Fa%3D1%26b%3D%25C3%25A9"


async def test_a_cookie_that_nobody_gave_is_nobody(gated: Shop) -> None:
    assert (await Browser(gated, "x" * 43).get("/page")).status_code == 303
    assert (await Browser(gated, "x" * 5000).get("/page")).status_code == 303


async def test_a_session_ends_when_it_is_not_used(gated: Shop) -> None:
    browser = await signed_in(gated)
    clock = gated.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(LASTS - timedelta(seconds=1))
    assert (await browser.get("/page")).status_code == 200
    clock.advance(LASTS - timedelta(seconds=1))
    assert (await browser.get("/page")).status_code == 200
    clock.advance(LASTS)
    assert (await browser.get("/page")).status_code == 303


async def test_a_session_of_a_clock_that_went_back_has_ended(gated: Shop) -> None:
    browser = await signed_in(gated)
    clock = gated.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(days=-1))
    assert (await browser.get("/page")).status_code == 303


@pytest.mark.attack("WEB-019")
async def test_a_disabled_account_is_signed_in_nowhere_from_the_next_request_on(gated: Shop) -> None:
    browser = await signed_in(gated)
    await gated.site.write(disable, "ines", gated.site.clock.now())
    assert (await browser.get("/page")).status_code == 303


async def test_a_session_can_be_ended_from_elsewhere(gated: Shop) -> None:
    browser = await signed_in(gated)
    account = await gated.site.read(get_account, "ines")
    await gated.site.write(end_sessions, account.id)
    assert (await browser.get("/page")).status_code == 303


async def test_who_may_not_is_refused(gated: Shop) -> None:
    assert (await (await signed_in(gated)).get("/care")).status_code == 403
    assert (await (await signed_in(gated, "marc")).get("/care")).status_code == 200
    assert (await (await signed_in(gated, "lea")).post("/deed")).status_code == 403


async def test_a_form_of_ours_is_taken(gated: Shop) -> None:
    response = await (await signed_in(gated)).post("/deed", {"words": "été\r\nhiver\x00"})
    assert response.text == "ines says été\nhiver"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://magasin.example.evil.example"},
        {"origin": "http://magasin.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
@pytest.mark.attack("WEB-003")
async def test_a_form_of_another_site_is_refused(headers: dict[str, str], gated: Shop) -> None:
    response = await (await signed_in(gated)).post("/deed", {"words": "x"}, headers=headers)
    assert response.status_code == 403


async def test_a_form_of_another_session_is_refused(gated: Shop) -> None:
    other = await signed_in(gated, "marc")
    response = await (await signed_in(gated)).post("/deed", {"words": "x"}, token=other.form_token)
    assert response.status_code == 403


async def test_a_form_after_the_session_ended_leads_to_the_sign_in_and_back_to_its_page(gated: Shop) -> None:
    response = await Browser(gated).post("/deed", headers={"referer": f"{ORIGIN}/page"})
    assert response.headers["location"] == "/sign-in?next=%2Fpage"


async def test_what_is_no_form_is_refused(gated: Shop) -> None:
    browser = await signed_in(gated)
    headers = {"origin": ORIGIN, "content-type": "application/json"}
    assert (await browser.post("/deed", headers=headers)).status_code == 415


@pytest.mark.parametrize("charset", ["punycode", "IDNA", "utf-7", '"punycode"'])
async def test_a_form_in_another_encoding_is_refused_before_it_takes_quadratic_time(charset: str, gated: Shop) -> None:
    browser = await signed_in(gated)
    for kind in ("multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
        headers = {"content-type": f"{kind}; charset={charset}"}
        assert (await browser.post("/deed", {"words": "a-" + "b" * 1000}, headers=headers)).status_code == 415


async def test_a_form_that_says_that_it_is_utf_8_is_taken(gated: Shop) -> None:
    browser = await signed_in(gated)
    headers = {"content-type": "application/x-www-form-urlencoded;charset=UTF-8"}
    assert (await browser.post("/deed", {"words": "é"}, headers=headers)).text == "ines says é"


async def test_files_of_nobody_are_not_kept_even_for_the_while_of_reading(gated: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    carried: list[Form] = []

    async def carry(_request: Request, form: Form) -> Response:
        carried.append(form)
        return PlainTextResponse("sign in")

    routes = [deed("/kept", do, Permission.WRITE, files=True, keeps=True)]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["fedirse.carry"] = carry
        await Router(routes)(scope, receive, send)

    async def write(_upload: UploadFile, _data: bytes) -> None:
        raise AssertionError("bytes of a stranger's file are written")

    monkeypatch.setattr(UploadFile, "write", write)
    shop = Shop(gated.site, application({DOMAIN: gated.site}, app))
    file = ("file", ("plan.pdf", b"x" * 100_000, "application/pdf"))
    assert (await Browser(shop).post("/kept", {"words": "longues"}, files=[file])).text == "sign in"
    (form,) = carried
    assert (form.text("words"), [upload.filename for upload in form.uploads("file")]) == ("longues", ["plan.pdf"])


async def test_who_may_not_is_refused_before_anything_of_the_form_is_read(gated: Shop) -> None:
    lea = await signed_in(gated, "lea")
    assert (await lea.post("/upload", headers={"content-type": "application/json"})).status_code == 403


@pytest.mark.attack("DOS-041")
async def test_fields_are_counted(gated: Shop) -> None:
    browser = await signed_in(gated)
    names = [f"f{number}" for number in range(limits.FORM_FIELDS)]
    assert (await browser.post("/deed", dict.fromkeys(names[1:], "x"))).status_code == 200
    assert (await browser.post("/deed", dict.fromkeys(names, "x"))).status_code in {400, 413}


async def test_bytes_are_counted(gated: Shop) -> None:
    browser = await signed_in(gated)
    room = limits.FORM_BYTES - len("form_token=&words=") - len(browser.form_token)
    assert (await browser.post("/deed", {"words": "x" * room})).status_code == 200
    assert (await browser.post("/deed", {"words": "x" * (room + 1)})).status_code == 413


@pytest.mark.attack("DOS-041")
async def test_files_are_counted_and_taken_only_where_they_are_asked_for(gated: Shop) -> None:
    browser = await signed_in(gated)
    files = [("file", (f"{number}.txt", b"x", "text/plain")) for number in range(limits.FORM_FILES + 1)]
    assert (await browser.post("/upload", files=files[1:])).status_code == 200
    assert (await browser.post("/upload", files=files)).status_code == 400
    assert (await browser.post("/deed", files=files[:1])).status_code == 400


@pytest.mark.attack("WEB-006")
@pytest.mark.parametrize(
    "typed",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
        "",
        "x",
        "/é",
        "/\n/x",
    ],
)
def test_nobody_is_sent_to_another_site(typed: str) -> None:
    assert safe_path(typed) == "/"


def test_a_path_of_ours_is_kept() -> None:
    assert safe_path("/posts/1?x=//y#z") == "/posts/1?x=//y#z"


async def test_a_page_made_for_somebody_is_kept_by_nobody(shop: Shop) -> None:
    response = await (await shop.sign_in("ines")).get("/")
    assert response.headers["cache-control"] == "private, no-store"
    assert "Cookie" in response.headers["vary"]


async def test_files_have_room_for_so_many_bytes(gated: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOAD_FORM_BYTES", 4096)
    browser = await signed_in(gated)
    assert (await browser.post("/upload", files=[("file", ("a.txt", b"x" * 2048, "text/plain"))])).status_code == 200
    assert (await browser.post("/upload", files=[("file", ("a.txt", b"x" * 4096, "text/plain"))])).status_code == 413


@pytest.mark.parametrize(("path", "limit"), [("/deed", "FORM_SECONDS"), ("/upload", "UPLOAD_FORM_SECONDS")])
async def test_a_form_that_never_ends_is_given_up(path: str, limit: str, gated: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, limit, 0.05)
    browser = await signed_in(gated)
    told: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"a", "more_body": True}

    async def send(message: Message) -> None:
        told.append(message)

    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {"host": DOMAIN, "origin": ORIGIN, "content-type": "application/x-www-form-urlencoded", "cookie": cookie}
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await gated.app(scope, receive, send)
    assert told[0]["status"] == 400
