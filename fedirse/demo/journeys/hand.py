"""Somebody's hand at a browser: what it presses is counted, what it types is not."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from fedirse.base.errors import NotFound
from fedirse.demo.journeys.counter import Counter

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Locator, Page

SEEN_MILLISECONDS: Final = 60_000.0
"""A ceiling for what has to come; only a fault reaches it."""

RETURN_MILLISECONDS: Final = 90_000.0
"""The same for what comes from a site that was away: it is tried again after half a minute at most, and the board looks now and then."""

_FIRST_LINES: Final = 6


class Hand:
    """One person before one page, with a mouse or a finger.

    Args:
        page: what they see.
        counter: counts.
        who: the journey that it is.
        pictures: where a picture of the page is put when a step cannot be done.
        taps: whether it is a finger.
    """

    def __init__(self, page: "Page", counter: Counter, who: str, pictures: Path, *, taps: bool = False) -> None:
        self.page = page
        self._counter = counter
        self._who = who
        self._pictures = pictures
        self._taps = taps

    @contextmanager
    def step(self, what: str, target: int | None = None) -> Iterator[None]:
        """What is done in the `with` block is one step.

        Args:
            what: as it stands in the table.
            target: the most clicks that are allowed.

        Raises:
            NotFound: it cannot be done, or what it leads to does not come.
        """
        try:
            with self._counter.step(self._who, what, target):
                yield
        except (_playwright().Error, AssertionError) as error:
            picture = self._pictures / f"{self._who.lower()}.png"
            self.page.screenshot(path=picture)
            why = "\n".join(str(error).strip().splitlines()[:_FIRST_LINES])
            raise NotFound(
                "a step of a journey",
                reason="not-seen",
                public_message=f"{self._who} {what}: not possible at {self.page.url}\n{why}\nSee {picture}.",
            ) from error

    def press(self, thing: "Locator") -> None:
        """Click on it, or tap."""
        self._counter.count()
        if self._taps:
            thing.tap()
        else:
            thing.click()

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.page.keyboard.insert_text(text)

    def replace(self, text: str) -> None:
        """Type in place of all that stands in what has the focus."""
        self.page.keyboard.press("ControlOrMeta+a")
        self.type(text)

    def key(self, name: str) -> None:
        """Press a key."""
        self.page.keyboard.press(name)

    def date(self, field: "Locator", typed: str) -> None:
        """Click into a field for a date, and type it; browsers want its parts in an order of their own, so they are put in as one."""
        self.press(field)
        field.fill(typed)

    def choose(self, field: "Locator", name: str) -> None:
        """Open a list and choose the line that begins so: twice something is pressed."""
        self._counter.count(2)
        lines = [line for line in field.locator("option").all_inner_texts() if line.strip().startswith(name)]
        field.select_option(label=lines[0])

    def bring(self, button: "Locator", files: "Sequence[FilePayload]") -> None:
        """Press what asks for files, pick each of them in the window of the system, and agree there."""
        with self.page.expect_file_chooser() as asked:
            self.press(button)
        self._counter.count(len(files) + 1)
        asked.value.set_files(files)

    def sees(self, thing: "Locator", within: float = SEEN_MILLISECONDS) -> None:
        """Wait until it is there to be seen. Raises AssertionError, which ends the step."""
        _playwright().expect(thing.first).to_be_visible(timeout=within)

    def sees_no(self, thing: "Locator") -> None:
        """Wait until it is not there. Raises AssertionError as `sees`."""
        _playwright().expect(thing).to_have_count(0, timeout=SEEN_MILLISECONDS)

    def link(self, name: str) -> "Locator":
        """A link by its words."""
        return self.page.get_by_role("link", name=name, exact=True).first

    def button(self, name: str) -> "Locator":
        """A button by how its words begin."""
        return self.page.get_by_role("button", name=re.compile(rf"^{re.escape(name)}")).first

    def field(self, name: str) -> "Locator":
        """A field by how its words begin."""
        return self.page.get_by_label(re.compile(rf"^{re.escape(name)}")).first

    def choice(self, name: str) -> "Locator":
        """One of several by how its words begin."""
        return self.page.get_by_role("radio", name=re.compile(rf"^{re.escape(name)}")).first

    def row(self, name: str, *words: str) -> "Locator":
        """The line of a table that has a name and some words in it."""
        found = self.page.get_by_role("row").filter(has_text=name)
        for each in words:
            found = found.filter(has_text=each)
        return found.first

    def words(self, text: str) -> "Locator":
        """Some words, wherever they stand in the page's content."""
        return self.page.get_by_role("main").get_by_text(text)


def _playwright() -> ModuleType:
    from playwright import sync_api  # noqa: PLC0415 - for development only

    return sync_api
