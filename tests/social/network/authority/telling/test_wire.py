"""News of the roster as activities: what they carry still proves itself, however large the network."""

from datetime import timedelta

import orjson
import pytest

from fedirse.activitypub import jsonld, strict_json
from fedirse.activitypub.documents.activity import parse_activity, render_activity
from fedirse.base import limits
from fedirse.social.network.authority.telling.wire import render_news, with_counter
from fedirse.social.network.roster.model import Snapshot
from fedirse.social.network.roster.wire import read_snapshot, render_snapshot
from tests.social.network.roster.test_wire import KEYS, NETWORK, NOW, signed

MEMBERS = "https://siege.example/network/members"


@pytest.mark.parametrize("count", [1, 3000])
def test_a_snapshot_arrives_whole_and_proven_at_the_door_of_a_member(count: int) -> None:
    whole = Snapshot(
        id="https://siege.example/network/roster",
        network=NETWORK,
        serial=count + 1,
        digest="",
        issued=NOW,
        ends=NOW + timedelta(hours=72),
        listing={f"https://magasin-{number}.example/actor": number + 1 for number in range(count)},
    )
    activity_id = "https://siege.example/activities/1"
    news = render_news(
        "Update", activity_id, NETWORK, signed(render_snapshot(whole)), members=MEMBERS, to=[MEMBERS], counter=count, now=NOW
    )
    body = orjson.dumps(news)
    assert len(body) <= limits.INBOX_BODY_BYTES
    activity = parse_activity(jsonld.read(strict_json.parse(body)).document)
    assert (activity.type, activity.object_type, activity.raw["rosterSerial"]) == ("Update", "Roster", count)
    assert activity.target is not None
    assert activity.target.id == MEMBERS
    assert read_snapshot(strict_json.parse(body)["object"], KEYS).listing == whole.listing


def test_whatever_goes_to_members_names_the_counter_and_stays_what_it_is() -> None:
    activity = render_activity(activity_type="Like", activity_id="https://siege.example/activities/2", actor=NETWORK, object=MEMBERS)
    read = parse_activity(jsonld.read(with_counter(activity, 7)).document)
    assert (read.type, read.object_id, read.raw["rosterSerial"]) == ("Like", MEMBERS, 7)
