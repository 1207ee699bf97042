"""Partner channels."""

from fedirse.slice import JobKind, Slice
from fedirse.social.partners import actions, commands, jobs
from fedirse.social.partners import pages as channels

SLICE = Slice(
    name="partners",
    pages=channels.ROUTES,
    commands=(("partners", commands.partners),),
    jobs=(JobKind(actions.CLOSE, jobs.close), JobKind(actions.RECALL, jobs.recall)),
    navigation=channels.NAVIGATION,
)
