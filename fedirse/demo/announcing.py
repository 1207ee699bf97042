"""Has the head office announce in the demo, and the sites and people of the network answer, through the slice's own actions."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fedirse.base.actors import StoredActor
from fedirse.base.types import Reader
from fedirse.demo.announced import DEEDS, Announced, Changed, Confirmed, Deed, Looked, Understood
from fedirse.demo.cast import HEAD_OFFICE
from fedirse.demo.founding import Until
from fedirse.demo.partnering import Find, runner
from fedirse.features.announcements.acknowledgement.actions import acknowledge, confirm_for_site, see
from fedirse.features.announcements.actions import announce, change_announcement
from fedirse.features.announcements.model import Announcement, Terms
from fedirse.features.announcements.store import find_readable
from fedirse.site import Site
from fedirse.social.audiences.model import Audience
from fedirse.social.network.actions import find_scope
from fedirse.social.posts.actions import reader_for
from fedirse.social.posts.model import Draft, DraftFile, Post
from fedirse.storage.transaction import Transaction

_SPEAKER = f"{HEAD_OFFICE.key}@{HEAD_OFFICE.key}"
_TYPIST = "nadia"


@dataclass(frozen=True, slots=True)
class Ways:
    """What of a filling is needed to announce.

    Attributes:
        now: what dates are counted back from.
        find: knows the cast.
        arrived: waits until a post of the content is at a site; gives its id there.
        upload: takes a drawing, with what it shows in words, as a file of somebody.
        until: waits until something is so at a site.
        posts: what was said, by key; what is announced comes to it.
    """

    now: datetime
    find: Find
    arrived: Callable[[Site, str], Awaitable[str]]
    upload: Callable[[StoredActor, Site, str, str], Awaitable[DraftFile]]
    until: Until
    posts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody with an announcement before them, at their site."""

    actor: StoredActor
    site: Site
    post: Post
    announcement: Announcement

    @property
    def reader(self) -> Reader:
        """They, as who reads it."""
        return reader_for(self.actor)


async def announce_all(ways: Ways) -> int:
    """All announcements with what was done about them; returns how many they are."""
    for deed in DEEDS:
        await _do(ways, deed, deed.when.before(ways.now))
    return sum(isinstance(deed, Announced) for deed in DEEDS)


async def _do(ways: Ways, deed: Deed, at: datetime) -> None:
    match deed:
        case Announced():
            await _announce(ways, deed, at)
        case Changed():
            await _change(ways, deed, at)
        case Looked():
            for place in [await _go(ways, who, deed.announced) for who in deed.by]:
                await place.site.write(see, place.site, place.reader, place.post.id, at)
        case Understood():
            for place in [await _go(ways, who, deed.announced) for who in deed.by]:
                version = place.announcement.terms.version
                await place.site.write(acknowledge, place.site, place.reader, place.post.id, version, at)
        case Confirmed():
            await _confirm(await _go(ways, deed.by, deed.announced), deed, at)


async def _announce(ways: Ways, announced: Announced, at: datetime) -> None:
    speaker, site = await ways.find(_SPEAKER)
    audience = Audience(announced.audience, of=await site.read(find_scope, announced.audience.value, announced.segment))
    files = [await ways.upload(speaker, site, name, alt) for name, alt in announced.pictures]
    draft = Draft(announced.text, audience, title=announced.title, files=tuple(files) or None)
    terms = Terms(announced.priority, announced.asked, _after(at, announced.within), _after(at, announced.counts_for))
    by = await site.read(runner, _TYPIST)
    post = await site.write(lambda tx: announce(tx, site, draft, terms, at, by=by))
    ways.posts[announced.key] = post.uri


async def _change(ways: Ways, changed: Changed, at: datetime) -> None:
    here = await _go(ways, _SPEAKER, changed.announced)
    site, post, terms = here.site, here.post, here.announcement.terms
    draft, by = Draft(changed.text, post.audience, title=post.title), await site.read(runner, _TYPIST)
    await site.write(lambda tx: change_announcement(tx, site, post.id, draft, terms, at, by=by, ask_again=True))


async def _confirm(place: Place, confirmed: Confirmed, at: datetime) -> None:
    site, reader, post, version = place.site, place.reader, place.post, place.announcement.terms.version
    by = await site.read(runner, confirmed.by.partition("@")[0])
    await site.write(lambda tx: confirm_for_site(tx, site, reader, post.id, version, at, by=by))


async def _go(ways: Ways, who: str, announced: str) -> Place:
    """Somebody at their site, once the version that is in force has come there."""
    actor, site = await ways.find(who)
    here = await ways.arrived(site, announced)
    speaker, head_office = await ways.find(_SPEAKER)
    wanted = await head_office.read(_version, ways.posts[announced].rpartition("/")[2], reader_for(speaker))
    reader = reader_for(actor)

    async def has_come() -> bool:
        return await site.read(_version, here, reader) == wanted

    await ways.until(has_come, f"version {wanted} of the announcement “{announced}”", site)
    post, announcement = await site.read(_get, here, reader)
    return Place(actor, site, post, announcement)


def _version(tx: Transaction, post_id: str, reader: Reader) -> int:
    """The version that is here; 0 for none."""
    found = find_readable(tx, post_id, reader)
    return found[1].terms.version if found is not None else 0


def _get(tx: Transaction, post_id: str, reader: Reader) -> tuple[Post, Announcement]:
    found = find_readable(tx, post_id, reader)
    assert found is not None  # noqa: S101 - its version was read a moment ago
    return found


def _after(at: datetime, hours: float | None) -> datetime | None:
    return at + timedelta(hours=hours) if hours is not None else None
