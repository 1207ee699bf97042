"""What is planned, as communicators see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from fedirse.base.actors import StoredActor
from fedirse.base.errors import InvalidInput
from fedirse.features.announcements.planning.model import Plan
from fedirse.features.announcements.planning.store import list_plans
from fedirse.site import Site
from fedirse.social.posts.composing.circles.views import circles_for
from fedirse.social.posts.composing.model import Choice, KeptDraft
from fedirse.social.posts.composing.store import find_draft
from fedirse.social.posts.model import Post
from fedirse.social.posts.store import find_post
from fedirse.storage.actors import get_actor, list_actors
from fedirse.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A line of what is planned.

    Attributes:
        plan: when, and why not.
        kept: what.
        author: who stands for it; None where they are here no more.
        segment: name of the selection it is for; empty for another audience, and for one that is gone.
        priority: how much it matters.
        failure: why it was not published, as a page says it.
        first: the announcement by which some sites see it; None for none, and for one that was taken back.
    """

    plan: Plan
    kept: KeptDraft
    author: StoredActor | None
    segment: str
    priority: str
    failure: InvalidInput | None
    first: Post | None


def view_plans(tx: Transaction, site: Site) -> Sequence[PlanLine]:
    """All that is planned, the next first."""
    plans = list_plans(tx)
    if not plans:
        return ()
    authors = list_actors(tx, [plan.author_id for plan in plans])
    circles = circles_for(tx, site, site.clock.now(), get_actor(tx, site.actor_id), None)
    names = {circle.address: circle.name for circle in circles.segments}
    found = [(plan, find_draft(tx, site.actor_id, plan.id)) for plan in plans]
    return [
        _line(plan, kept, authors.get(plan.author_id), names.get(kept.typed.segment, ""), find_shown(tx, plan.first_id))
        for plan, kept in found
        if kept is not None
    ]


def find_shown(tx: Transaction, first_id: str) -> Post | None:
    """What some sites see by now of something that is planned; None where there is nothing."""
    post = find_post(tx, first_id) if first_id else None
    return post if post is not None and post.deleted_at is None else None


def _line(plan: Plan, kept: KeptDraft, author: StoredActor | None, segment: str, first: Post | None) -> PlanLine:
    why = InvalidInput(plan.failure.why, **plan.failure.words) if plan.failure is not None else None
    priority = dict(kept.typed.besides).get("priority", "")
    return PlanLine(plan, kept, author, segment if kept.typed.choice == Choice.SEGMENT else "", priority, why, first)
