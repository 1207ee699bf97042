"""A person's own profile."""

from fedirse.features.profile.pages import ROUTES
from fedirse.slice import Slice
from fedirse.web.navigation import NavigationItem

SLICE = Slice(
    name="profile", pages=ROUTES, navigation=(NavigationItem("Your profile", "/settings/profile", "people", place="personal", order=10),)
)
