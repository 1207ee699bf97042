"""Who asks; how actors of this site are found and read by others."""

from dataclasses import replace

import pytest

from fedirse.social.accounts.actions import disable
from fedirse.storage.actors import get_actor, mark_actor_gone, save_actor
from fedirse.storage.refusals import block_domain
from tests.visitors import AS2, DOMAIN, ORIGIN, Shop

PROFILE = "http://webfinger.net/rel/profile-page"


def webfinger(resource: str, more: str = "") -> str:
    return f"/.well-known/webfinger?resource={resource}{more}"


# Who asks


@pytest.mark.parametrize("path", ["/", "/@marc", "/posts/x", "/people/marc", "/people/nobody", "/people/marc/followers", "/tags/x"])
@pytest.mark.parametrize("accept", ["text/html", AS2])
async def test_a_token_of_nobody_is_refused_before_anything_is_looked_up(path: str, accept: str, shop: Shop) -> None:
    response = await shop.get(path, accept=accept, token="fdr_of_nobody")
    assert response.status_code == 401
    assert "accept-signature" in response.headers


async def test_two_tokens_are_one_too_many(shop: Shop) -> None:
    token = await shop.token("marc")
    response = await shop.get("/", headers={"Authorization": f"Bearer {token}"}, token=token)
    assert response.status_code == 401


async def test_the_token_of_a_disabled_account_ends_with_it(shop: Shop) -> None:
    token = await shop.token("marc")
    await shop.site.write(disable, "marc", shop.site.clock.now())
    assert (await shop.get("/", token=token)).status_code == 401


async def test_a_password_for_the_proxy_is_no_token(shop: Shop) -> None:
    assert (await shop.get("/", headers={"authorization": "Basic bWFyYzptYXJj"})).status_code == 200


async def test_a_signature_that_does_not_hold_is_refused_whatever_is_asked_for(shop: Shop) -> None:
    stranger, other = await shop.stranger("karim"), await shop.stranger("autre")
    forged = replace(stranger, key=other.key)
    # The first time the key is asked for again, because its owner might have changed it; that server cannot be reached.
    assert (await shop.get("/people/marc", accept=AS2, signer=forged)).status_code == 503
    answers = [await shop.get(path, accept=AS2, signer=forged) for path in ("/people/marc", "/people/nobody", "/posts/x")]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.attack("PRV-043")
async def test_a_blocked_host_reads_nothing_once_it_says_who_it_is(shop: Shop) -> None:
    stranger = await shop.stranger("karim", "bloque.example")
    await shop.site.write(block_domain, "bloque.example", reason="spam", subdomains=False, now=shop.site.clock.now())
    assert (await shop.get("/people/marc", accept=AS2, signer=stranger)).status_code == 403


# Signed requests only


@pytest.mark.parametrize(
    "path",
    [
        "/people/marc",
        "/people/nobody",
        "/people/marc/followers",
        "/actor/following",
        "/posts/x",
        "/posts/x/replies",
        "/people/marc/inbox",
        "/@marc",
    ],
)
async def test_a_strict_site_answers_every_unsigned_request_for_a_document_alike(path: str, strict_shop: Shop) -> None:
    response = await strict_shop.get(path, accept=AS2)
    reference = await strict_shop.get("/posts/another", accept=AS2)
    assert (response.status_code, response.content) == (401, reference.content)


@pytest.mark.parametrize("path", ["/people/marc/followers", "/actor/following", "/posts/x/replies", "/people/marc/inbox", "/actor/outbox"])
async def test_asking_for_a_page_does_not_get_around_that(path: str, strict_shop: Shop) -> None:
    assert (await strict_shop.get(path, accept="text/html")).status_code == 401


async def test_a_strict_site_still_shows_its_own_actor(strict_shop: Shop) -> None:
    response = await strict_shop.get("/actor", accept=AS2)
    assert response.json()["publicKey"]["publicKeyPem"].startswith("-----BEGIN PUBLIC KEY-----")


async def test_a_strict_site_answers_the_signed_and_its_own(strict_shop: Shop) -> None:
    stranger = await strict_shop.stranger("karim")
    signed = await strict_shop.get("/people/marc", accept=AS2, signer=stranger)
    own = await strict_shop.get("/people/marc", accept=AS2, token=await strict_shop.token("ines"))
    assert (signed.status_code, own.status_code) == (200, 200)


async def test_a_strict_site_has_pages_for_everybody(strict_shop: Shop) -> None:
    assert (await strict_shop.get("/@marc")).status_code == 200


# Actors


async def test_an_actor_is_a_document_for_programs(shop: Shop) -> None:
    response = await shop.get("/people/marc", accept=AS2)
    document = response.json()
    assert response.headers["content-type"] == AS2
    assert document["id"] == f"{ORIGIN}/people/marc"
    assert document["preferredUsername"] == "marc"
    assert document["publicKey"]["owner"] == document["id"]
    assert document["url"] == f"{ORIGIN}/@marc"


async def test_an_actor_that_was_read_already_is_not_sent_again(shop: Shop) -> None:
    tag = (await shop.get("/people/marc", accept=AS2)).headers["etag"]
    assert (await shop.get("/people/marc", accept=AS2, headers={"if-none-match": tag})).status_code == 304


async def test_a_browser_is_led_to_the_page(shop: Shop) -> None:
    person, site = await shop.get("/people/marc"), await shop.get("/actor")
    assert (person.status_code, person.headers["location"]) == (303, f"{ORIGIN}/@marc")
    assert (site.status_code, site.headers["location"]) == (303, f"{ORIGIN}/@magasin")


async def test_the_way_is_told_by_the_sites_own_name_and_not_by_the_request(shop: Shop) -> None:
    response = await shop.get("/people/marc", headers={"x-forwarded-host": "evil.example", "x-forwarded-proto": "http"})
    assert response.headers["location"] == f"{ORIGIN}/@marc"


@pytest.mark.parametrize("path", ["/people/nobody", "/people/magasin", "/people/karim"])
async def test_only_people_of_this_site_are_people_here(path: str, shop: Shop) -> None:
    await shop.stranger("karim")
    assert (await shop.get(path, accept=AS2)).status_code == 404


@pytest.mark.attack("PRV-045")
async def test_of_an_actor_that_is_gone_only_that_is_told(shop: Shop) -> None:
    marc = await shop.person("marc")
    await shop.site.write(mark_actor_gone, marc.id, shop.site.clock.now())
    response = await shop.get("/people/marc", accept=AS2)
    assert response.status_code == 410
    assert response.json().keys() == {"@context", "id", "type", "deleted"}


# WebFinger


@pytest.mark.parametrize(
    "resource",
    [
        f"acct:marc@{DOMAIN}",
        f"acct:MARC@{DOMAIN.upper()}",
        f"marc@{DOMAIN}",
        f"@marc@{DOMAIN}",
        f"{ORIGIN}/people/marc",
        f"{ORIGIN}/@marc",
        f"acct%3Amarc%40{DOMAIN}",
    ],
)
async def test_one_of_our_people_is_found_under_every_name(resource: str, shop: Shop) -> None:
    response = await shop.get(webfinger(resource), accept=None)
    document = response.json()
    assert response.headers["content-type"] == "application/jrd+json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert document["subject"] == f"acct:marc@{DOMAIN}"
    assert set(document["aliases"]) == {f"{ORIGIN}/@marc", f"{ORIGIN}/people/marc"}
    assert {"rel": "self", "type": AS2, "href": f"{ORIGIN}/people/marc"} in document["links"]


@pytest.mark.parametrize("resource", [f"acct:magasin@{DOMAIN}", f"acct:{DOMAIN}@{DOMAIN}", f"{ORIGIN}/actor", f"{ORIGIN}/@magasin"])
async def test_the_sites_own_actor_is_found_by_handle_and_by_domain(resource: str, shop: Shop) -> None:
    document = (await shop.get(webfinger(resource))).json()
    assert document["subject"] == f"acct:magasin@{DOMAIN}"
    assert document["links"][0]["href"] == f"{ORIGIN}/actor"


@pytest.mark.parametrize("resource", [ORIGIN, f"{ORIGIN}/"])
async def test_the_site_itself_names_the_actor_that_acts_for_it(resource: str, shop: Shop) -> None:
    links = (await shop.get(webfinger(resource))).json()["links"]
    assert {link["href"] for link in links} == {f"{ORIGIN}/actor"}


async def test_only_the_relations_asked_for_are_given(shop: Shop) -> None:
    document = (await shop.get(webfinger(f"acct:marc@{DOMAIN}", f"&rel={PROFILE}&rel=unknown"))).json()
    assert [link["rel"] for link in document["links"]] == [PROFILE]
    assert document["aliases"]


@pytest.mark.attack("WEB-036")
@pytest.mark.parametrize(
    "query", ["", "?resource=", "?resource=marc", "?resource=acct:marc", f"?resource=acct:marc@{DOMAIN}&resource=acct:ines@{DOMAIN}"]
)
async def test_without_one_usable_resource_the_question_is_wrong(query: str, shop: Shop) -> None:
    response = await shop.get(f"/.well-known/webfinger{query}")
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/json"
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "resource",
    [
        f"acct:nobody@{DOMAIN}",
        "acct:marc@ailleurs.example",
        "acct:karim@ailleurs.example",
        f"acct:karim@{DOMAIN}",
        "https://ailleurs.example/users/karim",
        f"{ORIGIN}/posts/x",
        f"http://{DOMAIN}/people/marc",
        f"https://{DOMAIN}.evil.example/@marc",
        "mailto:marc@example.org",
    ],
)
async def test_what_is_not_ours_is_not_found(resource: str, shop: Shop) -> None:
    await shop.stranger("karim")
    response = await shop.get(webfinger(resource))
    assert response.status_code == 404
    assert response.headers["access-control-allow-origin"] == "*"


async def test_who_is_gone_is_not_found(shop: Shop) -> None:
    marc = await shop.person("marc")
    await shop.site.write(mark_actor_gone, marc.id, shop.site.clock.now())
    assert (await shop.get(webfinger(f"acct:marc@{DOMAIN}"))).status_code == 404


async def test_host_meta_says_where_to_ask(shop: Shop) -> None:
    xml, json = await shop.get("/.well-known/host-meta"), await shop.get("/.well-known/host-meta.json")
    template = f"{ORIGIN}/.well-known/webfinger?resource={{uri}}"
    assert xml.headers["content-type"].startswith("application/xrd+xml")
    assert template in xml.text
    assert json.json()["links"][0]["template"] == template


async def test_the_keys_that_are_published_are_those_that_sign(shop: Shop) -> None:
    actor = await shop.site.read(get_actor, shop.site.actor_id)
    keys = await shop.site.read(shop.site.signing.load, actor.id)
    document = (await shop.get("/actor", accept=AS2)).json()
    assert document["publicKey"]["id"] == keys.rsa.uri
    assert [key["id"] for key in document["assertionMethod"]] == [keys.ed25519.uri]


async def test_a_name_with_markup_stays_text_in_the_document(shop: Shop) -> None:
    marc = await shop.person("marc")
    await shop.site.write(save_actor, replace(marc, name="<b>Marc</b>"))
    assert (await shop.get("/people/marc", accept=AS2)).json()["name"] == "<b>Marc</b>"
