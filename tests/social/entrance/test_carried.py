"""What somebody typed while their session ended is kept through the sign-in."""

import html
import re

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from fedirse.asgi import application
from fedirse.base import limits
from fedirse.base.roles import Permission
from fedirse.social.accounts.visitors import deed
from fedirse.social.entrance.carried.rules import carry_form, read_carried
from fedirse.social.entrance.pages import ROUTES
from fedirse.social.entrance.sign_in.pages import carry
from fedirse.web.forms import Form
from fedirse.web.visitor import Visitor
from tests.social.entrance.conftest import PASSWORD
from tests.visitors import DOMAIN, Browser, Shop

TYPED = 'Nouveau rayon "jardin"\n\n<script>alert(1)</script> & plus'


async def keep(_request: Request, visitor: Visitor, form: Form) -> Response:
    return PlainTextResponse(f"{visitor.handle}: {form.text('content')} {form.several('tag')} {form.text('audience')}")


@pytest.fixture
def writing(doors: Shop) -> Shop:
    """The shop with a page that takes long to fill in."""
    router = Router([deed("/long", keep, Permission.WRITE, keeps=True, files=True), *ROUTES])

    async def surrounded(scope: Scope, receive: Receive, send: Send) -> None:
        scope["fedirse.carry"] = carry
        await router(scope, receive, send)

    return Shop(doors.site, application({DOMAIN: doors.site}, surrounded))


def fields_of(page: str) -> dict[str, object]:
    """What the last form of a page would send, without its token."""
    form = page[page.index('class="form card"') :]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    for name, value in re.findall(r'<textarea name="([^"]*)" hidden>\n(.*?)</textarea>', form, re.DOTALL):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return {name: values for name, values in found.items() if name != "form_token"}


def carried_in(page: str) -> str:
    found = re.search(r'name="carried" value="([^"]*)"', page)
    assert found is not None
    return html.unescape(found[1])


async def test_what_was_typed_survives_the_sign_in(writing: Shop) -> None:
    browser = Browser(writing)
    asked = await browser.post("/long", {"content": TYPED, "tag": ["a", "b"], "audience": "public"})
    assert asked.status_code == 401
    assert "<script>alert" not in asked.text
    wrong = await browser.post("/sign-in", {"name": "ines", "password": "wrong", "carried": carried_in(asked.text)})
    right = await browser.post("/sign-in", {"name": "ines", "password": PASSWORD, "carried": carried_in(wrong.text)})
    assert right.status_code == 200
    assert "<script>alert" not in right.text
    assert 'action="/long"' in right.text
    assert browser.form_token in right.text
    sent = await browser.post("/long", fields_of(right.text))
    assert sent.text == f"ines: {TYPED} ('a', 'b') public"


async def test_files_are_said_to_be_lost(writing: Shop) -> None:
    browser = Browser(writing)
    asked = await browser.post("/long", {"content": "Photo"}, files=[("picture", ("a.png", b"x", "image/png"))])
    right = await browser.post("/sign-in", {"name": "ines", "password": PASSWORD, "carried": carried_in(asked.text)})
    assert "fichiers" in asked.text
    assert "fichiers" in right.text


async def test_a_form_of_another_site_is_not_carried(writing: Shop) -> None:
    response = await Browser(writing).post("/long", {"content": "x"}, headers={"origin": "https://evil.example"})
    assert response.status_code == 403


@pytest.mark.attack("WEB-006")
async def test_what_was_typed_is_sent_nowhere_else(writing: Shop) -> None:
    carried = carry_form("//evil.example/long", {"content": ("x",)}, lost_files=False)
    page = await Browser(writing).post("/sign-in", {"name": "ines", "password": PASSWORD, "carried": carried})
    assert "evil.example" not in page.text
    assert 'action="/"' in page.text


@pytest.mark.parametrize("text", ["", "{", "[]", '{"path": 1}', '{"path": "/x", "fields": [["a"]]}', "\x00"])
def test_what_no_page_of_ours_wrote_is_nothing(text: str) -> None:
    assert read_carried(text) is None


async def test_more_than_can_be_carried_is_said_to_be_too_much(writing: Shop) -> None:
    room = limits.CARRIED_BYTES - len(carry_form("/long", {"content": ("",)}, lost_files=False))
    assert (await Browser(writing).post("/long", {"content": "x" * room})).status_code == 401
    assert (await Browser(writing).post("/long", {"content": "x" * (room + 1)})).status_code == 413
