"""Timelines and profiles."""

from fedirse.slice import Slice
from fedirse.social.timelines.commands import timeline
from fedirse.social.timelines.pages import ROUTES

SLICE = Slice(name="timelines", pages=ROUTES, commands=(("timeline", timeline),))
