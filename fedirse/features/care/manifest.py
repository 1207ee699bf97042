"""The care of a site: its people, its health, what waits to be sent, and who did what."""

from fedirse.base.roles import Permission
from fedirse.features.care.audit.commands import audit
from fedirse.features.care.audit.pages import ROUTES as AUDIT
from fedirse.features.care.health.pages import ROUTES as HEALTH
from fedirse.features.care.leaving.commands import leave
from fedirse.features.care.leaving.pages import ROUTES as LEAVING
from fedirse.features.care.ledger.commands import egress
from fedirse.features.care.ledger.pages import ROUTES as LEDGER
from fedirse.features.care.people.pages import ROUTES as PEOPLE
from fedirse.features.care.privacy.commands import data
from fedirse.features.care.privacy.erasure.actions import ERASE
from fedirse.features.care.privacy.erasure.jobs import erase_next, sweep_erasures
from fedirse.features.care.privacy.erasure.pages import ROUTES as ERASURES
from fedirse.features.care.privacy.exports.actions import EXPORT
from fedirse.features.care.privacy.exports.jobs import export_piece, sweep_exports
from fedirse.features.care.privacy.ledger.actions import REPLAY
from fedirse.features.care.privacy.ledger.jobs import replay_ledger
from fedirse.features.care.privacy.pages import ROUTES as PRIVACY
from fedirse.features.care.queue.commands import queue
from fedirse.features.care.queue.pages import ROUTES as QUEUE
from fedirse.slice import JobKind, Slice
from fedirse.web.navigation import NavigationItem

SLICE = Slice(
    name="care",
    pages=(*PEOPLE, *HEALTH, *QUEUE, *AUDIT, *LEDGER, *PRIVACY, *ERASURES, *LEAVING),
    commands=(("queue", queue), ("audit", audit), ("egress", egress), ("data", data), ("network leave", leave)),
    jobs=(JobKind(EXPORT, export_piece), JobKind(ERASE, erase_next), JobKind(REPLAY, replay_ledger)),
    sweeps=(sweep_exports, sweep_erasures),
    navigation=(
        NavigationItem("Your data", "/settings/data", "file", place="personal", order=80),
        NavigationItem("People", "/site/people", "people", place="site", order=10, needs=Permission.MANAGE_PEOPLE),
        NavigationItem("Health of the site", "/site/health", "heart-beat", place="site", order=80, needs=Permission.CARE),
        NavigationItem("What waits to be sent", "/site/queue", "queue", place="site", order=85, needs=Permission.CARE),
        NavigationItem("Audit log", "/site/audit", "book", place="site", order=90, needs=Permission.CARE),
    ),
)
