"""The network: who is in it, and how one gets in and out."""

from fedirse.base.roles import Permission
from fedirse.inbox.registry import On
from fedirse.slice import JobKind, Slice
from fedirse.social.network import commands
from fedirse.social.network.authority import actions as authority_actions
from fedirse.social.network.authority import jobs as authority
from fedirse.social.network.console import pages as console
from fedirse.social.network.joining import pages as joining_pages
from fedirse.social.network.joining import receive as joining
from fedirse.social.network.joining.invitations import pages as invitations
from fedirse.social.network.joining.invitations.opening import pages as opening
from fedirse.social.network.joining.requests import pages as request_pages
from fedirse.social.network.joining.requests import receive as requests
from fedirse.social.network.keys import actions as key_actions
from fedirse.social.network.keys import jobs as key_jobs
from fedirse.social.network.keys import receive as keys
from fedirse.social.network.members import jobs as members
from fedirse.social.network.parting import jobs as parting_jobs
from fedirse.social.network.parting import receive as parting
from fedirse.social.network.roster import actions as roster
from fedirse.social.network.roster import jobs as roster_jobs
from fedirse.social.network.roster import pages as roster_pages
from fedirse.social.network.roster import receive as roster_news
from fedirse.social.network.segments.editing import pages as segment_pages
from fedirse.social.network.segments.giving import jobs as giving
from fedirse.social.network.segments.giving import pages as given_segments
from fedirse.social.network.segments.learning import jobs as learning
from fedirse.social.network.segments.learning import receive as segment_news
from fedirse.social.network.telephone import pages as telephone_pages
from fedirse.social.network.telephone import receive as telephones
from fedirse.web.navigation import NavigationItem

SLICE = Slice(
    name="network",
    receives=(
        On("Join", requests.receive_join),
        On("Leave", requests.receive_leave),
        On("Accept", joining.receive_accept, of=("Join",)),
        On("TentativeAccept", joining.receive_tentative, of=("Join",)),
        On("Reject", joining.receive_reject, of=("Join",)),
        On("Accept", parting.receive_receipt, of=("Tombstone",)),
        On("Offer", keys.receive_offer, of=("Relationship",)),
        On("Add", roster_news.receive_news, of=("Relationship",)),
        On("Update", roster_news.receive_news, of=("Relationship", "Roster")),
        On("Remove", roster_news.receive_news, of=("Tombstone",)),
        On("Add", segment_news.receive_segment, of=("Segment",)),
        On("Update", segment_news.receive_segment, of=("Segment",)),
        On("Update", telephones.receive_telephone, of=("ContactPoint",)),
    ),
    pages=[
        *joining_pages.ROUTES,
        *telephone_pages.ROUTES,
        *invitations.ROUTES,
        *opening.ROUTES,
        *request_pages.ROUTES,
        *roster_pages.ROUTES,
        *given_segments.ROUTES,
        *segment_pages.ROUTES,
        *console.ROUTES,
    ],
    commands=(("network", commands.network),),
    jobs=(
        JobKind(roster.SYNC, roster_jobs.sync),
        JobKind(roster.MEET, roster_jobs.meet_member),
        JobKind(roster.SEGMENTS, learning.pull_segments),
        JobKind(authority_actions.GIVE, giving.give_segments),
        JobKind(members.ASK_MEMBER, members.ask_member),
        JobKind(key_actions.CHECK_KEY, key_jobs.check_key),
    ),
    sweeps=(
        roster_jobs.keep_roster,
        roster_jobs.keep_allowed,
        parting_jobs.resume_purges,
        key_jobs.end_keys,
        authority.renew_daily,
        members.ask_members,
    ),
    navigation=(NavigationItem("Network", "/site/network", "official", place="site", order=60, needs=Permission.SEE_NETWORK),),
)
