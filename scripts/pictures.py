"""Photographs pages of a demo that was just filled; called by scripts/pictures with the path of the browser and, if wanted, a folder."""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from fedirse.base.clock import SystemClock
from fedirse.demo.cast import OWNERS, SITES
from fedirse.demo.network import Network, open_network
from fedirse.demo.processes import Processes
from fedirse.demo.seed import make_network, seed

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
# Nothing but the demo's own pages is to be asked for.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def pages(network: Network) -> dict[str, str]:
    """What is photographed: the name of the picture and the address of the page."""
    return {
        "head-office": network.address(SITES["siege"]),
        "store-lyon": network.address(SITES["lyon"]),
        "store-bordeaux": network.address(SITES["bordeaux"]),
        "thread": network.post("retard"),
        "article": network.post("sept-gestes"),
        "partner": network.address(SITES["morvelle"]),
    }


def photograph(browser: Browser, name: str, address: str, folder: Path) -> None:
    """One page on a desktop and on a telephone."""
    for kind, size, scale in (("desktop", DESKTOP, 1), ("phone", PHONE, 2)):
        context = browser.new_context(viewport=size, device_scale_factor=scale, locale="fr-FR", timezone_id="Europe/Paris")
        page = context.new_page()
        page.goto(address, wait_until="load")
        path = folder / f"{name}-{kind}.png"
        page.screenshot(path=path)
        print(f"{path}  {path.stat().st_size // 1024} kB")
        context.close()


def main(browser_path: str, folder: Path) -> None:
    """Fill a demo, photograph it, and leave nothing else behind."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fedirse-pictures-") as place:
        network = open_network(Path(place).resolve(), 8101)
        asyncio.run(make_network(network))
        with Processes(network) as processes:
            for owner in OWNERS:
                processes.start(owner)
            for owner in OWNERS:
                processes.wait_ready(owner)
            network.plan.posts = asyncio.run(seed(network, SystemClock(), print))
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
                for name, address in pages(network).items():
                    photograph(browser, name, address, folder)
                browser.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]) if sys.argv[2:] else FOLDER)
