"""Timelines and profiles, and what concerns one person: notifications and messages."""

from fedirse.slice import Slice
from fedirse.social.timelines.commands import timeline
from fedirse.social.timelines.conversations.pages import ROUTES as CONVERSATIONS
from fedirse.social.timelines.feeds.pages import ROUTES as FEEDS
from fedirse.social.timelines.interaction.pages import ROUTES as INTERACTION
from fedirse.social.timelines.news.pages import ROUTES as NEWS
from fedirse.social.timelines.news.store import count_unseen
from fedirse.social.timelines.pages import ROUTES
from fedirse.social.timelines.profiles.pages import ROUTES as PROFILES
from fedirse.web.navigation import NavigationItem

SLICE = Slice(
    name="timelines",
    pages=(*NEWS, *CONVERSATIONS, *ROUTES, *PROFILES, *FEEDS, *INTERACTION),
    commands=(("timeline", timeline),),
    navigation=(
        NavigationItem("Home", "/", "home", order=10, phone=True),
        NavigationItem("This site", "/local", "site", order=20),
        NavigationItem("Notifications", "/notifications", "bell", order=30, badge=count_unseen, phone=True),
        NavigationItem("Messages", "/messages", "direct", order=40, phone=True),
    ),
)
