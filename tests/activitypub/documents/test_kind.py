from typing import Any

import pytest

from fedirse.activitypub.documents import Kind, kind_of


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"type": "Person"}, Kind.ACTOR),
        ({"type": "Create"}, Kind.ACTIVITY),
        ({"type": "Note", "actor": "https://sib.example/people/ines"}, Kind.POST),
        ({"type": "Question", "oneOf": []}, Kind.POST),
        ({"type": "OrderedCollectionPage"}, Kind.COLLECTION),
        ({"type": "Tombstone"}, Kind.TOMBSTONE),
        ({"type": "Multikey"}, Kind.KEY),
        ({"type": ["Review", "Article"]}, Kind.POST),
        ({"type": "Service", "publicKeyPem": "x"}, Kind.ACTOR),
    ],
)
def test_a_known_type_says_what_it_is(document: dict[str, Any], kind: Kind) -> None:
    assert kind_of(document) is kind


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"type": "Key", "publicKeyPem": "x", "inbox": "x"}, Kind.KEY),
        ({"publicKeyMultibase": "z6Mk"}, Kind.KEY),
        ({"type": "PlayerGroup", "inbox": "https://sib.example/inbox"}, Kind.ACTOR),
        ({"type": "Lock", "actor": "https://sib.example/people/ines"}, Kind.ACTIVITY),
        ({"type": "Bite", "actor": "https://sib.example/people/ines", "attributedTo": "https://sib.example/people/ines"}, Kind.OTHER),
        ({"orderedItems": []}, Kind.COLLECTION),
        ({"type": "Shelf", "totalItems": 3}, Kind.COLLECTION),
        ({"type": "Relationship"}, Kind.OTHER),
        ({"type": 7}, Kind.OTHER),
        ({}, Kind.OTHER),
    ],
)
def test_an_unknown_type_is_told_by_its_properties(document: dict[str, Any], kind: Kind) -> None:
    assert kind_of(document) is kind
