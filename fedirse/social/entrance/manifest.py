"""How people get in."""

from fedirse.slice import JobKind, Slice
from fedirse.social.entrance.commands import invite, setup_link
from fedirse.social.entrance.links.jobs import SEND_LINK, SEND_PROOF, send_link, send_proof
from fedirse.social.entrance.pages import ROUTES
from fedirse.web.navigation import NavigationItem

SLICE = Slice(
    name="entrance",
    pages=ROUTES,
    commands=(("invite", invite), ("setup-link", setup_link)),
    jobs=(JobKind(SEND_LINK, send_link), JobKind(SEND_PROOF, send_proof)),
    navigation=(
        NavigationItem("Security", "/settings/security", "key", "personal", 40),
        NavigationItem("Preferences", "/settings/preferences", "settings", "personal", 50),
    ),
)
