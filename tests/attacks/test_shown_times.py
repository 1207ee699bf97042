"""Times at the ends of the calendar, which lie outside of it in another zone: every page and feed that shows them is still shown."""

import msgspec
import pytest

from tests.attacks.letters import Letter
from tests.attacks.scene import Scene, to_alice
from tests.attacks.test_shown_posts import stranger

ENDS = [
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00",
    "9998-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "0002-01-01T00:00:00Z",
]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_no_time_of_a_stranger_takes_a_page_away(scene: Scene, zone: str) -> None:
    scene.site.adopt(msgspec.structs.replace(scene.site.settings, timezone=zone))
    for end in ENDS:
        eve = stranger(scene, published=end)
        poll = {
            "oneOf": [{"type": "Note", "name": "a", "replies": {"type": "Collection", "totalItems": 2**63 - 1}}],
            "votersCount": 2**63 - 1,
        }
        for changes in ({}, {"type": "Question", "endTime": end, **poll}, {"type": "Question", "endTime": end, "closed": end, **poll}):
            tag = {"type": "Hashtag", "name": "#gabelle"}
            await scene.accepts(eve.send(eve.create(to_alice(scene, eve, published=end, updated=end, tag=[tag], **changes))))
            newest = await scene.site.read(lambda tx: tx.exec_driver_sql("SELECT id FROM posts ORDER BY rowid DESC LIMIT 1").scalar_one())
            for path in (f"/posts/{newest}", "/@eve@evil.example", "/tags/gabelle", "/tags/gabelle/feed", "/tags/gabelle/feed.rss"):
                answer = await scene.send(Letter(method="GET", target=path, headers=(("accept", "text/html"),)))
                assert answer.status == 200, (path, end)
        await scene.behaves()
