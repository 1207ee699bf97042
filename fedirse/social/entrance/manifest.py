"""How people get in."""

from fedirse.slice import Slice
from fedirse.social.entrance.pages import ROUTES

SLICE = Slice(name="entrance", pages=ROUTES)
