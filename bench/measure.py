"""What a process costs, read from /proc, and how a measured figure is put beside its floor and its target."""

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        name: what was measured.
        figure: the measurement.
        unit: its unit.
        ceiling: the same figure of a program that does only the unavoidable work, measured in the same run; None where there is none.
        target: what to reach, in the same unit; None for a figure that only explains another.
        more_is_better: whether the target is the least instead of the most.
    """

    name: str
    figure: float
    unit: str
    ceiling: float | None = None
    target: float | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times the ceiling; None without one."""
        return self.figure / self.ceiling if self.ceiling else None

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        if self.target is None:
            return None
        return self.figure >= self.target if self.more_is_better else self.figure <= self.target

    def row(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "name": self.name,
            "figure": round(self.figure, 3),
            "unit": self.unit,
            "ceiling": None if self.ceiling is None else round(self.ceiling, 3),
            "ratio": None if self.ratio is None else round(self.ratio, 2),
            "target": self.target,
            "met": self.met,
        }


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far, its threads included, to the clock tick."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mebibytes(pid: int) -> float:
    """Resident memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE / 2**20
