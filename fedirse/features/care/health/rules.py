"""From facts to findings: what is well, what wants a look, what does not work."""

from datetime import timedelta
from typing import Final

from fedirse.base.limits import BALLAST_BYTES, CLOCK_AHEAD_SECONDS, ROOM_BYTES
from fedirse.base.wording import N_
from fedirse.features.care.health.model import Facts, Finding, Level, Size, Word

LOW_DISK_BYTES: Final = 1024**3
LOW_DISK_SHARE: Final = 0.05
OLD_BACKUP: Final = timedelta(days=2)
LOST_BACKUP: Final = timedelta(days=30)
QUIET: Final = timedelta(days=7)
LONG_WAIT: Final = timedelta(days=1)
STUCK: Final = timedelta(hours=1)


def judge(facts: Facts) -> tuple[Finding, ...]:
    """The findings about a site that can be opened, one about each thing, in a fixed order."""
    return (
        judge_writing(facts),
        judge_disk(facts),
        judge_keys(facts),
        judge_clock(facts),
        judge_received(facts),
        judge_sent(facts),
        judge_queue(facts),
        judge_backup(facts),
        judge_version(facts),
    )


def worst(findings: tuple[Finding, ...]) -> Level:
    """The level of the whole."""
    levels = {finding.level for finding in findings}
    return Level.RED if Level.RED in levels else Level.ORANGE if Level.ORANGE in levels else Level.GREEN


def judge_writing(facts: Facts) -> Finding:
    """Whether anything can be saved."""
    if facts.state == "stopped":
        return Finding(
            Level.RED,
            "writing",
            N_("Nothing is saved any more: the disk did not confirm a write."),
            advice=N_("Check the disk, then start fedirse again."),
        )
    if facts.state == "full":
        return Finding(
            Level.RED,
            "writing",
            N_("Nothing is saved at the moment: the disk is full. Reading and deleting go on."),
            advice=N_("Make room on the disk; the site goes on by itself."),
        )
    return Finding(Level.GREEN, "writing", N_("The site can save what people write."))


def judge_disk(facts: Facts) -> Finding:
    """How much room is left."""
    disk = facts.disk
    words = {"free": Size(disk.free), "whole": Size(disk.whole)}
    sentence = N_("%(free)s of %(whole)s are free on the disk.")
    advice = N_("Make room on the disk, or move the site to a larger one.")
    if disk.free < ROOM_BYTES + (0 if disk.ballast else BALLAST_BYTES):
        return Finding(Level.RED, "disk", sentence, words, advice)
    if disk.free < LOW_DISK_BYTES or disk.free < disk.whole * LOW_DISK_SHARE:
        return Finding(Level.ORANGE, "disk", sentence, words, advice)
    return Finding(Level.GREEN, "disk", sentence, words)


def judge_keys(facts: Facts) -> Finding:
    """Whether the secrets are for the site alone."""
    if facts.open_files:
        return Finding(
            Level.RED,
            "keys",
            N_("Others on this machine may read secrets of the site: %(files)s."),
            {"files": ", ".join(facts.open_files)},
            N_("Take the permissions away from everybody but the account that runs fedirse (chmod 600)."),
        )
    return Finding(Level.GREEN, "keys", N_("The keys are there, open the site's secrets, and nobody else on this machine may read them."))


def judge_clock(facts: Facts) -> Finding:
    """Whether the clock can be right; no peer says what time it is."""
    latest = facts.traffic.latest_at
    if latest is not None and latest > facts.now + timedelta(seconds=CLOCK_AHEAD_SECONDS):
        return Finding(
            Level.RED,
            "clock",
            N_("The clock of this machine is wrong: it says %(now)s, and the site holds things of %(latest)s."),
            {"now": facts.now, "latest": latest},
            N_("Let the machine set its clock by the network (timedatectl set-ntp true)."),
        )
    return Finding(
        Level.GREEN,
        "clock",
        N_("The clock says %(now)s, and nothing here contradicts it. Whether it is right to the minute is not known here."),
        {"now": facts.now},
    )


def judge_received(facts: Facts) -> Finding:
    """When others last reached the site."""
    at = facts.traffic.received_at
    if at is None:
        return Finding(
            Level.GREEN,
            "received",
            N_("Nothing was received from another server yet, so it is not known whether others reach this site."),
            advice=N_("Open the site's address in a browser outside of this network."),
        )
    if facts.now - at > QUIET:
        return Finding(
            Level.ORANGE,
            "received",
            N_("Another server last sent something on %(at)s."),
            {"at": at},
            N_("See whether the site's address opens in a browser outside of this network: proxy, certificate, name."),
        )
    return Finding(Level.GREEN, "received", N_("Another server last sent something on %(at)s."), {"at": at})


def judge_sent(facts: Facts) -> Finding:
    """When something last left."""
    traffic = facts.traffic
    if traffic.overdue:
        return Finding(
            Level.RED,
            "sent",
            N_("What is due is not sent or done: nobody has looked after it for a quarter of an hour (%(count)s waiting)."),
            {"count": traffic.overdue},
            N_("See whether the service runs: `fedirse serve`, or `fedirse work` beside `fedirse web`."),
        )
    if traffic.delivered_at is None:
        return Finding(Level.GREEN, "sent", N_("Nothing was delivered to another server yet."))
    return Finding(Level.GREEN, "sent", N_("Another server last took a delivery on %(at)s."), {"at": traffic.delivered_at})


def judge_queue(facts: Facts) -> Finding:
    """What waits, and for whom."""
    traffic = facts.traffic
    if not traffic.waiting or traffic.oldest_at is None:
        return Finding(Level.GREEN, "queue", N_("Nothing waits to be sent."))
    age = facts.now - traffic.oldest_at
    words: dict[str, Word] = {"count": traffic.waiting, "failing": traffic.failing_peers, "since": traffic.oldest_at}
    advice = N_("Look at the queue: `fedirse queue list`.")
    sentence = N_("Waiting deliveries: %(count)s, the oldest since %(since)s. Servers that do not answer: %(failing)s.")
    if traffic.failing_peers and traffic.failing_peers == traffic.waiting_peers and traffic.waiting_peers > 1 and age > STUCK:
        return Finding(
            Level.RED,
            "queue",
            N_("Nothing leaves: none of the servers that something waits for answers. Waiting deliveries: %(count)s, since %(since)s."),
            {"count": traffic.waiting, "since": traffic.oldest_at},
            N_("See whether this machine reaches the internet, and finds names in it."),
        )
    if age > LONG_WAIT:
        return Finding(Level.ORANGE, "queue", sentence, words, advice)
    return Finding(Level.GREEN, "queue", sentence, words)


def judge_backup(facts: Facts) -> Finding:
    """How old the last backup is."""
    advice = N_("Run `fedirse backup`, and let a timer do it every day.")
    if facts.backup_at is None:
        old = facts.made_at is not None and facts.now - facts.made_at > LOST_BACKUP
        return Finding(Level.RED if old else Level.ORANGE, "backup", N_("There is no backup of this site."), advice=advice)
    age = facts.now - facts.backup_at
    words = {"at": facts.backup_at}
    sentence = N_("The last backup is of %(at)s, and was found whole.")
    if age > OLD_BACKUP:
        return Finding(Level.RED if age > LOST_BACKUP else Level.ORANGE, "backup", sentence, words, advice)
    return Finding(Level.GREEN, "backup", sentence, words)


def judge_version(facts: Facts) -> Finding:
    """What runs here, and where its data came from."""
    words = {"version": facts.version, "schema": facts.schema}
    if facts.restored_from is None:
        return Finding(Level.GREEN, "version", N_("This is fedirse %(version)s, with tables %(schema)s."), words)
    return Finding(
        Level.GREEN,
        "version",
        N_("This is fedirse %(version)s, with tables %(schema)s. The site was restored from a backup of %(at)s."),
        {**words, "at": facts.restored_from},
    )
