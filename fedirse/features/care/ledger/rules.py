"""As what a server is sent something, and what people read of a line of the ledger. Pure.

Both are closed: a test goes through every reason that the outbox and the gate write down, and through every standing.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from fedirse.base.wording import N_
from fedirse.features.care.ledger.model import Membership, Sent, SentAs, State, Sum
from fedirse.features.care.queue.rules import Answer, explain
from fedirse.social.audiences.model import Audience, AudienceKind

TAKES_BACK: Final = frozenset({"Delete", "Undo"})

_STANDING: Final = re.compile(r"([a-z-]+)(?: ([0-9]+))?")
_MEMBERSHIP: Final = re.compile(r"the membership of (?P<host>\S+) is (?P<standing>[a-z]+)")
_GIVEN_UP: Final = re.compile(r"given up after (?P<days>[0-9]+) days: (?P<last>.*)", re.DOTALL)


def sent_as(
    kind: str,
    *,
    about_post: bool,
    audience: Audience | None = None,
    named: bool = False,
    for_members: bool = False,
    membership: Membership | None = None,
) -> str | None:
    """As what a server is sent an activity that may leave for it.

    Args:
        kind: type of the activity.
        about_post: whether it is about a post.
        audience: of that post; None when it is no longer here.
        named: whether somebody there is named in the post.
        for_members: whether it is for members alone though it is about no post of ours, such as a like of what is internal.
        membership: what the server is in the network; None for nothing.

    Returns:
        What the ledger keeps: a value of SentAs, for members with the serial of their credential. None where nothing can be said, as of
        something for members that goes to nobody who is one: the gate lets nothing of that leave, and nothing is made up here.
    """
    if kind in TAKES_BACK:
        return SentAs.HOLDER if about_post else SentAs.CONCERNED
    # Whatever else they are, nobody but a member is given what is internal.
    if audience.internal if audience is not None else for_members:
        return None if membership is None else f"{SentAs.IN_FORCE if membership.in_force else SentAs.GRACE} {membership.serial}"
    if audience is None:
        return None if about_post else SentAs.CONCERNED
    if audience.kind is AudienceKind.PUBLIC:
        return SentAs.PUBLIC
    if named or audience.kind is AudienceKind.DIRECT:
        return SentAs.NAMED
    return SentAs.PARTNER if audience.kind is AudienceKind.PARTNERS else SentAs.FOLLOWER


STANDINGS: Final[Mapping[SentAs, str]] = {
    SentAs.PUBLIC: N_("For everybody"),
    SentAs.FOLLOWER: N_("Follows the author"),
    SentAs.NAMED: N_("Named in the post"),
    SentAs.PARTNER: N_("Partner"),
    SentAs.IN_FORCE: N_("Member of the network (credential %(serial)s)"),
    SentAs.GRACE: N_("Member of the network, in the period of grace (credential %(serial)s)"),
    SentAs.HOLDER: N_("Had the post already"),
    SentAs.CONCERNED: N_("Concerned by it"),
}

NOT_SENT: Final = N_("did not leave")
NOT_NOTED: Final = N_("not recorded")


def explain_standing(line: Sent) -> tuple[str, Mapping[str, str]]:
    """As what it was sent: a sentence to be translated, and what stands in its places."""
    found = _STANDING.fullmatch(line.standing or "")
    if found is None or found[1] not in set(SentAs):
        # A standing is noted before the first try. What was tried without one left before it was noted at all.
        return (NOT_SENT if line.standing is None and not line.attempts else NOT_NOTED), {}
    return STANDINGS[SentAs(found[1])], {"serial": found[2] or ""}


WITHHELD: Final[Mapping[str, str]] = {
    "it was signed for everybody, and is for members now": N_(
        "It was put together for everybody, and is only for members of the network now."
    ),
    "its actor has no keys any more": N_("Its author can sign nothing any more."),
    "nobody there is inside what it is for": N_("Nobody there is among those it is for."),
    "nobody there may read the post any more": N_("Nobody there may read the post any more."),
    "nothing of it was ever sent there": N_("Nothing of it was ever sent there, so there is nothing to take back."),
    "the domain is blocked": N_("This site has blocked that server."),
    "the post is deleted": N_("The post was deleted before it left."),
    "the post is not shown here": N_("The moderators of this site do not show the post."),
    "the post stays on this site": N_("The post stays on this site."),
    "this site is in no network": N_("This site is in no network at the moment."),
}
"""Why something was withheld for good, by what the gate wrote down."""

UNDECIDED: Final[Mapping[str, str]] = {
    "it could not be decided whether it may be sent": N_(
        "An error of this site kept it from being decided: it is in the log, and will be tried again."
    ),
}
"""Why something is put off, by what the outbox wrote down."""

UNSURE: Final[Mapping[str, str]] = {
    "lapsed": N_("Its membership has not been renewed for a month. It waits until the head office says more."),
    "outdated": N_("The head office has said something new about it that has not come here yet. It waits for that."),
}
"""Why something waits for a member, by what the member is."""

ENDED: Final[Mapping[str, str]] = {
    "dropped by the operator": N_("Somebody who runs this site gave it up."),
    "dropped by the operator while it was being sent; it may have arrived": N_(
        "Somebody who runs this site gave it up while it was being sent: it may have arrived."
    ),
    "the inbox answered 410": N_("It had said that nobody takes anything at that address any more."),
}
"""How something ended that was not answered, by what was written down."""

WITHHELD_OTHERWISE: Final = N_("It may not leave; the technical detail says more.")
WAITS: Final = N_("Not tried yet.")
GIVEN_UP: Final = N_("It was tried for %(days)s days, then given up.")


def explain_line(line: Sent) -> tuple[str, Mapping[str, object], str]:
    """What came of a delivery.

    Returns:
        A sentence to be translated, what stands in its places, and the technical detail; empty where there is none.
    """
    text = line.answer or ""
    if line.state is State.WITHHELD:
        return explain_withheld(text), {}, "" if text in WITHHELD else text
    if line.status is not None:
        return _of(explain(text, line.status))
    known = ENDED.get(text) or UNDECIDED.get(text)
    if known is not None:
        return known, {}, ""
    if (found := _MEMBERSHIP.fullmatch(text)) and found["standing"] in UNSURE:
        return UNSURE[found["standing"]], {}, ""
    if line.state is State.EXPIRED and (given_up := _GIVEN_UP.fullmatch(text)):
        return GIVEN_UP, {"days": given_up["days"]}, given_up["last"].strip()
    if not text and line.state is State.QUEUED:
        return WAITS, {}, ""
    return _of(explain(text))


def explain_withheld(reason: str) -> str:
    """Why something was withheld for good: a sentence to be translated."""
    return WITHHELD.get(reason, WITHHELD_OTHERWISE)


KINDS: Final[Mapping[str, str]] = {
    "Announce": N_("A boost"),
    "Create": N_("The post"),
    "Delete": N_("A request to delete it"),
    "Undo": N_("The end of a boost"),
    "Update": N_("An edit"),
}
"""What was sent, by type of the activity; any other is shown by its type."""

SUMS: Final[Mapping[State, Sum]] = {
    State.DELIVERED: Sum.TAKEN,
    State.DROPPED: Sum.GIVEN_UP,
    State.EXPIRED: Sum.GIVEN_UP,
    State.GONE: Sum.REFUSED,
    State.QUEUED: Sum.WAITING,
    State.REJECTED: Sum.REFUSED,
    State.WITHHELD: Sum.WITHHELD,
}
"""What a delivery counts as."""


def sum_up(servers: Iterable[tuple[str, State]]) -> Mapping[Sum, int]:
    """How many servers stand under each sum; a server may stand under several, one for each thing it was sent."""
    distinct = {(host, SUMS[state]) for host, state in servers}
    return {one: sum(1 for _, found in distinct if found is one) for one in Sum}


def _of(answer: Answer) -> tuple[str, Mapping[str, object], str]:
    return answer.sentence, answer.words, answer.said
