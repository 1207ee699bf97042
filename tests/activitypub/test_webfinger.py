import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub import values
from fedirse.activitypub.documents import Actor
from fedirse.activitypub.webfinger import (
    FOLLOW_INTENT,
    PROFILE_PAGE,
    SELF,
    SERVER_ACTOR,
    SUBSCRIBE,
    Account,
    Answer,
    UriResource,
    actor_links,
    claimed_account,
    confirms,
    fill_template,
    find_follow_template,
    parse_jrd,
    parse_resource,
    render_jrd,
    server_links,
)
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument
from fedirse.base.types import Host
from tests.fixtures_folder import fixtures

INES_ID = "https://sib.example/people/ines"
INES = Account("ines", Host("sib.example"))
LD_JSON = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


def answer_with(**link: Any) -> dict[str, Any]:
    return {"subject": "acct:ines@sib.example", "links": [{"rel": "self", "type": "application/activity+json", "href": INES_ID, **link}]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ines",
        "@ines",
        "ines@",
        "@sib.example",
        "acct:",
        "acct:ines",
        "acct:@sib.example",
        "acct:ines@sib.example/people",
        "acct:ines@sib.example?x",
        "acct:ines@sib.example#x",
        "acct:ines@sib..example",
        "acct:ines@sib.example:99999",
        "acct:ines@0x7f000001",
        "acct:ines martin@sib.example",
        "acct:ines%2F..%2Factor@sib.example",
        "acct:ines%00@sib.example",
        "acct:%E2%80%AEseni@sib.example",
        "acct:ines%40evil.example@sib.example",
        "https://",
        "https://user@sib.example/",
        "https:///people/ines",
        pytest.param(f"acct:{'a' * (limits.HANDLE_LENGTH + 1)}@sib.example", id="overlong name"),
        pytest.param("https://sib.example/".ljust(limits.URI_LENGTH + 1, "a"), id="overlong address"),
    ],
)
def test_a_resource_that_cannot_be_looked_up_is_refused(text: str) -> None:
    with pytest.raises(MalformedDocument) as caught:
        parse_resource(text)
    assert caught.value.reason == "bad-resource"


@pytest.mark.parametrize(
    "text",
    [
        "acct:ines@sib.example",
        "ACCT:ines@SIB.example",
        "acct:@ines@sib.example",
        "@ines@sib.example",
        "ines@sib.example:443",
        "acct:%69nes@sib.example",
    ],
)
def test_an_account_is_read_in_every_spelling_in_use(text: str) -> None:
    assert parse_resource(text) == INES


def test_a_port_belongs_to_the_host() -> None:
    assert parse_resource("ines@sib.example:8443") == Account("ines", Host("sib.example:8443"))


@pytest.mark.parametrize("text", [INES_ID, "https://sib.example", "https://sib.example/@ines", "mailto:ines@sib.example", "did:key:z6Mk"])
def test_any_other_uri_may_be_asked_about(text: str) -> None:
    assert parse_resource(text) == UriResource(text)


@given(st.text(min_size=1, max_size=30).filter(lambda name: values.handle(name) is not None))
def test_an_account_is_read_back_from_its_uri(handle: str) -> None:
    account = Account(handle, Host("sib.example"))
    assert parse_resource(account.uri) == account


def test_the_uri_of_an_account_is_ascii() -> None:
    assert Account("inès", Host("sib.example")).uri == f"acct:{quote('inès')}@sib.example"


def test_the_address_of_an_account_is_what_people_read() -> None:
    assert Account("inès", Host("sib.example")).address == "inès@sib.example"


def test_case_does_not_make_another_account() -> None:
    assert INES.same_as(Account("Ines", Host("sib.example")))


@pytest.mark.parametrize("other", [Account("ines", Host("hq.example")), Account("ine", Host("sib.example"))])
def test_another_name_or_host_is_another_account(other: Account) -> None:
    assert not INES.same_as(other)


@pytest.mark.attack("ORG-007")
@pytest.mark.parametrize(
    "media_type",
    [
        None,
        7,
        "",
        "application/json",
        "application/ld+json",
        "text/html",
        "application/activity+jsonx",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams#evil"',
        "application/activity+json, text/html",
    ],
)
def test_a_link_that_is_not_of_an_activitystreams_media_type_is_no_actor(media_type: object) -> None:
    with pytest.raises(MalformedDocument) as caught:
        parse_jrd(answer_with(type=media_type))
    assert caught.value.reason == "no-actor-link"


@pytest.mark.parametrize(
    "href", [None, "", "/people/ines", "javascript:alert(1)", "ftp://sib.example/", 7, [INES_ID], "https://sib.example@evil.example/"]
)
def test_a_link_that_is_no_absolute_address_is_no_actor(href: object) -> None:
    with pytest.raises(MalformedDocument):
        parse_jrd(answer_with(href=href))


@pytest.mark.parametrize("relation", [None, "Self", "alternate", PROFILE_PAGE, ["self"]])
def test_a_link_of_another_relation_is_no_actor(relation: object) -> None:
    with pytest.raises(MalformedDocument):
        parse_jrd(answer_with(rel=relation))


@pytest.mark.parametrize("document", [{}, {"links": None}, {"links": "x"}, {"links": [None, 7, "x", []]}, {"links": {}}])
def test_an_answer_without_links_leads_to_no_actor(document: dict[str, Any]) -> None:
    with pytest.raises(MalformedDocument):
        parse_jrd(document)


@pytest.mark.parametrize("media_type", ["application/activity+json", LD_JSON])
def test_an_answer_leads_to_the_actor(media_type: str) -> None:
    assert parse_jrd(answer_with(type=media_type)) == Answer(INES, INES_ID)


@pytest.mark.parametrize("subject", [None, 7, "", "ines", INES_ID, "acct:ines"])
def test_a_subject_that_is_no_account_names_nobody(subject: object) -> None:
    assert parse_jrd(answer_with() | {"subject": subject}).subject is None


def test_what_we_answer_is_read_back() -> None:
    document = render_jrd(
        subject=INES.uri,
        aliases=[INES_ID, "https://sib.example/@ines"],
        links=actor_links(INES_ID, profile_page="https://sib.example/@ines", subscribe_template="https://sib.example/interact?uri={uri}"),
    )
    assert parse_jrd(json.loads(json.dumps(document))) == Answer(INES, INES_ID)


def test_an_answer_names_the_actor_the_page_and_where_to_follow() -> None:
    links = actor_links(INES_ID, profile_page="https://sib.example/@ines", subscribe_template="https://sib.example/interact?uri={uri}")
    assert render_jrd(subject=INES.uri, links=links) == {
        "subject": "acct:ines@sib.example",
        "links": [
            {"rel": SELF, "type": "application/activity+json", "href": INES_ID},
            {"rel": PROFILE_PAGE, "type": "text/html", "href": "https://sib.example/@ines"},
            {"rel": SUBSCRIBE, "template": "https://sib.example/interact?uri={uri}"},
            {"rel": FOLLOW_INTENT, "template": "https://sib.example/interact?uri={object}"},
        ],
    }


@pytest.mark.parametrize(
    ("links", "template"),
    [
        ([{"rel": SUBSCRIBE, "template": "https://a.example/?u={uri}"}], "https://a.example/?u={uri}"),
        ([{"rel": FOLLOW_INTENT, "template": "https://a.example/f?o={object}"}], "https://a.example/f?o={object}"),
        (
            [
                {"rel": SUBSCRIBE, "template": "https://a.example/?u={uri}"},
                {"rel": FOLLOW_INTENT, "template": "https://a.example/f?o={object}"},
            ],
            "https://a.example/f?o={object}",
        ),
        (
            [{"rel": FOLLOW_INTENT, "template": "https://a.example/f"}, {"rel": SUBSCRIBE, "template": "https://a.example/?u={uri}"}],
            "https://a.example/?u={uri}",
        ),
        ([], None),
        ([{"rel": SUBSCRIBE, "href": "https://a.example/"}], None),
        ([{"rel": SUBSCRIBE, "template": ["https://a.example/{uri}"]}], None),
        ([{"rel": ["x"], "template": "https://a.example/{uri}"}], None),
        ("https://a.example/{uri}", None),
    ],
)
def test_the_template_to_follow_with_is_found(links: object, template: str | None) -> None:
    assert find_follow_template({"links": links}) == template


def test_a_template_is_filled_with_whom_to_follow_and_nothing_else() -> None:
    filled = fill_template("https://a.example/f?o={object}&s={on-success}&c={on-cancel}#{uri}", "https://s.example/@é&x=1")
    assert filled == "https://a.example/f?o=https%3A%2F%2Fs.example%2F%40%C3%A9%26x%3D1&s=&c=#https%3A%2F%2Fs.example%2F%40%C3%A9%26x%3D1"


@pytest.mark.parametrize(("relations", "left"), [([SELF], [SELF]), ([PROFILE_PAGE, SELF], [SELF, PROFILE_PAGE]), (["unknown"], [])])
def test_the_relation_asked_for_narrows_the_links_and_nothing_else(relations: list[str], left: list[str]) -> None:
    document = render_jrd(
        subject=INES.uri, aliases=[INES_ID], links=actor_links(INES_ID, profile_page="https://sib.example/@ines"), relations=relations
    )
    assert [link["rel"] for link in document["links"]] == left
    assert document["subject"] == INES.uri
    assert document["aliases"] == [INES_ID]


def test_a_server_names_the_actor_that_acts_for_it() -> None:
    document = render_jrd(subject="https://sib.example/", links=server_links("https://sib.example/actor"))
    assert {link["rel"]: link["href"] for link in document["links"]} == {
        SERVER_ACTOR: "https://sib.example/actor",
        SELF: "https://sib.example/actor",
    }


@pytest.mark.parametrize(
    ("actor", "account"),
    [
        (Actor(id=INES_ID, type="Person", inbox=f"{INES_ID}/inbox"), None),
        (Actor(id=INES_ID, type="Person", inbox=f"{INES_ID}/inbox", handle="ines"), INES),
        (
            Actor(id=INES_ID, type="Person", inbox=f"{INES_ID}/inbox", handle="ines", webfinger="ines@example.org"),
            Account("ines", Host("example.org")),
        ),
        (Actor(id=INES_ID, type="Person", inbox=f"{INES_ID}/inbox", handle="ines", webfinger="ines@not a host"), INES),
    ],
)
def test_the_address_an_actor_claims(actor: Actor, account: Account | None) -> None:
    assert claimed_account(actor) == account


@pytest.mark.attack("ORG-054")
@pytest.mark.parametrize(
    "answer",
    [
        Answer(INES, "https://evil.example/people/u"),
        Answer(INES, f"{INES_ID}/"),
        Answer(INES, f"{INES_ID}#x"),
        Answer(None, INES_ID),
        Answer(Account("ines", Host("hq.example")), INES_ID),
        Answer(Account("bob", Host("sib.example")), INES_ID),
    ],
)
def test_a_handle_is_not_confirmed_by_an_answer_about_something_else(answer: Answer) -> None:
    assert not confirms(answer, INES, INES_ID)


def test_a_handle_is_confirmed_by_the_round_trip() -> None:
    assert confirms(Answer(Account("Ines", Host("sib.example")), INES_ID), INES, INES_ID)


@pytest.mark.attack("ORG-054")
@pytest.mark.parametrize("name", ["imposter-webfinger.json", "webfinger_spoof.json"])
def test_a_captured_answer_about_a_foreign_account_confirms_nothing(name: str) -> None:
    answer = parse_jrd(json.loads(fixtures("vectors", name).read_text("utf-8")))
    asked = parse_resource("acct:oopsie@bad.com")
    assert isinstance(asked, Account)
    assert not confirms(answer, asked, answer.actor_id)
