"""Addresses that no reader agrees about, wherever a stranger may put one: every page that shows them is still shown."""

import pytest

from fedirse.social.moderation.reports.store import list_reports
from fedirse.social.posts.model import Attachment
from fedirse.storage.actors import save_actor
from tests.attacks.visiting.requests import ask
from tests.visitors import HTML, Shop, remote_actor

ADDRESSES = [
    "https://[evil.example/",
    "https://[::1",
    "https://evil]example/",
    "https://\u2100.example/",
    "https://evil\uff0fhq.example/",
    "https://evil.example:99999999/",
    "https://evil.example:x/",
    "https://hq.example@evil.example/",
    "https://xn--a/",
    "https://s\u0456b.example/",
    "https://" + "a" * 300 + ".example/",
    "https://.example/",
    "https://%00/",
    "javascript:alert(1)",
    "",
]
"""Brackets without their other half, letters that become separators, ports that are none, and names that no resolver takes."""


@pytest.mark.attack("CNT-024")
async def test_no_address_of_a_stranger_takes_a_page_away(shop: Shop) -> None:
    lea, marc = await shop.sign_in("lea"), await shop.sign_in("marc")
    for number, address in enumerate(ADDRESSES):
        actor = remote_actor(
            f"eve{number}", url=address, icon=address, image=address, fields=(("Site", address),), summary=f'<a href="{address}">x</a>'
        )
        stored = await shop.site.write(save_actor, actor)
        await shop.let_follow(await shop.person("lea"), stored)
        files = tuple(Attachment(address, kind, "x") for kind in ("image/png", "video/mp4", "application/pdf"))
        content = f'<p>ici <a href="{address}">x</a> <a class="mention" href="{address}">@x</a></p>'
        post = await shop.receive(
            stored, content, url=address, attachments=files, tags=("gabelle",), mentions=(("@x", address),), in_reply_to=address
        )
        await lea.post("/report", {"category": "spam", "words": "", "post": post.id})
        (report, *_) = await shop.site.read(list_reports, limit=50)
        profile = f"/@eve{number}@ailleurs.example"
        for path in (f"/posts/{post.id}", profile, f"{profile}/media", f"{profile}/followers", "/tags/gabelle", "/tags/gabelle/feed"):
            assert (await ask(shop, path, headers=[("accept", HTML)])).status == 200, (path, address)
            assert (await lea.get(path)).status_code == 200, (path, address)
        for path in ("/", "/search?q=ici", "/notifications"):
            assert (await lea.get(path)).status_code == 200, (path, address)
        for path in ("/site/reports", f"/site/reports/{report.id}", "/site/reports.csv"):
            assert (await marc.get(path)).status_code == 200, (path, address)


@pytest.mark.attack("CNT-024")
async def test_the_host_of_a_sibling_in_disguise_is_written_encoded(shop: Shop) -> None:
    address = "https://s\u0456b.example/"
    actor = await shop.site.write(save_actor, remote_actor("eve", url=address, fields=(("Site", address),)))
    post = await shop.receive(actor, "<p>Bonjour</p>", url=address)
    assert "(xn--sb-hoc.example)" in (await shop.get("/@eve@ailleurs.example")).text
    for path in ("/@eve@ailleurs.example", f"/posts/{post.id}"):
        assert "Original sur xn--sb-hoc.example" in (await shop.get(path)).text
