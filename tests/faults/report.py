"""Gathers what the tests counted, from all workers, and prints the fault matrix: one line a row. A gap fails `make faults`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pytest

from tests.faults.matrix import Count, Effort, Part, effort, lines, wrongs

HEAD = ("row", "fault", "runs", "asked", "lost", "doubled", "seen by a person")
PARTS = ("row", "part", "runs", "asked", "lost", "doubled", "seen by a person")
FIGURES = ("row", "what", "figure", "asked")
PROPERTY, FIGURE = "matrix", "figure of the matrix"

Tally = Callable[..., None]
"""tally(part, runs, lost=, doubled=, seen=): what became of some runs."""

Figure = Callable[[str, str, str, str], None]
"""figure(row, what, figure, asked): something measured on the way, in words."""


@pytest.fixture
def tally(record_property: Any) -> Tally:
    """Counts runs for the fault matrix."""

    def counted(part: Part, runs: int, *, lost: int = 0, doubled: int = 0, seen: int = 0) -> None:
        record_property(PROPERTY, (part.name, runs, lost, doubled, seen))

    return counted


@pytest.fixture
def figure(record_property: Any) -> Figure:
    """Prints a figure under the matrix. A busy machine makes it worse, so that no row fails for it alone."""

    def noted(row: str, what: str, measured: str, asked: str) -> None:
        record_property(FIGURE, (row, what, measured, asked))

    return noted


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The matrix, its parts, what was measured, and what is wrong with it."""
    if figures := sorted(_noted(terminalreporter, FIGURE), key=lambda one: (int(one[0]), *one[1:])):
        _print(terminalreporter, "figures of the fault matrix", [FIGURES, *map(tuple, figures)])
    counts = _counted(terminalreporter)
    if not counts and effort() is Effort.FEW:
        return
    _print(terminalreporter, "the parts of the fault matrix", [PARTS, *_parts(counts)])
    _print(terminalreporter, "the fault matrix", [HEAD, *lines(counts)])
    for sentence in _wrongs(terminalreporter):
        terminalreporter.write_line(sentence, red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A row without its runs fails what is asked to fill the whole matrix."""
    terminalreporter = session.config.pluginmanager.get_plugin("terminalreporter")
    is_worker = hasattr(session.config, "workerinput")
    if (
        terminalreporter is not None
        and not is_worker
        and _wrongs(terminalreporter)
        and session.exitstatus == 0
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _wrongs(terminalreporter: Any) -> Sequence[str]:
    return wrongs(_counted(terminalreporter), effort()) if effort() is not Effort.FEW else ()


def _counted(terminalreporter: Any) -> list[Count]:
    return [Count(Part[name], *figures) for name, *figures in _noted(terminalreporter, PROPERTY)]


def _noted(terminalreporter: Any, kind: str) -> list[Any]:
    reports = [report for how in ("passed", "failed") for report in terminalreporter.stats.get(how, [])]
    return [value for report in reports for name, value in report.user_properties if name == kind]


def _parts(counts: Sequence[Count]) -> Iterator[tuple[str, ...]]:
    for part in Part:
        of_it = [one for one in counts if one.part is part]
        figures = ((one.runs, one.lost, one.doubled, one.seen) for one in of_it)
        if of_it:
            made, *rest = (sum(each) for each in zip(*figures, strict=True))
            yield (part.value.row, part.value.fault, str(made), str(part.value.runs), *map(str, rest))


def _print(terminalreporter: Any, title: str, rows: Sequence[tuple[str, ...]]) -> None:
    terminalreporter.section(title)
    for line in _table(rows):
        terminalreporter.write_line(line)


def _table(rows: Sequence[tuple[str, ...]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
