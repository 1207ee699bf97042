"""One site in a process, with three people and whoever comes to read: for the tests of pages and documents.

Making keys takes long, so a site is made once and every test gets a copy of its folder.
"""

import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import msgspec
import pytest
from starlette.types import ASGIApp

from fedirse.activitypub.signatures import KeyAlgorithm, PrivateKey, SignedRequest, public_der, sign_cavage, sign_message
from fedirse.asgi import application
from fedirse.base.actors import StoredActor
from fedirse.base.clock import FixedClock
from fedirse.base.identifiers import new_id
from fedirse.base.roles import Role
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account, create_token
from fedirse.social.accounts.sessions.actions import form_token, new_secret, open_session
from fedirse.social.accounts.store import get_account
from fedirse.social.accounts.visitors import session_cookie_name
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.model import Block, Follow, FollowState
from fedirse.social.follows.store import save_block, save_follow
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.store import add_post
from fedirse.storage.actors import StoredKey, find_local_actor, save_actor, save_public_keys
from fedirse.storage.transaction import Transaction
from tests.federation.network import START, Network
from tests.made_once import rsa_key

DOMAIN = "magasin.example"
ORIGIN = f"https://{DOMAIN}"
EVERYBODY = Audience(AudienceKind.PUBLIC)
ROLES = {"marc": (Role.ADMINISTRATOR,), "ines": (Role.AUTHOR,), "lea": (Role.READER,)}
AS2 = "application/activity+json"
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass(frozen=True)
class Stranger:
    """Somebody of another server, who can sign what they ask for."""

    actor: StoredActor
    key: PrivateKey

    @property
    def key_id(self) -> str:
        return f"{self.actor.uri}#{'main-key' if self.key.algorithm is KeyAlgorithm.RSA else 'ed25519'}"


async def make_folder(folder: Path) -> None:
    """The folder of the site that the tests get copies of."""
    network = Network(folder, FixedClock(START))
    site = await network.add(DOMAIN, name="Magasin de Colmar", handle="magasin", description="Bricolage & jardin, au centre.")
    for handle, name in (("marc", "Marc Weber"), ("ines", "Inès Ben Amar"), ("lea", "Léa Klein")):
        await site.write(create_account, site, handle, name, None, START, roles=ROLES[handle])
    await network.stop(DOMAIN)


class Browser:
    """Somebody at a browser: keeps cookies, and sends forms as the pages of the site do.

    Args:
        shop: the site.
        secret: what the session's cookie holds; None for nobody signed in.
    """

    def __init__(self, shop: "Shop", secret: str | None = None) -> None:
        self.shop = shop
        self.cookies: dict[str, str] = {session_cookie_name(shop.site): secret} if secret else {}

    @property
    def form_token(self) -> str:
        """What the forms of this session carry."""
        secret = self.cookies.get(session_cookie_name(self.shop.site))
        return form_token(secret) if secret else ""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page; redirects are not followed."""
        return await self._send("GET", path, headers)

    async def post(
        self,
        path: str,
        fields: Mapping[str, object] | None = None,
        *,
        files: Sequence[tuple[str, tuple[str, bytes, str]]] = (),
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a form.

        Args:
            path: where.
            fields: what was typed; a list is sent several times.
            files: (field, (name, content, type)).
            token: another form token than the session's.
            headers: others than those a page of the site would send.
        """
        data = {"form_token": self.form_token if token is None else token, **(fields or {})}
        return await self._send("POST", path, {"origin": ORIGIN, "sec-fetch-site": "same-origin", **(headers or {})}, data, files)

    async def _send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        data: Mapping[str, object] | None = None,
        files: Sequence[tuple[str, tuple[str, bytes, str]]] = (),
    ) -> httpx.Response:
        sent = {"host": DOMAIN, "accept": HTML, "accept-language": "fr", **headers}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.shop.app), base_url=ORIGIN) as client:
            response = await client.request(method, path, headers=sent, data=data, files=list(files) or None)
        for header in response.headers.get_list("set-cookie"):
            name, _, rest = header.partition("=")
            value = rest.partition(";")[0].strip('"')
            self.cookies = {key: kept for key, kept in self.cookies.items() if key != name} | ({name: value} if value else {})
        return response


class Shop:
    """The running copy.

    Args:
        site: the site.
        app: the whole application.
    """

    def __init__(self, site: Site, app: ASGIApp) -> None:
        self.site = site
        self.app = app

    async def person(self, handle: str) -> StoredActor:
        """One of the site's people: marc, ines or lea."""
        actor = await self.site.read(find_local_actor, handle)
        assert actor is not None
        return actor

    async def token(self, handle: str) -> str:
        """A bearer token of one of them."""
        return await self.site.write(create_token, handle, "tests", self.site.clock.now())

    async def sign_in(self, handle: str) -> Browser:
        """One of them at a browser, signed in: marc runs the site, ines is an author, lea only reads."""
        secret = new_secret()

        def sign_in(tx: Transaction) -> None:
            open_session(tx, get_account(tx, handle), secret, "Tests", self.site.clock.now())

        await self.site.write(sign_in)
        return Browser(self, secret)

    async def stranger(self, handle: str, host: str = "ailleurs.example", *, key: PrivateKey | None = None, **values: object) -> Stranger:
        """Somebody of another server, known here with a key, an RSA one unless `key` is given."""
        stranger = Stranger(remote_actor(handle, host, **values), key or rsa_key((handle, host)))

        def keep(tx: Transaction) -> StoredActor:
            stored = save_actor(tx, stranger.actor)
            purpose = "publicKey" if stranger.key.algorithm is KeyAlgorithm.RSA else "assertionMethod"
            save_public_keys(tx, stored.id, [StoredKey(stranger.key_id, stored.id, purpose, public_der(stranger.key.public), START)])
            return stored

        return Stranger(await self.site.write(keep), stranger.key)

    async def let_follow(self, follower: StoredActor, followee: StoredActor, state: FollowState = FollowState.ACCEPTED) -> None:
        """Make one follow the other."""
        uri = f"https://follows.example/{follower.id}/{followee.id}"
        await self.site.write(save_follow, Follow(follower.id, followee.id, uri, state, START))

    async def let_block(self, blocker: StoredActor, blocked: StoredActor) -> None:
        """Make one block the other."""
        await self.site.write(save_block, Block(blocker.id, blocked.id, f"https://blocks.example/{blocked.id}", START))

    async def receive(self, author: StoredActor, content: str, audience: Audience = EVERYBODY, **values: object) -> Post:
        """A post of another server as it is kept here; `values` are fields of Post."""
        post_id = new_id(self.site.clock.now())
        uri = f"{author.uri}/posts/{post_id}"
        found = Post(
            id=post_id,
            uri=uri,
            actor_id=author.id,
            local=False,
            kind=PostKind.NOTE,
            audience=audience,
            published_at=self.site.clock.now(),
            content=content,
            url=uri,
            thread_id=post_id,
        )
        post = replace(found, **values)  # type: ignore[arg-type]
        await self.site.write(add_post, post)
        return post

    async def get(
        self,
        path: str,
        *,
        accept: str | None = HTML,
        token: str | None = None,
        signer: Stranger | None = None,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """What a visitor is answered: by default a browser with French preferences that nobody knows."""
        sent = {"accept-language": "fr", **(headers or {})}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        if signer is not None:
            request = SignedRequest(method, "https", DOMAIN, path, (), b"")
            sign = sign_cavage if signer.key.algorithm is KeyAlgorithm.RSA else sign_message
            sent |= dict(sign(request, signer.key_id, signer.key, self.site.clock.now()))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=ORIGIN) as client:
            # Without this the client would say what it accepts and whether it keeps the connection.
            client.headers.clear()
            if accept is not None:
                sent["accept"] = accept
            return await client.request(method, path, headers={"host": DOMAIN, **sent})


@pytest.fixture(scope="session")
async def made_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the site lies that tests get copies of."""
    folder = tmp_path_factory.mktemp("made-site")
    await make_folder(folder)
    return folder


@pytest.fixture
async def shop(made_site: Path, tmp_path: Path) -> AsyncIterator[Shop]:
    """The site, running."""
    async with open_shop(made_site, tmp_path / "shop") as opened:
        yield opened


@pytest.fixture
async def strict_shop(made_site: Path, tmp_path: Path) -> AsyncIterator[Shop]:
    """The site, answering signed requests only."""
    async with open_shop(made_site, tmp_path / "strict-shop", authorised_fetch=True) as opened:
        yield opened


@asynccontextmanager
async def open_shop(made: Path, folder: Path, **settings: object) -> AsyncIterator[Shop]:
    """A copy of the site `made`, running.

    Args:
        made: where `make_folder` made it.
        folder: where the copy goes.
        settings: site settings that differ.
    """
    shutil.copytree(made, folder, dirs_exist_ok=True)
    network = Network(folder, FixedClock(START))
    opened = await network.start(DOMAIN)
    site = opened
    site.adopt(msgspec.structs.replace(site.settings, **settings))
    process = network.processes[DOMAIN]
    try:
        yield Shop(site, application({DOMAIN: site}, process.router(process.outbox.peer_was_heard)))
    finally:
        await network.stop(DOMAIN)


def remote_actor(handle: str, host: str = "ailleurs.example", **values: object) -> StoredActor:
    """An actor of another server."""
    uri = f"https://{host}/users/{handle}"
    actor = StoredActor(
        id=new_id(START),
        uri=uri,
        host=host,
        local=False,
        kind="Person",
        handle=handle,
        name=handle.title(),
        summary="",
        url=f"https://{host}/@{handle}",
        inbox=f"{uri}/inbox",
        shared_inbox=None,
        outbox=None,
        followers=f"{uri}/followers",
        following=None,
        icon=None,
        image=None,
        fields=(),
        also_known_as=(),
        implements=(),
        moved_to=None,
        locked=False,
        discoverable=True,
        published_at=START,
        fetched_at=START,
        gone_at=None,
    )
    return replace(actor, **values)  # type: ignore[arg-type]
