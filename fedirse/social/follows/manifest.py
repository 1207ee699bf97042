"""Follows and blocks."""

from fedirse.inbox.registry import On
from fedirse.slice import JobKind, Slice
from fedirse.social.follows import commands, jobs, receive
from fedirse.social.follows.circles import pages as circles
from fedirse.social.follows.pages import ROUTES
from fedirse.social.network.roster.actions import PART

SLICE = Slice(
    name="follows",
    receives=(
        On("Follow", receive.receive_follow),
        On("Accept", receive.receive_accept),
        On("Reject", receive.receive_reject),
        On("Block", receive.receive_block),
        On("Undo", receive.receive_undo_follow, of=("Follow",)),
        On("Undo", receive.receive_undo_block, of=("Block",)),
    ),
    pages=[*ROUTES, *circles.ROUTES],
    commands=(("follow", commands.follow), ("unfollow", commands.unfollow), ("requests", commands.requests), ("keys", commands.keys)),
    jobs=(JobKind(PART, jobs.part_from_member),),
    navigation=circles.NAVIGATION,
)
