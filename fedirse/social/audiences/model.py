"""The audience of an item: a closed type that says who it is for."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class AudienceKind(StrEnum):
    """Whom an item is for. There is no order among them: they are compared by who is in them."""

    PUBLIC = "public"
    """Everybody, on every server."""
    PARTNERS = "partners"
    """The approved followers of a partner channel, which is the author, and the people of the site that runs it."""
    NETWORK = "network"
    """The people of every site of the network."""
    SEGMENT = "segment"
    """The people of the sites that a named selection covers, and of the site that addresses it."""
    COMMUNITY = "community"
    """The members of one community."""
    SITE = "site"
    """The people of this site; nothing leaves it."""
    FOLLOWERS = "followers"
    """The accepted followers of the author, and whoever is named."""
    DIRECT = "direct"
    """Those who are named; under a partner channel (`of`) the people of the site that runs it as well; nobody else."""


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """People who are together somewhere, whoever the author is: a site, a network, a segment, a community.

    Attributes:
        kind: one of SCOPED.
        of: URI of the network, segment or community; empty for this site.
    """

    kind: AudienceKind
    of: str = ""


SCOPED: Final = frozenset({AudienceKind.NETWORK, AudienceKind.SEGMENT, AudienceKind.COMMUNITY, AudienceKind.SITE})
"""Kinds that are a scope: who is in them does not depend on the author, and nobody is added by being named."""

_THIS_SITE: Final = Scope(AudienceKind.SITE)


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom one item is for.

    Attributes:
        kind: the kind of audience.
        named: ids of actors who are addressed by name; under FOLLOWERS and DIRECT they may read, under the others they are only told.
        listed: whether a PUBLIC item appears in public timelines (`cc` instead of `to` on the wire when it does not).
        of: which network, segment or community; of DIRECT our id of the partner channel under which it is said, if it is; else empty.
        within: scopes that readers are inside besides: those of what the item answers. They take readers away, never add any.
    """

    kind: AudienceKind
    named: frozenset[str] = field(default_factory=frozenset)
    listed: bool = True
    of: str = ""
    within: frozenset[Scope] = field(default_factory=frozenset)

    @property
    def scopes(self) -> frozenset[Scope]:
        """Every scope that a reader has to be inside."""
        return self.within | {Scope(self.kind, self.of)} if self.kind in SCOPED else self.within

    @property
    def reader_scopes(self) -> frozenset[tuple[str, str]]:
        """The same as `Reader.scopes` says them."""
        return frozenset((scope.kind.value, scope.of) for scope in self.scopes)

    @property
    def stays(self) -> bool:
        """Whether nothing of it leaves this site."""
        return _THIS_SITE in self.scopes

    @property
    def internal(self) -> bool:
        """Whether nothing of it leaves the network."""
        return bool(self.scopes)


ANYWHERE: Final = frozenset({AudienceKind.PUBLIC, AudienceKind.FOLLOWERS, AudienceKind.DIRECT, AudienceKind.SITE})
"""Kinds that can be chosen on every site; for the others there has to be a network, a segment or a channel."""
