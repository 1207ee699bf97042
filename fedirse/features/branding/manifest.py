"""Name, look and settings of a site, and its first run."""

from fedirse.base.roles import Permission
from fedirse.features.branding.first_run.pages import ROUTES as FIRST_RUN
from fedirse.features.branding.kit import jobs as kit
from fedirse.features.branding.kit import pages as kit_pages
from fedirse.features.branding.kit.actions import TAKE_KIT
from fedirse.features.branding.kit.offering import pages as offering
from fedirse.features.branding.kit.receive import receive_kit
from fedirse.features.branding.kit.store import count_waiting
from fedirse.features.branding.pages import ROUTES
from fedirse.inbox.registry import On
from fedirse.slice import JobKind, Slice
from fedirse.web.navigation import NavigationItem

SLICE = Slice(
    name="branding",
    receives=(On("Offer", receive_kit, of=("BrandKit",)),),
    pages=(*FIRST_RUN, *ROUTES, *kit_pages.ROUTES, *offering.ROUTES),
    jobs=(JobKind(TAKE_KIT, kit.copy_kit),),
    sweeps=(kit.tell_newcomers,),
    navigation=(
        NavigationItem(
            "Look of the site", "/site/look", "brush", place="site", order=60, needs=Permission.MANAGE_SITE, badge=count_waiting
        ),
        NavigationItem("Look offered to sites", "/site/kit", "brush", place="site", order=65, needs=Permission.ANNOUNCE, head_office=True),
        NavigationItem("Settings of the site", "/site/settings", "settings", place="site", order=70, needs=Permission.MANAGE_SITE),
    ),
)
