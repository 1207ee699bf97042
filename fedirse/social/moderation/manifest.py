"""Reports, answers that wait, blocks."""

from fedirse.base.roles import Permission
from fedirse.base.types import Reader
from fedirse.base.wording import N_
from fedirse.inbox.registry import On
from fedirse.slice import Slice
from fedirse.social.moderation.blocks import pages as blocks_pages
from fedirse.social.moderation.blocks.commands import allow, block
from fedirse.social.moderation.held import pages as held_pages
from fedirse.social.moderation.reports import pages as reports_pages
from fedirse.social.moderation.reports.commands import report
from fedirse.social.moderation.reports.receive import receive_flag
from fedirse.social.moderation.reports.store import count_open_reports
from fedirse.social.posts.holding.store import count_held
from fedirse.storage.transaction import Transaction
from fedirse.web.navigation import NavigationItem


def _count_reports(tx: Transaction, reader: Reader) -> int:
    return count_open_reports(tx, reader.actor_id)


def _count_held(tx: Transaction, _reader: Reader) -> int:
    return count_held(tx)


SLICE = Slice(
    name="moderation",
    receives=(On("Flag", receive_flag),),
    pages=[*reports_pages.ROUTES, *held_pages.ROUTES, *blocks_pages.ROUTES],
    commands=(("block", block), ("allow", allow), ("report", report)),
    navigation=(
        NavigationItem(N_("Reports"), "/site/reports", "warning", "site", 10, Permission.MODERATE, _count_reports),
        NavigationItem(N_("Answers that wait"), "/site/held", "reply", "site", 12, Permission.MODERATE, _count_held),
        NavigationItem(N_("Blocks of the site"), "/site/blocks", "closed", "site", 14, Permission.MODERATE),
        NavigationItem(N_("Blocked and muted"), "/settings/blocks", "closed", "personal", 60),
    ),
)
