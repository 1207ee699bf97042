"""Presses the buttons of the page of switches, as the browser of somebody at this machine does."""

import re
from http import HTTPStatus
from urllib.parse import urlencode

from fedirse.base.errors import NotFound
from fedirse.demo.cast import CastSite, owner_of
from fedirse.demo.processes import READY_SECONDS
from fedirse.demo.reader import Answer, read, send

_FORM = re.compile(
    r'<form method="post" action="(/o\w+)">\s*<input[^>]*name="token" value="([^"]+)"><input[^>]*name="process" value="(\w+)"'
)


class Presser:
    """Somebody with the page of switches before them.

    Args:
        domain: of the page, with its port.
    """

    def __init__(self, domain: str) -> None:
        self._domain = domain

    def switch_off(self, site: CastSite) -> None:
        """Have the process of a site stopped. Raises NotFound when the page has no such button."""
        self._press("/off", owner_of(site.key).key)

    def switch_on(self, site: CastSite) -> None:
        """Have the process of a site started, and wait until it answers. Raises NotFound as `switch_off`."""
        self._press("/on", owner_of(site.key).key)

    def page(self) -> Answer:
        """The page as it is now."""
        return read(self._domain, "/")

    def _press(self, action: str, process: str) -> None:
        tokens = [token for at, token, key in _FORM.findall(self.page().text) if (at, key) == (action, process)]
        status = self._send(action, process, tokens[0]).status if tokens else HTTPStatus.NOT_FOUND
        if status != HTTPStatus.SEE_OTHER:
            raise NotFound(
                "not switched", reason="not-seen", public_message=f"The page of switches answers {status} to {action} {process}."
            )

    def _send(self, action: str, process: str, token: str) -> Answer:
        body = urlencode({"token": token, "process": process}).encode()
        return send(self._domain, action, body, {"Content-Type": "application/x-www-form-urlencoded"}, seconds=2 * READY_SECONDS)
