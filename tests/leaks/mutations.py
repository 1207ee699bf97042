"""The gate without one of its clauses: each must be caught by the examples, or they prove nothing.

A mutation is a function whose source has one fragment replaced, put in the place of the real one wherever that is known in this process.
Files are never touched. A fragment that is not found once says that the gate has changed, and that its mutations have to be looked at.
"""

import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Final

from fedirse.features.care.privacy.exports import store as exports
from fedirse.inbox import readers
from fedirse.outbox import rounds
from fedirse.social.audiences import rules, store
from fedirse.social.media import rules as media
from fedirse.social.network import actions as network
from fedirse.social.network import rules as membership
from fedirse.social.posts import store as posts
from fedirse.social.posts.access import actions as access
from fedirse.social.posts.threads import store as threads
from fedirse.social.search import store as search
from fedirse.social.timelines import store as timelines
from tests.leaks.exits import EXITS
from tests.leaks.run import run_world


@dataclass(frozen=True)
class Mutation:
    """One clause less.

    Attributes:
        module, function: where the clause stands; of a method, its class.
        clause: the fragment of the source.
        instead: what stands there without it.
    """

    module: ModuleType | type
    function: str
    clause: str
    instead: str

    def __str__(self) -> str:
        clause, instead = " ".join(self.clause.split()), " ".join(self.instead.split())
        return f"{self.module.__name__.removeprefix('fedirse.')}.{self.function}: {clause} -> {instead or 'nothing'}"

    def made(self) -> Callable[..., Any]:
        """The function without the clause. Raises ValueError where the clause is not there once."""
        real = getattr(self.module, self.function)
        source = textwrap.dedent(inspect.getsource(real))
        if source.count(self.clause) != 1:
            msg = f"{self}: found {source.count(self.clause)} times; bring the mutations in line with the gate"
            raise ValueError(msg)
        around = vars(sys.modules[self.module.__module__]) if isinstance(self.module, type) else vars(self.module)
        names = dict(around)
        exec(compile(source.replace(self.clause, self.instead), f"<without {self.clause}>", "exec"), names)  # noqa: S102 - our own source
        changed = FunctionType(names[self.function].__code__, around, self.function, real.__defaults__)
        changed.__kwdefaults__ = real.__kwdefaults__
        return changed

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The gate without the clause, for as long as this lasts."""
        real, changed = getattr(self.module, self.function), self.made()
        known = [
            (module, name)
            for module in [self.module, *(sys.modules[name] for name in list(sys.modules) if name.startswith(("fedirse", "tests.leaks")))]
            for name, value in list(vars(module).items())
            if value is real
        ]
        for module, name in known:
            setattr(module, name, changed)
        try:
            yield
        finally:
            for module, name in known:
                setattr(module, name, real)


_GONE: Final = "pass"
_MAY_READ: Final = (
    ("if withheld or relation.blocked_by_author:", "if relation.blocked_by_author:"),
    ("if withheld or relation.blocked_by_author:", "if withheld:"),
    ("if not all(is_inside(reader, scope) for scope in audience.scopes):\n        return False", _GONE),
    ("return follows_author or reader.local".replace("follows_author", "relation.follows_author"), "return True"),
    ("return named or relation.follows_author", "return True"),
    ("        case AudienceKind.DIRECT:\n            return named", "        case AudienceKind.DIRECT:\n            return True"),
    ("(bool(audience.of) and reader.local)", "bool(audience.of)"),
)
_READABLE: Final = (
    ("items.c.held_at.is_(None), ", ""),
    ("items.c.hidden_at.is_(None), ", ""),
    (", ~is_unseen(items.c.actor_id))", ")"),
    ("return and_(is_public, shown, _inside(items, reader))", "return and_(shown, _inside(items, reader))"),
    ("return and_(is_public, shown, _inside(items, reader))", "return and_(is_public, _inside(items, reader))"),
    ("            ~blocked,\n", ""),
    ("            shown,\n            ~blocked", "            ~blocked"),
    ("            _inside(items, reader),\n            or_", "            or_"),
    (", or_(follower, true() if reader.local else false())", ""),
    (", or_(follower, named)", ""),
    ("items.c.audience == AudienceKind.DIRECT, or_(named, ", "items.c.audience == AudienceKind.DIRECT, or_(true(), "),
    ('items.c.audience_of != "" if reader.local else false()', 'items.c.audience_of != ""'),
    ("            follows.c.followee_id == items.c.actor_id,\n", ""),
    ("            follows.c.follower_id == reader.actor_id,\n", ""),
    ("            follows.c.state == FollowState.ACCEPTED,\n", ""),
    ("recipients.c.item_id == items.c.id, ", ""),
    (", recipients.c.actor_id == reader.actor_id", ""),
)
_IS_INSIDE: Final = (
    ("case AudienceKind.SITE:\n            return reader.local", "case AudienceKind.SITE:\n            return True"),
    (
        "case AudienceKind.NETWORK | AudienceKind.SEGMENT:\n            return reader.local or (scope.kind.value, scope.of) in reader.scopes",
        "case AudienceKind.NETWORK | AudienceKind.SEGMENT:\n            return True",
    ),
    ("case _:\n            return (scope.kind.value, scope.of) in reader.scopes", "case _:\n            return True"),
)
_INSIDE: Final = (
    ("~_is_among(sorted(reader.scopes))", "false()"),
    ("item_scopes.c.kind == AudienceKind.COMMUNITY", "false()"),
    ("if reader.local:\n        outside =", "if True:\n        outside ="),
)
MUTATIONS: Final = (
    *(Mutation(rules, "may_read", *fragments) for fragments in _MAY_READ),
    *(Mutation(rules, "is_inside", *fragments) for fragments in _IS_INSIDE),
    *(Mutation(store, "readable", *fragments) for fragments in _READABLE),
    *(Mutation(store, "_inside", *fragments) for fragments in _INSIDE),
    Mutation(store, "_is_among", "item_scopes.c.kind == kind, item_scopes.c.of == of", "item_scopes.c.kind == kind"),
    Mutation(store, "is_read_at", "there, ~blocked", "there"),
    Mutation(store, "is_read_at", ".where(there, ~blocked)", ".where(~blocked)"),
    Mutation(access, "may_send", "if item is None or item.deleted:", "if item is None:"),
    Mutation(access, "may_send", 'if item.withheld:\n        return "the post is not shown here"', _GONE),
    Mutation(access, "_why_unreadable_at", "if outside is not None:\n        return outside", _GONE),
    Mutation(access, "_why_unreadable_at", "AudienceKind.PARTNERS, ", ""),
    Mutation(access, "_why_unreadable_at", "AudienceKind.FOLLOWERS, ", ""),
    Mutation(access, "_why_unreadable_at", ", AudienceKind.DIRECT}", "}"),
    Mutation(access, "_why_unknown_at", "return NEVER_SENT if outside", "return NEVER_SENT if False"),
    Mutation(access, "may_read_activity", "except NotFound:\n        return False", "except NotFound:\n        return True"),
    Mutation(access, "may_read_activity", 'return item.deleted_at is None or activity.kind == "Delete"', "return True"),
    Mutation(access, "item_access", "if item is None or item.deleted:\n        return ItemAccess()", _GONE),
    Mutation(access, "item_access", "leaves=not item.audience.internal", "leaves=True"),
    Mutation(access, "item_access", "leaves=not item.audience.internal", "leaves=not item.audience.stays"),
    Mutation(access, "item_access", "public=item.audience.kind is AudienceKind.PUBLIC", "public=True"),
    Mutation(media, "exposure_of", "if access.leaves or access.readable or signed else None", ""),
    Mutation(membership, "proven_standing", " or key not in held.statement.keys_at(now)", ""),
    Mutation(membership, "proven_standing", "return standing_of(roster, actor, now)", "return Standing.IN_FORCE"),
    Mutation(membership, "segments_of", " if covers(segment, member, attributes, known)", ""),
    Mutation(
        network,
        "scopes_of",
        "if not proven_standing(roster, actor, multikey(key), site.clock.now()).trusted:\n        return frozenset()",
        _GONE,
    ),
    Mutation(network, "why_not_to", "if standing.trusted]", "]"),
    Mutation(network, "_is_inside", "(kind, name) != (NETWORK_SCOPE, network.members)", "kind != NETWORK_SCOPE"),
    Mutation(network, "_is_inside", "return covered_by_all(wanted, member, statement.attributes, segments)", "return True"),
    Mutation(rounds.Rounds, "_check", 'reason = "the domain is blocked" if delivery.host in blocked else', "reason ="),
    Mutation(readers, "identify_reader", 'if await site.read(why_unheard, signer.actor.id) == "blocked-actor":', "if False:"),
    Mutation(posts, "get_readable_post", ", readable(posts, reader))", ")"),
    Mutation(threads, "list_thread", ", readable(posts, reader))", ")"),
    Mutation(threads, "list_replies", ", readable(posts, reader))", ")"),
    Mutation(threads, "count_readable_replies", ", readable(posts, reader))", ")"),
    Mutation(posts, "count_readable_posts", "        readable(posts, reader),\n", ""),
    Mutation(posts, "list_readable_posts", ", readable(posts, reader))", ")"),
    Mutation(posts, "count_local_posts", "posts.c.audience == AudienceKind.PUBLIC, ", ""),
    Mutation(search, "may_show", ", readable(posts, reader)]", "]"),
    Mutation(timelines, "_may_show", ", readable(items, reader)]", "]"),
    Mutation(timelines, "_shown_around", "posts.c.listed".replace("posts", "items"), "items.c.id.is_not(None)"),
    Mutation(exports, "list_messages", "*_addressed_to(reader), ", "posts.c.audience == AudienceKind.DIRECT, "),
)


async def survives(mutation: Mutation, made: Path, seed: str, *, worlds: int = 24) -> str:
    """What catches a mutation: the first leak it makes; empty where it survives so many worlds.

    Raises:
        AssertionError: the same world leaks without the mutation, so that it proves nothing.
    """
    for number in range(worlds):
        world = f"{seed}/{number}"
        with mutation.applied():
            tally = await run_world(world, made, to_first=True)
        if tally.leaks:
            # The same questions as far as the exit that found it; what comes after draws on the same chance and changes nothing before.
            asked = [one.name for one in EXITS].index(tally.leaks[0].partition(":")[0]) + 1
            whole = await run_world(world, made, EXITS[:asked])
            assert not whole.leaks, whole.leaks[0]
            return tally.leaks[0]
    return ""
