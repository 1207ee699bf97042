"""Photographs every page of a site with a past, and the demo network's; called by scripts/pictures with the path of the browser.

Further arguments: `--folder FOLDER` for another place than docs/pictures, `--only NAME …` for some pages of the site alone, `--network` for
what the people of the demo see of their network alone.
"""

import argparse
import asyncio
import io
import os
import sys
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from network_pictures import Photographer
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from fedirse.base.clock import SystemClock
from fedirse.demo.cast import OWNERS, SITES
from fedirse.demo.making import make_network
from fedirse.demo.network import Network, open_network
from fedirse.demo.processes import Processes
from fedirse.demo.seed import seed
from tests.browser.conftest import ARGUMENTS
from tests.browser.deeds import all_looks
from tests.browser.eyes import DESKTOP, PHONE
from tests.browser.first_run import first_looks
from tests.browser.looks import Look, Onlookers
from tests.browser.scene import Scene, open_scene
from tests.browser.served import made_site

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
DOMAIN = "colmar.aubrelle.example"
COLOURS = 256
IN_BOTH = {"network-arriving"}
"""What is photographed in English too; of the demo's network that is everything."""
LANGUAGE = {"LANGUAGE": "fr"}
"""What the browser itself says, such as beside a field for files; it needs the package chromium-l10n for that."""
SHOWN = """() => Promise.all([...document.images]
  .filter(one => !one.complete && one.getBoundingClientRect().top < innerHeight)
  .map(one => new Promise(done => { one.onload = one.onerror = done; })))"""
KINDS = {"desktop": (DESKTOP, 1.0), "phone": (PHONE, 1.5)}


class Album:
    """Where the pictures go.

    Args:
        folder: where.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._kept: set[Path] = set()

    async def keep(self, page: Page, name: str) -> None:
        """The page as it stands, in few colours, so that the picture is small."""
        path = self._folder / f"{name}.png"
        whole = Image.open(io.BytesIO(await page.screenshot(animations="disabled"))).convert("RGB")
        few = whole.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        await asyncio.to_thread(few.save, path, optimize=True)
        self._kept.add(path)
        print(f"{path}  {path.stat().st_size // 1024} kB")

    def remove_others(self) -> None:
        """Pictures of pages that are no longer there."""
        for path in set(self._folder.glob("*.png")) - self._kept:
            path.unlink()
            print(f"{path}  removed")


async def photograph_scene(
    browser_path: str, scene: Scene, album: Album, looks: Iterable[Look], kinds: Iterable[str] = KINDS, language: str = "fr"
) -> None:
    """Every page of the site, as those see it who look at it."""
    place = f"127.0.0.1:{scene.served.port}"
    told = [f"--host-resolver-rules=MAP {DOMAIN}:80 {place}", f"--unsafely-treat-insecure-origin-as-secure={scene.served.origin}"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_path, args=[*ARGUMENTS, *told], env={**os.environ, **LANGUAGE})
        for kind in kinds:
            size, scale = KINDS[kind]
            onlookers = Onlookers(browser, scene, language, viewport=size, device_scale_factor=scale, is_mobile=False)
            for look in looks:
                async with onlookers.open(look) as opened:
                    await opened.page.evaluate(SHOWN)
                    await album.keep(opened.page, f"{look.name}-{kind}" if language == "fr" else f"{look.name}-{language}-{kind}")
            await onlookers.leave()
        await browser.close()


def demo_pages(network: Network) -> dict[str, str]:
    """What is photographed of the demo: the name of the picture and the address of the page."""
    return {
        "head-office": network.address(SITES["siege"]),
        "store-lyon": network.address(SITES["lyon"]),
        "store-bordeaux": network.address(SITES["bordeaux"]),
        "network-thread": network.post("retard"),
        "network-article": network.post("sept-gestes"),
        "partner": network.address(SITES["morvelle"]),
    }


async def photograph_demo(browser: Browser, network: Network, album: Album) -> None:
    """The pages of the demo as anybody sees them."""
    for kind, (size, scale) in KINDS.items():
        context = await browser.new_context(
            viewport=size,  # type: ignore[arg-type]  # a plain dict is what it takes
            device_scale_factor=scale,
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        for name, address in demo_pages(network).items():
            page = await context.new_page()
            await page.goto(address, wait_until="load")
            await album.keep(page, f"{name}-{kind}")
            await page.close()
        await context.close()


async def _with_browser(browser_path: str, network: Network, processes: Processes, album: Album, *, inside_only: bool) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_path, args=[*ARGUMENTS], env={**os.environ, **LANGUAGE})
        if not inside_only:
            await photograph_demo(browser, network, album)
        await Photographer(browser, network, processes, album.keep, KINDS).take()
        await browser.close()


def of_the_scene(browser_path: str, album: Album, only: Collection[str]) -> None:
    """Make the site, photograph it, and leave nothing else behind."""
    looks = [look for look in all_looks() if not only or look.name in only]
    with tempfile.TemporaryDirectory(prefix="fedirse-pictures-") as place, open_scene(Path(place).resolve(), DOMAIN) as scene:
        asyncio.run(scene.unpack())
        asyncio.run(photograph_scene(browser_path, scene, album, looks))
        asyncio.run(scene.speak("en"))
        asyncio.run(photograph_scene(browser_path, scene, album, [look for look in looks if look.name in IN_BOTH], language="en"))


def of_new_sites(browser_path: str, album: Album) -> None:
    """Photograph a first run, once for each kind of screen: the last page of it sets the site up."""
    for kind in KINDS:
        with tempfile.TemporaryDirectory(prefix="fedirse-pictures-") as place, made_site(Path(place).resolve(), DOMAIN) as served:
            served.start()
            looks = reversed(first_looks(served, "fr"))
            asyncio.run(photograph_scene(browser_path, Scene(served), album, looks, [kind]))


def of_the_demo(browser_path: str, album: Album, *, inside_only: bool) -> None:
    """Fill a demo, photograph it or its network alone, and leave nothing else behind."""
    with tempfile.TemporaryDirectory(prefix="fedirse-pictures-") as place:
        network = open_network(Path(place).resolve(), 8101)
        asyncio.run(make_network(network))
        with Processes(network) as processes:
            for owner in OWNERS:
                processes.start(owner)
            for owner in OWNERS:
                processes.wait_ready(owner)
            asyncio.run(seed(network, SystemClock(), print))
            asyncio.run(_with_browser(browser_path, network, processes, album, inside_only=inside_only))


def main() -> None:
    """Take the pictures that were asked for."""
    asked = argparse.ArgumentParser(description="Photograph the pages.")
    asked.add_argument("browser")
    asked.add_argument("--folder", type=Path, default=FOLDER)
    asked.add_argument("--only", nargs="*", default=())
    asked.add_argument("--network", action="store_true")
    arguments = asked.parse_args()
    album = Album(arguments.folder)
    if not arguments.network:
        of_the_scene(arguments.browser, album, arguments.only)
    if arguments.network or not arguments.only:
        of_the_demo(arguments.browser, album, inside_only=arguments.network)
    if not arguments.network and not arguments.only:
        of_new_sites(arguments.browser, album)
        album.remove_others()


if __name__ == "__main__":
    main()
