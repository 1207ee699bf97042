"""The people of a site with the last use of their accounts."""

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from fedirse.features.care.people.model import Member
from fedirse.social.accounts.sessions.store import sessions
from fedirse.social.accounts.store import list_accounts
from fedirse.storage.actors import list_actors


def list_members(tx: Connection) -> list[Member]:
    """Everybody who has an account, by name; those who can no longer sign in at the end."""
    used = select(sessions.c.account_id, func.max(sessions.c.seen_at), func.count()).group_by(sessions.c.account_id)
    seen = {account_id: (seen_at, count) for account_id, seen_at, count in tx.execute(used)}
    accounts = list_accounts(tx)
    actors = list_actors(tx, {account.actor_id for account in accounts})
    members = [Member(account, actors[account.actor_id], *seen.get(account.id, (None, 0))) for account in accounts]
    return sorted(members, key=lambda member: (member.account.disabled_at is not None, member.actor.display_name.lower()))
