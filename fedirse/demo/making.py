"""Makes the sites of the demo, and opens them beside the processes that serve them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from fedirse import assembly
from fedirse.base.settings import PROCESS_FILE, load_process_settings
from fedirse.demo.cast import OWNERS, CastSite, Owner
from fedirse.demo.logos import LOGO_FILE, draw_logo
from fedirse.demo.network import Network
from fedirse.installation import make_sites, read_wish
from fedirse.outbox.wake import WakeSender
from fedirse.site import Site


async def make_network(network: Network) -> None:
    """Make every owner's sites, with their colours and logos. Nothing has to run yet."""
    for owner in OWNERS:
        wishes = [read_wish(_settings(network, site), development=True) for site in owner.sites]
        await make_sites(network.root(owner), wishes, development=True)
        with (network.root(owner) / PROCESS_FILE).open("a", encoding="utf-8") as settings:
            settings.write(f'mail = "file:{network.mails(owner).absolute()}"\nmail_from = "{owner.key}@mail.example"\n')
        for site in owner.sites:
            media = assembly.site_folder(network.root(owner), network.domain(site.key)) / assembly.MEDIA_FOLDER
            (media / LOGO_FILE).write_bytes(draw_logo(site.look))


def _settings(network: Network, site: CastSite) -> dict[str, object]:
    return {
        "domain": network.domain(site.key),
        "name": site.name,
        "handle": site.key,
        "head_office": site.head_office,
        "description": site.description,
        "colour": site.look.colour,
        "accent": site.look.accent,
        "logo": LOGO_FILE,
    }


@asynccontextmanager
async def open_sites(network: Network) -> AsyncIterator[dict[str, Site]]:
    """Every site by its key, opened in this process beside the serving ones, which are told what is queued here."""
    async with AsyncExitStack() as opened:
        ground = assembly.lay_ground(load_process_settings(network.root(OWNERS[0]), {}))
        opened.push_async_callback(ground.close)
        sites: dict[str, Site] = {}
        for owner in OWNERS:
            for site in owner.sites:
                sites[site.key] = await _open(network, owner, site.key, ground, opened)
        yield sites


async def _open(network: Network, owner: Owner, key: str, ground: assembly.Ground, opened: AsyncExitStack) -> Site:
    root = network.root(owner)
    site = await assembly.open_site(assembly.site_folder(root, network.domain(key)), ground)
    opened.push_async_callback(site.database.close)
    sender = WakeSender(root)
    opened.callback(sender.close)
    site.pulse.listen(partial(sender.wake, site.settings.domain))
    return site
