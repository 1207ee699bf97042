"""Names, lines of a profile and everything else a stranger is called, sent as an actor and a post: text that turns nothing around."""

import html
import re
from typing import Any

import pytest

from fedirse.web.names import plain
from tests.attacks.foreign import Foreigner
from tests.attacks.scene import Scene, to_alice
from tests.attacks.shown import Shown, look_at, prose_of

EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script></title><svg onload=alert(3)></svg>{{7*7}}'
TURNED = "HQ \u202etsop.exe\u2066\u200b\u200e\u00ad\U000e0041\U000e007f\u2069x"


async def met(scene: Scene, text: str) -> tuple[Foreigner, list[str]]:
    """Somebody who puts `text` wherever there is room, and the pages that show them and their post."""
    eve = scene.server("evil.example").person(
        "eve", name=text, summary=text, attachment=[{"type": "PropertyValue", "name": text, "value": text}]
    )  # fmt: skip
    question: dict[str, Any] = {
        "type": "Question",
        "oneOf": [{"type": "Note", "name": text, "replies": {"type": "Collection", "totalItems": 1}}],
        "name": text,
        "summary": text,
        "content": "<p>Bonjour</p>",
        "tag": [{"type": "Hashtag", "name": f"#{text}", "href": "javascript:alert(1)"}, {"type": "Mention", "href": text, "name": text}],
        "attachment": [{"type": "Document", "mediaType": text, "url": "https://evil.example/x.pdf", "name": text}],
        "url": "javascript:alert(1)",
    }
    note = to_alice(scene, eve, **question)
    await scene.accepts(eve.send(eve.create(note)))
    await scene.settle()
    profile = await scene.page("/@eve@evil.example")
    found = re.search(r'id="post-([0-9A-Z]{26})"', profile)
    assert found is not None
    return eve, [profile, await scene.page(f"/posts/{found[1]}"), await scene.page("/@eve@evil.example/followers")]


@pytest.mark.attack("CNT-004")
async def test_no_name_title_or_line_becomes_markup(scene: Scene) -> None:
    _, pages = await met(scene, EVIL)
    for page in pages:
        body = page.partition("</head>")[2]
        shown = look_at(body)
        assert not {name for name, _ in shown.tags} & {"img", "script", "iframe", "style", "base"}
        assert not [key for _, attributes in shown.tags for key, _ in attributes if key.startswith("on")]
        assert not [address for address, _ in shown.links if not re.match(r"https?://|/(?!/)|#|\?", address)]
        assert {value for name, attributes in shown.tags if name == "svg" for key, value in attributes if key == "onload"} == set()
        assert html.escape(EVIL, quote=False).replace('"', "&#34;") in body
    title = pages[1].partition("<title>")[2].partition("</title>")[0]
    assert "<" not in title
    assert "onerror" in title


@pytest.mark.attack("CNT-004")
async def test_a_line_of_a_profile_that_is_markup_is_its_words(scene: Scene) -> None:
    value = '<p>mot</p><script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">clic</a>'
    line = await line_of_profile(scene, value)
    assert {name for name, _ in line.tags} == {"bdi"}
    assert line.words.split() == ["mot", "clic"]


async def line_of_profile(scene: Scene, value: str) -> Shown:
    """What the profile of a stranger shows of the only line in it."""
    eve = scene.server("evil.example").person("eve", attachment=[{"type": "PropertyValue", "name": "Site", "value": value}])
    await scene.accepts(eve.send(eve.create(to_alice(scene, eve))))
    found = re.search(r"<dd[^>]*>(.*?)</dd>", await scene.page("/@eve@evil.example"), re.DOTALL)
    assert found is not None
    return look_at(found[1])


@pytest.mark.attack("CNT-007")
@pytest.mark.parametrize(
    ("written", "leads"),
    [
        ("https://hq.example", ["https://hq.example"]),
        ("<span hidden>evil.example/</span><wbr>https://hq.example", []),
        ('<span class="invisible">https://evil.example/?</span>https://hq.example', ["https://evil.example/?https://hq.example"]),
        ("https://hq.example@evil.example/", []),
        ("hq.example", []),
    ],
)
async def test_a_line_of_a_profile_leads_only_where_all_of_its_words_say(scene: Scene, written: str, leads: list[str]) -> None:
    value = f'<a href="https://evil.example" rel="me">{written}</a>'
    line = await line_of_profile(scene, value)
    assert line.links == [(address, address) for address in leads]
    assert {name for name, _ in line.tags} <= {"a", "bdi"}


@pytest.mark.attack("CNT-019")
async def test_nothing_that_turns_text_around_or_hides_it_is_shown(scene: Scene) -> None:
    eve, pages = await met(scene, TURNED)
    # In prose the direction of the whole paragraph is the paragraph's own affair: `dir=auto` keeps it from what surrounds it.
    outside = [re.sub(r'<div class="prose[^"]*" dir="auto">.*?</div>', "", page, flags=re.DOTALL) for page in pages]
    for page in outside:
        assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\u00ad\U000e0041\U000e007f") & set(page)
    for page in outside[:2]:
        assert f"@{eve.name}" in look_at(page).words
        assert f"<bdi>{plain(TURNED)}</bdi>" in page
    assert plain(TURNED) == "HQ tsop.exex"


@pytest.mark.attack("CNT-019")
@pytest.mark.parametrize("handle", ["hq\u202etsop", "h\u200bq", "hq\U000e0041", "hq evil", "hq@us.example", "../hq", "hq<b>"])
async def test_a_handle_that_could_be_read_in_two_ways_is_no_handle(scene: Scene, handle: str) -> None:
    eve = scene.server("evil.example").person("eve", preferredUsername=handle)
    await scene.send(eve.send(eve.create(to_alice(scene, eve))))
    profile = await scene.site.read(lambda tx: tx.exec_driver_sql("SELECT handle FROM actors WHERE host = 'evil.example'").scalars().all())
    assert handle not in profile


@pytest.mark.attack("CNT-015")
async def test_prose_of_a_profile_is_cleaned_too(scene: Scene) -> None:
    eve, pages = await met(scene, EVIL)
    (about, *_) = prose_of(pages[0])
    assert look_at(about).harms() == []
    assert "{{7*7}}" in about
    assert eve.name in pages[0]
