"""Feeds of what strangers wrote: XML that every reader takes, whatever the letters were."""

import random
from xml.etree import ElementTree as ET

import orjson
import pytest

from tests.attacks.foreign import Foreigner
from tests.attacks.letters import Letter
from tests.attacks.scene import Scene, to_alice
from tests.attacks.shown import look_at

ATOM = "{http://www.w3.org/2005/Atom}"
PIECES = [
    "]]>", "<![CDATA[", "&#0;", "&nbsp;", "&amp;lt;", "\x0b", "\x1f", "\x7f", "\x85", "\ufffe", "\uffff", "\U0001fffe", "<b>", "</p>", "'\"",
    "</content></entry>", "--><!--", "<?xml?>", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "\r\n\t", "\u2028", "é", "👩\u200d🔧", "<script>alert(1)</script>",
]  # fmt: skip
NOTES = 40


def written(number: int) -> str:
    """The text of one note, the same on every run."""
    chance = random.Random(number)
    return "".join(chance.choices(PIECES, k=8))


async def feeds(scene: Scene) -> tuple[ET.Element, ET.Element]:
    """Both feeds of the hashtag, parsed; raises ParseError for what is not well-formed."""
    found = []
    for path in ("/tags/gabelle/feed", "/tags/gabelle/feed.rss"):
        answer = await scene.send(Letter(method="GET", target=path))
        assert answer.status == 200
        assert answer.headers["x-content-type-options"] == "nosniff"
        found.append(ET.fromstring(answer.body))  # noqa: S314 - what is read was written by the code under test
    return found[0], found[1]


def note_of(eve: Foreigner, scene: Scene, text: str) -> dict[str, object]:
    tags = [{"type": "Hashtag", "name": "#gabelle"}, {"type": "Hashtag", "name": f"#{text}"}]
    file = {"type": "Document", "mediaType": text, "name": text, "url": "https://evil.example/x.pdf?a=1&b=]]>"}
    return to_alice(scene, eve, content=f"<p>{text}</p>", name=text, summary=text, tag=tags, attachment=[file])


@pytest.mark.attack("CNT-028")
async def test_whatever_letters_a_note_has_its_feeds_are_well_formed(scene: Scene) -> None:
    eve = scene.server("evil.example").person("eve", name=written(-1))
    for number in range(NOTES):
        await scene.accepts(eve.send(eve.create(note_of(eve, scene, written(number)))))
        # The newest come first, and a feed ends somewhere: each is looked at while it is there.
        if number % 10 == 9:
            atom, rss = await feeds(scene)
            for html in [entry.findtext(f"{ATOM}content") for entry in atom.iter(f"{ATOM}entry")]:
                assert look_at(html or "").harms() == []
            assert len(list(atom.iter(f"{ATOM}entry"))) == len(list(rss.iter("item"))) >= 10


@pytest.mark.attack("CNT-028")
@pytest.mark.parametrize("half", ["\\ud800", "\\udc00x", "\\udfff\\ud800"])
async def test_half_a_character_breaks_no_feed(scene: Scene, half: str) -> None:
    eve = scene.server("evil.example").person("eve")
    body = orjson.dumps(eve.create(note_of(eve, scene, "HERE"))).replace(b"HERE", half.encode())
    await scene.send(eve.send(body))
    await scene.accepts(eve.send(eve.create(note_of(eve, scene, "x"))))
    atom, _ = await feeds(scene)
    assert len(list(atom.iter(f"{ATOM}entry"))) >= 1
