"""From actors to inboxes: nobody twice, nobody else's server, nobody of our own."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedirse.base.actors import StoredActor
from fedirse.outbox.recipients import Inbox, inboxes_of
from fedirse.outbox.schemes import RFC9421, RFC9421_ED25519, Scheme
from tests.outbox.actors import remote_actor

OWN = "here.example"


def urls(*actors: StoredActor, shared: bool = True) -> list[str]:
    return [inbox.url for inbox in inboxes_of(actors, own_host=OWN, shared=shared)]


def test_an_actor_of_this_site_is_left_out() -> None:
    assert urls(remote_actor("a", OWN, local=True)) == []


def test_a_foreign_actor_with_an_inbox_here_is_left_out() -> None:
    assert urls(remote_actor("a", "there.example", inbox=f"https://{OWN}/people/b/inbox")) == []


def test_an_actor_that_is_gone_is_left_out() -> None:
    assert urls(remote_actor("a", "there.example", gone_at=datetime(2026, 1, 1, tzinfo=UTC))) == []


@pytest.mark.parametrize(
    "inbox", ["", "ftp://there.example/inbox", "https://user@there.example/inbox", "https://there.example\\@evil.example/inbox"]
)
def test_an_inbox_that_is_no_address_is_left_out(inbox: str) -> None:
    assert urls(remote_actor("a", "there.example", inbox=inbox), remote_actor("b", "there.example")) == ["https://there.example/inbox"]


@pytest.mark.parametrize(
    "shared_inbox",
    ["https://victim.example/inbox", "http://there.example/inbox", "https://there.example:8443/inbox", "https://there.example:0/inbox", ""],
)
def test_a_shared_inbox_of_another_origin_does_not_count(shared_inbox: str) -> None:
    assert urls(remote_actor("a", "there.example", shared_inbox=shared_inbox)) == ["https://there.example/people/a/inbox"]


def test_without_permission_for_it_the_shared_inbox_is_not_used() -> None:
    actors = [remote_actor("a", "there.example"), remote_actor("b", "there.example")]
    assert urls(*actors, shared=False) == ["https://there.example/people/a/inbox", "https://there.example/people/b/inbox"]


def test_a_server_with_many_readers_gets_one_post() -> None:
    assert urls(*(remote_actor(f"a{number}", "there.example") for number in range(50))) == ["https://there.example/inbox"]


def test_an_actor_without_a_shared_inbox_gets_its_own_post() -> None:
    actors = [remote_actor("a", "there.example"), remote_actor("b", "there.example", shared_inbox=None)]
    assert urls(*actors) == ["https://there.example/inbox", "https://there.example/people/b/inbox"]


def test_the_host_of_an_inbox_is_the_one_that_is_posted_to() -> None:
    actor = remote_actor("a", "brand.example", inbox="https://social.brand.example:8443/a/inbox", shared_inbox=None)
    assert inboxes_of([actor], own_host=OWN, shared=True) == [
        Inbox("social.brand.example:8443", "https://social.brand.example:8443/a/inbox")
    ]


def test_what_a_server_states_about_signatures_comes_along() -> None:
    silent = remote_actor("a", "there.example")
    stating = remote_actor("b", "there.example", implements=(RFC9421, RFC9421_ED25519))
    [inbox] = inboxes_of([silent, stating], own_host=OWN, shared=True)
    assert inbox.stated is Scheme.MESSAGE_ED25519


@given(st.permutations([remote_actor(name, host) for name in "ab" for host in ("x.example", "y.example", "z.example")]))
def test_the_order_does_not_depend_on_the_order_of_the_actors(actors: list[StoredActor]) -> None:
    assert urls(*actors) == [f"https://{host}/inbox" for host in ("x.example", "y.example", "z.example")]
