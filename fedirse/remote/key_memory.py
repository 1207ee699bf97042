"""Public keys that were looked up lately, parsed, with the actors they belong to. Bounded in number and in time."""

from collections import OrderedDict
from dataclasses import dataclass

from fedirse.activitypub.signatures.keys import PublicKey
from fedirse.base import limits
from fedirse.base.actors import StoredActor
from fedirse.base.clock import Clock


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A public key whose owner lists it; `actor` is that owner."""

    uri: str
    key: PublicKey
    actor: StoredActor


class KeyMemory:
    """Spares the database a look for every request.

    What it holds goes out of date when another process reads an actor anew, or learns that it is gone. So an entry is good for
    `limits.KNOWN_KEY_MEMORY_SECONDS`, which is how long a key that its owner has withdrawn may still be believed.

    Args:
        clock: its monotonic time is used.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[str, tuple[KnownKey, float]] = OrderedDict()
        self._of_actor: dict[str, set[str]] = {}

    def find(self, key_id: str) -> KnownKey | None:
        """The key of that id, if it was looked up lately."""
        entry = self._known.get(key_id)
        if entry is None:
            return None
        known, until = entry
        if until <= self._clock.monotonic():
            self._forget(key_id)
            return None
        self._known.move_to_end(key_id)
        return known

    def keep(self, known: KnownKey) -> None:
        """Remember a key as it stands in the database now."""
        self._forget(known.uri)
        self._known[known.uri] = known, self._clock.monotonic() + limits.KNOWN_KEY_MEMORY_SECONDS
        self._of_actor.setdefault(known.actor.id, set()).add(known.uri)
        if len(self._known) > limits.REMEMBERED_KEYS:
            self._forget(next(iter(self._known)))

    def forget_keys_of(self, actor: StoredActor) -> None:
        """The actor was read anew: its keys may be others now."""
        for key_id in tuple(self._of_actor.get(actor.id, ())):
            self._forget(key_id)

    def _forget(self, key_id: str) -> None:
        entry = self._known.pop(key_id, None)
        if entry is None:
            return
        actor_id = entry[0].actor.id
        self._of_actor[actor_id].discard(key_id)
        if not self._of_actor[actor_id]:
            del self._of_actor[actor_id]
