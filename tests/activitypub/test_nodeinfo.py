import pytest

from fedirse.activitypub.nodeinfo import (
    NodeInfo,
    Version,
    media_type,
    parse_discovery,
    parse_software,
    render_discovery,
    render_nodeinfo,
)
from fedirse.base import limits

INFO = NodeInfo(
    software_name="fedirse",
    software_version="0.1.0",
    repository="https://code.example/fedirse",
    homepage="https://fedirse.example/",
    users_total=12,
    users_active_month=9,
    local_posts=340,
    metadata={"nodeName": "Atelier Lyon"},
)
VERSIONS: list[Version] = ["2.0", "2.1"]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"links": "https://sib.example/nodeinfo/2.1"},
        {"links": [None, 7, {"rel": ["x"], "href": "https://sib.example/"}]},
        {"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.1", "href": "/nodeinfo/2.1"}]},
        {"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/1.0", "href": "https://sib.example/nodeinfo/1.0"}]},
    ],
)
def test_a_discovery_document_without_a_version_read_here_leads_nowhere(document: dict[str, object]) -> None:
    assert parse_discovery(document) is None


def test_the_highest_version_is_chosen_in_whatever_order_they_stand() -> None:
    links = render_discovery("https://sib.example")["links"]
    assert parse_discovery({"links": links[::-1]}) == "https://sib.example/nodeinfo/2.1"


@pytest.mark.parametrize(
    "document", [{}, {"software": "mastodon"}, {"software": {"name": 7}}, {"software": {"name": ""}}, {"software": []}]
)
def test_a_server_that_does_not_name_its_software_has_none(document: dict[str, object]) -> None:
    assert parse_software(document) is None


def test_the_name_of_the_software_is_opaque_and_bounded() -> None:
    assert parse_software({"software": {"name": "Ma" + "x" * limits.NAME_LENGTH}}) == "Ma" + "x" * (limits.NAME_LENGTH - 2)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_document_has_the_members_the_schema_requires_and_no_others(version: Version) -> None:
    document = render_nodeinfo(INFO, version)
    assert set(document) == {"version", "software", "protocols", "services", "openRegistrations", "usage", "metadata"}
    assert document["version"] == version
    assert document["protocols"] == ["activitypub"]
    assert document["services"] == {"inbound": [], "outbound": []}


def test_only_version_2_1_says_where_the_source_code_is() -> None:
    assert set(render_nodeinfo(INFO, "2.0")["software"]) == {"name", "version"}
    assert set(render_nodeinfo(INFO, "2.1")["software"]) == {"name", "version", "repository", "homepage"}


def test_numbers_that_are_not_told_are_left_out() -> None:
    bare = NodeInfo(software_name="fedirse", software_version="0.1.0")
    assert render_nodeinfo(bare, "2.1")["usage"] == {"users": {}}


def test_a_number_of_zero_is_told() -> None:
    empty = NodeInfo(software_name="fedirse", software_version="0.1.0", users_total=0, local_posts=0)
    assert render_nodeinfo(empty, "2.1")["usage"] == {"users": {"total": 0}, "localPosts": 0}


def test_the_media_type_names_the_schema() -> None:
    assert media_type("2.1") == 'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"'


def test_our_own_software_is_read_as_we_name_it() -> None:
    assert parse_software(render_nodeinfo(INFO, "2.0")) == "fedirse"
