"""A post in several languages: published, changed and erased whole, and read by each in theirs."""

import pytest

from fedirse.base.errors import InvalidInput
from fedirse.base.types import ANYONE
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.actions import delete_post, edit_post, publish_post
from fedirse.social.posts.languages.model import LanguageVersion, Said, Translation
from fedirse.social.posts.model import Draft, Post
from fedirse.social.posts.store import find_post
from fedirse.social.search.index.store import catch_up
from fedirse.social.search.rules import parse_query
from fedirse.social.search.store import search_posts
from fedirse.storage.transaction import Transaction
from tests.visitors import Shop

ENGLISH = Translation("en", "Recall", "Take it **off** the shelf, #recall.")
SPANISH = Translation("es", "Retirada", "Retírelo del lineal.")
EVERYBODY = Audience(AudienceKind.PUBLIC)


async def publish(shop: Shop, *translations: Translation, title: str = "Rappel", text: str = "Retirez-le du rayon.") -> Post:
    draft = Draft(text, EVERYBODY, title=title, language="fr", translations=translations)
    return await shop.site.write(publish_post, shop.site, await shop.person("ines"), draft, shop.site.clock.now())


async def stored(shop: Shop, post: Post) -> Post:
    found = await shop.site.read(find_post, post.id)
    assert found is not None
    return found


async def found(shop: Shop, word: str) -> int:
    """How many posts somebody unknown finds."""

    def look(tx: Transaction) -> int:
        catch_up(tx)
        return len(search_posts(tx, ANYONE, parse_query(word)).posts)

    return await shop.site.write(look)


@pytest.mark.parametrize(
    ("typed", "reason", "field"),
    [
        (Translation("en", "Recall", "  "), "empty-post", "said_text-1"),
        (Translation("en", "Recall", "a" * 20_001), "post-too-long", "said_text-1"),
        (Translation("en", "", "Text"), "no-title", "said_title-1"),
        (Translation("fr", "Avis", "Texte"), "same-language", "said_language-1"),
    ],
)
async def test_what_cannot_be_published_is_said_beside_its_field(shop: Shop, typed: Translation, reason: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await publish(shop, SPANISH, typed)
    assert (caught.value.reason, caught.value.field) == (reason, field)


async def test_every_version_is_rendered_and_kept_with_the_post(shop: Shop) -> None:
    post = await stored(shop, await publish(shop, ENGLISH, SPANISH))
    assert (post.language, post.title, post.source) == ("fr", "Rappel", "Retirez-le du rayon.")
    english = post.translations["en"]
    assert "Take it <strong>off</strong> the shelf" in english.content
    assert (english.title, english.source) == ("Recall", ENGLISH.text)
    assert list(post.translations) == ["en", "es"]
    assert post.tags == ("recall",)


async def test_whom_a_version_names_is_addressed(shop: Shop) -> None:
    post = await publish(shop, Translation("en", "Recall", "Ask @marc."))
    assert [name for name, _ in post.mentions] == ["@marc"]
    assert (await shop.person("marc")).id in post.audience.named


async def test_an_edit_says_all_there_is(shop: Shop) -> None:
    post, ines = await publish(shop, ENGLISH, SPANISH), await shop.person("ines")
    later = Draft("Retirez les deux.", EVERYBODY, title="Rappel", language="fr", translations=(Translation("es", "Retirada", "Los dos."),))
    await shop.site.write(edit_post, shop.site, ines, post.id, later, shop.site.clock.now())
    assert {tag: version.source for tag, version in (await stored(shop, post)).translations.items()} == {"es": "Los dos."}


async def test_an_edit_may_not_say_the_own_language_twice(shop: Shop) -> None:
    post, ines = await publish(shop), await shop.person("ines")
    later = Draft("Retirez.", EVERYBODY, title="Rappel", translations=(Translation("fr", "Rappel", "Retirez."),))
    with pytest.raises(InvalidInput, match="language"):
        await shop.site.write(edit_post, shop.site, ines, post.id, later, shop.site.clock.now())


async def test_what_is_deleted_says_nothing_in_any_language(shop: Shop) -> None:
    post, ines = await publish(shop, ENGLISH), await shop.person("ines")
    await shop.site.write(delete_post, shop.site, ines, post.id, shop.site.clock.now())
    assert (await stored(shop, post)).translations == {}
    assert await found(shop, "shelf") == 0


async def test_words_of_every_version_are_found(shop: Shop) -> None:
    await publish(shop, ENGLISH, SPANISH)
    for word in ("rayon", "shelf", "lineal", "recall", "retirada", "lang:es"):
        assert await found(shop, word) == 1, word


async def test_an_edit_takes_words_out_of_the_search(shop: Shop) -> None:
    post, ines = await publish(shop, ENGLISH), await shop.person("ines")
    await found(shop, "shelf")
    await shop.site.write(edit_post, shop.site, ines, post.id, Draft("Rien.", EVERYBODY, title="Rappel"), shop.site.clock.now())
    assert await found(shop, "shelf") == 0


def test_a_title_may_be_there_in_the_own_language_alone() -> None:
    post = Post("1", "u", "a", local=False, kind="Note", audience=EVERYBODY, published_at=None, title="Avis", content="Fr", language="fr")  # type: ignore[arg-type]
    post.translations["en"] = LanguageVersion("", "En")
    assert post.said_in("en") == Said("en", "Avis", "En", "fr")


async def test_each_reads_their_language_and_may_choose_another(shop: Shop) -> None:
    post = await publish(shop, ENGLISH, SPANISH)
    path = f"/posts/{post.id}"
    french = (await shop.get(path)).text
    assert '<h1 class="card-title" lang="fr" dir="auto">Rappel</h1>' in french
    assert "shelf" not in french
    english = (await shop.get(path, headers={"accept-language": "en"})).text
    assert '<h1 class="card-title" lang="en" dir="auto">Recall</h1>' in english
    assert '<div class="prose" lang="en" dir="auto"><p>Take it <strong>off</strong>' in english
    spanish = (await shop.get(f"{path}?lang=es")).text
    assert '<strong lang="es">Español</strong>' in spanish
    assert f'<a href="{path}?lang=en" lang="en" hreflang="en">English</a>' in spanish
    assert "Retírelo" in spanish
    assert '<html lang="fr"' in spanish


@pytest.mark.parametrize("asked", ["", "de", "%22%3E%3Cscript%3E", "fr", "x" * 4000])
async def test_a_language_that_is_none_of_them_is_as_none_asked_for(shop: Shop, asked: str) -> None:
    post = await publish(shop, ENGLISH)
    page = (await shop.get(f"/posts/{post.id}?lang={asked}")).text
    assert "Retirez-le" in page
    assert '<strong lang="fr">Français</strong>' in page


async def test_a_post_of_one_language_offers_none(shop: Shop) -> None:
    page = (await shop.get(f"/posts/{(await publish(shop)).id}?lang=en")).text
    assert "hreflang" not in page
    assert "Retirez-le" in page


async def test_lists_show_titles_in_the_language_of_their_reader(shop: Shop) -> None:
    await publish(shop, ENGLISH)
    page = (await shop.get("/local", headers={"accept-language": "en"})).text
    assert 'lang="en" dir="auto"><a href=' in page
    assert "Recall" in page
    assert "Rappel" not in page
