"""From this site to one's own server and back: nobody is sent anywhere unseen, and strangers cause only so many questions."""

from collections.abc import Callable

import httpx
import orjson
import pytest

from fedirse.activitypub.webfinger import FOLLOW_INTENT, SUBSCRIBE
from fedirse.base import limits
from fedirse.base.types import JsonObject
from fedirse.remote.client import Client
from fedirse.site import Site
from fedirse.social.audiences.model import AudienceKind
from fedirse.storage.refusals import block_domain
from tests.federation.network import say
from tests.remote.canned import canned, moved
from tests.visitors import DOMAIN, ORIGIN, Browser, Shop

ASKED = "https://mastodon.example/.well-known/webfinger?resource=acct%3Aanna%40mastodon.example"
TEMPLATE = "https://mastodon.example/authorize_interaction?uri={uri}"
MARC = "https%3A%2F%2Fmagasin.example%2Fpeople%2Fmarc"

Answering = Callable[[dict[str, httpx.Response]], list[str]]


def answer(*links: JsonObject) -> httpx.Response:
    content = orjson.dumps({"subject": "acct:anna@mastodon.example", "links": list(links)})
    return httpx.Response(200, headers=[("Content-Type", "application/jrd+json")], content=content)


@pytest.fixture
def answering(shop: Shop) -> Answering:
    """Has the site's client answered from memory; gives the list of what it asks for."""

    def have(answers: dict[str, httpx.Response]) -> list[str]:
        client, transport = canned(answers)
        replace_client(shop.site, client)
        return transport.asked

    return have


def replace_client(site: Site, client: Client) -> None:
    object.__setattr__(site, "client", client)


async def ask(shop: Shop, address: str = "@anna@mastodon.example", to: str = "@marc") -> httpx.Response:
    return await Browser(shop).post("/follows/remote", {"to": to, "address": address})


# From here to one's own server


@pytest.mark.attack("WEB-006")
@pytest.mark.parametrize("relation", [SUBSCRIBE, FOLLOW_INTENT])
async def test_the_way_to_ones_own_server_is_shown_with_its_host_and_not_taken(relation: str, shop: Shop, answering: Answering) -> None:
    asked = answering({ASKED: answer({"rel": relation, "template": TEMPLATE})})
    response = await ask(shop)
    assert response.status_code == 200
    assert "location" not in response.headers
    assert f'href="https://mastodon.example/authorize_interaction?uri={MARC}"' in response.text
    assert "Continuer vers mastodon.example" in response.text
    assert asked == [ASKED]


@pytest.mark.attack("WEB-006")
async def test_the_host_that_is_shown_is_the_one_that_the_link_leads_to(shop: Shop, answering: Answering) -> None:
    answering({ASKED: answer({"rel": SUBSCRIBE, "template": "https://social.other.example/f?u={uri}"})})
    page = (await ask(shop)).text
    assert "Continuer vers social.other.example" in page
    assert "Continuer vers mastodon.example" not in page


@pytest.mark.attack("WEB-006")
@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert({uri})",
        "http://mastodon.example/?u={uri}",
        "//evil.example/{uri}",
        "https://mastodon.example@evil.example/{uri}",
        "https://mastodon.example\\@evil.example/{uri}",
        "{uri}",
        "data:text/html,{uri}",
        "https://mastodon.example/\n{uri}",
    ],
)
async def test_a_template_that_is_no_plain_address_leads_nowhere(template: str, shop: Shop, answering: Answering) -> None:
    answering({ASKED: answer({"rel": SUBSCRIBE, "template": template})})
    response = await ask(shop)
    assert response.status_code == 422
    assert "evil.example" not in response.text
    assert "mastodon.example ne peut pas être interrogé. Vérifiez l’adresse." in response.text


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (answer(), "mastodon.example n’indique pas comment suivre quelqu’un depuis là-bas."),
        (httpx.Response(404), "mastodon.example ne connaît rien de ce nom ni de cette adresse."),
        (httpx.Response(503), "mastodon.example ne répond pas"),
        (moved("http://mastodon.example/"), "mastodon.example ne peut pas être interrogé."),
        (httpx.Response(200, headers=[("Content-Type", "text/html")], content=b"<p>"), "mastodon.example ne peut pas être interrogé."),
    ],
)
async def test_what_does_not_work_is_said_beside_the_field_and_nothing_typed_is_lost(
    found: httpx.Response, said: str, shop: Shop, answering: Answering
) -> None:
    answering({ASKED: found})
    response = await ask(shop)
    assert response.status_code == 422
    assert said in response.text
    assert 'value="@anna@mastodon.example"' in response.text


@pytest.mark.parametrize("typed", ["", "anna", "@anna", "https://mastodon.example/@anna", "@anna@localhost/x", "anna@@", '"><script>@x'])
async def test_what_is_no_handle_is_asked_of_nobody(typed: str, shop: Shop, answering: Answering) -> None:
    asked = answering({})
    response = await ask(shop, typed)
    assert (response.status_code, asked) == (422, [])
    assert "Écrivez votre adresse ainsi" in response.text
    assert "<script>@x" not in response.text


@pytest.mark.parametrize("host", ["localhost", "db.internal", "mastodon.example:25"])
async def test_an_address_inside_is_asked_of_nobody(host: str, shop: Shop, answering: Answering) -> None:
    asked = answering({})
    assert ((await ask(shop, f"@anna@{host}")).status_code, asked) == (422, [])


async def test_an_address_of_this_site_or_of_a_blocked_one_is_asked_of_nobody(shop: Shop, answering: Answering) -> None:
    asked = answering({})
    own = await ask(shop, f"@lea@{DOMAIN}")
    await shop.site.write(block_domain, "mastodon.example", reason="spam", subdomains=True, now=shop.site.clock.now())
    blocked = await ask(shop)
    assert (own.status_code, blocked.status_code, asked) == (422, 422, [])
    assert "C’est une adresse de ce site" in own.text
    assert "mastodon.example est bloqué sur ce site." in blocked.text


@pytest.mark.attack("DOS-027")
async def test_strangers_cause_only_so_many_questions(shop: Shop, answering: Answering) -> None:
    asked = answering({ASKED: httpx.Response(404)})
    statuses = [(await ask(shop)).status_code for _ in range(limits.KEY_FETCHES_PER_HOST_PER_MINUTE + 1)]
    assert statuses[-2:] == [422, 429]
    assert len(asked) == limits.KEY_FETCHES_PER_HOST_PER_MINUTE


async def test_the_form_asks_for_an_address_and_leads_who_is_signed_in_to_the_profile(shop: Shop) -> None:
    page = await shop.get("/follows/remote?to=@marc")
    assert "Suivre Marc Weber" in page.text
    lea = await shop.sign_in("lea")
    response = await lea.get("/follows/remote?to=@marc")
    assert (response.status_code, response.headers["location"]) == (303, "/@marc")


@pytest.mark.parametrize("to", ["", "@nobody", "@karim@ailleurs.example", "https://evil.example/", "//evil.example"])
async def test_nobody_but_our_own_can_be_followed_this_way(to: str, shop: Shop, answering: Answering) -> None:
    await shop.stranger("karim")
    asked = answering({})
    assert (await shop.get(f"/follows/remote?to={to}")).status_code == 404
    assert ((await ask(shop, to=to)).status_code, asked) == (404, [])


async def test_another_site_cannot_have_visitors_ask(shop: Shop, answering: Answering) -> None:
    asked = answering({})
    fields = {"to": "@marc", "address": "@anna@mastodon.example"}
    response = await Browser(shop).post(
        "/follows/remote", fields, headers={"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    )
    assert (response.status_code, asked) == (403, [])


# From elsewhere to here


async def test_our_webfinger_says_where_our_people_follow_others(shop: Shop) -> None:
    document = (await shop.get(f"/.well-known/webfinger?resource=acct:marc@{DOMAIN}")).json()
    templates = {link["rel"]: link["template"] for link in document["links"] if "template" in link}
    assert templates == {
        SUBSCRIBE: f"{ORIGIN}/authorize_interaction?uri={{uri}}",
        FOLLOW_INTENT: f"{ORIGIN}/authorize_interaction?uri={{object}}",
    }


async def test_whom_another_server_names_is_shown_with_a_button_to_follow(shop: Shop) -> None:
    stranger, lea = await shop.stranger("karim"), await shop.sign_in("lea")
    for uri in (stranger.actor.uri, "acct:karim@ailleurs.example", "@karim@ailleurs.example"):
        response = await lea.get(f"/authorize_interaction?uri={uri}")
        assert (response.status_code, response.headers["location"]) == (303, "/@karim@ailleurs.example")
    assert 'action="/@karim@ailleurs.example/follow"' in (await lea.get("/@karim@ailleurs.example")).text


async def test_a_post_that_another_server_names_is_shown(shop: Shop) -> None:
    stranger, lea = await shop.stranger("karim"), await shop.sign_in("lea")
    post = await shop.receive(stranger.actor, "<p>Bonjour</p>")
    response = await lea.get(f"/authorize_interaction?uri={post.uri}")
    assert (response.status_code, response.headers["location"]) == (303, f"/posts/{post.id}")


async def test_a_post_that_is_not_for_the_visitor_is_not_there(shop: Shop) -> None:
    lea = await shop.sign_in("lea")
    post = await say(shop.site, await shop.person("marc"), "@ines Bonjour", AudienceKind.DIRECT)
    hidden, missing = (
        await lea.get(f"/authorize_interaction?uri={post.uri}"),
        await lea.get(f"/authorize_interaction?uri={ORIGIN}/posts/none"),
    )
    assert (hidden.status_code, hidden.content) == (404, missing.content)


@pytest.mark.attack("WEB-006")
@pytest.mark.parametrize("uri", ["", "javascript:alert(1)", "//evil.example", "https://db.internal/x", "https:evil"])
async def test_an_interaction_with_what_is_no_address_leads_nowhere(uri: str, shop: Shop) -> None:
    response = await (await shop.sign_in("lea")).get(f"/authorize_interaction?uri={uri}")
    assert response.status_code in {400, 404}
    assert "location" not in response.headers


async def test_who_is_not_signed_in_is_asked_to_first_and_comes_back(shop: Shop) -> None:
    response = await shop.get("/authorize_interaction?uri=acct:karim@ailleurs.example")
    assert response.headers["location"] == "/sign-in?next=%2Fauthorize_interaction%3Furi%3Dacct%3Akarim%40ailleurs.example"
