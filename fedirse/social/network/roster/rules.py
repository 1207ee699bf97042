"""How a roster is put together from statements in any order, and what a member is by it at a moment. Pure.

The roster that comes of a set of statements does not depend on their order, on repetitions, or on who brought them.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from fedirse.base.errors import Refused
from fedirse.social.network.roster.model import Credential, Held, News, Removal, Roster, Snapshot, Standing, Statement

CREDENTIAL_LIFE: Final = timedelta(hours=72)
SNAPSHOT_LIFE: Final = timedelta(hours=72)
GRACE: Final = timedelta(days=30)
AHEAD: Final = timedelta(minutes=10)


def learn(roster: Roster, statement: Statement, now: datetime) -> tuple[Roster, News]:
    """The roster after a statement about a member, and what it was to the roster.

    Raises:
        Refused: "other-network"; or "from-the-future", when it was made later than now by more than clocks differ.
    """
    _check_belongs(roster, statement.network)
    _check_date(statement.issued if isinstance(statement, Credential) else statement.removed, now)
    before = roster.held.get(statement.member)
    news = News.NEW if before is None else _compare(before.statement, statement)
    if before is not None and not _wins(statement, before.statement):
        return roster, news
    held = {**roster.held, statement.member: Held(statement, now)}
    return replace(roster, held=MappingProxyType(held)), news


def learn_snapshot(roster: Roster, snapshot: Snapshot, now: datetime) -> tuple[Roster, News]:
    """The roster after a snapshot. Raises Refused as `learn`."""
    _check_belongs(roster, snapshot.network)
    _check_date(snapshot.issued, now)
    before = roster.snapshot
    if before is None:
        return replace(roster, snapshot=snapshot), News.NEW
    if snapshot.serial != before.serial:
        later = snapshot.serial > before.serial
        return (replace(roster, snapshot=snapshot), News.NEW) if later else (roster, News.OLDER)
    if snapshot.digest == before.digest:
        return roster, News.KNOWN
    return (replace(roster, snapshot=snapshot) if snapshot.digest > before.digest else roster), News.CONTRADICTS


def standing_of(roster: Roster, member: str, now: datetime, grace: timedelta = GRACE) -> Standing:
    """What `member` is at that moment.

    A removal counts at once, wherever it came from; so does being left out of a snapshot. What is told only half counts as nothing:
    a snapshot that names a later credential than the known one may name it because the site was suspended, or has another key.
    """
    held = roster.held.get(member)
    listed = roster.snapshot.listing.get(member) if roster.snapshot is not None else None
    if held is None:
        return Standing.STRANGER if listed is None else Standing.OUTDATED
    statement = held.statement
    spoken_for = roster.snapshot is not None and roster.snapshot.serial >= statement.serial
    if spoken_for and listed is None:
        return Standing.REMOVED
    if spoken_for and listed != statement.serial:
        return Standing.OUTDATED
    if isinstance(statement, Removal):
        return Standing.REMOVED
    if statement.suspended:
        return Standing.SUSPENDED
    return _by_date(held, end_of(roster, statement), now, grace)


def members_in_force(roster: Roster, now: datetime, grace: timedelta = GRACE) -> dict[str, Credential]:
    """The credentials of everybody who is trusted at that moment, by member."""
    return {
        member: held.statement
        for member, held in roster.held.items()
        if isinstance(held.statement, Credential) and standing_of(roster, member, now, grace).trusted
    }


def is_fresh(roster: Roster, now: datetime) -> bool:
    """Whether the last snapshot still holds by itself; if not, somebody should be asked for a newer one."""
    return roster.snapshot is not None and now < roster.snapshot.ends


def must_ask_first(roster: Roster, tried_at: datetime | None, now: datetime) -> bool:
    """Whether the last snapshot has ended and nobody was asked since: whoever was away does not know who was removed meanwhile.

    Args:
        roster: what is known.
        tried_at: when somebody was last asked, whether or not they answered.
        now: the time.
    """
    return roster.snapshot is not None and now >= roster.snapshot.ends and (tried_at is None or tried_at < roster.snapshot.ends)


def missing(roster: Roster) -> frozenset[str]:
    """Members whose credential is named by the snapshot and not known here."""
    if roster.snapshot is None:
        return frozenset()
    known = {member: held.statement.serial for member, held in roster.held.items()}
    return frozenset(member for member, serial in roster.snapshot.listing.items() if known.get(member, 0) < serial)


def counter_of(roster: Roster) -> int:
    """The highest serial known here; whoever names a higher one knows something later."""
    serials = [held.statement.serial for held in roster.held.values()]
    return max([*serials, roster.snapshot.serial if roster.snapshot else 0], default=0)


def digest_of(roster: Roster) -> str:
    """What two sites compare to see that they know the same: SHA-256 over the last word about every member, in hexadecimal."""
    lines = sorted(f"{held.statement.serial} {held.statement.digest} {member}" for member, held in roster.held.items())
    snapshot = [f"{roster.snapshot.serial} {roster.snapshot.digest}"] if roster.snapshot is not None else []
    return sha256("\n".join([roster.network, *snapshot, *lines]).encode()).hexdigest()


def end_of(roster: Roster, credential: Credential) -> datetime:
    """Until when the head office's word about a member holds: its own end, or that of a snapshot which renews it."""
    snapshot = roster.snapshot
    renewed = snapshot is not None and snapshot.listing.get(credential.member) == credential.serial
    return max(credential.ends, snapshot.ends) if renewed and snapshot is not None else credential.ends


def _by_date(held: Held, ends: datetime, now: datetime, grace: timedelta) -> Standing:
    if now < ends:
        return Standing.IN_FORCE
    # Whoever was not known while the word held is not let in during the period of grace: nobody can be asked about them.
    return Standing.GRACE if held.received < ends and now < ends + grace else Standing.LAPSED


def _compare(before: Statement, statement: Statement) -> News:
    if statement.serial != before.serial:
        return News.NEW if statement.serial > before.serial else News.OLDER
    return News.KNOWN if statement.digest == before.digest else News.CONTRADICTS


def _wins(statement: Statement, before: Statement) -> bool:
    return _rank(statement) > _rank(before)


def _rank(statement: Statement) -> tuple[int, bool, str]:
    """Of two statements with one serial, which there should never be, everybody takes the same: the removal, else by digest."""
    return (statement.serial, isinstance(statement, Removal), statement.digest)


def _check_belongs(roster: Roster, network: str) -> None:
    if network != roster.network:
        raise Refused(f"a statement of {network} for the roster of {roster.network}", reason="other-network")


def _check_date(made: datetime, now: datetime) -> None:
    if made > now + AHEAD:
        raise Refused(f"a statement of {made.isoformat()}, and it is {now.isoformat()}", reason="from-the-future")
