"""What people say in a partner channel: its posts are the channel's, and who wrote them stands in the audit log."""

from datetime import datetime

from fedirse.base.actors import StoredActor
from fedirse.base.errors import InvalidInput, NotFound
from fedirse.base.roles import Permission, permissions_of
from fedirse.site import Site
from fedirse.social.accounts.model import Account
from fedirse.social.accounts.store import find_account_of_actor
from fedirse.social.follows.channels.model import Runner
from fedirse.social.follows.channels.store import channel_of, list_channels
from fedirse.social.posts.actions import delete_post, edit_post, publish_post, reader_for
from fedirse.social.posts.model import Draft, Post
from fedirse.social.posts.store import find_post, get_readable_post
from fedirse.storage.actors import get_actor
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction


def channels_for(tx: Transaction, person: StoredActor) -> list[StoredActor]:
    """The open channels that somebody may write in, by name; none for whoever may not run any."""
    found = [actor for _, actor in list_channels(tx, only_open=True)]
    return found if found and _runner(tx, person) is not None else []


def publish_in_channel(
    tx: Transaction, site: Site, channel: StoredActor, draft: Draft, now: datetime, *, by: Runner, owner: StoredActor | None = None
) -> Post:
    """Publish a post of a channel.

    Args:
        tx: the transaction.
        site: where.
        channel: the channel's actor, who is its author.
        draft: what is said, for partners.
        now: the time.
        by: who wrote it.
        owner: whose uploads its files are.

    Raises:
        InvalidInput, Refused, NotFound: as `publish_post`.
    """
    post = publish_post(tx, site, channel, draft, now, owner=owner)
    record(tx, "channel.posted", channel.address, now, account_id=by.account_id, who=by.who, post=post.uri)
    return post


def publish_for(tx: Transaction, site: Site, person: StoredActor, handle: str, draft: Draft, now: datetime) -> Post:
    """Publish a post of the channel with that handle, written by one of our people; the only one there is need not be named.

    Raises:
        InvalidInput: no channel of that handle that they may write in; or as `publish_post`.
    """
    offered = channels_for(tx, person)
    chosen = [actor for actor in offered if actor.handle == handle] or (offered if len(offered) == 1 and not handle else [])
    runner = _runner(tx, person)
    if not chosen or runner is None:
        raise InvalidInput("Choose in which partner channel it is written.", reason="unknown-channel", field="audience")
    by = Runner(runner.id, runner.handle)
    return publish_in_channel(tx, site, chosen[0], draft, now, by=by, owner=person)


def speaker_of(tx: Transaction, person: StoredActor, post_id: str) -> StoredActor:
    """As whom somebody changes a post: as the channel whose post it is, where they may run channels and read it; as themselves else."""
    post = find_post(tx, post_id)
    if post is None or not post.local or post.actor_id == person.id:
        return person
    try:
        # A deleted one as well: who could not read it does not learn that it was there.
        get_readable_post(tx, post_id, reader_for(person))
    except NotFound:
        return person
    author = get_actor(tx, post.actor_id)
    return author if channel_of(tx, author) is not None and _runner(tx, person) is not None else person


def edit_for(tx: Transaction, site: Site, person: StoredActor, post_id: str, draft: Draft, now: datetime) -> Post:
    """Change a post of one's own, or of a channel one runs. Raises as `edit_post`."""
    speaker = speaker_of(tx, person, post_id)
    post = edit_post(tx, site, speaker, post_id, draft, now)
    _note(tx, "channel.edited", speaker, person, post.uri, now)
    return post


def delete_for(tx: Transaction, site: Site, person: StoredActor, post_id: str, now: datetime) -> None:
    """Delete a post of one's own, or of a channel one runs. Raises as `delete_post`."""
    speaker = speaker_of(tx, person, post_id)
    delete_post(tx, site, speaker, post_id, now)
    _note(tx, "channel.deleted", speaker, person, site.uris.post(post_id), now)


def _note(tx: Transaction, deed: str, speaker: StoredActor, person: StoredActor, uri: str, now: datetime) -> None:
    runner = _runner(tx, person)
    if speaker.id != person.id and runner is not None:
        record(tx, deed, speaker.address, now, account_id=runner.id, who=runner.handle, post=uri)


def _runner(tx: Transaction, person: StoredActor) -> Account | None:
    """The account of somebody who may run channels now, or None."""
    account = find_account_of_actor(tx, person.id)
    may = account is not None and account.disabled_at is None and Permission.MANAGE_PARTNERS in permissions_of(account.roles)
    return account if may else None
