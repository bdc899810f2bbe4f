"""Prints what became of pages while PagerDuty failed as one table, gathered from all workers."""

from typing import Any

import pytest

from tests.faults.pages import Page

HEAD = (
    "fault",
    "paging",
    "runs",
    "pages",
    "lost",
    "doubled",
    "told in the room",
    "told within",
    "paged after it ended",
)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A line for each fault and way of paging, over all reports of the run."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    rows = [value for report in reports for name, value in report.user_properties if name == "fault"]
    if not rows:
        return
    terminalreporter.section("pages while PagerDuty failed")
    table = [HEAD, *(tuple(map(str, row)) for row in sorted(rows))]
    widths = [max(len(row[place]) for row in table) for place in range(len(HEAD))]
    for row in table:
        shown = (word.ljust(width) for word, width in zip(row, widths, strict=True))
        terminalreporter.write_line("  ".join(shown).rstrip())


@pytest.fixture
def note(record_property: Any) -> Any:
    """Writes the runs of one fault into the table."""

    def noted(fault: str, paging: str, runs: list[Page]) -> None:
        told = [run.told_s for run in runs if run.told_s is not None]
        waited = [run.waited_s for run in runs if run.waited_s is not None]
        record_property(
            "fault",
            (
                fault,
                paging,
                len(runs),
                sum(run.wanted for run in runs),
                sum(len(run.lost) for run in runs),
                sum(len(run.doubled) for run in runs),
                len(told),
                f"{max(told):g} s" if told else "-",
                f"{max(waited):g} s" if waited else "-",
            ),
        )

    return noted
