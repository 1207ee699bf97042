"""What people do about an announcement: see it, confirm it for themselves, confirm it for the site.

To the head office only numbers cross.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from fedirse.base.errors import NotFound, Refused
from fedirse.base.identifiers import new_id
from fedirse.base.types import Reader
from fedirse.features.announcements.acknowledgement import store
from fedirse.features.announcements.acknowledgement.model import Acknowledgement, Confirmation, Word
from fedirse.features.announcements.acknowledgement.rules import check_version, count_up, tellable
from fedirse.features.announcements.acknowledgement.wire import render_word
from fedirse.features.announcements.model import Announcement, Asked
from fedirse.features.announcements.store import find_readable
from fedirse.features.announcements.wishes.store import count_text_readers
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.follows.channels.model import Runner
from fedirse.social.network.store import current_network
from fedirse.social.posts.model import Post
from fedirse.storage.actors import find_actor_by_uri, get_actor
from fedirse.storage.audit import record
from fedirse.storage.jobs import add_job
from fedirse.storage.transaction import Transaction

TELL_READERS: Final = "announcements.tell-readers"
"""Job about our id of an announcement: tell the head office how many have read and confirmed it by now."""

_GATHERED: Final = timedelta(seconds=30)
"""Many who read at the same time are told of together; a number that changes with each of them would be about each of them."""


def see(tx: Transaction, site: Site, reader: Reader, post_id: str, now: datetime) -> None:
    """Note that somebody has an announcement before their eyes. That confirms nothing. Raises NotFound: they may not read it."""
    post, announcement = get_for(tx, reader, post_id)
    person = _person(tx, post_id, reader)
    if person.seen < announcement.terms.version:
        store.save_acknowledgement(tx, post_id, replace(person, seen=announcement.terms.version, seen_at=now))
        _plan_word(tx, site, post, now)


def acknowledge(tx: Transaction, site: Site, reader: Reader, post_id: str, version: int, now: datetime) -> Acknowledgement:
    """Somebody has read and understood a version. Said twice, the first time counts; of an earlier version it is kept as what it is.

    Raises:
        NotFound: they may not read it, or it is no more.
        InvalidInput: there is no such version.
    """
    post, announcement = get_for(tx, reader, post_id)
    check_version(version, announcement.terms)
    person = _person(tx, post_id, reader)
    if person.confirmed >= version:
        return person
    seen = (person.seen, person.seen_at) if person.seen >= version else (version, now)
    person = replace(person, seen=seen[0], seen_at=seen[1], confirmed=version, confirmed_at=now)
    store.save_acknowledgement(tx, post_id, person)
    _plan_word(tx, site, post, now)
    return person


def confirm_for_site(tx: Transaction, site: Site, reader: Reader, post_id: str, version: int, now: datetime, *, by: Runner) -> Confirmation:
    """Whoever answers for the site confirms a version for it; the head office is told at once. Said twice, the first time counts.

    Raises:
        NotFound, InvalidInput: as `acknowledge`.
        Refused: nobody asked the site for that.
    """
    post, announcement = get_for(tx, reader, post_id)
    check_version(version, announcement.terms)
    if announcement.terms.asked is Asked.NOBODY:
        raise Refused("nobody asked", reason="not-asked", public_message="The head office does not ask for a confirmation of this.")
    known = store.find_confirmation(tx, post_id)
    if known is not None and known.version >= version:
        return known
    confirmation = Confirmation(version, reader.actor_id or "", now)
    store.save_confirmation(tx, post_id, confirmation)
    acknowledge(tx, site, reader, post_id, version, now)
    record(tx, "announcement.confirmed", post.title, now, account_id=by.account_id, who=by.who, post=post.uri)
    _say(tx, site, "Accept", post, _word(tx, site, announcement, version, now), now)
    return confirmation


def tell_readers(tx: Transaction, site: Site, post_id: str, now: datetime) -> None:
    """Tell the head office how many have read and confirmed what is in force, where they are enough to be told about."""
    found = find_readable(tx, post_id, _whole_site(site))
    if found is None:
        return
    post, announcement = found
    word = _word(tx, site, announcement, announcement.terms.version, now)
    if word.totals is not None:
        _say(tx, site, "Read", post, word, now)


def tell_again(tx: Transaction, site: Site, post_id: str, now: datetime) -> None:
    """Say of an announcement in the place of another what this site said of that: that it is confirmed, and before long by how many."""
    found, known = find_readable(tx, post_id, _whole_site(site)), store.find_confirmation(tx, post_id)
    if found is None:
        return
    if known is not None:
        # Its numbers are of now, and it is not: they are told by themselves.
        _say(tx, site, "Accept", found[0], Word(known.version, known.at), now)
    _plan_word(tx, site, found[0], now)


def get_for(tx: Transaction, reader: Reader, post_id: str) -> tuple[Post, Announcement]:
    """An announcement that somebody may read. Raises NotFound for missing and not theirs alike."""
    found = find_readable(tx, post_id, reader)
    if found is None or reader.actor_id is None:
        raise NotFound(f"announcement {post_id}")
    return found


def _whole_site(site: Site) -> Reader:
    return Reader(site.actor_id, site.uris.site_actor, site.uris.host, local=True)


def _person(tx: Transaction, post_id: str, reader: Reader) -> Acknowledgement:
    actor_id = reader.actor_id or ""
    return store.find_acknowledgement(tx, post_id, actor_id) or Acknowledgement(actor_id)


def _word(tx: Transaction, site: Site, announcement: Announcement, version: int, now: datetime) -> Word:
    totals = count_up(store.list_of_people(tx, announcement.post_id), announcement.terms)
    by_mail = count_text_readers(tx) if site.settings.mail_texts else 0
    return Word(version, now, totals, tellable(by_mail, totals) if site.mailer.can_send else None)


def _plan_word(tx: Transaction, site: Site, post: Post, now: datetime) -> None:
    """Have the head office told before long; an announcement of our own is at home here."""
    if not post.local:
        add_job(tx, TELL_READERS, post.id, now, not_before=now + _GATHERED, afresh=True)
        site.pulse.mark()


def _say(tx: Transaction, site: Site, kind: str, post: Post, word: Word, now: datetime) -> None:
    """Say something of an announcement to the head office, where that is somebody else and this site is still in its network."""
    network = current_network(tx)
    head_office = find_actor_by_uri(tx, network.uri) if network is not None else None
    if post.local or head_office is None or head_office.id != post.actor_id:
        return
    activity = render_word(
        kind,
        site.uris.activity(new_id(now)),
        site=site.uris.site_actor,
        head_office=head_office.uri,
        article=post.uri,
        word=word,
    )
    publish(
        tx,
        site,
        actor=get_actor(tx, site.actor_id),
        activity=activity,
        inboxes=inboxes_of([head_office], own_host=site.uris.host, shared=False),
        item_id=None,
        listed=False,
        now=now,
        signer_id=site.actor_id,
    )
