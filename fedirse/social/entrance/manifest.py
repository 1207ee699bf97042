"""How people get in."""

from fedirse.slice import JobKind, Slice
from fedirse.social.entrance.commands import invite, setup_link
from fedirse.social.entrance.links.jobs import SEND_LINK, send_link
from fedirse.social.entrance.pages import ROUTES

SLICE = Slice(
    name="entrance",
    pages=ROUTES,
    commands=(("invite", invite), ("setup-link", setup_link)),
    jobs=(JobKind(SEND_LINK, send_link),),
)
