"""The one place that knows every part: from settings on disk to sites, and from slices to routes, handlers and jobs."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from fedirse import __version__
from fedirse.activitypub.own_uris import OwnUris
from fedirse.base import limits
from fedirse.base.clock import Clock, SystemClock
from fedirse.base.errors import ConfigurationError
from fedirse.base.places import Places
from fedirse.base.settings import SITE_FILE, ProcessSettings, SiteSettings, load_site_settings
from fedirse.base.types import Host
from fedirse.features.announcements.manifest import SLICE as ANNOUNCEMENTS
from fedirse.features.branding.manifest import SLICE as BRANDING
from fedirse.features.care.ledger.actions import sent_as
from fedirse.features.care.manifest import SLICE as CARE
from fedirse.features.profile.manifest import SLICE as PROFILE
from fedirse.inbox.nonces import Nonces
from fedirse.inbox.receive import Door
from fedirse.inbox.registry import Registry
from fedirse.inbox.routes import inbox_routes
from fedirse.jobs import JobRunner
from fedirse.outbox.routes import outbox_routes
from fedirse.outbox.worker import OutboxWorker
from fedirse.remote.actors import KnownActors
from fedirse.remote.budget import FetchBudget
from fedirse.remote.client import Client
from fedirse.remote.delivery_transport import DeliveryTransport
from fedirse.remote.guard import AddressPolicy, PrivateNetwork
from fedirse.remote.keys import KnownKeys
from fedirse.remote.mail import Mailer, MailSettings
from fedirse.remote.resolver import Resolver
from fedirse.remote.signed_fetch import AmongMembers, SignedFetch
from fedirse.remote.tls import client_context
from fedirse.remote.transport import GuardedBackend, GuardedTransport
from fedirse.site import SettingsInUse, Site
from fedirse.slice import JobKind, Slice
from fedirse.social.accounts.manifest import SLICE as ACCOUNTS
from fedirse.social.accounts.visitors import HEARD, SCOPES_OF, document_reader_of
from fedirse.social.catching_up.actions import PULL
from fedirse.social.catching_up.jobs import pulling
from fedirse.social.catching_up.manifest import SLICE as CATCHING_UP
from fedirse.social.entrance.manifest import SLICE as ENTRANCE
from fedirse.social.entrance.sign_in.pages import carry
from fedirse.social.follows.manifest import SLICE as FOLLOWS
from fedirse.social.media.cache.views import remote_picture_path
from fedirse.social.media.manifest import SLICE as MEDIA
from fedirse.social.media.pages import ON_MEDIA_HOST, media_application, media_routes
from fedirse.social.moderation.blocks.actions import adopt_federation
from fedirse.social.moderation.manifest import SLICE as MODERATION
from fedirse.social.network.actions import scopes_of
from fedirse.social.network.manifest import SLICE as NETWORK
from fedirse.social.network.roster.actions import is_member_host
from fedirse.social.network.roster.receive import noticing
from fedirse.social.partners.manifest import SLICE as PARTNERS
from fedirse.social.posts.access.actions import item_access, may_read_activity, may_send
from fedirse.social.posts.manifest import SLICE as POSTS
from fedirse.social.search.manifest import SLICE as SEARCH
from fedirse.social.timelines.manifest import SLICE as TIMELINES
from fedirse.storage.actors import find_actor_by_uri
from fedirse.storage.database import Database
from fedirse.storage.keyring import Keyring
from fedirse.storage.lanes import Lanes
from fedirse.storage.migration import check_schema
from fedirse.storage.refusals import is_federation_closed
from fedirse.storage.signing import SigningKeys
from fedirse.web.blocks import HOME_BLOCKS, POST_BLOCKS
from fedirse.web.client_address import TRUSTED_PROXIES, check_networks
from fedirse.web.desks import DESKS
from fedirse.web.navigation import NavigationItem
from fedirse.web.static import static_routes

logger = logging.getLogger(__name__)

Heard = Callable[[Site, str], Awaitable[None]]
"""Told of every host that sent something which was accepted."""

SLICES: tuple[Slice, ...] = (
    ACCOUNTS,
    ENTRANCE,
    MEDIA,
    NETWORK,
    FOLLOWS,
    POSTS,
    PARTNERS,
    CATCHING_UP,
    MODERATION,
    SEARCH,
    TIMELINES,
    BRANDING,
    PROFILE,
    ANNOUNCEMENTS,
    CARE,
)

SITES_FOLDER = "sites"
DATABASE_FILE = "site.db"
KEYS_FOLDER = "keys"
MEDIA_FOLDER = "media"
HOSTED_FROM = 4
"""From so many sites in one process on, each gets small caches."""


def registry() -> Registry:
    """Which function handles which inbound activity."""
    return Registry(replace(line, handle=noticing(line.handle)) for part in SLICES for line in part.receives)


def job_kinds() -> list[JobKind]:
    """Every kind of work that needs the network."""
    door = Door(registry(), Nonces(), _nobody_is_told, scopes_of)
    return [*(kind for part in SLICES for kind in part.jobs), JobKind(PULL, pulling(door))]


async def _nobody_is_told(_site: Site, _host: str) -> None:
    """For what is fetched: whoever gave it was asked."""


def navigation() -> list[NavigationItem]:
    """What the pages lead to."""
    return [item for part in SLICES for item in part.navigation]


def routes(door: Door) -> list[BaseRoute]:
    """Every route of every site; what other servers ask for most stands first."""
    pages = [route for part in SLICES for route in part.pages]
    return [
        *inbox_routes(door),
        *outbox_routes(may_read_activity, document_reader_of),
        *pages,
        *media_routes(item_access),
        *static_routes(),
    ]


def site_folder(root: Path, domain: str) -> Path:
    """Where everything of a site lies."""
    return root / SITES_FOLDER / domain


def site_folders(root: Path) -> list[Path]:
    """The folders of the sites under a root, by domain. Raises ConfigurationError when the root has never been used."""
    folder = root / SITES_FOLDER
    if not folder.is_dir():
        raise ConfigurationError(
            f"There are no sites under {root}: make one with `fedirse init --root {root} --domain …`, or name another root."
        )
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


@dataclass(frozen=True, slots=True)
class Ground:
    """What the sites of one process share: threads, connections, the clock. Nothing in it knows a site.

    Attributes:
        settings: of the process.
        lanes: the threads that carry transactions.
        client: the way out.
        clock: the time.
        encoders: the places for programs that decode pictures.
        password_places: the places for hashing passwords.
        mailer: the way out for mail.
    """

    settings: ProcessSettings
    lanes: Lanes
    client: Client
    clock: Clock
    mailer: Mailer = field(default_factory=Mailer)
    password_places: Places = field(default_factory=lambda: Places(limits.PASSWORDS_AT_ONCE, limits.PASSWORDS_WAITING))
    encoders: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(limits.ENCODERS_AT_ONCE))

    async def close(self) -> None:
        """Give back connections and threads."""
        await self.client.aclose()
        self.lanes.close()


def lay_ground(settings: ProcessSettings, clock: Clock | None = None) -> Ground:
    """The shared parts for these settings. Raises ConfigurationError when one of them cannot be used."""
    networks = tuple(PrivateNetwork(entry.domain, entry.cidr) for entry in settings.private_networks)
    policy = AddressPolicy(settings.development, networks)
    authority = Path(settings.certificate_authority) if settings.certificate_authority else None
    tls = client_context(authority)
    resolver = Resolver(policy)
    clock = clock or SystemClock()
    client = Client(
        policy,
        user_agent=f"fedirse/{__version__}",
        fetch_transport=GuardedTransport(GuardedBackend(policy, resolver), tls),
        poster=DeliveryTransport(policy, resolver, tls, connections=settings.deliveries_in_flight, per_host=settings.deliveries_per_host),
        clock=clock,
    )
    mailer = Mailer(MailSettings(settings.mail, settings.mail_from))
    check_networks(settings.trusted_proxies)
    return Ground(settings, Lanes(), client, clock, mailer)


async def open_site(folder: Path, ground: Ground, *, hosted: bool = False) -> Site:
    """A site from its folder.

    Raises:
        ConfigurationError: a setting, a key or the database does not fit; the message says what to do.
    """
    settings = load_site_settings(folder)
    check_belongs(folder, settings, ground.settings)
    check_schema(folder / DATABASE_FILE)
    database = Database(folder / DATABASE_FILE, ground.lanes, hosted=hosted)
    signing = SigningKeys(Keyring(folder / KEYS_FOLDER))
    uris = own_uris(settings)
    client = ground.client.of_site(uris.origin)
    actor = await database.read(find_actor_by_uri, uris.site_actor)
    if actor is None:
        raise ConfigurationError(
            f"The database in {folder} does not hold the actor of this site: it is another's or damaged (`fedirse doctor` says more, "
            "`fedirse restore` puts back the last backup), or the site's `init` was interrupted."
        )
    pair = await database.read(signing.load, actor.id)
    fetch = SignedFetch(
        client,
        database,
        uris.origin,
        lambda: (signing.current(actor.id) or pair).rsa,
        ground.clock,
        allow_http=ground.settings.development,
        members=AmongMembers(is_member_host, lambda: (signing.current(actor.id) or pair).ed25519),
    )
    actors = KnownActors(database, fetch.document, ground.clock, uris.origin)
    budget = FetchBudget(ground.clock)
    site = Site(
        settings_in_use=SettingsInUse(settings),
        folder=folder,
        database=database,
        client=client,
        clock=ground.clock,
        uris=uris,
        actor_id=actor.id,
        signing=signing,
        actors=actors,
        keys=KnownKeys(database, actors, fetch.document, ground.clock, budget),
        fetch_document=fetch.document,
        budget=budget,
        encoders=ground.encoders,
        password_places=ground.password_places,
        mailer=ground.mailer,
    )
    await _agree_on_federation(site)
    return site


def own_uris(settings: SiteSettings) -> OwnUris:
    """The addresses of a site with these settings."""
    return OwnUris(settings.scheme, Host(settings.domain))


def refresh_settings(site: Site) -> None:
    """Go on with the settings that somebody else wrote to the site's folder since; what does not fit changes nothing."""
    in_use = site.settings_in_use
    try:
        written = (site.folder / SITE_FILE).stat().st_mtime_ns
        if written == in_use.written:
            return
        in_use.written = written
        fresh = load_site_settings(site.folder)
    except (OSError, ConfigurationError) as error:
        logger.warning("%s goes on with its old settings: %s", site.settings.domain, error)
        return
    before = in_use.current
    site.adopt(msgspec.structs.replace(fresh, domain=before.domain, scheme=before.scheme, handle=before.handle))


async def renew_settings(site: Site) -> None:
    """As `refresh_settings`, and bring in line with them what the database repeats of them."""
    before = site.settings.federation
    refresh_settings(site)
    if site.settings.federation != before:
        await _agree_on_federation(site)


async def _agree_on_federation(site: Site) -> None:
    if await site.read(is_federation_closed) is not (site.settings.federation == "allowed"):
        await site.write(adopt_federation, site)


def check_belongs(folder: Path, settings: SiteSettings, process: ProcessSettings) -> None:
    """Raises ConfigurationError when a site cannot be served here."""
    if settings.domain != folder.name:
        raise ConfigurationError(
            f"{folder / 'settings.toml'} says domain = {settings.domain!r}: a site's domain never changes. Put the old one back; to move "
            "to another domain, make a new site there."
        )
    if settings.scheme == "http" and not process.development:
        raise ConfigurationError(
            f"{settings.domain} was made for development (http). Set development = true in fedirse.toml, or FEDIRSE_DEVELOPMENT=1, to "
            "serve it."
        )


class Process:
    """The sites of one process and what works for all of them. To be made on a running event loop.

    Args:
        ground: the shared parts.
        root: where the sites lie.
        sole_worker: whether no other process delivers for these sites, so that leases an earlier one left can be taken at once.
        sweep_seconds: how often to look for work that nobody announced; None where all of it comes from this process.
    """

    def __init__(self, ground: Ground, root: Path, *, sole_worker: bool = True, sweep_seconds: float | None = None) -> None:
        self.ground = ground
        self.root = root
        self.sites: dict[str, Site] = {}
        self.outbox = OutboxWorker(
            self.sites.values,
            ground.settings,
            may_send,
            random=random.random,
            sent_as=sent_as,
            sole_worker=sole_worker,
            sweep_seconds=sweep_seconds,
        )
        self.jobs = JobRunner(job_kinds(), self.sites.values, [sweep for part in SLICES for sweep in part.sweeps])

    def router(self, heard: Heard) -> ASGIApp:
        """The routes that all sites share; `heard` is told which host sent something."""
        # An address with a slash too many is none of ours; a redirect would name the plain http behind a proxy.
        router = Router(routes(Door(registry(), Nonces(), heard, scopes_of)), redirect_slashes=False)
        files = media_application(item_access)
        surroundings = {
            "fedirse.navigation": navigation(),
            TRUSTED_PROXIES: self.ground.settings.trusted_proxies,
            "fedirse.carry": carry,
            SCOPES_OF: scopes_of,
            HEARD: heard,
            "fedirse.picture_of": remote_picture_path,
            HOME_BLOCKS: [block for part in SLICES for block in part.home],
            POST_BLOCKS: [block for part in SLICES for block in part.beside_posts],
            DESKS: {desk.name: desk for part in SLICES for desk in part.desks},
        }

        async def surrounded(scope: Scope, receive: Receive, send: Send) -> None:
            """What the pages of every slice find in the scope, beside the site."""
            scope.update(surroundings)
            if ON_MEDIA_HOST in scope:
                await files(scope, receive, send)
                return
            await router(scope, receive, send)

        return surrounded

    def wake(self, domain: str) -> None:
        """Another process left work for the site of that domain."""
        self.outbox.wake(domain)
        self.jobs.wake(domain)

    async def open_sites(self) -> None:
        """Open every site under the root. Raises ConfigurationError for the first that cannot be."""
        folders = site_folders(self.root)
        for folder in folders:
            site = await open_site(folder, self.ground, hosted=len(folders) >= HOSTED_FROM)
            self.sites[site.settings.domain] = site
            self.jobs.watch(site)

    async def work(self) -> None:
        """Deliver and run jobs until cancelled or `stop`."""
        await asyncio.gather(self.outbox.run(), self.jobs.run())

    async def stop(self) -> None:
        """Start nothing new; `work` returns when what is on the wire has ended or was given back."""
        self.outbox.stop()
        await self.jobs.stop()

    async def close(self) -> None:
        """Close the sites, then what they share."""
        for site in self.sites.values():
            await site.database.close()
        await self.ground.close()
