"""Name, look and settings of a site, and its first run."""

from fedirse.base.roles import Permission
from fedirse.features.branding.first_run.pages import ROUTES as FIRST_RUN
from fedirse.features.branding.pages import ROUTES
from fedirse.slice import Slice
from fedirse.web.navigation import NavigationItem

SLICE = Slice(
    name="branding",
    pages=(*FIRST_RUN, *ROUTES),
    navigation=(
        NavigationItem("Look of the site", "/site/look", "brush", place="site", order=60, needs=Permission.MANAGE_SITE),
        NavigationItem("Settings of the site", "/site/settings", "settings", place="site", order=70, needs=Permission.MANAGE_SITE),
    ),
)
