"""Search."""

from fedirse.slice import Slice
from fedirse.social.search.jobs import keep_up
from fedirse.social.search.pages import ROUTES
from fedirse.web.navigation import NavigationItem

SLICE = Slice(
    name="search",
    pages=ROUTES,
    navigation=(NavigationItem("Search", "/search", "search", order=25, phone=True),),
    sweeps=(keep_up,),
)
