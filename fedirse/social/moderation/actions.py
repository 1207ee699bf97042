"""What a site refuses from a whole server."""

from datetime import datetime

from fedirse.activitypub import uris
from fedirse.base.errors import InvalidInput, MalformedDocument, NotFound
from fedirse.storage import peers
from fedirse.storage.transaction import Transaction


def block_domain(tx: Transaction, typed: str, *, reason: str, subdomains: bool, now: datetime) -> str:
    """Have nothing to do with a host: nothing is accepted from it, fetched from it or delivered to it.

    Returns:
        The host as it is stored.

    Raises:
        InvalidInput: what was typed is no host name.
    """
    host = check_host_name(typed)
    peers.block_domain(tx, host, reason=reason, subdomains=subdomains, now=now)
    return host


def unblock_domain(tx: Transaction, typed: str) -> str:
    """Lift a block. Raises InvalidInput, NotFound."""
    host = check_host_name(typed)
    if not peers.unblock_domain(tx, host):
        raise NotFound(f"{host} is not blocked", public_message="%(host)s is not blocked.", host=host)
    return host


def check_host_name(typed: str) -> str:
    """A typed host in the form it has in addresses. Raises InvalidInput."""
    try:
        return uris.host_of(f"https://{typed.strip().lower()}/")
    except MalformedDocument as error:
        raise InvalidInput(
            "“%(host)s” is not a host name: write it like mastodon.example.", reason="bad-host", field="host", host=typed[:200]
        ) from error
