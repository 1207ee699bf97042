"""What communicators do at the board."""

from datetime import datetime

from fedirse.base.identifiers import new_id
from fedirse.base.types import Reader
from fedirse.features.announcements.board.model import EVERYWHERE, Chosen
from fedirse.features.announcements.board.rules import narrow, silent
from fedirse.features.announcements.board.store import note_reminded
from fedirse.features.announcements.board.views import view_board
from fedirse.features.announcements.reminders.wire import render_reminder
from fedirse.features.announcements.store import find_readable
from fedirse.outbox.publish import publish
from fedirse.outbox.recipients import inboxes_of
from fedirse.site import Site
from fedirse.social.follows.channels.model import Runner
from fedirse.storage.actors import get_actor, list_actors_by_uri
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction


def remind_silent(
    tx: Transaction, site: Site, reader: Reader, post_id: str, now: datetime, *, by: Runner, chosen: Chosen = EVERYWHERE
) -> int:
    """Ask the sites that have not confirmed an announcement once more, but for those asked a moment ago; how many that is.

    What waits for a site that is off is sent when it is back: it is asked then.

    Args:
        tx: the transaction.
        site: the head office.
        reader: who asks.
        post_id: the announcement.
        now: the time.
        by: who asks, for the audit log.
        chosen: which sites of the board.

    Returns:
        0 where there is nobody to ask.
    """
    found = find_readable(tx, post_id, reader)
    if found is None or not found[0].local:
        return 0
    post, announcement = found
    lines = silent(narrow(view_board(tx, site, post, announcement, now).lines, chosen), announcement, now)
    actors = list_actors_by_uri(tx, [line.member for line in lines])
    head_office = get_actor(tx, site.actor_id)
    for line in lines:
        if line.member not in actors:
            continue
        activity_id = site.uris.activity(new_id(now))
        publish(
            tx,
            site,
            actor=head_office,
            activity=render_reminder(activity_id, head_office=head_office.uri, member=line.member, article=post.uri),
            inboxes=inboxes_of([actors[line.member]], own_host=site.uris.host, shared=False),
            item_id=None,
            listed=False,
            now=now,
            signer_id=site.actor_id,
        )
        note_reminded(tx, post.id, line.member, now)
    if actors:
        record(tx, "announcement.reminded", post.title, now, account_id=by.account_id, who=by.who, post=post.uri, count=len(actors))
    return len(actors)
