"""The routes of every way in."""

from starlette.routing import BaseRoute

from fedirse.social.entrance.sign_in.pages import ROUTES as SIGN_IN

ROUTES: list[BaseRoute] = [*SIGN_IN]
