"""Who looks at a page, as far as pages need to know: the layout greets them, and forms carry their token."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fedirse.base.actors import StoredActor
from fedirse.base.roles import Permission, Role
from fedirse.base.types import Reader


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in.

    Attributes:
        account_id: the account.
        session_id: the session.
        actor: the account's actor.
        roles: what they are to the site.
        permissions: what they may do.
        language: of their pages.
        timezone: of their dates; empty for the site's.
        theme: `light`, `dark` or `auto`.
        form_token: what their forms carry.
        confirmed: whether they proved a short while ago who they are.
        strong: whether a second factor or a passkey opened their session.
        badges: counts beside the items of the navigation, by path.
    """

    account_id: str
    session_id: str
    actor: StoredActor
    roles: tuple[Role, ...]
    permissions: frozenset[Permission]
    language: str
    timezone: str
    theme: str
    form_token: str
    confirmed: bool
    strong: bool
    badges: Mapping[str, int] = field(default_factory=dict)

    @property
    def handle(self) -> str:
        """The name in `@name@domain`."""
        return self.actor.handle

    @property
    def reader(self) -> Reader:
        """They as a reader."""
        return Reader(self.actor.id, self.actor.uri, self.actor.host, local=True)

    def may(self, permission: Permission | str) -> bool:
        """Whether they may do that; templates give the permission by its name."""
        return Permission(permission) in self.permissions
