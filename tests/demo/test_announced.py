"""What is announced in the demo can be: by the rules of the slice, to sites that are in it, and answered by people who may."""

from datetime import UTC, datetime, timedelta

import pytest

from fedirse.demo.announced import ANNOUNCED, DEEDS, Announced, Changed, Confirmed, Deed, Looked, Understood
from fedirse.demo.cast import GROUP, SITES
from fedirse.demo.content import SAID
from fedirse.demo.drawings import draw
from fedirse.demo.membership import SELECTIONS
from fedirse.features.announcements.acknowledgement.rules import FEWEST
from fedirse.features.announcements.model import Asked, Priority, Terms
from fedirse.features.announcements.rules import check_audience, check_terms
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.posts.model import Draft
from fedirse.social.posts.rules import check_draft
from tests.demo.test_content import REAL, scopes

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)
ANSWERING = {f"{person.handle}@{site.key}" for site in GROUP for person in site.people if person.answers_for_the_site}
PEOPLE = {f"{person.handle}@{site.key}" for site in GROUP for person in site.people}


def who(deed: Deed) -> tuple[str, ...]:
    """Who does it, of those who answer."""
    return deed.by if isinstance(deed, Looked | Understood) else (deed.by,) if isinstance(deed, Confirmed) else ()


def about(deed: Deed) -> Announced:
    return deed if isinstance(deed, Announced) else ANNOUNCED[deed.announced]


def terms(announced: Announced) -> Terms:
    at = announced.when.before(NOW)
    before, ends_at = (at + timedelta(hours=hours) if hours is not None else None for hours in (announced.within, announced.counts_for))
    return Terms(announced.priority, announced.asked, before, ends_at)


@pytest.mark.parametrize("announced", ANNOUNCED.values(), ids=ANNOUNCED.keys())
def test_every_announcement_is_one_that_the_slice_takes(announced: Announced) -> None:
    audience = Audience(announced.audience, of=announced.segment)
    assert announced.title
    check_audience(audience)
    check_terms(terms(announced), announced.when.before(NOW))
    check_draft(Draft(announced.text, audience, title=announced.title))
    assert bool(announced.segment) == (announced.audience is AudienceKind.SEGMENT)
    assert not announced.segment or announced.segment in SELECTIONS
    assert REAL.findall(f"{announced.title} {announced.text}") == []
    assert all(draw(name) and len(words) > len(name) for name, words in announced.pictures)


@pytest.mark.parametrize("deed", [deed for deed in DEEDS if not isinstance(deed, Announced)], ids=repr)
def test_who_answers_may_and_is_at_a_site_that_it_is_for(deed: Deed) -> None:
    announced = about(deed)
    assert set(who(deed)) <= (ANSWERING if isinstance(deed, Confirmed) else PEOPLE)
    assert not isinstance(deed, Confirmed) or announced.asked is not Asked.NOBODY
    assert not isinstance(deed, Understood) or announced.asked is Asked.EVERYONE
    for one in who(deed):
        site = one.partition("@")[2]
        assert site == "siege" or (announced.audience.value, announced.segment) in scopes(site)


@pytest.mark.parametrize("announced", ANNOUNCED.values(), ids=ANNOUNCED.keys())
def test_what_was_done_about_it_came_after_it_in_the_order_told(announced: Announced) -> None:
    hours = [deed.when.hours for deed in DEEDS if about(deed) is announced]
    assert hours == sorted(hours, reverse=True)
    assert hours[0] == announced.when.hours
    assert hours[-1] > 0


def test_an_announcement_has_no_name_of_another_post() -> None:
    assert not set(ANNOUNCED) & set(SAID)


def test_every_state_is_there_to_be_looked_at() -> None:
    """What matters how much, who is asked, one that is over, one that was changed, one for some sites, a site that counts its people."""
    announced = ANNOUNCED.values()
    assert {one.priority for one in announced} == set(Priority)
    assert {one.asked for one in announced} == set(Asked)
    assert {one.audience for one in announced} == {AudienceKind.NETWORK, AudienceKind.SEGMENT}
    assert [one.key for one in announced if one.counts_for is not None and one.counts_for < one.when.hours] == ["caisse"]
    assert {deed.announced for deed in DEEDS if isinstance(deed, Changed)} == {"concept"}
    assert {site.key for site in SITES.values() if len(site.people) >= FEWEST} == {"nantes"}
    confirmed = {one.key: {deed.by for deed in DEEDS if isinstance(deed, Confirmed) and deed.announced == one.key} for one in announced}
    assert confirmed["rappel"] < ANSWERING
    assert confirmed["rappel"]
