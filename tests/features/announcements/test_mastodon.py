"""A public announcement as Mastodon shows it: by what its documentation says, by what the program does, and by FEP-b2b8.

The rules are those of docs.joinmastodon.org/spec/activitypub ("Payloads") and of `ActivityPub::Parser::StatusParser` and
`MediaAttachmentParser` in version 4.5. Applied to the very bytes that leave, they say what a reader there has before them.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from fedirse.activitypub.vocabulary import PUBLIC
from fedirse.base.types import JsonObject
from fedirse.features.announcements.model import Asked, Priority, Terms
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.media.actions import accept_upload
from fedirse.social.media.model import Purpose
from fedirse.social.posts.languages.model import Translation
from fedirse.social.posts.model import DraftFile, Post
from fedirse.web.html import to_text
from tests.features.announcements.ground import TITLE, Speaking
from tests.federation.rosters import running_group
from tests.social.media.pictures import Sent, photo

ALT = "Le carton à retirer, avec son étiquette"
WORDS = "Retirez le lot 4821 aujourd’hui et affichez la note en caisse."
TERMS = Terms(priority=Priority.URGENT, asked=Asked.EVERYONE)
CONVERTED = {"Article", "Page", "Image", "Audio", "Video", "Event"}
"""What is turned into a status; what is neither this nor a Note or a Question is dropped."""
MOST_PICTURES = 16
PICTURES = {"image/jpeg", "image/png", "image/gif", "image/heic", "image/heif", "image/webp", "image/avif"}


@dataclass(frozen=True)
class Status:
    """What somebody reads at a Mastodon: `text` is HTML; a warning hides it until it is clicked."""

    text: str
    warning: str
    link: str
    pictures: tuple[tuple[str, str], ...]
    is_public: bool
    language: str = ""


@pytest.fixture
async def speaking(tmp_path: Path) -> AsyncIterator[Speaking]:
    async with running_group(tmp_path, "lyon") as group:
        yield Speaking(group)


async def announced(speaking: Speaking, *translations: Translation) -> Post:
    """One for everybody, with a picture."""
    siege = speaking.siege
    media = await accept_upload(siege, siege.actor_id, Sent(photo()), filename="lot.jpg", purpose=Purpose.POST, now=speaking.now)
    more: dict[str, object] = {"files": (DraftFile(media.id, ALT),), "language": "fr", "translations": translations}
    return await speaking.announce(TERMS, Audience(AudienceKind.PUBLIC), **more)


def sent(speaking: Speaking, kind: str) -> JsonObject:
    """What an activity about it carries, on the wire."""
    bodies = [orjson.loads(one.body) for one in speaking.group.wire.wire.sent if one.host == "lyon.example"]
    [article] = [body["object"] for body in bodies if body["type"] == kind and body["object"].get("type") == "Article"]
    return dict(article)


def as_documented(article: JsonObject) -> Status:
    """`content` if there is any, or `name`, with the address appended; `summary` is a warning."""
    assert article["type"] in CONVERTED
    text = str(article.get("content") or article.get("name") or "")
    return _status(article, f"{text} <p>{_link(article)}</p>", str(article.get("summary") or ""))


def as_done(article: JsonObject) -> Status:
    """The title, the summary where there is one, the address; nothing is a warning."""
    assert article["type"] in CONVERTED
    title, summary = article.get("name"), article.get("summary")
    parts = [f"<h2>{title}</h2>" if title else None, str(summary) if summary else None, f"<p>{_link(article)}</p>"]
    return _status(article, "\n\n".join(part for part in parts if part is not None), "")


def as_previewed(article: JsonObject) -> Status:
    """The Note in `preview` stands for the Article, whose address and pictures go with it (FEP-b2b8)."""
    note = article["preview"]
    assert note["type"] == "Note"
    return _status(article, f"<p>{note['name']}</p>{note['content']}<p>{_link(article)}</p>", str(note.get("summary") or ""))


def _link(article: JsonObject) -> str:
    return str(article.get("url") or article["id"])


def _status(article: JsonObject, text: str, warning: str) -> Status:
    files = [one for one in article.get("attachment", [])[:MOST_PICTURES] if one["mediaType"] in PICTURES]
    pictures = tuple((str(one["url"]), str(one.get("summary") or one.get("name") or "")) for one in files)
    return Status(text, warning, _link(article), pictures, PUBLIC in article["to"], _language(article))


def _language(article: JsonObject) -> str:
    """The first key of the first of these maps, whatever `content` says; so the text's own language has to come first."""
    maps = [article.get(name) for name in ("contentMap", "nameMap", "summaryMap")]
    return next((next(iter(one)) for one in maps if isinstance(one, dict) and one), "")


async def test_by_its_documentation_a_mastodon_shows_text_link_and_picture(speaking: Speaking) -> None:
    post = await announced(speaking)
    shown = as_documented(sent(speaking, "Create"))
    assert WORDS in to_text(shown.text)
    assert (shown.link, shown.warning, shown.is_public) == (post.uri, "", True)
    assert shown.link in shown.text
    assert [words for _, words in shown.pictures] == [ALT]


async def test_as_the_program_is_it_shows_title_link_and_picture(speaking: Speaking) -> None:
    post = await announced(speaking)
    shown = as_done(sent(speaking, "Create"))
    assert TITLE in to_text(shown.text)
    assert post.uri in shown.text
    [(address, words)] = shown.pictures
    assert address.startswith("https://siege.example/")
    assert words == ALT


async def test_what_reads_the_preview_shows_title_text_link_and_picture(speaking: Speaking) -> None:
    post = await announced(speaking)
    shown = as_previewed(sent(speaking, "Create"))
    read = to_text(shown.text)
    assert TITLE in read
    assert WORDS in read
    assert post.uri in read
    assert [words for _, words in shown.pictures] == [ALT]


async def test_nothing_of_it_is_hidden_behind_a_warning_and_its_language_is_known(speaking: Speaking) -> None:
    await announced(speaking)
    article = sent(speaking, "Create")
    assert "summary" not in article
    assert "sensitive" not in article
    assert list(article["contentMap"]) == ["fr"]


async def test_of_several_languages_it_shows_the_main_one_and_names_it(speaking: Speaking) -> None:
    # In no alphabet: the order is that in which they were written.
    said = [Translation(tag, f"Titel {tag}", f"Text {tag}") for tag in ("en", "de", "es")]
    post = await announced(speaking, *said)
    article = sent(speaking, "Create")
    assert list(article["contentMap"]) == list(article["nameMap"]) == ["fr", "en", "de", "es"]
    for show in (as_documented, as_done, as_previewed):
        shown = show(article)
        assert (shown.language, shown.link) == ("fr", post.uri)
        assert "Text de" not in shown.text
        assert "Titel" not in shown.text
    assert WORDS in to_text(as_documented(article).text)
    assert TITLE in to_text(as_done(article).text)
    alone = {name: value for name, value in article.items() if name not in {"contentMap", "nameMap"}}
    assert as_documented(alone).text == as_documented(article).text


async def test_a_later_version_is_an_edit_there(speaking: Speaking) -> None:
    """An Update counts as one where `updated` says when."""
    post = await announced(speaking)
    await speaking.change(post, "Lots 4821 et 4822.", ask_again=True, terms=TERMS)
    article = sent(speaking, "Update")
    assert (article["id"], article["published"] < article["updated"]) == (post.uri, True)
    assert "Lots 4821 et 4822." in to_text(as_documented(article).text)
    assert "Lots 4821 et 4822." in to_text(as_previewed(article).text)


async def test_the_terms_are_beside_what_mastodon_reads(speaking: Speaking) -> None:
    await announced(speaking)
    article = sent(speaking, "Create")
    plain = {name: value for name, value in article.items() if name not in {"announcementVersion", "priority", "askedOf", "confirmFrom"}}
    assert len(article) == len(plain) + 4
    for show in (as_documented, as_done, as_previewed):
        assert show(article) == show(plain)
