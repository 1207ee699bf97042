"""Hashing passwords beside the event loop, a few at once: each takes much memory and some tens of milliseconds (DOS-045)."""

import asyncio
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from fedirse.base.errors import InvalidInput
from fedirse.site import Site
from fedirse.social.accounts.actions import hash_password, is_password
from fedirse.social.accounts.rules import PASSWORD_HIGHEST
from fedirse.web.forms import Form

T = TypeVar("T")


async def hash_new_password(site: Site, form: Form, handle: str, *, field: str = "password") -> str:
    """The hash of a password that somebody chose.

    Args:
        site: where.
        form: its field, and the same with `_again` behind the name where the form asks twice.
        handle: whose it will be.
        field: name of the field.

    Raises:
        InvalidInput: too short, too long, too obvious, or not the same twice; at the field.
        RateLimited: too many are being hashed.
    """
    typed = form.text(field)
    if f"{field}_again" in form.values and form.text(f"{field}_again") != typed:
        raise InvalidInput("The two passwords differ: type the same one twice.", reason="passwords-differ", field=f"{field}_again")
    about = (handle, site.settings.name, site.settings.domain, site.settings.domain.partition(".")[0])
    try:
        return await _in_turn(site, lambda: hash_password(typed, about))
    except InvalidInput as error:
        # The rule names the field `password`; the form may have another one.
        raise InvalidInput(error.template, reason=error.reason, field=field, **error.words) from error


async def is_right(site: Site, password_hash: str | None, typed: str) -> bool:
    """Whether that is the password; takes as long when there is none to compare with, so that nobody learns who has one.

    Raises:
        RateLimited: too many are being compared.
    """
    if len(typed) > PASSWORD_HIGHEST:
        return False
    return await _in_turn(site, lambda: is_password(password_hash or _nobody(), typed)) and password_hash is not None


async def _in_turn(site: Site, work: Callable[[], T]) -> T:
    async with site.password_places.take():
        return await asyncio.to_thread(work)


@cache
def _nobody() -> str:
    """A hash that is compared with where there is none."""
    return hash_password("no password that anybody has, only as slow as one")
