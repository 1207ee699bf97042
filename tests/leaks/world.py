"""A world as plain data: who is where, who follows and blocks whom, what was said to whom.

Nothing here asks the product who may read what: `oracle` answers that from these values alone.
"""

import random
from dataclasses import dataclass, field, replace
from typing import Final

from fedirse.base.identifiers import new_id
from tests.federation.network import START

HERE: Final = "magasin.example"
REFUSED: Final = "refuse.example"
"""A server that the moderators have blocked as a whole."""
NOBODY: Final = ""
"""Whoever asks without saying who they are."""

MEMBERS: Final = "https://siege.example/network/members"
SEGMENT: Final = "https://siege.example/network/segments/"

Scope = tuple[str, str]
"""People who are together: (kind, of)."""

NETWORK: Final[Scope] = ("network", MEMBERS)
OTHER_NETWORK: Final[Scope] = ("network", "https://autre.example/network/members")
SITE: Final[Scope] = ("site", "")


def segment(name: str) -> Scope:
    """The segment of that name."""
    return ("segment", f"{SEGMENT}{name}")


@dataclass(frozen=True)
class Someone:
    """Somebody of another server.

    Attributes:
        name: how this world calls them; the name of their actor too.
        host: their server.
        standing: what the network says of them: member, removed, suspended, lapsed, other-key, or empty for nothing.
        region: what the network says they are in.
        rsa: whether they sign with an RSA key.
    """

    name: str
    host: str
    standing: str = ""
    region: str = ""
    rsa: bool = False

    @property
    def uri(self) -> str:
        return f"https://{self.host}/actor" if self.standing else f"https://{self.host}/users/{self.name}"

    @property
    def inbox(self) -> str:
        return f"https://{self.host}/in/{self.name}"


@dataclass(frozen=True)
class Item:
    """Something that was said.

    Attributes:
        word: stands in everything of it and in nothing else of the world; whoever sees it has seen the item.
        id: of the post.
        author: name of who said it.
        kind, of, named, within: its audience.
        listed: whether it may stand in lists that are for everybody.
        state: shown, held, hidden or deleted.
        parent: word of what it answers, empty for nothing.
        poll, file: whether it has answers to choose from, and a file.
        boosted_by: name of who boosted it, empty for nobody.
        media, key: the id and the secret of its file; the id of the boost; the id of its activity.
    """

    word: str
    id: str
    author: str
    kind: str
    of: str = ""
    named: frozenset[str] = frozenset()
    within: frozenset[Scope] = frozenset()
    listed: bool = True
    state: str = "shown"
    parent: str = ""
    poll: bool = False
    file: bool = False
    boosted_by: str = ""
    media: str = ""
    key: str = ""
    boost: str = ""
    activity: str = ""

    @property
    def local(self) -> bool:
        return self.author in OURS

    @property
    def is_internal(self) -> bool:
        """Whether it is within scopes, and nothing of it leaves the network."""
        return bool(self.within) or self.kind in {"network", "segment", "community", "site"}

    @property
    def is_document(self) -> bool:
        """Whether the file is one to download; everything else is a picture."""
        return self.file and not self.local and ord(self.media[-1]) % 2 == 0

    @property
    def announced(self) -> bool:
        """Whether it stands among the announcements, whoever said it: there as well the audience alone decides."""
        return self.author not in {CHANNEL, "dora", "emil"} and ord(self.media[-1]) % 3 == 0

    @property
    def ids(self) -> tuple[str, ...]:
        """Everything that stands for it in an address."""
        return tuple(one for one in (self.id, self.media, self.key, self.boost, self.activity) if one)


LOCALS: Final = frozenset({"marc", "ines", "lea"})
CHANNEL: Final = "catalogue"
"""The partner channel of the site: it speaks, and nobody asks as it."""
OURS: Final = LOCALS | {CHANNEL}
_REGIONS: Final = ("Sud", "Nord")


@dataclass
class World:
    """Everything there is.

    Attributes:
        others: people of other servers, by name.
        items: what was said, by word.
        drafts: a word in a draft, by who wrote it.
        follows, asks, blocks: (who, whom); who asks to follow is not let in yet.
        unseen: whom the moderators have blocked, dora with her whole server: nothing of them is shown, and nothing is shown to them.
        inside: who of the others is inside which scope, when they ask.
        sent: which sites what is for a scope is sent to.
        marks, told: (who, word) of bookmarks, and of notifications, whether or not they may read it by now.
        reported: words of what was reported.
    """

    seed: str
    others: dict[str, Someone]
    items: dict[str, Item] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    follows: set[tuple[str, str]] = field(default_factory=set)
    asks: set[tuple[str, str]] = field(default_factory=set)
    blocks: set[tuple[str, str]] = field(default_factory=set)
    unseen: frozenset[str] = frozenset({"dora", "emil"})
    inside: dict[Scope, frozenset[str]] = field(default_factory=dict)
    sent: dict[Scope, frozenset[str]] = field(default_factory=dict)
    marks: set[tuple[str, str]] = field(default_factory=set)
    told: set[tuple[str, str]] = field(default_factory=set)
    reported: list[str] = field(default_factory=list)

    @property
    def everybody(self) -> frozenset[str]:
        return (LOCALS | self.others.keys() | {NOBODY}) - self.unseen


def random_world(seed: str, *, items: int = 36) -> World:
    """The world of that seed."""
    chance = random.Random(seed)
    world = World(seed, {one.name: one for one in _others(chance)})
    world.inside = _scopes([one for one in world.others.values() if one.standing == "member"])
    world.sent = _scopes([one for one in world.others.values() if one.standing in {"member", "other-key"}])
    _tie(world, chance)
    for number in range(items):
        item = _item(world, chance, number)
        world.items[item.word] = item
    words = list(world.items)
    world.marks = {(chance.choice(sorted(LOCALS)), chance.choice(words)) for _ in range(items // 2)}
    world.told = {(chance.choice(sorted(LOCALS)), chance.choice(words)) for _ in range(items // 2)}
    world.reported = [word for word in words if chance.random() < 0.2 and world.items[word].state != "deleted"]
    world.drafts = {name: _word(chance) for name in sorted(LOCALS)}
    return world


def _scopes(members: list[Someone]) -> dict[Scope, frozenset[str]]:
    """Who of the members is inside which scope."""
    everyone = frozenset(one.name for one in members)
    regions = {segment(region.lower()): frozenset(one.name for one in members if one.region == region) for region in _REGIONS}
    return {NETWORK: everyone, segment("tout"): everyone, **regions}


def missing(chance: random.Random) -> Item:
    """Something that nobody ever said."""
    return replace(_ids(Item(_word(chance), _id(chance, 0), "ines", "public"), chance, 0), boost=_id(chance, 0))


def _others(chance: random.Random) -> list[Someone]:
    north, south = chance.sample(_REGIONS, 2)
    former = chance.choice(("removed", "suspended", "lapsed"))
    return [
        Someone("lyon", "lyon.example", "member", south),
        Someone("nantes", "nantes.example", "member", north),
        Someone("grenoble", "grenoble.example", chance.choice(("member", former)), chance.choice(_REGIONS)),
        Someone("ancien", "ancien.example", "removed", south),
        Someone("dormant", "dormant.example", former, south),
        # Who has taken over a member's domain; and a member who signs with another key than the network knows.
        Someone("voleur", "voleur.example", "other-key", south),
        Someone("metz", "metz.example", "other-key", north, rsa=True),
        Someone("paul", "lyon.example"),
        Someone("karim", "partenaire.example"),
        Someone("olga", "ailleurs.example"),
        Someone("bernard", "bernard.example"),
        Someone("dora", REFUSED),
        Someone("emil", "courtois.example"),
    ]


def _tie(world: World, chance: random.Random) -> None:
    names = sorted(world.everybody - {NOBODY})
    for followee in sorted(LOCALS):
        world.follows |= {(follower, followee) for follower in names if follower != followee and chance.random() < 0.35}
    world.follows |= {("karim", "ines"), ("bernard", "ines")}
    world.follows |= {(reader, other) for reader in LOCALS for other in ("karim", "olga", "lyon", "paul") if chance.random() < 0.5}
    world.blocks = {("ines", "bernard")} | {(name, "olga") for name in LOCALS if chance.random() < 0.3}
    # Whom somebody blocks does not follow them in earnest; bernard's follow came before, and was never taken back.
    world.blocks |= {(name, "paul") for name in LOCALS if chance.random() < 0.2}
    # Partners of the channel: Karim, Bernard who was blocked since, and some others. Whoever asks waits.
    world.follows |= {(name, CHANNEL) for name in ("karim", "bernard", *chance.sample(("lyon", "ancien", "paul", "nantes", "lea"), 2))}
    world.asks = {(name, CHANNEL) for name in ("olga", "grenoble", "metz")}
    world.blocks |= {(CHANNEL, "bernard")}


_KINDS: Final = ("public", "public", "partners", "network", "network", "segment", "segment", "community", "site", "followers", "direct")


def _item(world: World, chance: random.Random, number: int) -> Item:
    author = chance.choice(("ines", "ines", "ines", "marc", "marc", "lea", "olga", "karim", "lyon", "paul", "dora", "emil", CHANNEL))
    earlier = [one for one in world.items.values() if one.state == "shown"]
    parent = chance.choice(earlier) if earlier and chance.random() < 0.4 else None
    is_passed_on = parent is not None and parent.local and parent.kind == "public" and author not in OURS and chance.random() < 0.7
    kind = "public" if is_passed_on else chance.choice(_KINDS)
    # A channel writes to its partners, or to one of them who has asked it something; nobody else writes to them.
    if kind == "partners":
        author = CHANNEL
    elif author == CHANNEL:
        kind = chance.choice(("partners", "direct"))
    under = kind == "direct" and (author == CHANNEL or chance.random() < 0.4)
    scopes = [
        NETWORK,
        OTHER_NETWORK,
        SITE,
        segment("sud"),
        segment("nord"),
        segment("tout"),
        segment("retire"),
        ("community", "https://c.example/1"),
    ]
    within = frozenset(chance.sample(scopes, chance.choice((1, 1, 2)))) if kind != "public" and chance.random() < 0.3 else frozenset()
    people = sorted((world.everybody | world.unseen) - {NOBODY, author})
    named = frozenset(chance.sample(people, chance.choice((0, 1, 2, 3)))) or frozenset(
        {"lea"} if kind == "direct" and author != "lea" else ()
    )
    item = Item(
        word=_word(chance),
        id=_id(chance, number),
        author=author,
        kind=kind,
        of=CHANNEL if under else _of(kind, chance),
        named=named,
        within=within,
        listed=chance.random() < 0.8,
        state=chance.choice((*["shown"] * 12, "deleted") if author in OURS else (*["shown"] * 9, "hidden", "held", "deleted")),
        parent=parent.word if parent else "",
        poll=chance.random() < 0.2,
        file=chance.random() < 0.4,
    )
    # Only the public can be boosted; a boost may have been left over from before.
    booster = chance.choice(("marc", "lea", "karim", "")) if chance.random() < 0.3 else ""
    return _ids(replace(item, boosted_by=booster if item.state == "shown" else ""), chance, number)


def _of(kind: str, chance: random.Random) -> str:
    match kind:
        case "network":
            return chance.choice((NETWORK, NETWORK, NETWORK, OTHER_NETWORK))[1]
        case "segment":
            return segment(chance.choice(("sud", "nord", "tout", "retire", "inconnu")))[1]
        case "community":
            return "https://c.example/1"
        case _:
            return ""


def _ids(item: Item, chance: random.Random, number: int) -> Item:
    key = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=32))
    return replace(
        item,
        media=_id(chance, number),
        key=key,
        boost=_id(chance, number) if item.boosted_by else "",
        activity=_id(chance, number),
    )


def _word(chance: random.Random) -> str:
    return "kq" + "".join(chance.choices("bcdfghjklmnpqrtvwz", k=9)) + "z"


def _id(chance: random.Random, number: int) -> str:
    """An id that is the same for the same seed."""
    return new_id(START)[:7] + f"{number:03d}" + "".join(chance.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=16))
