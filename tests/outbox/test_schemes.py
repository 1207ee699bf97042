"""Which signature scheme a peer gets first, and which one next."""

import pytest

from fedirse.outbox.schemes import RFC9421, RFC9421_ED25519, Scheme, first_scheme, other_scheme, stated_scheme


@pytest.mark.parametrize("remembered", [None, "", "something of a later version"])
def test_a_peer_nothing_is_known_of_gets_the_scheme_that_everybody_understands(remembered: str | None) -> None:
    assert first_scheme(remembered) is Scheme.CAVAGE


@pytest.mark.parametrize("scheme", Scheme)
def test_what_worked_is_tried_first(scheme: Scheme) -> None:
    assert first_scheme(scheme.value) is scheme


@pytest.mark.parametrize(
    ("implements", "scheme"),
    [
        ((), None),
        (("https://w3id.org/fep/844e",), None),
        ((RFC9421,), Scheme.MESSAGE),
        ((RFC9421, RFC9421_ED25519), Scheme.MESSAGE_ED25519),
    ],
)
def test_what_an_actor_states_is_understood(implements: tuple[str, ...], scheme: Scheme | None) -> None:
    assert stated_scheme(implements) is scheme


@pytest.mark.parametrize(
    ("tried", "invited", "then"),
    [
        (Scheme.CAVAGE, False, Scheme.MESSAGE),
        (Scheme.CAVAGE, True, Scheme.MESSAGE),
        (Scheme.MESSAGE, False, Scheme.CAVAGE),
        (Scheme.MESSAGE, True, Scheme.CAVAGE),
        (Scheme.MESSAGE_ED25519, False, Scheme.CAVAGE),
        (Scheme.MESSAGE_ED25519, True, Scheme.MESSAGE),
    ],
)
def test_the_second_try_uses_another_scheme(tried: Scheme, invited: bool, then: Scheme) -> None:
    assert other_scheme(tried, invited=invited) is then


@pytest.mark.parametrize("scheme", Scheme)
def test_the_name_of_a_scheme_fits_into_its_column(scheme: Scheme) -> None:
    assert len(scheme.value) <= 16
