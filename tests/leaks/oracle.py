"""Who may see what: the promise in plain sets of names, written apart from the rule and the clause that keep it.

A scope is the set of those who are inside it. An item is for the set its kind names, cut down by every scope it lies within and by whom
its author has blocked; its author always has it.
"""

from tests.leaks.world import LOCALS, NOBODY, REFUSED, Item, Scope, World

People = frozenset[str]


def readers(world: World, item: Item) -> People:
    """Who may know of an item and read it; of a deleted one, who may know that there was one."""
    if item.state in {"held", "hidden"} or item.author in world.unseen:
        return frozenset({item.author})
    found = _addressed(world, item)
    for scope in item.within:
        found &= _inside(world, scope)
    return found - world.unseen - {blocked for blocker, blocked in world.blocks if blocker == item.author} | {item.author}


def servers(world: World, item: Item) -> People:
    """The servers that an item may be on: where it may be sent to, because somebody there may read it, and where it comes from.

    A site is sent what is for members as long as the head office says that it is one: whether whoever has its domain still has its key is
    found out only when it asks for something.
    """
    own = frozenset() if item.local else frozenset({world.others[item.author].host})
    if item.state != "shown" or item.author in world.unseen:
        return own
    if item.kind == "public":
        return own | frozenset(one.host for one in world.others.values() if one.host != REFUSED)
    scopes = item.within | ({(item.kind, item.of)} if item.kind in {"network", "segment", "community", "site"} else frozenset())
    sites = [frozenset(world.others[name].host for name in world.sent.get(scope, ())) for scope in scopes]
    if item.kind in {"network", "segment", "community", "site"}:
        return own | sites[0].intersection(*sites)
    people = _addressed(world, item) - {blocked for blocker, blocked in world.blocks if blocker == item.author}
    people = frozenset(name for name in people if name in world.others and world.others[name].host != REFUSED)
    return own | frozenset(world.others[name].host for name in people).intersection(*sites)


def count_public(world: World, author: str | None = None) -> int:
    """How many items of ours are for everybody."""
    public = [item for item in world.items.values() if item.local and item.state != "deleted" and NOBODY in readers(world, item)]
    return sum(author is None or item.author == author for item in public)


def _addressed(world: World, item: Item) -> People:
    followers = frozenset(who for who, whom in world.follows if whom == item.author)
    match item.kind:
        case "partners":
            return LOCALS | followers
        case "followers":
            return followers | item.named
        case "direct":
            # Under a channel the people of the site read along.
            return item.named | (LOCALS if item.of else frozenset())
        case kind:
            return _inside(world, (kind, item.of))


def _inside(world: World, scope: Scope) -> People:
    match scope[0]:
        case "public":
            return world.everybody
        case "site":
            return LOCALS
        case "community":
            # Nobody has joined any.
            return frozenset()
        case _:
            # One of our own people is inside every network and segment that anything here was addressed to (ADR 12).
            return LOCALS | world.inside.get(scope, frozenset())
