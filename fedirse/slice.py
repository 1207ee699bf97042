"""What a slice gives to the assembly, all of it as data."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute
from typer import Typer

from fedirse.base.types import JsonObject
from fedirse.inbox.registry import On
from fedirse.site import Site
from fedirse.web.blocks import HomeBlock, PostBlock
from fedirse.web.desks import Desk
from fedirse.web.navigation import NavigationItem

JobFunction = Callable[[Site, str, JsonObject], Awaitable[None]]
"""Does one kind of job: gets the site, the job's subject and its details; raises RemoteUnavailable to be called again."""

SweepFunction = Callable[[Site], Awaitable[bool]]
"""Does a bounded part of what nobody wrote a job for; called about every half minute. Returns whether there is more to do now."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job and the function that does it."""

    name: str
    run: JobFunction


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice of the product.

    Attributes:
        name: folder name of the slice.
        receives: handlers of inbound activities.
        pages: routes.
        commands: the slice's commands, or groups of them, by the name they have on the command line; a command in the group of a slice
            that stands before it is named with that group: `network leave`.
        jobs: kinds of work that need the network.
        navigation: pages that the layout leads to.
        sweeps: work that comes up without anybody asking for it.
        home: what it shows above a person's home.
        beside_posts: what it shows beside a post.
        desks: where something of its own is written that can be kept as a draft.
    """

    name: str
    receives: Sequence[On] = ()
    pages: Sequence[BaseRoute] = ()
    commands: Sequence[tuple[str, Typer | Callable[..., None]]] = ()
    jobs: Sequence[JobKind] = ()
    navigation: Sequence[NavigationItem] = ()
    sweeps: Sequence[SweepFunction] = ()
    home: Sequence[HomeBlock] = ()
    beside_posts: Sequence[PostBlock] = ()
    desks: Sequence[Desk] = ()
