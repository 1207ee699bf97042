"""Counts what somebody has to do with their hand: clicks and taps, for each step, beside the most that was promised."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Final


@dataclass(slots=True)
class Step:
    """One step of a journey.

    Attributes:
        journey: whose.
        step: what they do.
        target: the most clicks that the design allows; None where it names none.
        clicks: how many it took.
        seconds: how long. It depends on the machine, so nothing follows from it.
    """

    journey: str
    step: str
    target: int | None
    clicks: int = 0
    seconds: float = 0.0

    @property
    def met(self) -> bool:
        """Whether it took no more clicks than promised."""
        return self.target is None or self.clicks <= self.target

    def as_row(self) -> dict[str, object]:
        """What a program is told of it."""
        return {**asdict(self), "seconds": round(self.seconds, 2), "met": self.met}


class Counter:
    """The steps of all journeys, in the order in which they are played.

    Args:
        tell: is given each step as a line as soon as it is over.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._current: Step | None = None
        self.steps: list[Step] = []

    @contextmanager
    def step(self, journey: str, what: str, target: int | None = None) -> Iterator[None]:
        """What is pressed in the `with` block belongs to that step."""
        self._current = step = Step(journey, what, target)
        began = time.monotonic()
        try:
            yield
        finally:
            self._current = None
        step.seconds = time.monotonic() - began
        self.steps.append(step)
        self._tell(line(step))

    def count(self, clicks: int = 1) -> None:
        """Somebody clicks or taps. Raises RuntimeError outside of a step: then it would be in no sum."""
        if self._current is None:
            raise RuntimeError("a click that belongs to no step")
        self._current.clicks += clicks

    @property
    def missed(self) -> list[Step]:
        """The steps that took more than was promised."""
        return [step for step in self.steps if not step.met]


HEADING: Final = f"{'journey':<8}  {'step':<66}  {'clicks':>6}  {'target':>6}  {'seconds':>7}  met"


def line(step: Step) -> str:
    """A row of the table in text."""
    target = "–" if step.target is None else f"≤ {step.target}"  # noqa: RUF001 - as the rest of the table, for people
    met = "NO" if not step.met else "yes" if step.target is not None else ""
    return f"{step.journey:<8}  {step.step:<66}  {step.clicks:>6}  {target:>6}  {step.seconds:>7.2f}  {met}".rstrip()
