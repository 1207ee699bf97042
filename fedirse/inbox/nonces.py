"""Single-use values of RFC 9421 signatures: one that was seen is not accepted again (RFC 9421 section 7.2.2).

Kept in memory and bounded. After a restart an old nonce would pass, but its activity is known by id and has no second effect.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

from fedirse.activitypub.signatures import Claim
from fedirse.base import limits
from fedirse.base.errors import SignatureError


class Nonces:
    """The nonces seen lately, by key."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    def check(self, claim: Claim, now: datetime) -> None:
        """Remember the claim's nonce. Raises SignatureError when that key has used it before."""
        if claim.nonce is None:
            return
        self._fade(now)
        if (claim.key_id, claim.nonce) in self._seen:
            raise SignatureError("nonce seen before", reason="nonce-replayed")
        self._seen[claim.key_id, claim.nonce] = now

    def _fade(self, now: datetime) -> None:
        oldest = now - timedelta(seconds=limits.CLOCK_WINDOW_SECONDS + limits.CLOCK_AHEAD_SECONDS)
        while self._seen and (next(iter(self._seen.values())) < oldest or len(self._seen) >= limits.REMEMBERED_NONCES):
            self._seen.popitem(last=False)
