"""Bodies in another encoding than UTF-8: what a filter in front of us would read in one way, and a lenient parser in another."""

import orjson
import pytest

from tests.attacks.foreign import Page
from tests.attacks.letters import letter
from tests.attacks.scene import Scene, to_alice

ENCODINGS = ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "latin-1", "cp1252"]
BROKEN = [b"\xe9", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xff"]


@pytest.mark.attack("CNT-023")
@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_a_letter_in_another_encoding_is_refused_whatever_it_says_it_is(scene: Scene, encoding: str) -> None:
    eve = scene.server("evil.example").person("eve")
    text = orjson.dumps(eve.create(to_alice(scene, eve, content="<p>d\u00e9j\u00e0 vu</p>"))).decode()
    body = text.encode(encoding)
    for content_type in ("application/activity+json", f"application/activity+json; charset={encoding}"):
        signed = eve.sign(letter(body).with_header("content-type", content_type))
        answer = await scene.refuses(signed, 400, "not-utf8")
        assert answer.headers["content-type"] == "application/json"


@pytest.mark.attack("CNT-023")
@pytest.mark.parametrize("raw", BROKEN)
async def test_bytes_that_are_no_utf_8_are_refused(scene: Scene, raw: bytes) -> None:
    eve = scene.server("evil.example").person("eve")
    body = orjson.dumps(eve.create(to_alice(scene, eve, content="HERE"))).replace(b"HERE", raw)
    await scene.refuses(eve.send(body), 400, "not-utf8")


@pytest.mark.attack("CNT-023")
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
async def test_a_fetched_document_in_another_encoding_is_not_read(scene: Scene, encoding: str) -> None:
    server = scene.server("evil.example")
    eve = server.person("eve")
    document = orjson.dumps(eve.document(name="d\u00e9j\u00e0")).decode()
    server.answer(eve.uri, Page(document.encode(encoding)))
    answer = await scene.send(eve.send(eve.create(to_alice(scene, eve))))
    assert answer.status in {401, 503}
    assert await scene.site.read(lambda tx: tx.exec_driver_sql("SELECT count(*) FROM actors WHERE host = 'evil.example'").scalar_one()) == 0
    await scene.behaves()
