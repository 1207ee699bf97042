"""What is for the network, looked for from outside at every public page and document of the site it comes from and of one it reached."""

import re
from pathlib import Path

import httpx
import pytest

from fedirse.activitypub.signatures import SignedRequest, sign_cavage
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.actions import publish_post
from fedirse.social.posts.model import Draft
from fedirse.storage.activities import list_outbox
from fedirse.storage.signing import NamedKey
from tests.federation.network import find
from tests.federation.rosters import Group, running_group

PAGES = (
    *("/", "/local", "/tags/promo", "/tags/promo/feed", "/feed", "/feed.rss", "/search?q=tournesol", "/completion/tags?q=pro"),
    *("/actor/outbox", "/actor/outbox?page=true", "/nodeinfo/2.1", "/robots.txt"),
)
OF_INES = (
    "/@ines",
    "/@ines/with-replies",
    "/@ines/media",
    "/@ines/feed",
    "/people/ines",
    "/people/ines/outbox",
    "/people/ines/outbox?page=true",
)
HTML, AS2 = "text/html", "application/activity+json"


async def ask(group: Group, site: Site, path: str, accept: str, key: NamedKey | None) -> tuple[int, bytes]:
    """What a site answers to nobody, or to somebody outside who signs."""
    host = site.uris.host
    headers = {"host": host, "accept": accept}
    if key is not None:
        headers |= dict(sign_cavage(SignedRequest("GET", "https", host, path, (), b""), key.uri, key.key, group.clock.now()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(group.wire.wire.applications[host])) as client:
        answer = await client.get(f"https://{host}{path}", headers=headers)
    return answer.status_code, re.sub(rb'nonce-[^"]*|form_token" value="[^"]*', b"", answer.content)


@pytest.mark.attack("PRV-005", "PRV-015", "PRV-017", "PRV-018", "PRV-019", "PRV-020", "PRV-021", "PRV-033")
async def test_nothing_outside_changes_when_something_is_said_inside(tmp_path: Path) -> None:
    async with running_group(tmp_path, "lyon", "nantes") as group:
        lyon, nantes = group.sites["lyon.example"], group.sites["nantes.example"]
        ines = await group.wire.person(lyon, "ines")
        partner = await group.wire.add("partenaire.example")
        outside = (await partner.read(partner.signing.load, partner.actor_id)).rsa
        asked = [
            (site, path, AS2 if path.startswith(("/people/", "/actor/")) else HTML, key)
            for site, paths in ((lyon, (*PAGES, *OF_INES)), (nantes, (*PAGES, "/@ines@lyon.example")))
            for path in paths
            for key in (None, outside)
        ]
        await nantes.actors.resolve(ines.uri)
        before = [await ask(group, *one) for one in asked]
        draft = Draft("Le tournesol est arrivé #promo", Audience(AudienceKind.NETWORK, of=group.siege.uris.members))
        post = await lyon.write(publish_post, lyon, ines, draft, group.clock.now())
        await group.settle()
        there = await find(nantes, post.uri)
        assert there is not None
        after = [await ask(group, *one) for one in asked]
        assert [one[1:3] for one, was, became in zip(asked, before, after, strict=True) if was != became] == []
        for site, kept in ((lyon, post), (nantes, there)):
            for path in ("/posts/{}", "/posts/{}/replies", "/posts/{}/history", "/oembed?url=" + site.uris.origin + "/posts/{}"):
                for accept in (HTML, AS2):
                    for key in (None, outside):
                        found, missing = [await ask(group, site, path.format(one), accept, key) for one in (kept.id, "0" * 26)]
                        assert (found[0], found[1].replace(kept.id.encode(), b"")) == (missing[0], missing[1].replace(b"0" * 26, b""))
        assert await lyon.read(lambda tx: list_outbox(tx, ines.id, before=None, limit=5)) == []
