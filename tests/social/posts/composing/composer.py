"""What a browser would do with a composer."""

import html
import re

import httpx

from fedirse.social.posts.composing.model import KeptDraft
from fedirse.social.posts.composing.store import list_drafts
from fedirse.social.posts.model import Post
from fedirse.social.posts.store import list_living_posts
from tests.visitors import Browser, Shop

FIELD = re.compile(r'<input ([^>]*)>|<textarea [^>]*?name="([^"]+)"[^>]*>\n?(.*?)</textarea>', re.DOTALL)
SELECT = re.compile(r'<select [^>]*?name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
OPTION = re.compile(r'<option value="([^"]*)" selected>')
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


def fields_of(response: httpx.Response) -> dict[str, object]:
    """What the browser would send from the composer on a page, without the form token."""
    assert response.status_code in {200, 409, 422, 503}, response.text
    page = response.text.partition("data-composer")[2]
    found: dict[str, list[str]] = {}
    for choice, options in SELECT.findall(page):
        found[choice] = OPTION.findall(options)[:1]
    for attributes, area, text in FIELD.findall(page):
        named = dict(ATTRIBUTE.findall(attributes))
        if area:
            found.setdefault(area, []).append(html.unescape(text))
        elif named.get("type") in {"radio", "checkbox"}:
            if re.search(r"\bchecked\b", attributes):
                found.setdefault(named["name"], []).append(named["value"])
        elif named.get("type") != "file" and "name" in named:
            found.setdefault(named["name"], []).append(html.unescape(named.get("value", "")))
    found.pop("form_token", None)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


async def compose(browser: Browser, text: str, query: str = "", **fields: object) -> httpx.Response:
    """Open the composer, type and publish."""
    opened = fields_of(await browser.get(f"/compose{query}"))
    return await browser.post("/posts", {**opened, "text": text, **fields})


async def posts_of(shop: Shop, handle: str) -> list[Post]:
    """What somebody of the site has published, oldest first."""
    author = await shop.person(handle)
    found = await shop.site.read(list_living_posts, author.id, limit=50)
    return sorted(found, key=lambda post: post.id)


async def drafts_of(shop: Shop, handle: str) -> list[KeptDraft]:
    """What somebody of the site has kept, the last one first."""
    author = await shop.person(handle)
    return await shop.site.read(list_drafts, author.id)
