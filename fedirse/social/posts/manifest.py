"""Posts, boosts and likes."""

from fedirse.activitypub.vocabulary import ACTOR_TYPES
from fedirse.inbox.registry import On
from fedirse.slice import JobKind, Slice
from fedirse.social.posts import commands, jobs, receive
from fedirse.social.posts.composing import pages as composing
from fedirse.social.posts.pages import ROUTES
from fedirse.social.posts.reactions import jobs as reaction_jobs
from fedirse.social.posts.reactions import receive as reactions
from fedirse.social.posts.rules import KINDS

POSTS = tuple(sorted(KINDS))

SLICE = Slice(
    name="posts",
    receives=(
        On("Create", receive.receive_post, of=POSTS),
        On("Update", receive.receive_edit, of=POSTS),
        On("Update", receive.receive_profile, of=tuple(sorted(ACTOR_TYPES))),
        On("Delete", receive.receive_delete),
        On("Announce", reactions.receive_boost),
        On("Like", reactions.receive_like),
        On("Undo", reactions.receive_undo_boost, of=("Announce",)),
        On("Undo", reactions.receive_undo_like, of=("Like",)),
        On("Undo", reactions.receive_undo_by_id),
    ),
    pages=[*ROUTES, *composing.ROUTES],
    commands=(
        ("post", commands.post),
        ("edit", commands.edit),
        ("delete", commands.delete),
        ("boost", commands.boost),
        ("like", commands.like),
    ),
    jobs=(
        JobKind(receive.FETCH_PARENT, jobs.fetch_parent),
        JobKind(reactions.FETCH_BOOSTED, reaction_jobs.fetch_boosted),
        JobKind(receive.VERIFY_GONE, jobs.verify_gone),
        JobKind(receive.ERASE_ACTOR, jobs.erase_actor),
        JobKind(receive.REFRESH_ACTOR, jobs.refresh_actor),
    ),
)
