"""What can be seen of a site from outside: its pages, its documents, and what its people's programs are given."""

import asyncio
import json
from collections.abc import Sequence
from http import HTTPStatus

from fedirse import assembly
from fedirse.base.errors import ProtocolError, RemoteError
from fedirse.base.settings import load_process_settings
from fedirse.demo.cast import CastSite, owner_of
from fedirse.demo.network import Network
from fedirse.demo.reader import DOCUMENT, HTML, find_card, read
from fedirse.remote.actors import FetchDocument


class Eyes:
    """Looks at the sites of a network."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def shows(self, site: CastSite, words: str, token: str | None = None) -> bool:
        """Whether the site's own page has a post with these words, for anybody or for the holder of a token."""
        return find_card(self._network.domain(site.key), "/", words, token=token) is not None

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

    def text_of(self, site: CastSite, path: str, token: str | None = None) -> str:
        """A page's markup."""
        return read(self._network.domain(site.key), path, token=token).text

    def statuses(self, site: CastSite, path: str) -> set[int]:
        """What a stranger is answered who asks for the page, and for the document."""
        return {read(self._network.domain(site.key), path, accept=accept).status for accept in (HTML, DOCUMENT)}

    def total(self, site: CastSite, path: str) -> int:
        """How many items a collection says that it has; -1 when it is none."""
        answer = read(self._network.domain(site.key), path, accept=DOCUMENT)
        return int(json.loads(answer.text).get("totalItems", -1)) if answer.status == HTTPStatus.OK else -1

    def receives(self, site: CastSite, handle: str, token: str, uri: str) -> bool:
        """Whether a post is among what a person's programs are given to read."""
        answer = read(self._network.domain(site.key), f"/people/{handle}/inbox?before=", accept=DOCUMENT, token=token)
        return answer.status == HTTPStatus.OK and uri in json.loads(answer.text)["orderedItems"]

    def given_to(self, site: CastSite, uris: Sequence[str]) -> list[str]:
        """Which of these documents other sites give to a request that this site's own actor has signed."""
        return asyncio.run(self._ask_for(site, uris))

    async def _ask_for(self, site: CastSite, uris: Sequence[str]) -> list[str]:
        root = self._network.root(owner_of(site.key))
        ground = assembly.lay_ground(load_process_settings(root, {}))
        try:
            opened = await assembly.open_site(assembly.site_folder(root, self._network.domain(site.key)), ground)
            try:
                return [uri for uri in uris if await _is_given(opened.fetch_document, uri)]
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
