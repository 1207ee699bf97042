"""Accounts and their actors."""

from fedirse.slice import Slice
from fedirse.social.accounts.commands import account, token
from fedirse.social.accounts.pages import ROUTES

SLICE = Slice(name="accounts", pages=ROUTES, commands=(("account", account), ("token", token)))
