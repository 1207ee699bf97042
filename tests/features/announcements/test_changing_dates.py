"""Who changes an announcement whose dates have passed need not think up new ones."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from fedirse.base.clock import FixedClock
from fedirse.base.errors import InvalidInput
from fedirse.features.announcements.model import Asked, Terms
from fedirse.features.announcements.rules import check_change
from tests.features.announcements.desks import EVERYONE, WRITTEN, Office, path_of, press
from tests.federation.network import START

BEFORE, AFTER = START - timedelta(hours=1), START + timedelta(hours=1)
KNOWN = Terms(asked=Asked.EVERYONE, before=BEFORE, embargo_until=BEFORE)


def test_a_new_date_that_has_passed_is_refused_as_ever() -> None:
    for wanted in (replace(KNOWN, before=BEFORE - timedelta(minutes=1)), replace(KNOWN, embargo_until=BEFORE - timedelta(minutes=1))):
        with pytest.raises(InvalidInput):
            check_change(KNOWN, wanted, START, ask_again=False)


def test_an_embargo_that_has_passed_is_over() -> None:
    assert check_change(KNOWN, KNOWN, START, ask_again=False).embargo_until is None


@pytest.mark.parametrize("typed", [BEFORE, None])
def test_who_is_late_stays_late_unless_everybody_is_asked_once_more(typed: datetime | None) -> None:
    wanted = replace(KNOWN, before=typed, embargo_until=None)
    assert check_change(KNOWN, wanted, START, ask_again=False).before == BEFORE
    assert check_change(KNOWN, wanted, START, ask_again=True).before is None
    assert check_change(KNOWN, replace(wanted, asked=Asked.NOBODY), START, ask_again=False).before is None
    assert check_change(KNOWN, replace(wanted, before=AFTER), START, ask_again=False).before == AFTER


def test_a_date_to_come_can_be_taken_away() -> None:
    known = replace(KNOWN, before=AFTER)
    assert check_change(known, replace(known, before=None), START, ask_again=False).before is None


async def test_dates_that_have_passed_are_not_shown_and_a_letter_can_be_mended(office: Office) -> None:
    post = await office.announce(replace(EVERYONE, before=AFTER, embargo_until=AFTER))
    marc, path = await office.shop.sign_in("marc"), f"/announcements/{post.id}/change"
    assert (await marc.get(path)).text.count('type="datetime-local" value="2026') == 2
    clock = office.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(days=1))
    page = (await marc.get(path)).text
    assert 'type="datetime-local" value="2026' not in page
    assert path_of(await press(marc, page, path, **{**WRITTEN, "text": "Une lettre de moins."})) == f"/announcements/{post.id}/board"
    [(changed, announcement)] = await office.all()
    assert (changed.source, announcement.terms.before, announcement.terms.embargo_until) == ("Une lettre de moins.", AFTER, None)
