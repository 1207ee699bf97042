"""Fields that come twice, in another shape, from another place, or about what belongs to somebody else."""

import json

import pytest

from fedirse.social.accounts.sessions.store import list_sessions
from fedirse.social.accounts.store import get_account, list_tokens
from fedirse.social.audiences.model import AudienceKind
from fedirse.social.media.store import list_of_actor
from tests.attacks.letters import Letter
from tests.attacks.scene import Answer, call
from tests.attacks.visiting.requests import OURS, ask, contents, form
from tests.federation.network import say
from tests.social.media.pictures import photo, upload
from tests.social.posts.composing.composer import fields_of, posts_of
from tests.visitors import DOMAIN, HTML, Browser, Shop

FOREIGN_TYPES = ["application/json", "text/plain", "application/xml", "application/x-www-form-urlencoded-json", "", "multipart/mixed"]


def session(browser: Browser) -> tuple[str, str]:
    return ("cookie", "; ".join(f"{name}={value}" for name, value in browser.cookies.items()))


async def send(shop: Shop, browser: Browser, target: str, body: bytes, content_type: str) -> Answer:
    """A body of any kind, as if a page of the site had sent it."""
    head = (("content-type", content_type), *OURS, session(browser), ("accept", HTML))
    return await call(shop.app, Letter(body, "POST", target, head, (DOMAIN,)))


@pytest.mark.attack("WEB-036")
async def test_of_a_field_that_comes_twice_every_reader_takes_the_first(shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    opened = fields_of(await ines.get("/compose"))
    sent = [("form_token", ines.form_token), ("draft", str(opened["draft"])), ("text", "un"), ("audience", "site")]
    twice = [*sent, ("audience", "public"), ("text", "deux"), ("audience[]", "public"), ("audience[0]", "public"), ("form_token", "x")]
    answer = await form(shop, "/posts?audience=public&text=trois", twice, headers=[session(ines)])
    assert answer.status == 303
    (post,) = await posts_of(shop, "ines")
    assert (post.audience.kind, post.content) == (AudienceKind.SITE, "<p>un</p>")


@pytest.mark.attack("WEB-036")
@pytest.mark.parametrize("name", ["audience[]", "audience[0]", "audience.kind", "Audience", "audience\u0000x", " audience"])
async def test_a_field_of_another_name_is_not_that_field(name: str, shop: Shop) -> None:
    ines = await shop.sign_in("ines")
    opened = fields_of(await ines.get("/compose"))
    fields = {"form_token": ines.form_token, "draft": str(opened["draft"]), "text": "Bonjour", name: "public"}
    assert (await form(shop, "/posts?audience=public", fields, headers=[session(ines)])).status == 422
    assert await posts_of(shop, "ines") == []


@pytest.mark.attack("WEB-036")
@pytest.mark.parametrize("content_type", FOREIGN_TYPES)
async def test_a_body_of_another_type_is_no_form(content_type: str, shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    before = await contents(shop)
    document = {
        "form_token": marc.form_token,
        "text": "x",
        "audience": {"kind": "public"},
        "files": {"id": ["x"]},
        "roles": ["administrator"],
    }
    plain = f"form_token={marc.form_token}&text=x&audience=public&roles=administrator".encode()
    for target in ("/posts", "/site/people/lea/roles", "/settings/preferences", "/sign-in"):
        for body in (json.dumps(document).encode(), plain):
            assert (await send(shop, marc, target, body, content_type)).status == 415
    assert await contents(shop) == before


@pytest.mark.attack("WEB-036")
async def test_a_form_is_not_read_from_the_address(shop: Shop) -> None:
    marc = await shop.sign_in("marc")
    before = await contents(shop)
    query = f"form_token={marc.form_token}&text=x&audience=public&roles=administrator&_method=POST"
    for target in ("/posts", "/site/people/lea/roles", "/sign-out"):
        assert (await ask(shop, f"{target}?{query}", headers=[session(marc), *OURS])).status in {404, 405}
        assert (await form(shop, f"{target}?{query}", {}, headers=[session(marc)])).status == 403
    assert await contents(shop) == before


@pytest.mark.attack("WEB-036")
async def test_whatever_shape_a_field_has_the_answer_is_foreseen(shop: Shop) -> None:
    ines, post = await shop.sign_in("ines"), await say(shop.site, await shop.person("marc"), "Bonjour")
    shapes = ["", "[]", "{}", "null", "-1", "1e309", "9" * 400, "\ud7ff", "\x00", "../x", "' OR 1=1 --", "%", "x" * 2000, "0x10", "NaN"]
    for shape in shapes:
        for path in ("/", "/local", "/tags/x", "/@ines", "/search", "/notifications", "/bookmarks"):
            found = await ines.get(path + "?" + "&".join(f"{name}={_quoted(shape)}" for name in ("before", "after", "only", "q", "kept")))
            assert found.status_code < 500, (path, shape)
        for deed in ("/posts", "/drafts/x", f"/posts/{post.id}/vote", "/settings/preferences", "/settings/profile", "/report", "/search"):
            names = (
                "text",
                "audience",
                "draft",
                "file",
                "choice",
                "timezone",
                "email",
                "reply_to",
                "post",
                "position",
                "q",
                "ends",
                "option",
            )
            found = await ines.post(deed, {name: [shape, shape] for name in names})
            assert found.status_code < 500, (deed, shape)


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


@pytest.mark.attack("WEB-036")
async def test_what_belongs_to_somebody_else_is_not_taken_by_its_number(shop: Shop) -> None:
    ines, marc = await shop.sign_in("ines"), await shop.person("marc")
    media = await upload(shop.site, marc.id, photo())
    opened = fields_of(await ines.get("/compose"))
    theirs = {"text": "À moi", "audience": "public", "asked": "1", "file": [media.id], f"alt-{media.id}": "x"}
    await ines.post("/posts", {**opened, **theirs})
    assert [post.attachments for post in await posts_of(shop, "ines")] in ([], [()])
    (kept,) = await shop.site.read(list_of_actor, marc.id)
    assert (kept.id, kept.item_id) == (media.id, None)
    await ines.post(f"/drafts/{opened['draft']}", {**opened, "file": [media.id], "remove": media.id})
    assert [one.id for one in await shop.site.read(list_of_actor, marc.id)] == [media.id]


@pytest.mark.attack("WEB-036")
async def test_sessions_tokens_and_drafts_of_somebody_else_are_not_there(shop: Shop) -> None:
    ines, marc = await shop.sign_in("ines"), await shop.sign_in("marc")
    await shop.token("marc")
    account = await shop.site.read(get_account, "marc")
    (token,) = await shop.site.read(list_tokens, account.id)
    draft = str(fields_of(await marc.get("/compose"))["draft"])
    await marc.post(f"/drafts/{draft}", {"draft": draft, "text": "Secret de Marc", "audience": "site"})
    await ines.post("/settings/security/tokens/revoke", {"token": token.id})
    for one in await shop.site.read(list_sessions, account.id):
        await ines.post("/settings/security/sessions/end", {"session": one.id})
    assert [one.id for one in await shop.site.read(list_tokens, account.id)] == [token.id]
    assert (await marc.get("/settings/security")).status_code == 200
    assert (await ines.get(f"/compose?draft={draft}")).status_code == 404
    await ines.post(f"/drafts/{draft}/delete")
    assert "Secret de Marc" in (await marc.get(f"/compose?draft={draft}")).text
