"""The routes of every way in."""

from starlette.routing import BaseRoute

from fedirse.social.entrance.invitations.pages import ROUTES as INVITATIONS
from fedirse.social.entrance.links.pages import ROUTES as LINKS
from fedirse.social.entrance.sign_in.pages import ROUTES as SIGN_IN

ROUTES: list[BaseRoute] = [*SIGN_IN, *LINKS, *INVITATIONS]
