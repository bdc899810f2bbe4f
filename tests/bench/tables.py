"""Rows of figures with their floor, their goal and whether it is met. Measures nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

MET, NOT_MET = "met", "NOT MET"
WIDTHS = (34, 10, 10, 10, 8, 30, 8)
HEADINGS = ("", "median", "worst", "floor", "ratio", "goal", "")


@dataclass(frozen=True, slots=True)
class Goal:
    """What is promised: at most `most`, as a ratio to the floor or in the row's own unit."""

    most: float
    words: str
    ratio: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `floor` is in the row's unit, None where there is none."""

    what: str
    figures: Sequence[float]
    unit: str = "ms"
    floor: float | None = None
    goal: Goal | None = None

    @property
    def median(self) -> float:
        """The middle of the figures."""
        return median(self.figures)

    @property
    def ratio(self) -> float | None:
        """How many times the floor."""
        return self.median / self.floor if self.floor else None

    @property
    def verdict(self) -> str:
        """Whether the goal is met; "" without one."""
        if self.goal is None:
            return ""
        figure = self.ratio if self.goal.ratio else self.median
        return MET if figure is not None and figure <= self.goal.most else NOT_MET


def show(title: str, rows: Sequence[Row]) -> None:
    """Print a table."""
    print(f"\n{title}")
    print(_line(HEADINGS))
    for row in rows:
        floor = "" if row.floor is None else f"{row.floor:.1f}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}x"
        worst = _figure(max(row.figures), row.unit) if len(row.figures) > 1 else ""
        goal = row.goal.words if row.goal else ""
        print(_line((row.what, _figure(row.median, row.unit), worst, floor, ratio, goal, row.verdict)))


def _figure(value: float, unit: str) -> str:
    return f"{value:.2f}{unit}" if unit == "%" else f"{value:.1f}{' ' + unit if unit != 'ms' else ''}"


def _line(cells: Sequence[str]) -> str:
    first, *others = (
        cell.ljust(width) if place in {0, 5, 6} else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    )
    return "  ".join([first, *others]).rstrip()
