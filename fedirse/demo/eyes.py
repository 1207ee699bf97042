"""What can be seen of a site from outside: its pages, its documents, and what its people's programs are given."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus

from fedirse import assembly
from fedirse.activitypub import uris
from fedirse.base.clock import SystemClock
from fedirse.base.errors import ProtocolError, RemoteError
from fedirse.base.settings import load_process_settings
from fedirse.demo.cast import CastSite, owner_of
from fedirse.demo.network import Network
from fedirse.demo.reader import DOCUMENT, HTML, Answer, find_card, read
from fedirse.remote.actors import FetchDocument
from fedirse.remote.signed_fetch import signer
from fedirse.site import Site
from fedirse.storage.signing import KeyPair


class Eyes:
    """Looks at the sites of a network."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._keys: dict[str, KeyPair] = {}

    def shows(self, site: CastSite, words: str) -> bool:
        """Whether the site's own page has a post with these words, for anybody."""
        return find_card(self._network.domain(site.key), "/", words) is not None

    def shows_once(self, site: CastSite, words: str) -> bool:
        """Whether these words stand on the site's own page once."""
        return read(self._network.domain(site.key), "/").text.count(words) == 1

    def page_of(self, site: CastSite, words: str) -> str:
        """The path at that site of the post with these words; the root when its page has none."""
        post_id = find_card(self._network.domain(site.key), "/", words)
        return f"/posts/{post_id}" if post_id else "/"

    def thread_shows(self, site: CastSite, words: str, answer: str) -> bool:
        """Whether the thread of the post with these words has an answer with those."""
        path = self.page_of(site, words)
        return path != "/" and find_card(self._network.domain(site.key), path, answer) is not None

    def text_of(self, site: CastSite, path: str) -> str:
        """A page's markup, as anybody gets it."""
        return read(self._network.domain(site.key), path).text

    def statuses(self, site: CastSite, path: str) -> set[int]:
        """What a stranger is answered who asks for the page, and for the document."""
        return {read(self._network.domain(site.key), path, accept=accept).status for accept in (HTML, DOCUMENT)}

    def total(self, site: CastSite, path: str) -> int:
        """How many items a collection says that it has; -1 when it is none."""
        answer = read(self._network.domain(site.key), path, accept=DOCUMENT)
        return int(json.loads(answer.text).get("totalItems", -1)) if answer.status == HTTPStatus.OK else -1

    def given_to(self, site: CastSite, asked: Sequence[str]) -> list[str]:
        """Which of these documents other sites give to a request that this site's own actor has signed."""
        return asyncio.run(self._ask_for(site, asked))

    def signed(self, site: CastSite, uri: str, *, as_member: bool = False, accept: str = DOCUMENT) -> Answer:
        """What is answered to a request that this site's own actor has signed.

        Args:
            site: who asks.
            uri: for what.
            as_member: with the key that the members of the network know the site by, whether or not it is one; else with the key that
                every server can verify.
            accept: what is asked for.
        """
        address = uris.parse(uri, allow_http=True)
        keys = self._keys.get(site.key) or self._keys.setdefault(site.key, asyncio.run(self._load_keys(site)))
        key = keys.ed25519 if as_member else keys.rsa
        headers = signer(lambda: key, SystemClock(), message=as_member)("GET", address, b"")
        return read(address.authority, address.target, accept=accept, headers={name: value for name, value in headers if name != "host"})

    async def _load_keys(self, site: CastSite) -> KeyPair:
        async with self._opened(site) as opened:
            return await opened.read(opened.signing.load, opened.actor_id)

    async def _ask_for(self, site: CastSite, asked: Sequence[str]) -> list[str]:
        async with self._opened(site) as opened:
            return [uri for uri in asked if await _is_given(opened.fetch_document, uri)]

    @asynccontextmanager
    async def _opened(self, site: CastSite) -> AsyncIterator[Site]:
        root = self._network.root(owner_of(site.key))
        ground = assembly.lay_ground(load_process_settings(root, {}))
        try:
            opened = await assembly.open_site(assembly.site_folder(root, self._network.domain(site.key)), ground)
            try:
                yield opened
            finally:
                await opened.database.close()
        finally:
            await ground.close()


async def _is_given(fetch: FetchDocument, uri: str) -> bool:
    try:
        await fetch(uri)
    except (ProtocolError, RemoteError):
        return False
    return True
