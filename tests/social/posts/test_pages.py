"""Posts as documents and pages: who may read them, what is shown of them, and what is left when they are gone."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.identifiers import new_id
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.actions import delete_post, edit_post
from fedirse.social.posts.languages.model import LanguageVersion
from fedirse.social.posts.model import Attachment, Draft, Poll, PollOption, Post, PostKind
from fedirse.social.posts.reactions.actions import like_post
from fedirse.social.posts.store import add_post, erase_post
from fedirse.storage.actors import save_actor
from tests.federation.network import say
from tests.visitors import AS2, HTML, ORIGIN, Shop, remote_actor

SECRET = "Le code de l’alarme est 4711"
NOT_PUBLIC = [AudienceKind.FOLLOWERS, AudienceKind.DIRECT, AudienceKind.SITE]
MISSING = "/posts/01ARZ3NDEKTSV4RRFFQ69G5FAV"


async def secret(shop: Shop, audience: AudienceKind) -> Post:
    """A post of Marc's that is not for everybody; a direct one is for Inès."""
    text = f"@ines {SECRET}" if audience is AudienceKind.DIRECT else SECRET
    return await say(shop.site, await shop.person("marc"), text, audience)


# Who may read


@pytest.mark.attack("PRV-033")
@pytest.mark.parametrize("audience", NOT_PUBLIC)
@pytest.mark.parametrize("accept", [HTML, AS2], ids=["page", "document"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/posts/{}", "/posts/{}/replies"])
async def test_to_nobody_in_particular_it_is_as_if_it_were_missing(
    path: str, method: str, accept: str, audience: AudienceKind, shop: Shop
) -> None:
    post = await secret(shop, audience)
    hidden = await shop.get(path.format(post.id), accept=accept, method=method)
    missing = await shop.get(path.format(MISSING.removeprefix("/posts/")), accept=accept, method=method)
    assert (hidden.status_code, hidden.content, hidden.headers.raw) == (404, missing.content, missing.headers.raw)
    assert "etag" not in hidden.headers


@pytest.mark.attack("PRV-033")
@pytest.mark.parametrize(
    "headers",
    [
        {"if-none-match": "*"},
        {"range": "bytes=0-10"},
        {"if-modified-since": "Mon, 02 Mar 2026 08:00:00 GMT"},
        {"accept-language": "en"},
        {"cache-control": "only-if-cached"},
        {"accept": "image/png"},
        {"accept": "application/ld+json"},
        {"authorization": "Basic eDp5"},
        {"origin": "null"},
    ],
)
async def test_no_header_tells_it_from_what_is_missing(headers: dict[str, str], shop: Shop) -> None:
    post = await secret(shop, AudienceKind.FOLLOWERS)
    hidden, missing = await shop.get(f"/posts/{post.id}", headers=headers), await shop.get(MISSING, headers=headers)
    assert (hidden.status_code, hidden.content, hidden.headers.raw) == (404, missing.content, missing.headers.raw)


@pytest.mark.parametrize("audience", NOT_PUBLIC)
async def test_a_signature_of_an_outsider_opens_nothing(audience: AudienceKind, shop: Shop) -> None:
    outsider = await shop.stranger("karim")
    post = await secret(shop, audience)
    hidden = await shop.get(f"/posts/{post.id}", accept=AS2, signer=outsider)
    missing = await shop.get(MISSING, accept=AS2, signer=outsider)
    assert (hidden.status_code, hidden.content) == (404, missing.content)


@pytest.mark.parametrize("audience", [AudienceKind.FOLLOWERS, AudienceKind.DIRECT])
async def test_the_token_of_somebody_else_opens_nothing(audience: AudienceKind, shop: Shop) -> None:
    token = await shop.token("lea")
    post = await secret(shop, audience)
    for accept in (HTML, AS2):
        hidden = await shop.get(f"/posts/{post.id}", accept=accept, token=token)
        missing = await shop.get(MISSING, accept=accept, token=token)
        assert (hidden.status_code, hidden.content) == (404, missing.content)


@pytest.mark.attack("PRV-005")
async def test_a_post_for_this_site_never_opens_to_a_signature(shop: Shop) -> None:
    outsider, marc = await shop.stranger("karim"), await shop.person("marc")
    await shop.let_follow(outsider.actor, marc)
    post = await secret(shop, AudienceKind.SITE)
    for accept in (HTML, AS2):
        assert (await shop.get(f"/posts/{post.id}", accept=accept, signer=outsider)).status_code == 404


async def test_a_follower_reads_what_is_for_followers_and_nobody_may_keep_it(shop: Shop) -> None:
    outsider, marc = await shop.stranger("karim"), await shop.person("marc")
    await shop.let_follow(outsider.actor, marc)
    post = await secret(shop, AudienceKind.FOLLOWERS)
    response = await shop.get(f"/posts/{post.id}", accept=AS2, signer=outsider)
    assert response.json()["to"] == [f"{ORIGIN}/people/marc/followers"]
    assert SECRET in response.json()["content"]
    assert response.headers["cache-control"] == "private, no-store"
    assert "etag" not in response.headers


async def test_a_follower_who_is_blocked_reads_it_no_more(shop: Shop) -> None:
    outsider, marc = await shop.stranger("karim"), await shop.person("marc")
    await shop.let_follow(outsider.actor, marc)
    await shop.let_block(marc, outsider.actor)
    post = await secret(shop, AudienceKind.FOLLOWERS)
    assert (await shop.get(f"/posts/{post.id}", accept=AS2, signer=outsider)).status_code == 404


@pytest.mark.parametrize(("audience", "who"), [(AudienceKind.SITE, "lea"), (AudienceKind.DIRECT, "ines"), (AudienceKind.FOLLOWERS, "marc")])
async def test_our_own_people_read_what_is_for_them_by_token(audience: AudienceKind, who: str, shop: Shop) -> None:
    post = await secret(shop, audience)
    token = await shop.token(who)
    page = await shop.get(f"/posts/{post.id}", token=token)
    document = await shop.get(f"/posts/{post.id}", accept=AS2, token=token)
    assert SECRET in page.text
    assert SECRET in document.json()["content"]
    assert page.headers["cache-control"] == document.headers["cache-control"] == "private, no-store"


async def test_the_document_of_a_post_for_this_site_is_addressed_to_nobody(shop: Shop) -> None:
    post = await secret(shop, AudienceKind.SITE)
    document = (await shop.get(f"/posts/{post.id}", accept=AS2, token=await shop.token("lea"))).json()
    assert "to" not in document
    assert "cc" not in document


@pytest.mark.attack("PRV-020")
async def test_no_preview_is_offered_of_what_is_not_public(shop: Shop) -> None:
    post = await secret(shop, AudienceKind.SITE)
    page = await shop.get(f"/posts/{post.id}", token=await shop.token("lea"))
    assert "og:" not in page.text


# What is shown


async def test_a_public_post_is_a_document_and_a_page(shop: Shop) -> None:
    post = await say(shop.site, await shop.person("marc"), "Bonjour **à tous** #accueil")
    document = await shop.get(f"/posts/{post.id}", accept=AS2)
    page = await shop.get(f"/posts/{post.id}")
    assert document.json()["id"] == f"{ORIGIN}/posts/{post.id}"
    assert document.json()["replies"] == f"{ORIGIN}/posts/{post.id}/replies"
    assert "etag" in document.headers
    assert "<strong>à tous</strong>" in page.text
    assert '<meta property="og:description" content="Bonjour à tous #accueil">' in page.text
    assert page.headers["cache-control"] == "public, max-age=60"


async def test_an_edited_post_says_so(shop: Shop) -> None:
    marc = await shop.person("marc")
    post = await say(shop.site, marc, "Bonjour")
    later = shop.site.clock.now() + timedelta(minutes=5)
    await shop.site.write(edit_post, shop.site, marc, post.id, Draft("Bonsoir", post.audience), later)
    page = await shop.get(f"/posts/{post.id}")
    assert "Bonsoir" in page.text
    assert re.search(r"modifié le <time [^>]*>2 mars 2026 à 09:05</time>", page.text)


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        (Audience(AudienceKind.PUBLIC), "Public"),
        (Audience(AudienceKind.PUBLIC, listed=False), "Public, non listé"),
        (Audience(AudienceKind.FOLLOWERS), "Abonnés"),
        (Audience(AudienceKind.SITE), "Ce site seulement"),
        (Audience(AudienceKind.DIRECT), "Direct"),
    ],
)
async def test_a_page_says_in_words_whom_the_post_is_for(audience: Audience, words: str, shop: Shop) -> None:
    marc = await shop.person("marc")
    post = await shop.receive(marc, "<p>Bonjour</p>", audience, local=True)
    page = await shop.get(f"/posts/{post.id}", token=await shop.token("marc"))
    assert f"</svg>{words}</span>" in page.text


async def test_a_post_of_another_server_is_a_page_that_leads_there_and_no_document(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    post = await shop.receive(stranger.actor, "<p>Bonjour</p>")
    page = await shop.get(f"/posts/{post.id}")
    assert "Bonjour" in page.text
    assert f'<a href="{post.url}" rel="nofollow noopener noreferrer">Original sur ailleurs.example' in page.text
    assert 'content="noindex"' in page.text
    assert (await shop.get(f"/posts/{post.id}", accept=AS2)).status_code == 404
    assert (await shop.get(f"/posts/{post.id}/replies", accept=AS2)).status_code == 404


async def test_a_boost_is_no_post_to_read(shop: Shop) -> None:
    marc = await shop.person("marc")
    post = await say(shop.site, marc, "Bonjour")
    boost = await shop.receive(marc, "", kind=PostKind.BOOST, boost_of=post.id)
    for accept in (HTML, AS2):
        assert (await shop.get(f"/posts/{boost.id}", accept=accept)).status_code == 404


async def test_what_waits_behind_a_warning_opens_on_demand(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    post = await shop.receive(stranger.actor, "<p>la fin du film</p>", warning="Spoiler")
    page = (await shop.get(f"/posts/{post.id}")).text
    veil = re.search(r"<details class=\"veil\"><summary>.*?Spoiler.*?</summary>(.*?)</details>", page, re.DOTALL)
    assert veil is not None
    assert "la fin du film" in veil[1]
    assert page.count("la fin du film") == 1


async def test_pictures_of_others_are_links_with_words_and_never_loaded(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    picture = Attachment("https://files.ailleurs.example/x.jpg", "image/jpeg", "Une échelle rouge", "LEHV6nWB2yk8")
    page = (await shop.get(f"/posts/{(await shop.receive(stranger.actor, '<p>Voir</p>', attachments=(picture,))).id}")).text
    assert "Une échelle rouge" in page
    assert 'href="https://files.ailleurs.example/x.jpg"' in page
    assert not re.search(r"<(?:img|video|audio|source)[^>]*ailleurs", page)


async def test_a_poll_shows_its_result(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    poll = Poll((PollOption("Mardi", 3), PollOption("Jeudi", 1)), several=False, ends_at=shop.site.clock.now(), closed_at=None)
    page = (await shop.get(f"/posts/{(await shop.receive(stranger.actor, '<p>Quand ?</p>', kind=PostKind.QUESTION, poll=poll)).id}")).text
    assert "75\u00a0%" in page
    assert '<progress max="4" value="3" aria-label="Mardi">' in page
    assert "4 votes · Terminé" in " ".join(page.split())


async def test_a_poll_that_nobody_answered_divides_by_nothing(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    poll = Poll((PollOption("Oui", 0),), several=True, ends_at=None, closed_at=shop.site.clock.now())
    post = await shop.receive(stranger.actor, "", kind=PostKind.QUESTION, poll=poll)
    assert "0\u00a0%" in (await shop.get(f"/posts/{post.id}")).text


async def test_a_visitor_reads_their_language_where_the_post_has_it(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    hello = {"en": LanguageVersion("", "<p>Hello</p>")}
    post = await shop.receive(stranger.actor, "<p>Bonjour</p>", language="fr", translations=hello)
    english = (await shop.get(f"/posts/{post.id}", headers={"accept-language": "en"})).text
    assert '<div class="prose" lang="en" dir="auto"><p>Hello</p></div>' in english
    assert "Bonjour" not in english


@pytest.mark.attack("CNT-004")
async def test_no_field_of_a_post_or_its_author_carries_markup(shop: Shop) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}'
    author = await shop.site.write(
        save_actor, remote_actor("mallory", name=evil, summary=evil, fields=((evil, evil),), kind="Organization")
    )
    poll = Poll((PollOption(evil, 1),), several=False, ends_at=None, closed_at=None)
    files = tuple(
        Attachment(url, evil, evil) for url in ("javascript:alert(1)", 'https://x.example/"onmouseover="alert(1)', "https://x.example/a")
    )
    post = await shop.receive(
        author,
        evil,
        title=evil,
        warning=evil,
        language='fr" onload="x',
        url="javascript:alert(1)",
        tags=(evil,),
        mentions=((evil, evil),),
        attachments=files,
        poll=poll,
        translations={'en"><script>': LanguageVersion(evil, evil), "fr": LanguageVersion(evil, evil)},
        edited_at=shop.site.clock.now(),
        in_reply_to="javascript:alert(1)",
    )
    answer = await shop.receive(author, evil, parent_id=post.id, in_reply_to=post.uri, thread_id=post.id)
    for path in (f"/posts/{post.id}", f"/posts/{answer.id}", "/@mallory@ailleurs.example"):
        response = await shop.get(path)
        assert (response.status_code, response.text.count("{{ 7*7 }}") > 1) == (200, True)
        tags = tags_of(response.text)
        assert not {name for name, _ in tags} & {"script", "img", "iframe", "object", "style", "form", "base"}, path
        attributes = [(name, value or "") for _, found in tags for name, value in found]
        assert not [name for name, _ in attributes if name.startswith("on") or name == "style"], path
        assert not [value for name, value in attributes if name in {"href", "src"} and not re.match(r"/(?!/)|#|https://", value)], path


def tags_of(page: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """Every tag of a page with its attributes, as a browser reads them."""
    found: list[tuple[str, list[tuple[str, str | None]]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, attrs))

    Reader().feed(page)
    return found


@pytest.mark.attack("CNT-008")
async def test_a_link_that_misleads_shows_where_it_leads(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    post = await shop.receive(stranger.actor, '<p><a href="https://evil.example/x">https://hq.example/login</a></p>')
    assert '<span class="host">(evil.example)</span>' in (await shop.get(f"/posts/{post.id}")).text


# Marks


async def page_of(shop: Shop, author: StoredActor) -> str:
    return (await shop.get(f"/posts/{(await shop.receive(author, '<p>Bonjour</p>')).id}")).text


async def test_nobody_makes_themselves_official(shop: Shop) -> None:
    author = await shop.site.write(save_actor, remote_actor("reseau", kind="Organization", name="Tête de réseau ✅"))
    assert 'class="mark' not in await page_of(shop, author)


@pytest.mark.parametrize("kind", ["Organization", "Application", "Person"])
async def test_to_be_followed_makes_nobody_official(kind: str, shop: Shop) -> None:
    author = await shop.site.write(save_actor, remote_actor("reseau", kind=kind))
    marc = await shop.person("marc")
    await shop.let_follow(marc, author)
    await shop.let_follow(replace(marc, id=shop.site.actor_id), author)
    assert 'class="mark' not in await page_of(shop, author)


# Threads


async def test_a_page_has_the_thread_around_the_post(shop: Shop) -> None:
    marc, ines = await shop.person("marc"), await shop.person("ines")
    first = await say(shop.site, marc, "Premier")
    second = await say(shop.site, ines, "Deuxième", reply_to=first)
    third = await say(shop.site, marc, "Troisième", reply_to=second)
    page = (await shop.get(f"/posts/{second.id}")).text.partition('class="thread"')[2]
    assert page.index("Premier") < page.index("Deuxième") < page.index("Troisième")
    assert "En réponse à <bdi>Marc Weber</bdi>" in page
    assert "depth-1" in page
    assert "Premier" in (await shop.get(f"/posts/{third.id}")).text


@pytest.mark.parametrize("audience", NOT_PUBLIC)
async def test_answers_that_are_not_for_the_reader_are_neither_shown_nor_counted(audience: AudienceKind, shop: Shop) -> None:
    marc = await shop.person("marc")
    first = await say(shop.site, marc, "Premier")
    await say(shop.site, marc, f"@ines {SECRET}", audience, reply_to=first)
    page = await shop.get(f"/posts/{first.id}")
    replies = (await shop.get(f"/posts/{first.id}/replies", accept=AS2)).json()
    home = await shop.get("/")
    assert SECRET not in page.text
    assert "réponse" not in page.text
    assert "réponse" not in home.text
    assert replies["totalItems"] == 0


async def test_a_reader_who_may_see_an_answer_sees_it_counted(shop: Shop) -> None:
    marc = await shop.person("marc")
    first = await say(shop.site, marc, "Premier")
    await say(shop.site, marc, SECRET, AudienceKind.SITE, reply_to=first)
    token = await shop.token("lea")
    assert "1 réponse</a>" in (await shop.get(f"/posts/{first.id}", token=token)).text
    replies = await shop.get(f"/posts/{first.id}/replies", accept=AS2, token=token)
    assert replies.json()["totalItems"] == 1
    assert replies.headers["cache-control"] == "private, no-store"


async def test_what_a_post_answers_is_not_named_to_who_may_not_read_it(shop: Shop) -> None:
    marc = await shop.person("marc")
    parent = await say(shop.site, await shop.person("ines"), SECRET, AudienceKind.SITE)
    answer = await shop.receive(marc, "<p>Merci</p>", local=True, parent_id=parent.id, in_reply_to=parent.uri, thread_id=parent.id)
    page = (await shop.get(f"/posts/{answer.id}")).text
    assert SECRET not in page
    assert "Inès" not in page
    assert "Ceci répond à une publication qui ne peut pas être montrée ici." in page


async def test_answers_are_listed_by_uri_oldest_first(shop: Shop) -> None:
    marc, stranger = await shop.person("marc"), await shop.stranger("karim")
    first = await say(shop.site, marc, "Premier")
    own = await say(shop.site, marc, "Deuxième", reply_to=first)
    foreign = await shop.receive(stranger.actor, "<p>Troisième</p>", parent_id=first.id, in_reply_to=first.uri, thread_id=first.id)
    collection = (await shop.get(f"/posts/{first.id}/replies", accept=AS2)).json()
    page = (await shop.get(collection["first"].removeprefix(ORIGIN), accept=AS2)).json()
    assert sorted(page["orderedItems"]) == sorted([own.uri, foreign.uri])
    assert "next" not in page


async def many_answers(shop: Shop, count: int) -> Post:
    """A post with so many answers."""
    marc = await shop.person("marc")
    first = await shop.receive(marc, "<p>Premier</p>", local=True, uri=f"{ORIGIN}/posts/first")
    at = shop.site.clock.now()
    made = [
        replace(
            first,
            id=new_id(at + timedelta(seconds=n + 1)),
            uri=f"{ORIGIN}/posts/{n}",
            content=f"<p>Numéro {n}.</p>",
            parent_id=first.id,
            in_reply_to=first.uri,
        )
        for n in range(count)
    ]
    await shop.site.write(lambda tx: [add_post(tx, post) for post in made])
    return first


async def test_a_thread_of_the_highest_size_is_shown_whole(shop: Shop) -> None:
    first = await many_answers(shop, limits.THREAD_POSTS - 1)
    page = (await shop.get(f"/posts/{first.id}")).text
    assert page.count("<article") == limits.THREAD_POSTS
    assert "Ce fil compte plus de publications" not in page


async def test_a_thread_beyond_that_is_cut_and_says_so(shop: Shop) -> None:
    first = await many_answers(shop, limits.THREAD_POSTS)
    page = (await shop.get(f"/posts/{first.id}")).text
    assert page.count("<article") == limits.THREAD_POSTS
    assert "Ce fil compte plus de publications" in page


async def test_answers_beyond_one_page_have_another(shop: Shop) -> None:
    first = await many_answers(shop, limits.COLLECTION_ITEMS + 1)
    collection = (await shop.get(f"/posts/{first.id}/replies", accept=AS2)).json()
    page = (await shop.get(collection["first"].removeprefix(ORIGIN), accept=AS2)).json()
    last = (await shop.get(page["next"].removeprefix(ORIGIN), accept=AS2)).json()
    assert (len(page["orderedItems"]), len(last["orderedItems"])) == (limits.COLLECTION_ITEMS, 1)
    assert "next" not in last


# Deleted


@pytest.mark.attack("PRV-045")
async def test_of_a_deleted_post_only_that_is_left(shop: Shop) -> None:
    marc = await shop.person("marc")
    post = await say(shop.site, marc, SECRET)
    await shop.site.write(delete_post, shop.site, marc, post.id, shop.site.clock.now())
    document = await shop.get(f"/posts/{post.id}", accept=AS2)
    page = await shop.get(f"/posts/{post.id}")
    assert document.status_code == page.status_code == 410
    assert document.json().keys() == {"@context", "id", "type", "deleted"}
    assert document.json()["type"] == "Tombstone"
    assert "Ceci a été supprimé" in page.text
    assert SECRET not in page.text
    assert (await shop.get(f"/posts/{post.id}/replies", accept=AS2)).status_code == 410


@pytest.mark.parametrize("audience", NOT_PUBLIC)
@pytest.mark.parametrize("accept", [HTML, AS2], ids=["page", "document"])
async def test_who_could_not_read_it_does_not_learn_that_it_was_deleted(accept: str, audience: AudienceKind, shop: Shop) -> None:
    post = await secret(shop, audience)
    await shop.site.write(delete_post, shop.site, await shop.person("marc"), post.id, shop.site.clock.now())
    hidden, missing = await shop.get(f"/posts/{post.id}", accept=accept), await shop.get(MISSING, accept=accept)
    assert (hidden.status_code, hidden.content) == (404, missing.content)


async def test_who_could_read_it_learns_that_it_was_deleted(shop: Shop) -> None:
    outsider, marc = await shop.stranger("karim"), await shop.person("marc")
    await shop.let_follow(outsider.actor, marc)
    post = await secret(shop, AudienceKind.FOLLOWERS)
    await shop.site.write(delete_post, shop.site, marc, post.id, shop.site.clock.now())
    response = await shop.get(f"/posts/{post.id}", accept=AS2, signer=outsider)
    assert response.status_code == 410
    assert response.headers["cache-control"] == "private, no-store"


async def test_a_deleted_post_of_another_server_is_gone_here_too(shop: Shop) -> None:
    stranger = await shop.stranger("karim")
    post = await shop.receive(stranger.actor, f"<p>{SECRET}</p>")
    await shop.site.write(erase_post, post.id, shop.site.clock.now())
    assert (await shop.get(f"/posts/{post.id}")).status_code == 410
    assert (await shop.get(f"/posts/{post.id}", accept=AS2)).status_code == 404


# NodeInfo


async def test_nodeinfo_counts_what_is_public(shop: Shop) -> None:
    marc = await shop.person("marc")
    await say(shop.site, marc, "Bonjour")
    for audience in NOT_PUBLIC:
        await secret(shop, audience)
    discovery = await shop.get("/.well-known/nodeinfo")
    for link in discovery.json()["links"]:
        document = await shop.get(link["href"].removeprefix(ORIGIN))
        assert document.json()["usage"] == {"users": {"total": 3}, "localPosts": 1}
        assert document.json()["metadata"]["nodeName"] == "Magasin de Colmar"
        assert document.headers["content-type"].startswith("application/json; profile=")
    assert {link["href"] for link in discovery.json()["links"]} == {f"{ORIGIN}/nodeinfo/2.0", f"{ORIGIN}/nodeinfo/2.1"}


async def test_another_version_of_nodeinfo_is_not_there(shop: Shop) -> None:
    assert (await shop.get("/nodeinfo/3.0")).status_code == 404


async def test_likes_are_counted_in_words(shop: Shop) -> None:
    marc, ines = await shop.person("marc"), await shop.person("ines")
    post = await say(shop.site, marc, "Bonjour")
    await shop.site.write(like_post, shop.site, ines, post.id, shop.site.clock.now())
    assert "1 j’aime</li>" in (await shop.get(f"/posts/{post.id}")).text
