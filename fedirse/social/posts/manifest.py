"""Posts, boosts and likes."""

from fedirse.activitypub.vocabulary import ACTOR_TYPES
from fedirse.base.roles import Permission
from fedirse.inbox.registry import On
from fedirse.slice import JobKind, Slice
from fedirse.social.network.roster.actions import PURGE
from fedirse.social.posts import commands, jobs, receive
from fedirse.social.posts.actions import END_POLL
from fedirse.social.posts.attachments import pages as attachments
from fedirse.social.posts.bookmarks import pages as bookmarks
from fedirse.social.posts.changing import pages as changing
from fedirse.social.posts.composing import pages as composing
from fedirse.social.posts.composing.drafts import pages as drafts
from fedirse.social.posts.pages import ROUTES
from fedirse.social.posts.polls import actions as poll_actions
from fedirse.social.posts.polls import jobs as poll_jobs
from fedirse.social.posts.polls import receive as polls
from fedirse.social.posts.purging.jobs import purge
from fedirse.social.posts.reactions import jobs as reaction_jobs
from fedirse.social.posts.reactions import pages as reaction_pages
from fedirse.social.posts.reactions import receive as reactions
from fedirse.social.posts.rules import KINDS
from fedirse.social.posts.sharing import pages as sharing
from fedirse.social.posts.voting import pages as voting
from fedirse.web.navigation import NavigationItem

POSTS = tuple(sorted(KINDS))
_BUT_NOTES = tuple(kind for kind in POSTS if kind != "Note")
_BUT_QUESTIONS = tuple(kind for kind in POSTS if kind != "Question")

SLICE = Slice(
    name="posts",
    receives=(
        On("Create", receive.receive_post, of=_BUT_NOTES),
        On("Create", polls.receive_note, of=("Note",)),
        On("Update", receive.receive_edit, of=_BUT_QUESTIONS),
        On("Update", polls.receive_question_edit, of=("Question",)),
        On("Update", receive.receive_profile, of=tuple(sorted(ACTOR_TYPES))),
        On("Delete", receive.receive_delete),
        On("Announce", reactions.receive_boost),
        On("Like", reactions.receive_like),
        On("Undo", reactions.receive_undo_boost, of=("Announce",)),
        On("Undo", reactions.receive_undo_like, of=("Like",)),
        On("Undo", reactions.receive_undo_by_id),
    ),
    pages=[
        *ROUTES,
        *attachments.ROUTES,
        *sharing.ROUTES,
        *composing.ROUTES,
        *drafts.ROUTES,
        *changing.ROUTES,
        *voting.ROUTES,
        *reaction_pages.ROUTES,
        *bookmarks.ROUTES,
    ],
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
        JobKind(poll_actions.TELL_RESULTS, poll_jobs.tell_results),
        JobKind(END_POLL, poll_jobs.end_poll),
        JobKind(receive.VERIFY_GONE, jobs.verify_gone),
        JobKind(receive.ERASE_ACTOR, jobs.erase_actor),
        JobKind(receive.REFRESH_ACTOR, jobs.refresh_actor),
        JobKind(PURGE, purge),
    ),
    navigation=(
        NavigationItem("Bookmarks", "/bookmarks", "bookmark", place="personal", order=10),
        NavigationItem("Drafts", "/drafts", "draft", place="personal", order=20, needs=Permission.WRITE),
    ),
)
