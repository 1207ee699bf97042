"""Announcements of the head office, who has read and confirmed them, and where they stand at each site."""

from fedirse.features.announcements import pages, receive
from fedirse.features.announcements.acknowledgement import jobs as acknowledging
from fedirse.features.announcements.acknowledgement import pages as acknowledgement
from fedirse.features.announcements.acknowledgement.actions import TELL_READERS
from fedirse.features.announcements.acknowledgement.views import show_at_home, show_beside
from fedirse.features.announcements.api import pages as api
from fedirse.features.announcements.board import pages as board
from fedirse.features.announcements.board import receive as words
from fedirse.features.announcements.board.calls import pages as calls
from fedirse.features.announcements.board.live import pages as live
from fedirse.features.announcements.changing import pages as changing
from fedirse.features.announcements.drafts import pages as drafts
from fedirse.features.announcements.mail import jobs as mailing
from fedirse.features.announcements.mail import pages as mail
from fedirse.features.announcements.mail.receive import receive_text_readers
from fedirse.features.announcements.mail.views import show_mails
from fedirse.features.announcements.notes import pages as notes
from fedirse.features.announcements.notes.views import show_note
from fedirse.features.announcements.planning import pages as planning
from fedirse.features.announcements.planning.jobs import publish_planned
from fedirse.features.announcements.preview import pages as preview
from fedirse.features.announcements.reminders.jobs import remind
from fedirse.features.announcements.reminders.receive import receive_reminder
from fedirse.features.announcements.starters import pages as starters
from fedirse.features.announcements.wishes import pages as wishes
from fedirse.inbox.registry import On
from fedirse.slice import JobKind, Slice
from fedirse.web.navigation import NavigationItem

SLICE = Slice(
    name="announcements",
    receives=(
        On("Create", receive.receive_announcement, of=("Article",), besides=True),
        On("Update", receive.receive_announcement, of=("Article",), besides=True),
        On("Read", words.receive_readers, of=("Article",)),
        On("Offer", receive_reminder, of=("Article",)),
        On("Accept", words.receive_confirmation, of=("Article",)),
        On("Read", receive_text_readers, of=("Article",), besides=True),
        On("Accept", receive_text_readers, of=("Article",), besides=True),
    ),
    pages=[
        *pages.ROUTES,
        *drafts.ROUTES,
        *changing.ROUTES,
        *acknowledgement.ROUTES,
        *board.ROUTES,
        *live.ROUTES,
        *calls.ROUTES,
        *notes.ROUTES,
        *planning.ROUTES,
        *preview.ROUTES,
        *starters.ROUTES,
        *api.ROUTES,
        *mail.ROUTES,
        *wishes.ROUTES,
    ],
    jobs=(JobKind(TELL_READERS, acknowledging.tell_head_office), JobKind(mailing.SEND_MAILS, mailing.send_mails)),
    navigation=(NavigationItem("Announcements", "/announcements", "announcement", order=15),),
    sweeps=(publish_planned, remind, mailing.plan_mails),
    home=(show_at_home,),
    desks=(drafts.OF_ANNOUNCEMENTS,),
    beside_posts=(show_beside, show_note, show_mails),
)
