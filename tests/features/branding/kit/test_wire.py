"""A kit is read as it was meant, and garbage is refused."""

from datetime import UTC, datetime

import pytest

from fedirse.activitypub import jsonld
from fedirse.activitypub.documents.activity import parse_activity
from fedirse.activitypub.documents.reference import Embedded
from fedirse.base.errors import InvalidInput, MalformedDocument
from fedirse.base.types import JsonObject
from fedirse.features.branding.kit.model import Kit, KnownKit, Look
from fedirse.features.branding.kit.rules import MOST_VERSIONS, check_words, is_later, look_to_keep, withdrawn
from fedirse.features.branding.kit.wire import parse_kit, render_offer
from fedirse.features.branding.rules import DESCRIPTION_LENGTH

SIEGE = "https://siege.example/actor"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LOOK = Look("#b3261e", "#f2c14e", "round", "https://siege.example/media/a/b/full.png", "https://media.siege.example/c/d/full.webp")
KIT = Kit(3, "Charte 2026", "Pour être reconnus.", LOOK)


def read(kit: Kit) -> JsonObject:
    """The kit as whoever receives it has it before them."""
    uri = "https://siege.example/activities/1"
    offer = render_offer(uri, head_office=SIEGE, members="https://siege.example/network/members", kit=kit, now=NOW)
    activity = parse_activity(jsonld.read(offer).document)
    assert isinstance(activity.object, Embedded)
    assert activity.object.type == "BrandKit"
    return activity.object.document


@pytest.mark.parametrize("kit", [KIT, withdrawn(KIT), Kit(1, "x", "", Look("#000000", "#ffffff", "plain"))])
def test_what_is_offered_is_what_is_read(kit: Kit) -> None:
    assert parse_kit(read(kit), SIEGE) == kit


@pytest.mark.parametrize(
    "wrong",
    [
        {"kitVersion": 0},
        {"kitVersion": MOST_VERSIONS + 1},
        {"kitVersion": "1"},
        {"kitVersion": True},
        {"name": ""},
        {"mainColour": "rouge"},
        {"mainColour": "#b3261e;}"},
        {"secondColour": None},
    ],
)
def test_what_is_no_kit_is_refused(wrong: JsonObject) -> None:
    with pytest.raises(MalformedDocument) as caught:
        parse_kit({**read(KIT), **wrong}, SIEGE)
    assert caught.value.reason == "bad-kit"


def test_letters_that_are_not_known_here_are_the_plain_ones() -> None:
    assert parse_kit({**read(KIT), "letters": "gothic"}, SIEGE).look.font == "plain"


@pytest.mark.parametrize("url", ["https://evil.example/a.png", "javascript:alert(1)", "https://siege.example.evil.example/a", 3, None])
def test_a_picture_elsewhere_is_none(url: object) -> None:
    assert parse_kit({**read(KIT), "icon": {"type": "Image", "url": url}}, SIEGE).look.logo == ""


def test_only_a_later_version_is_news() -> None:
    assert is_later(KIT, None)
    assert is_later(withdrawn(KIT), KIT)
    assert not is_later(KIT, KIT)
    assert not is_later(KIT, withdrawn(KIT))


def test_the_way_back_leads_past_kits_that_were_taken_as_they_were() -> None:
    own, first, changed = Look("#111111", "#222222", "plain"), LOOK, Look("#333333", "#222222", "plain")
    known = KnownKit(SIEGE, KIT, NOW)
    assert look_to_keep(known, own) == own
    taken = KnownKit(SIEGE, KIT, NOW, given=first, before=own)
    assert look_to_keep(taken, first) == own
    assert look_to_keep(taken, changed) == changed


@pytest.mark.parametrize(
    ("name", "sentence", "field"), [("", "", "name"), ("x" * 201, "", "name"), ("x", "y" * (DESCRIPTION_LENGTH + 1), "sentence")]
)
def test_words_that_do_not_fit_are_refused_at_their_field(name: str, sentence: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_words(name, sentence)
    assert caught.value.field == field
    check_words("x" * 200, "y" * DESCRIPTION_LENGTH)
