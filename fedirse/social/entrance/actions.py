"""What ends every way into an account at once."""

from datetime import datetime

from fedirse.social.accounts.actions import disable
from fedirse.social.accounts.sessions.store import end_sessions
from fedirse.social.accounts.store import get_account, note_ways_ended, revoke_tokens
from fedirse.social.entrance.links.store import remove_links_of
from fedirse.storage.transaction import Transaction


def end_everything(tx: Transaction, account_id: str, now: datetime, *, but_session: str = "") -> None:
    """End the sessions, tokens and links of an account from the next request on, and whatever features gave out in its name.

    Args:
        tx: the transaction.
        account_id: whose.
        now: the time.
        but_session: id of the one session that stays: that of whoever asks for it themselves.
    """
    end_sessions(tx, account_id, but=but_session)
    revoke_tokens(tx, account_id, now)
    remove_links_of(tx, account_id)
    note_ways_ended(tx, account_id, now)


def disable_account(tx: Transaction, handle: str, now: datetime) -> None:
    """End an account with all that lets somebody into it; its posts stay. Raises NotFound."""
    disable(tx, handle, now)
    end_everything(tx, get_account(tx, handle).id, now)
