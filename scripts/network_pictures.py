"""Photographs the network of a demo: what its people see of it, in both languages, on a desktop and on a telephone."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from announcement_pictures import ANNOUNCING, AWAY, RETURNED, publish_later_version, see_arrival
from demo_views import View, at, post, send
from playwright.async_api import Browser, BrowserContext, Page

from fedirse.demo.cast import BORDEAUX, CHANNEL, HEAD_OFFICE, LYON, NEWCOMER, SITES, CastSite, owner_of
from fedirse.demo.membership import KNOWN_BY
from fedirse.demo.network import Network
from fedirse.demo.processes import Processes
from fedirse.demo.visitor import Visitor

LACKS_PICTURES = """async () => {
  for (const one of document.images) one.loading = "eager";
  await Promise.all([...document.images].filter(one => !one.complete)
    .map(one => new Promise(done => { one.onload = one.onerror = done; })));
  return [...document.images].some(one => !one.naturalWidth);
}"""
"""Waits for the pictures of a page; whether there is one that could not be had."""

LOCALES = {"fr": "fr-FR", "en": "en-GB"}


async def _open_invitation(page: Page, network: Network) -> None:
    await page.fill("[name=link]", network.plan.invitation)
    await send(page, "form[action='/site/network/join'] button[type=submit]")


async def _invite(page: Page, _network: Network) -> None:
    known = KNOWN_BY[NEWCOMER.key]
    for name, typed in (
        ("note", NEWCOMER.name),
        ("region", known.region),
        ("city", known.city),
        ("brand", known.brand),
        ("format", known.format),
    ):
        await page.locator(f"[name={name}]:visible").first.fill(typed)
    await send(page, "form[action='/site/network/invitations/new'] button[type=submit]")


async def _open_selection(page: Page, _network: Network) -> None:
    await page.goto(await page.get_by_role("link", name="Sud et Proxi").first.evaluate("one => one.href"), wait_until="load")


async def _answer_network(page: Page, _network: Network) -> None:
    await page.locator("[name=text]:visible").first.fill("Pour tous les magasins : inventaire lundi, fermeture à 17 h, vitrine éteinte.")
    choice = page.locator("[name=audience][value=network]")
    await choice.check()
    await choice.scroll_into_view_if_needed()


BEFORE_JOINING = (
    View("network-review", NEWCOMER, "camille", at("/site/network/join"), _open_invitation),
    View("network-address", NEWCOMER, "", lambda network: network.plan.invitation),
    View("network-invited", HEAD_OFFICE, "nadia", at("/site/network/invitations/new"), _invite),
)
WHILE_JOINING = (View("network-requests", HEAD_OFFICE, "nadia", at("/site/network/requests")),)
INSIDE = (
    View("network-console", HEAD_OFFICE, "nadia", at("/site/network")),
    View("network-site", HEAD_OFFICE, "nadia", lambda network: f"/site/network/members/{network.domain(BORDEAUX.key)}"),
    View("network-segment", HEAD_OFFICE, "nadia", at("/site/network/segments"), _open_selection),
    View("network-ledger", HEAD_OFFICE, "nadia", post("hiver", "/egress")),
    View("network-post", HEAD_OFFICE, "nadia", post("hiver")),
    View("network-compose", HEAD_OFFICE, "nadia", at("/compose"), _answer_network),
    View("network-channels", HEAD_OFFICE, "nadia", at("/site/partners")),
    View("network-channel", HEAD_OFFICE, "nadia", at(f"/site/partners/{CHANNEL.handle}")),
    View("network-home", LYON, "marc", at("/")),
    View("network-leaving", LYON, "marc", at("/site/network/leave")),
)


class Photographer:
    """Goes through the demo with a camera.

    Args:
        browser: Chromium.
        network: seeded, with all its processes running.
        processes: they.
        keep: takes the picture of a page under a name.
        kinds: by name, the size of the screen and how fine it is.
    """

    def __init__(
        self,
        browser: Browser,
        network: Network,
        processes: Processes,
        keep: Callable[[Page, str], Awaitable[None]],
        kinds: dict[str, tuple[dict[str, int], float]],
    ) -> None:
        self._browser = browser
        self._network = network
        self._processes = processes
        self._keep = keep
        self._kinds = kinds
        self._sessions: dict[tuple[str, str], Visitor] = {}

    async def take(self) -> None:
        """All the pictures; the newcomer asks to be let in on the way."""
        await self._take_all(BEFORE_JOINING)
        link = self._network.plan.invitation
        self._visitor(NEWCOMER, "camille").post("/site/network/join/ask", {"link": link})
        await self._take_all(WHILE_JOINING)
        await self._take_all(INSIDE)
        await self._take_all(ANNOUNCING)
        await self._take_absence()

    async def _take_absence(self) -> None:
        """A store is switched off while something is announced, and comes back."""
        owner = owner_of(BORDEAUX.key)
        self._processes.switch_off(owner.key)
        await self._as_nadia(publish_later_version)
        await self._as_nadia(lambda page, network: see_arrival(page, network, "ne répond pas"))
        await self._take_all(AWAY)
        self._processes.switch_on(owner)
        await self._as_nadia(lambda page, network: see_arrival(page, network, "reçue en retard"))
        await self._take_all(RETURNED)

    async def _as_nadia(self, do: Callable[[Page, Network], Awaitable[None]]) -> None:
        self._speak(HEAD_OFFICE, "nadia", "fr")
        context = await self._browser.new_context(locale="fr-FR", timezone_id="Europe/Paris")
        await self._sign_in(context, HEAD_OFFICE, "nadia")
        await do(await context.new_page(), self._network)
        await context.close()

    async def _sign_in(self, context: BrowserContext, site: CastSite, who: str) -> None:
        origin = self._network.address(site)
        await context.add_cookies([{"name": "session", "value": self._visitor(site, who).session, "url": origin}])

    async def _take_all(self, views: tuple[View, ...]) -> None:
        for language, locale in LOCALES.items():
            for kind, (size, scale) in self._kinds.items():
                for site, who in sorted({(view.site.key, view.who) for view in views if view.who}):
                    self._speak(SITES[site], who, language)
                for view in views:
                    context = await self._browser.new_context(
                        viewport=size,  # type: ignore[arg-type]  # a plain dict is what it takes
                        device_scale_factor=scale,
                        locale=locale,
                        timezone_id="Europe/Paris",
                    )
                    # A notice is kept for the next page of the same browser, so each has one of its own.
                    await self._take(view, context, f"{view.name}-{kind}" if language == "fr" else f"{view.name}-{language}-{kind}")
                    await context.close()

    async def _take(self, view: View, context: BrowserContext, name: str) -> None:
        if view.who:
            await self._sign_in(context, view.site, view.who)
        page = await context.new_page()
        path = view.path(self._network)
        await page.goto(path if path.startswith("http") else self._network.address(view.site, path), wait_until="load")
        if view.step is not None:
            await view.step(page, self._network)
        elif await page.evaluate(LACKS_PICTURES):
            # What could not be had is known now, and the next page shows something else in its place.
            await page.reload(wait_until="load")
        await self._keep(page, name)

    def _speak(self, site: CastSite, who: str, language: str) -> None:
        chosen = {"language": language, "timezone": "Europe/Paris", "theme": "auto", "email": ""}
        answer = self._visitor(site, who).post("/settings/preferences", chosen)
        if answer.status != HTTPStatus.SEE_OTHER:
            raise RuntimeError(f"{site.name} does not keep the language of {who}: {answer.status}")

    def _visitor(self, site: CastSite, who: str) -> Visitor:
        if (site.key, who) not in self._sessions:
            self._sessions[site.key, who] = Visitor(self._network, site, who)
        return self._sessions[site.key, who]
