"""The example of docs/feps/brand-kit.md is what this program sends and reads."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from fedirse.activitypub import jsonld
from fedirse.activitypub.documents.activity import parse_activity
from fedirse.activitypub.documents.reference import Embedded
from fedirse.features.branding.kit.model import Kit, Look
from fedirse.features.branding.kit.wire import parse_kit, render_offer

TEXT = (Path(__file__).parents[4] / "docs" / "feps" / "brand-kit.md").read_text(encoding="utf-8")
[OFFER] = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL))
SIEGE = "https://siege.example/actor"
LOGO = "https://siege.example/media/01KJPRW3/abc/full.png"
KIT = Kit(1, "Charte 2026", "Pour être reconnus.", Look("#b3261e", "#f2c14e", "round", LOGO))


def test_the_example_is_what_is_sent() -> None:
    members, at = "https://siege.example/network/members", datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert render_offer(OFFER["id"], head_office=SIEGE, members=members, kit=KIT, now=at) == OFFER


def test_the_example_is_what_is_read() -> None:
    offered = parse_activity(jsonld.read(OFFER).document).object
    assert isinstance(offered, Embedded)
    assert parse_kit(offered.document, SIEGE) == KIT


def test_every_term_of_it_is_in_the_table() -> None:
    terms = set(OFFER["@context"][2]) - {"fedirse", "BrandKit"}
    assert terms <= set(re.findall(r"`(\w+)`", TEXT.partition("```json")[0]))
