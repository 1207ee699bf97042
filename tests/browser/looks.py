"""One page as somebody sees it, and how it is come by: opened, or answered to a form that was filled in and sent."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, BrowserContext, FilePayload, Locator, Page, Response

from tests.browser.eyes import Complaints, listen
from tests.browser.scene import Scene

Step = Callable[[Page, Scene], Awaitable[None]]


@dataclass(frozen=True)
class Look:
    """One page as somebody sees it.

    Attributes:
        name: of its picture.
        address: path and query; `{…}` is a name of the scene, such as that of a post, `report` or `site`.
        who: a handle of the scene; nobody when empty.
        status: what the last page is answered with.
        steps: what is done after opening the address.
        scripts: whether the browser gets those of the site.
    """

    name: str
    address: str
    who: str = "marc"
    status: int = 200
    steps: tuple[Step, ...] = ()
    scripts: bool = True


@dataclass(frozen=True)
class Sends:
    """A step: a form of the page is filled in and sent, and the page that answers is there.

    Attributes:
        action: of the form, with names of the scene as in an address.
        fields: what is typed, by name; a box is ticked with True; `name=value` names one of several.
        files: what is chosen, by name.
        hidden: fields that only a script fills in, or that another tab left as they were.
        button: which one of the form sends it.
        until: the form is sent again until it is answered so.
    """

    action: str
    fields: Mapping[str, str | bool] = field(default_factory=dict)
    files: Mapping[str, FilePayload] = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict)
    button: str = "button[type=submit]:visible:not(.composer-enter)"
    until: int = 0

    async def __call__(self, page: Page, scene: Scene) -> None:
        """Send it, as often as it takes."""
        for _ in range(_MOST_TIMES):
            response = await self._send(page, scene)
            if not self.until or (response is not None and response.status == self.until):
                return
        raise AssertionError(f"{self.action} was never answered with {self.until}")

    async def _send(self, page: Page, scene: Scene) -> Response | None:
        form = page.locator(f"form[method=post][action='{scene.named(self.action)}']").first
        for name, value in self.fields.items():
            await _fill(form, name, scene.named(value) if isinstance(value, str) else value)
        for name, file in self.files.items():
            await form.locator(f"[name={name}]").set_input_files(file)
        for name, value in self.hidden.items():
            await form.locator(f"[name={name}]").evaluate("(field, value) => { field.value = value; }", value)
        async with page.expect_navigation() as answered:
            await form.locator(self.button).first.click()
        return await answered.value


_MOST_TIMES = 8


async def _fill(form: Locator, name: str, value: str | bool) -> None:
    if isinstance(value, bool):
        field_name, _, choice = name.partition("=")
        await form.locator(f"[name='{field_name}']" + (f"[value='{choice}']" if choice else "")).set_checked(value)
    else:
        await form.locator(f"[name='{name}']:visible").first.fill(value)


@dataclass
class Opened:
    """A page that is open.

    Attributes:
        page: the page.
        context: the browser it is open in.
        complaints: what the browser says against it.
        statuses: what it and the pages on the way to it were answered with.
    """

    page: Page
    context: BrowserContext
    complaints: Complaints
    statuses: list[int] = field(default_factory=list)


class Onlookers:
    """The people of a scene, each at a browser of their own.

    Args:
        chromium: the browser.
        scene: where they look.
        language: what they speak.
        options: of their browsers, such as `viewport`.
    """

    def __init__(self, chromium: Browser, scene: Scene, language: str = "fr", **options: object) -> None:
        self._chromium = chromium
        self._scene = scene
        self._language = language
        self._options = options
        self._shared: dict[str, BrowserContext] = {}

    @asynccontextmanager
    async def open(self, look: Look) -> AsyncIterator[Opened]:
        """The page of a look, after its steps. Who does something has a browser for that alone, which forgets it afterwards."""
        alone = bool(look.steps) or not look.scripts
        context = await self._browse(look) if alone else await self._browser_of(look)
        if not look.scripts:
            # A browser without scripts would not run the rules of accessibility either.
            await context.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page = await context.new_page()
        opened = Opened(page, context, listen(page))

        def note(response: Response) -> None:
            if response.request.is_navigation_request() and response.frame == page.main_frame:
                opened.statuses.append(response.status)

        page.on("response", note)
        await page.goto(self._scene.named(look.address))
        for step in look.steps:
            await step(page, self._scene)
        try:
            yield opened
        finally:
            await (context if alone else page).close()

    async def leave(self) -> None:
        """Close every browser."""
        for context in self._shared.values():
            await context.close()

    async def _browser_of(self, look: Look) -> BrowserContext:
        if look.who not in self._shared:
            self._shared[look.who] = await self._browse(look)
        return self._shared[look.who]

    async def _browse(self, look: Look) -> BrowserContext:
        return await self._scene.browse(self._chromium, look.who, self._language, **self._options)
