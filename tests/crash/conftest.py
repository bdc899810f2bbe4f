"""Prints what the sweep has tried as one table, gathered from all workers."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.store.conftest import postgres as postgres  # noqa: PLC0414 - one server for the session, as the store's tests have

HEAD = ("act", "call", "killed", "lost", "doubled", "second rooms", "untrue", "told within")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A line for each call, over all reports of the run."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    noted = [pair for report in reports for pair in report.user_properties]
    if tried := [value for name, value in noted if name == "crash"]:
        _print(terminalreporter, "the bot was killed and started again", _rows(tried))


def _print(terminalreporter: Any, title: str, rows: list[tuple[str, ...]]) -> None:
    terminalreporter.section(title)
    for line in _lines(rows):
        terminalreporter.write_line(line)


def _rows(tried: Iterable[Any]) -> list[tuple[str, ...]]:
    """Each call once: its moments, the sums of what was found, and the longest time until all was told."""
    points: dict[tuple[str, str], list[Any]] = {}
    for act, call, *rest in tried:
        points.setdefault((act, call), []).append(rest)
    rows = [HEAD, *(_row(act, call, kills) for (act, call), kills in sorted(points.items()))]
    every = [kill for kills in points.values() for kill in kills]
    sums = (str(sum(kill[place] for kill in every)) for place in range(2, 6))
    return [*rows, ("all", f"{len(points)} points", f"{len(every)} kills", *sums, _longest(every))]


def _row(act: str, call: str, kills: list[Any]) -> tuple[str, ...]:
    moments = [str(kill[0]) for kill in kills]
    sums = (str(sum(kill[place] for kill in kills)) for place in range(2, 6))
    return (act, call, " ".join(moments), *sums, _longest(kills))


def _longest(kills: list[Any]) -> str:
    return f"{max(kill[1] for kill in kills):.2f} s"


def _lines(rows: list[tuple[str, ...]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()


@pytest.fixture
def note(record_property: Any) -> Any:
    """Writes a kill into the table: act, call, moment, seconds until all was told, and the verdict's four counts."""

    def noted(act: str, call: str, moment: str, took_s: float, counts: tuple[int, ...]) -> None:
        record_property("crash", (act, call, moment, took_s, *counts))

    return noted
