from typing import Any

import pytest

from fedirse.activitypub.documents import Image, MultikeyEntry, ProfileField, PublicKeyEntry, parse_actor, render_actor
from fedirse.base import limits
from fedirse.base.errors import MalformedDocument, OriginMismatch

INES = "https://sib.example/people/ines"
PEM = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"
ELSEWHERE = "https://victim.example/people/bob/inbox"


def document(**members: Any) -> dict[str, Any]:
    return {"id": INES, "type": "Person", "inbox": f"{INES}/inbox", "preferredUsername": "ines", **members}


def key(**members: Any) -> dict[str, Any]:
    return {"id": f"{INES}#main-key", "owner": INES, "publicKeyPem": PEM, **members}


def multikey(**members: Any) -> dict[str, Any]:
    return {"id": f"{INES}#ed25519", "type": "Multikey", "controller": INES, "publicKeyMultibase": "z6Mk", **members}


@pytest.mark.attack("ORG-003")
@pytest.mark.parametrize(("actor_id", "reason"), [(None, "no-id"), ("/people/ines", "bad-id"), ([INES], "bad-id"), ({}, "bad-id")])
def test_an_actor_without_a_usable_id_is_refused(actor_id: object, reason: str) -> None:
    with pytest.raises(MalformedDocument) as caught:
        parse_actor(document(id=actor_id))
    assert caught.value.reason == reason


@pytest.mark.parametrize("kind", [None, "Note", "Create", [], ["Note"], 7])
def test_a_document_of_another_type_is_no_actor(kind: object) -> None:
    with pytest.raises(MalformedDocument) as caught:
        parse_actor(document(type=kind))
    assert caught.value.reason == "not-an-actor"


@pytest.mark.parametrize(
    "inbox",
    [
        None,
        "",
        "/inbox",
        7,
        [],
        {"type": "OrderedCollection"},
        pytest.param("https://sib.example/".ljust(limits.URI_LENGTH + 1, "a"), id="overlong"),
    ],
)
def test_an_actor_without_a_usable_inbox_is_refused(inbox: object) -> None:
    with pytest.raises(MalformedDocument) as caught:
        parse_actor(document(inbox=inbox))
    assert caught.value.reason == "no-inbox"


@pytest.mark.attack("ORG-059")
@pytest.mark.parametrize("inbox", [ELSEWHERE, {"id": ELSEWHERE}, "http://sib.example/inbox", "https://sib.example:8443/inbox"])
def test_an_inbox_on_another_origin_is_refused(inbox: object) -> None:
    with pytest.raises(OriginMismatch) as caught:
        parse_actor(document(inbox=inbox))
    assert caught.value.reason == "foreign-inbox"


@pytest.mark.attack("ORG-061")
def test_a_shared_inbox_on_another_origin_is_not_used() -> None:
    assert parse_actor(document(endpoints={"sharedInbox": "https://evil.example/collect"})).shared_inbox is None


@pytest.mark.attack("ORG-059")
@pytest.mark.parametrize("name", ["outbox", "followers", "following", "liked", "featured"])
def test_a_collection_on_another_origin_is_not_the_actors(name: str) -> None:
    assert getattr(parse_actor(document(**{name: "https://victim.example/people/bob/followers"})), name) is None


@pytest.mark.parametrize("name", ["outbox", "followers", "following", "liked", "featured"])
def test_a_collection_is_read_as_address_or_embedded(name: str) -> None:
    place = f"{INES}/{name}"
    assert getattr(parse_actor(document(**{name: {"id": place, "type": "OrderedCollection"}})), name) == place


@pytest.mark.parametrize("endpoints", ["https://sib.example/#endpoints", None, [], 7, {"sharedInbox": 7}])
def test_odd_endpoints_mean_no_shared_inbox(endpoints: object) -> None:
    assert parse_actor(document(endpoints=endpoints)).shared_inbox is None


def test_a_shared_inbox_of_the_own_origin_is_used() -> None:
    actor = parse_actor(document(endpoints={"sharedInbox": "https://sib.example/inbox"}))
    assert actor.shared_inbox == "https://sib.example/inbox"


@pytest.mark.attack("SIG-048")
@pytest.mark.parametrize(
    "pem",
    [
        None,
        "",
        [PEM],
        {"@value": PEM},
        7,
        "not a key",
        "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        pytest.param(PEM.ljust(1024 * 1024), id="a megabyte"),
    ],
)
def test_a_key_that_is_junk_costs_the_actor_its_key_only(pem: object) -> None:
    actor = parse_actor(document(publicKey=key(publicKeyPem=pem)))
    assert (actor.id, actor.public_keys) == (INES, ())


@pytest.mark.parametrize("length", [limits.KEY_DOCUMENT_CHARACTERS, limits.KEY_DOCUMENT_CHARACTERS + 1])
def test_a_key_is_as_long_as_its_limit_at_most(length: int) -> None:
    keys = parse_actor(document(publicKey=key(publicKeyPem=PEM.ljust(length)))).public_keys
    assert len(keys) == (1 if length <= limits.KEY_DOCUMENT_CHARACTERS else 0)


@pytest.mark.parametrize("owner", ["https://victim.example/people/bob", "https://sib.example/people/bob", f"{INES}/"])
def test_a_key_of_another_owner_is_not_the_actors(owner: str) -> None:
    assert parse_actor(document(publicKey=key(owner=owner), assertionMethod=[multikey(controller=owner)])).public_keys == ()
    assert parse_actor(document(publicKey=key(owner=owner), assertionMethod=[multikey(controller=owner)])).assertion_keys == ()


@pytest.mark.parametrize("key_id", [None, "", "#main-key", 7, "https://victim.example/people/bob#main-key"])
def test_a_key_id_on_another_origin_is_not_the_actors(key_id: object) -> None:
    actor = parse_actor(document(publicKey=key(id=key_id), assertionMethod=[multikey(id=key_id)]))
    assert (actor.public_keys, actor.assertion_keys) == ((), ())


@pytest.mark.parametrize("value", [None, "https://sib.example/key", 7, [None, 7, "x"], {}])
def test_what_is_no_key_is_left_out(value: object) -> None:
    actor = parse_actor(document(publicKey=value, assertionMethod=value))
    assert (actor.public_keys, actor.assertion_keys) == ((), ())


@pytest.mark.parametrize("members", [{"type": "JsonWebKey"}, {"publicKeyMultibase": 7}, {"publicKeyMultibase": ""}])
def test_an_assertion_method_that_is_no_multikey_is_ignored(members: dict[str, Any]) -> None:
    assert parse_actor(document(assertionMethod=multikey(**members))).assertion_keys == ()


@pytest.mark.parametrize("number", [limits.ACTOR_KEYS, limits.ACTOR_KEYS + 1])
def test_keys_end_at_their_limit(number: int) -> None:
    keys = [key(id=f"{INES}#key-{index}") for index in range(number)]
    multikeys = [multikey(id=f"{INES}#ed-{index}") for index in range(number)]
    actor = parse_actor(document(publicKey=keys, assertionMethod=multikeys))
    assert (len(actor.public_keys), len(actor.assertion_keys)) == (limits.ACTOR_KEYS, limits.ACTOR_KEYS)


def test_keys_are_read_with_their_owner() -> None:
    actor = parse_actor(document(publicKey=key(), assertionMethod=multikey()))
    assert actor.public_keys == (PublicKeyEntry(f"{INES}#main-key", INES, PEM),)
    assert actor.assertion_keys == (MultikeyEntry(f"{INES}#ed25519", INES, "z6Mk"),)


def test_a_key_that_names_no_owner_belongs_to_the_actor_that_lists_it() -> None:
    assert parse_actor(document(publicKey=key(owner=None))).public_keys[0].owner == INES


@pytest.mark.parametrize("length", [limits.HANDLE_LENGTH, limits.HANDLE_LENGTH + 1])
def test_a_handle_beyond_its_limit_is_none(length: int) -> None:
    handle = "i" * length
    assert parse_actor(document(preferredUsername=handle)).handle == (handle if length <= limits.HANDLE_LENGTH else None)


def test_texts_are_cut_at_their_limits() -> None:
    actor = parse_actor(document(name="n" * (limits.NAME_LENGTH + 1), summary="s" * (limits.SUMMARY_LENGTH + 1)))
    assert (actor.name, actor.summary) == ("n" * limits.NAME_LENGTH, "s" * limits.SUMMARY_LENGTH)


@pytest.mark.parametrize("number", [limits.ACTOR_ALIASES, limits.ACTOR_ALIASES + 1])
def test_aliases_end_at_their_limit(number: int) -> None:
    aliases = [f"https://old.example/{index}" for index in range(number)]
    assert parse_actor(document(alsoKnownAs=aliases)).also_known_as == tuple(aliases[: limits.ACTOR_ALIASES])


def test_a_single_alias_needs_no_list() -> None:
    assert parse_actor(document(alsoKnownAs="https://old.example/ines")).also_known_as == ("https://old.example/ines",)


@pytest.mark.parametrize("number", [limits.ATTACHMENTS, limits.ATTACHMENTS + 1])
def test_profile_fields_end_at_their_limit(number: int) -> None:
    fields = [{"type": "PropertyValue", "name": f"{index}", "value": "x"} for index in range(number)]
    assert len(parse_actor(document(attachment=fields)).fields) == limits.ATTACHMENTS


@pytest.mark.parametrize("length", [limits.PROFILE_FIELD_LENGTH, limits.PROFILE_FIELD_LENGTH + 1])
def test_a_profile_field_is_cut_at_its_limit(length: int) -> None:
    fields = parse_actor(document(attachment={"type": "PropertyValue", "name": "Shop", "value": "x" * length})).fields
    assert fields == (ProfileField("Shop", "x" * limits.PROFILE_FIELD_LENGTH),)


def test_what_is_no_profile_field_is_left_out() -> None:
    nonsense = [
        {"haha": "no object"},
        "x",
        None,
        {"type": "IdentityProof", "name": "a", "value": "b"},
        {"type": "PropertyValue", "name": "a"},
    ]
    assert parse_actor(document(attachment=nonsense)).fields == ()


@pytest.mark.parametrize(
    "icon",
    [
        "https://media.example/1.png",
        {"type": "Image", "url": "https://media.example/1.png"},
        {"type": "Image", "url": {"type": "Link", "href": "https://media.example/1.png"}},
        [{"type": "Image", "url": "https://media.example/1.png"}, {"type": "Image", "url": "https://media.example/2.png"}],
        {"type": "Link", "href": "https://media.example/1.png"},
    ],
)
def test_a_picture_is_read_in_every_shape(icon: object) -> None:
    assert parse_actor(document(icon=icon)).icon == Image("https://media.example/1.png")


@pytest.mark.parametrize("icon", [None, "", "data:image/png;base64,AA", {"type": "Image"}, {"url": "javascript:x"}, 7, [], {"url": []}])
def test_a_picture_that_cannot_be_fetched_is_none(icon: object) -> None:
    assert parse_actor(document(icon=icon)).icon is None


def test_the_media_type_of_a_linked_picture_is_read_from_the_link() -> None:
    icon = {
        "type": "Image",
        "url": [{"type": "Link", "href": "https://media.example/1.png", "mediaType": "image/png"}],
        "name": "Shop front",
    }
    assert parse_actor(document(icon=icon)).icon == Image("https://media.example/1.png", "image/png", "Shop front")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", 7, None])
def test_a_page_people_cannot_go_to_is_none(url: object) -> None:
    assert parse_actor(document(url=url)).url is None


@pytest.mark.parametrize("written", ["ines@sib.example", "acct:ines@sib.example"])
def test_the_preferred_address_is_read_with_and_without_its_scheme(written: str) -> None:
    assert parse_actor(document(webfinger=written)).webfinger == "ines@sib.example"


@pytest.mark.parametrize("written", [None, "", "ines", "@sib.example", "ines@", "a b@sib.example", 7, ["x"]])
def test_what_is_no_address_is_not_preferred(written: object) -> None:
    assert parse_actor(document(webfinger=written)).webfinger is None


def test_capabilities_are_read_from_the_actor_and_from_its_application() -> None:
    said = {
        "implements": [{"href": "https://a.example/1"}],
        "generator": {"type": "Application", "implements": {"href": "https://a.example/2"}},
    }
    assert parse_actor(document(**said)).implements == ("https://a.example/1", "https://a.example/2")


def test_an_application_says_its_capabilities_itself() -> None:
    actor = parse_actor(document(type="Application", implements=[{"href": "https://a.example/1"}]))
    assert render_actor(actor)["implements"] == [{"type": "Link", "href": "https://a.example/1"}]


def test_consent_is_never_assumed() -> None:
    actor = parse_actor(document())
    assert (actor.discoverable, actor.indexable) == (False, False)


def test_one_key_is_written_without_a_list_because_others_read_it_so() -> None:
    assert render_actor(parse_actor(document(publicKey=[key()])))["publicKey"] == key()
