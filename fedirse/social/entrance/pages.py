"""The routes of every way in."""

from starlette.routing import BaseRoute

from fedirse.social.entrance.arrivals.pages import ROUTES as ARRIVALS
from fedirse.social.entrance.confirming.pages import ROUTES as CONFIRMING
from fedirse.social.entrance.invitations.pages import ROUTES as INVITATIONS
from fedirse.social.entrance.settings.codes.pages import ROUTES as SECOND_FACTOR
from fedirse.social.entrance.settings.keys.pages import ROUTES as PASSKEYS
from fedirse.social.entrance.settings.pages import ROUTES as SETTINGS
from fedirse.social.entrance.sign_in.pages import ROUTES as SIGN_IN

ROUTES: list[BaseRoute] = [*SIGN_IN, *ARRIVALS, *INVITATIONS, *CONFIRMING, *PASSKEYS, *SECOND_FACTOR, *SETTINGS]
