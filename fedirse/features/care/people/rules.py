"""Who may do what to whom. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from fedirse.base.errors import InvalidInput, NotAuthorised
from fedirse.base.roles import HEAD_OFFICE_ROLES, Permission, Role, permissions_of

OFFERED: Final = (Role.READER, Role.AUTHOR, Role.MODERATOR, Role.RESPONSIBLE, Role.ADMINISTRATOR, Role.COMMUNICATOR, Role.NETWORK_OWNER)


def roles_to_offer(permissions: frozenset[Permission], *, head_office: bool) -> tuple[Role, ...]:
    """The roles that somebody with these permissions may give: none that may do more than they."""
    return tuple(role for role in OFFERED if permissions_of([role]) <= permissions and (head_office or role not in HEAD_OFFICE_ROLES))


def read_roles(typed: Iterable[str]) -> tuple[Role, ...]:
    """Roles by the names that a form sends. Raises InvalidInput for one that does not exist."""
    try:
        return tuple(dict.fromkeys(Role(name) for name in typed))
    except ValueError as error:
        raise InvalidInput("This cannot be chosen: take one of those that are offered.", reason="bad-role", field="roles") from error


def is_delicate(roles: Iterable[Role]) -> bool:
    """Whether these roles let somebody do more than write for themselves."""
    return not permissions_of(roles) <= permissions_of([Role.AUTHOR])


def check_may_touch(permissions: frozenset[Permission], theirs: Sequence[Role], wanted: Sequence[Role] = ()) -> None:
    """Raises NotAuthorised when the account, or what it is to become, may do more than who acts on it."""
    if not permissions_of([*theirs, *wanted]) <= permissions:
        raise NotAuthorised(
            "acts on somebody with more rights",
            reason="touches-more",
            public_message="Only somebody with the same rights can do that to this account.",
        )
