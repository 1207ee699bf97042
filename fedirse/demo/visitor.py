"""Somebody of the cast at a browser: signs in with the password, opens pages, sends the forms on them."""

import json
import re
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from fedirse.base.errors import NotFound
from fedirse.demo.cast import PASSWORD, CastSite
from fedirse.demo.network import Network
from fedirse.demo.reader import DOCUMENT, HTML, Answer, card_with, read, send

_TOKEN: Final = re.compile(r'name="form_token" value="([^"]+)"')

File = tuple[str, bytes]
"""What somebody chooses on their machine: its name and its bytes."""


class Visitor:
    """One person's browser.

    Args:
        network: running.
        site: where the person is at home.
        handle: who.

    Raises:
        NotFound: the site does not let them in.
    """

    def __init__(self, network: Network, site: CastSite, handle: str) -> None:
        self.site = site
        self._handle = handle
        self._domain = network.domain(site.key)
        self._cookies: dict[str, str] = {}
        answer = self._send("/sign-in", {"name": handle, "password": PASSWORD})
        if answer.status != HTTPStatus.SEE_OTHER:
            raise NotFound("not let in", reason="not-seen", public_message=f"{self._domain} does not let {handle} in: {answer.status}.")
        self._token = _TOKEN.findall(self.get("/").text)[0]

    @property
    def session(self) -> str:
        """What the browser presents to be known."""
        return self._cookies["session"]

    def get(self, path: str, *, accept: str = HTML) -> Answer:
        """Open a page."""
        return read(self._domain, path, accept=accept, headers=self._cookie_header())

    def post(self, path: str, fields: Mapping[str, str], *, files: Mapping[str, File] | None = None) -> Answer:
        """Send a form as a page of the site does; where it leads is not followed."""
        return self._send(path, {"form_token": self._token, **fields}, files)

    def reads(self, words: str, path: str = "/") -> bool:
        """Whether a page, their home at first, has a post with these words."""
        return self.find(words, path) is not None

    def find(self, words: str, path: str = "/") -> str | None:
        """The id that the post with these words has on their site; None when the page has none."""
        return card_with(self.get(path).text, words)

    def receives(self, uri: str) -> bool:
        """Whether a post is among what their programs are given to read."""
        answer = self.get(f"/people/{self._handle}/inbox?before=", accept=DOCUMENT)
        return answer.status == HTTPStatus.OK and uri in json.loads(answer.text)["orderedItems"]

    def _send(self, path: str, fields: Mapping[str, str], files: Mapping[str, File] | None = None) -> Answer:
        if files:
            body, kind = _multipart(fields, files)
        else:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        answer = send(self._domain, path, body, {"Content-Type": kind, **self._cookie_header()})
        self._cookies.update(answer.cookies)
        return answer

    def _cookie_header(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())} if self._cookies else {}


def _multipart(fields: Mapping[str, str], files: Mapping[str, File]) -> tuple[bytes, str]:
    """A form with files as browsers send it (RFC 7578), and what kind of body it is."""
    edge = secrets.token_hex(16)
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    for name, (filename, content) in files.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: application/octet-stream'
        parts.append(f"--{edge}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join([*parts, f"--{edge}--\r\n".encode()]), f"multipart/form-data; boundary={edge}"
