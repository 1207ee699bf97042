"""What the demo says is consistent with who is in it: everything that is meant to arrive can arrive, and nothing names a real brand."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image

from fedirse.base.types import Reader
from fedirse.demo.cast import CHANNEL, GROUP, HEAD_OFFICE, NEWCOMER, OWNERS, PARTNER, SITES, STORES, CastSite, follows, owner_of
from fedirse.demo.content import HAPPENINGS, SAID
from fedirse.demo.drawings import draw
from fedirse.demo.logos import draw_logo
from fedirse.demo.membership import KNOWN_BY, SELECTIONS
from fedirse.demo.saying import MENTION, Boosted, Liked, Said, When, spoken
from fedirse.social.accounts.rules import check_handle
from fedirse.social.audiences.model import ANYWHERE, Audience, AudienceKind
from fedirse.social.audiences.rules import Relation, may_read
from fedirse.social.network.model import Attributes
from fedirse.social.network.segments.model import Segment
from fedirse.social.network.segments.rules import covers
from fedirse.social.posts.model import Draft
from fedirse.social.posts.rules import check_draft
from fedirse.web.colours import READABLE, contrast, text_on
from fedirse.web.html import mentioned_names
from tests.social.network.segments.test_segments import segment

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
PEOPLE = {f"{person.handle}@{site.key}" for site in SITES.values() for person in site.people}
SPEAKER = f"{CHANNEL.handle}@{HEAD_OFFICE.key}"
ACTORS = PEOPLE | {f"{key}@{key}" for key in SITES} | {SPEAKER}
FOLLOWS = {*follows(), *((who, SPEAKER) for who in CHANNEL.partners)}
MEMBERS = {site.key for site in GROUP}


def defined() -> dict[str, Segment]:
    """The selections as the head office defines them."""
    ids: dict[str, str] = {}
    made = []
    for one in SELECTIONS.values():
        made.append(segment(one.condition(ids), one.name))
        ids[one.name] = made[-1].id
    return {one.id: one for one in made}


SEGMENTS = defined()
REAL = re.compile(
    r"\b(ikea|casa|gifi|fnac|zara|weldom|renault|jamespot|carrefour|leroy|muji|riedel|baccarat|duralex|arcopal|lalique)\b", re.IGNORECASE
)

Acted = tuple[str, str, When]


def acted() -> list[Acted]:
    """Who does something about a post that was said before: an answer, a boost or a like."""
    found: list[Acted] = []
    for one in HAPPENINGS:
        match one:
            case Said(answers=str(parent)):
                found.append((one.by, parent, one.when))
            case Boosted():
                found.append((one.by, one.post, one.when))
            case Liked():
                found += [(who, one.post, one.when) for who in one.by]
            case _:
                pass
    return found


def site_of(actor: str) -> str:
    return actor.partition("@")[2]


def mentions(said: Said) -> set[str]:
    return {"@".join(found) for found in MENTION.findall(said.text)}


def addressed(said: Said) -> set[str]:
    """Whom a post names: those it mentions, and the author of what it answers."""
    return mentions(said) | ({SAID[said.answers].by} if said.answers else set())


def scopes(site: str) -> frozenset[tuple[str, str]]:
    """What a site of the demo is inside, with names in place of addresses."""
    if site not in MEMBERS:
        return frozenset()
    segments = {("segment", one.name) for one in SEGMENTS.values() if covers(one, site, KNOWN_BY.get(site, Attributes()), SEGMENTS)}
    return frozenset({("network", ""), *segments})


def readers(said: Said) -> set[str]:
    """Every actor of the demo that the post is for."""
    audience = Audience(said.audience, frozenset(addressed(said)), of=said.segment)
    author = site_of(said.by)
    found = set()
    for actor in ACTORS:
        reader = Reader(actor, actor, site_of(actor), local=site_of(actor) == author, scopes=scopes(site_of(actor)))
        if may_read(audience, said.by, reader, Relation(follows_author=(actor, said.by) in FOLLOWS)):
            found.add(actor)
    return found


def arrives(said: Said, site: str) -> bool:
    """Whether the post is at that site: written there, or sent to somebody there who follows its author, or a booster, or is addressed."""
    if site_of(said.by) == site:
        return True
    if said.audience is AudienceKind.SITE:
        return False
    if said.audience in {AudienceKind.NETWORK, AudienceKind.SEGMENT}:
        return (said.audience.value, said.segment) in scopes(site)
    showing = {one.by for one in HAPPENINGS if isinstance(one, Boosted) and SAID[one.post] is said}
    showing |= set() if said.audience is AudienceKind.DIRECT else {said.by}
    return any(site_of(who) == site and whom in showing for who, whom in FOLLOWS) or any(
        site_of(actor) == site for actor in addressed(said)
    )


@pytest.mark.parametrize("who", sorted({one.by for one in SAID.values()} | {who for who, _, _ in acted()}))
def test_whoever_does_something_is_in_the_cast(who: str) -> None:
    assert who in ACTORS


@pytest.mark.parametrize("said", SAID.values(), ids=SAID.keys())
def test_every_mention_is_of_somebody_in_the_cast(said: Said) -> None:
    assert mentions(said) <= ACTORS
    assert len(mentioned_names(said.text)) == len(mentions(said))


@pytest.mark.parametrize("said", SAID.values(), ids=SAID.keys())
def test_no_post_names_a_real_brand(said: Said) -> None:
    assert REAL.findall(f"{said.title} {said.warning} {said.text}") == []


@pytest.mark.parametrize("site", SITES.values(), ids=SITES.keys())
def test_no_site_names_a_real_brand(site: CastSite) -> None:
    assert REAL.findall(f"{site.name} {site.description}") == []


@pytest.mark.parametrize(("who", "post", "when"), acted(), ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_answered_boosted_or_liked_was_said_before_and_is_for_whoever_does_it(who: str, post: str, when: When) -> None:
    assert SAID[post].when.before(NOW) < when.before(NOW)
    assert who in readers(SAID[post])
    assert arrives(SAID[post], site_of(who))


@pytest.mark.parametrize("boosted", [one for one in HAPPENINGS if isinstance(one, Boosted)], ids=lambda one: one.post)
def test_only_public_posts_are_boosted(boosted: Boosted) -> None:
    assert SAID[boosted.post].audience is AudienceKind.PUBLIC


@pytest.mark.parametrize("said", [one for one in SAID.values() if one.audience is AudienceKind.DIRECT], ids=lambda one: one.key)
def test_a_direct_post_names_somebody(said: Said) -> None:
    assert mentions(said)


@pytest.mark.parametrize("said", [one for one in SAID.values() if one.audience is AudienceKind.SITE], ids=lambda one: one.key)
def test_a_site_post_names_nobody_from_outside(said: Said) -> None:
    assert {site_of(actor) for actor in addressed(said)} <= {site_of(said.by)}


def test_nothing_but_public_posts_and_those_of_the_channel_is_for_the_partner() -> None:
    partners = {actor for actor in ACTORS if site_of(actor) == PARTNER.key}
    closed = [said for said in SAID.values() if said.audience not in {AudienceKind.PUBLIC, AudienceKind.PARTNERS}]
    assert [said.key for said in closed if readers(said) & partners or arrives(said, PARTNER.key)] == []


@pytest.mark.parametrize("site", [PARTNER, NEWCOMER], ids=lambda site: site.key)
def test_nothing_for_the_network_is_for_who_is_not_in_it(site: CastSite) -> None:
    inside = [said for said in SAID.values() if said.audience in {AudienceKind.NETWORK, AudienceKind.SEGMENT}]
    assert [said.key for said in inside if arrives(said, site.key)] == []
    assert {actor for said in inside for actor in readers(said)} & {actor for actor in ACTORS if site_of(actor) == site.key} == set()


@pytest.mark.parametrize("said", [one for one in SAID.values() if one.by == SPEAKER], ids=lambda one: one.key)
def test_what_is_said_in_the_channel_is_for_its_partners_and_the_head_office(said: Said) -> None:
    assert said.audience is AudienceKind.PARTNERS
    assert readers(said) == set(CHANNEL.partners) | {actor for actor in ACTORS if site_of(actor) == HEAD_OFFICE.key}


def test_every_audience_that_can_be_chosen_is_used() -> None:
    assert {said.audience for said in SAID.values()} == {*ANYWHERE, AudienceKind.NETWORK, AudienceKind.SEGMENT, AudienceKind.PARTNERS}


def test_every_selection_has_something_said_to_it_and_takes_some_of_the_stores() -> None:
    assert {said.segment for said in SAID.values()} - {""} == set(SELECTIONS)
    covered = {name: {store.key for store in STORES if ("segment", name) in scopes(store.key)} for name in SELECTIONS}
    assert covered == {"Sud": {"lyon", "bordeaux"}, "Proxi": {"lille", "bordeaux", "strasbourg"}, "Sud et Proxi": {"bordeaux"}}


@pytest.mark.parametrize("said", SAID.values(), ids=SAID.keys())
def test_a_selection_is_named_by_what_is_for_one_and_by_the_head_office(said: Said) -> None:
    assert bool(said.segment) == (said.audience is AudienceKind.SEGMENT)
    assert not said.segment or site_of(said.by) == HEAD_OFFICE.key


def test_every_picture_is_drawn_and_described() -> None:
    shown = [picture for said in SAID.values() for picture in said.pictures]
    assert shown
    for name, words in shown:
        assert draw(name).startswith(b"\xff\xd8\xff")
        assert len(words) > len(name)


def test_every_way_to_say_something_is_used() -> None:
    said = SAID.values()
    assert all(
        [
            any(one.title for one in said),
            any(one.warning for one in said),
            any(one.quiet for one in said),
            any("## " in one.text for one in said),
        ]
    )
    assert {type(one) for one in HAPPENINGS} == {Said, Boosted, Liked}


def test_every_site_and_everybody_who_answers_for_one_says_something() -> None:
    speaking = {said.by for said in SAID.values()}
    answering = {f"{person.handle}@{site.key}" for site in SITES.values() for person in site.people if person.answers_for_the_site}
    assert answering - speaking == set()
    assert {site_of(actor) for actor in speaking} == set(SITES)


@pytest.mark.parametrize("said", SAID.values(), ids=SAID.keys())
def test_every_post_is_one_that_the_product_takes(said: Said) -> None:
    check_draft(Draft(said.text, Audience(said.audience, of=said.segment), title=said.title, warning=said.warning))


@pytest.mark.parametrize("weekday", range(7))
def test_everything_was_said_on_open_days_of_the_last_three_weeks_in_its_order(weekday: int) -> None:
    now = datetime(2026, 3, 2, 0, 10, tzinfo=UTC) + timedelta(days=weekday)
    dates = [one.when.before(now) for one in HAPPENINGS]
    assert all(earlier <= later for earlier, later in pairwise(dates))
    assert {date.weekday() for date in dates} <= set(range(6))
    assert now - timedelta(days=22) < dates[0] < dates[-1] < now


def test_a_mention_gets_the_domain_of_its_site() -> None:
    assert spoken("Merci @hugo@siege, à @lyon@lyon !", {"siege": "siege.localhost:8101", "lyon": "lyon.localhost:8102"}) == (
        "Merci @hugo@siege.localhost:8101, à @lyon@lyon.localhost:8102 !"
    )


def test_every_owner_has_its_own_sites_and_four_stores_share_a_process() -> None:
    assert sorted(len(owner.sites) for owner in OWNERS) == [1, 1, 1, 1, 4]
    assert (len(SITES), len(STORES), owner_of("nantes").key) == (8, 5, "hebergeur")
    assert [site.key for site in SITES.values() if site.head_office] == [HEAD_OFFICE.key]


@pytest.mark.parametrize("site", STORES, ids=lambda site: site.key)
def test_every_store_follows_the_head_office(site: CastSite) -> None:
    assert (f"{site.key}@{site.key}", "siege@siege") in FOLLOWS


@pytest.mark.parametrize("site", SITES.values(), ids=SITES.keys())
def test_handles_are_such_that_an_account_can_have_them(site: CastSite) -> None:
    assert [check_handle(person.handle, site.key) for person in site.people] == [person.handle for person in site.people]


def test_no_two_sites_look_alike() -> None:
    assert len({site.look.colour for site in SITES.values()}) == len({site.look.emblem for site in SITES.values()}) == len(SITES)


@pytest.mark.parametrize("site", SITES.values(), ids=SITES.keys())
def test_a_site_s_colours_can_carry_text_and_its_logo_is_drawn_in_them(site: CastSite) -> None:
    with Image.open(BytesIO(draw_logo(site.look))) as logo:
        assert (logo.format, logo.size) == ("PNG", (192, 192))
        pixels = logo.convert("RGB").tobytes()
    colours = {f"#{pixels[at : at + 3].hex()}" for at in range(0, len(pixels), 3)}
    assert {site.look.colour, site.look.accent} <= colours
    assert contrast(text_on(site.look.colour), site.look.colour) >= READABLE
