"""Coming back after an absence, and coming in as a new member. The job that fetches needs the door: the assembly makes it."""

from fedirse.slice import JobKind, Slice
from fedirse.social.catching_up import jobs
from fedirse.social.catching_up.actions import NEWEST
from fedirse.social.catching_up.serving.pages import ROUTES

SLICE = Slice(name="catching_up", pages=ROUTES, jobs=(JobKind(NEWEST, jobs.ask_newest),), sweeps=(jobs.keep_up,))
