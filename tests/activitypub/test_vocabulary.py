"""Types and media types of ActivityStreams 2.0."""

import pytest

from fedirse.activitypub import vocabulary
from fedirse.activitypub.vocabulary import AS2, is_as2_media_type


@pytest.mark.attack("ORG-007")
@pytest.mark.parametrize(
    "header",
    [
        "",
        "application/ld+json",
        "application/json",
        "text/html",
        "application/activity+jsonx",
        "application/activity",
        "xapplication/activity+json",
        "application/activity+json, application/activity+json",
        "text/html, application/activity+json",
        "text/html; application/activity+json",
        "application/activity+json\n",
        f'application/ld+json; profile="{AS2}#evil"',
        f'application/ld+json; profile="{AS2}/evil"',
        f'application/ld+json; profile="https://evil.example/?{AS2}"',
        f'application/ld+json; profile="{AS2},https://evil.example/"',
        f'application/ld+json; profile="{AS2}"; profile="https://evil.example/"',
        f'application/ld+json; profile="https://evil.example/"; Profile="{AS2}"',
        f"application/ld+json; profile={AS2}",
        f'application/ld+json; profile="{AS2}',
        f"application/ld+json; profile='{AS2}'",
        f'application/ld+json; x="; profile={AS2}"',
        f'application/ld+json; x=";profile="{AS2}"',
        f'application/ld+json; profile="{AS2.upper()}"',
        f'application/ld+json\x0b; profile="{AS2}"',
        f'application/ld+json;\xa0profile="{AS2}"',
        "application/activity+json; charset=utf-16",
        "application/activity+json; charset=utf-8; charset=utf-8",
        "application/activity+json; boundary=x",
        'application/activity+json; profile="https://evil.example/"',
        "application/activity+json; charset",
        "application/aсtivity+json",
    ],
)
def test_a_content_type_that_is_not_exactly_activitystreams_is_refused(header: str) -> None:
    assert not is_as2_media_type(header)


@pytest.mark.parametrize(
    "header",
    [
        "application/activity+json",
        "Application/Activity+JSON",
        "application/activity+json;",
        "application/activity+json; charset=utf-8",
        'application/activity+json;charset="UTF-8"',
        f'application/activity+json; profile="{AS2}"',
        f'application/ld+json; profile="{AS2}"',
        f'application/ld+json;profile="{AS2}";charset=utf-8',
        f'application/ld+json ; charset=utf-8 ; PROFILE="{AS2}"',
        f'application/ld+json; profile="https://w3id.org/security {AS2}"',
        f'application/ld+json; profile="{AS2[:5]}\\{AS2[5:]}"',
    ],
)
def test_both_media_types_are_known_with_the_parameters_that_servers_send(header: str) -> None:
    assert is_as2_media_type(header)


def test_what_is_asked_for_would_be_accepted() -> None:
    assert all(is_as2_media_type(kind) for kind in vocabulary.ACCEPT.split(", "))


def test_no_type_is_an_actor_and_an_activity() -> None:
    assert not vocabulary.ACTOR_TYPES & (vocabulary.ACTIVITY_TYPES | vocabulary.OBJECT_TYPES)


def test_a_question_is_both_an_activity_and_a_post() -> None:
    assert "Question" in vocabulary.ACTIVITY_TYPES & vocabulary.POST_TYPES & vocabulary.INTRANSITIVE_ACTIVITY_TYPES
