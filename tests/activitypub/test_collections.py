from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.activitypub.collections import Collection, parse_collection, render_collection, render_page
from fedirse.activitypub.documents import Embedded, Reference, render_activity
from fedirse.base.errors import MalformedDocument

FOLLOWERS = "https://sib.example/people/ines/followers"
PAGE_1, PAGE_2 = f"{FOLLOWERS}?page=1", f"{FOLLOWERS}?page=2"
BOB = "https://hq.example/people/bob"
ANA = "https://hq.example/people/ana"


@pytest.mark.parametrize("kind", [None, "Note", "Person", 7, ["Note"], []])
def test_a_document_of_another_type_is_no_collection(kind: object) -> None:
    with pytest.raises(MalformedDocument) as caught:
        parse_collection({"id": FOLLOWERS, "type": kind, "items": []})
    assert caught.value.reason == "not-a-collection"


@pytest.mark.attack("ORG-003")
def test_a_collection_with_a_relative_id_is_refused() -> None:
    with pytest.raises(MalformedDocument) as caught:
        parse_collection({"id": "/followers", "type": "Collection"})
    assert caught.value.reason == "bad-id"


@pytest.mark.parametrize("kind", ["Collection", "OrderedCollection", ["Collection", "CollectionPage"]])
@pytest.mark.parametrize("listed_in", ["items", "orderedItems"])
def test_items_are_read_whatever_they_are_called(kind: object, listed_in: str) -> None:
    assert parse_collection({"id": FOLLOWERS, "type": kind, listed_in: [BOB, ANA]}).items == (Reference(BOB), Reference(ANA))


def test_a_single_item_needs_no_list() -> None:
    assert parse_collection({"id": FOLLOWERS, "type": "Collection", "items": BOB}).items == (Reference(BOB),)


def test_embedded_items_keep_their_documents() -> None:
    like = {"type": "Like", "actor": BOB, "object": "https://sib.example/notes/1"}
    assert parse_collection({"id": FOLLOWERS, "type": "Collection", "items": [like]}).items == (Embedded(like, None, "Like"),)


def test_an_item_that_cannot_be_read_does_not_cost_the_others() -> None:
    listed = [BOB, None, 7, "", "/relative", {"id": "/relative"}, [ANA], ANA]
    assert parse_collection({"id": FOLLOWERS, "type": "Collection", "items": listed}).items == (
        Reference(BOB),
        Reference(ANA),
        Reference(ANA),
    )


def test_a_linked_first_page_is_told() -> None:
    collection = parse_collection({"id": FOLLOWERS, "type": "OrderedCollection", "totalItems": 437, "first": PAGE_1})
    assert (collection.items, collection.first, collection.next, collection.total) == ((), PAGE_1, None, 437)


def test_an_embedded_first_page_is_read_with_the_collection() -> None:
    first = {"id": PAGE_1, "type": "CollectionPage", "partOf": FOLLOWERS, "next": PAGE_2, "items": [BOB]}
    collection = parse_collection({"id": FOLLOWERS, "type": "Collection", "first": first})
    assert (collection.items, collection.first, collection.next) == ((Reference(BOB),), None, PAGE_2)


def test_a_first_page_with_nothing_but_its_id_is_a_link() -> None:
    collection = parse_collection({"id": FOLLOWERS, "type": "Collection", "first": {"id": PAGE_1, "type": "CollectionPage"}})
    assert (collection.first, collection.next) == (PAGE_1, None)


def test_a_page_names_its_neighbours() -> None:
    page = {"id": PAGE_2, "type": "OrderedCollectionPage", "partOf": FOLLOWERS, "prev": PAGE_1, "next": "/relative", "orderedItems": []}
    collection = parse_collection(page)
    assert (collection.part_of, collection.prev, collection.next) == (FOLLOWERS, PAGE_1, None)


@pytest.mark.attack("DOS-023")
def test_a_page_that_is_its_own_first_page_is_read_once() -> None:
    page: dict[str, Any] = {"id": PAGE_1, "type": "CollectionPage", "items": [BOB]}
    page["first"] = page
    page["next"] = PAGE_1
    collection = parse_collection(page)
    assert (collection.items, collection.first, collection.next) == ((Reference(BOB),), PAGE_1, PAGE_1)


@pytest.mark.parametrize("total", ["many", -1, None, [], 1.5])
def test_a_senseless_number_of_items_is_not_told(total: object) -> None:
    assert parse_collection({"id": FOLLOWERS, "type": "Collection", "totalItems": total}).total is None


uris = st.integers(0, 99).map(lambda number: f"https://hq.example/people/{number}")
maybe_uris = st.none() | uris
totals = st.none() | st.integers(0, 2**40)


@given(uris, totals, st.none() | st.lists(uris), maybe_uris, maybe_uris)
def test_a_collection_is_read_back(
    collection_id: str, total: int | None, items: list[str] | None, first: str | None, owner: str | None
) -> None:
    document = render_collection(collection_id, total=total, items=items, first=first, owner=owner)
    assert parse_collection(document) == Collection(
        id=collection_id,
        type="OrderedCollection",
        items=tuple(map(Reference, items or ())),
        total=total,
        first=first,
        owner=owner,
    )


@given(uris, uris, totals, st.lists(uris), maybe_uris, maybe_uris)
def test_a_page_is_read_back(
    page_id: str, part_of: str, total: int | None, items: list[str], after: str | None, before: str | None
) -> None:
    document = render_page(page_id, part_of=part_of, items=items, total=total, next_page=after, prev_page=before)
    assert parse_collection(document) == Collection(
        id=page_id,
        type="OrderedCollectionPage",
        items=tuple(map(Reference, items)),
        total=total,
        next=after,
        prev=before,
        part_of=part_of,
    )


def test_an_empty_page_says_so() -> None:
    assert render_page(PAGE_1, part_of=FOLLOWERS, items=[])["orderedItems"] == []


def test_a_collection_read_page_by_page_lists_nothing_itself() -> None:
    assert "orderedItems" not in render_collection(FOLLOWERS, total=3, first=PAGE_1)


def test_only_the_page_has_a_context_and_it_is_enough_for_its_items() -> None:
    like = render_activity(
        activity_type="Like", activity_id="https://sib.example/activities/1", actor=BOB, object="https://sib.example/notes/1"
    )
    page = render_page(PAGE_1, part_of=FOLLOWERS, items=[like])
    assert "@context" not in page["orderedItems"][0]
    assert all(entry in page["@context"] for entry in like["@context"])
