"""The reader on real files: labelled runbooks where they are present, and the ones that are shipped."""

from datetime import date
from pathlib import Path

import pytest

from incidentbot.documents.runbook_reader import read_runbook
from incidentbot.documents.runbooks.authors.runbook_lint import SEVERE, check
from incidentbot.documents.runbooks.source.runbook_text import prepare
from tests.documents.runbook_scores import every_file, labelled, score, table
from tests.needs import need

SHIPPED = sorted(
    path for path in (Path(__file__).parents[2] / "runbooks").glob("*.md") if path.name != "README.md"
)


@pytest.fixture(autouse=True)
def _corpus() -> None:
    """Every test here reads labelled runbooks."""
    need("shared")


def test_step_counts_and_first_titles_reach_the_floor() -> None:
    scores = [score(row) for row in labelled()]
    titled = [each.title_right for each in scores if each.title_right is not None]

    assert sum(each.in_range for each in scores) >= 0.97 * len(scores), table(scores)
    assert sum(titled) >= 0.96 * len(titled), table(scores)


def test_files_without_steps_say_where_to_look() -> None:
    for each in map(score, labelled()):
        if not each.runbook.steps:
            assert each.runbook.links or "no-steps" in [remark.rule for remark in each.runbook.lint]


def test_real_files_lose_no_line_and_no_block_of_code() -> None:
    for path in every_file():
        text = path.read_text(encoding="utf-8")
        runbook = read_runbook(text, path=path.name)
        held = "\n".join(
            [runbook.context_md, runbook.reference_md, *(step.body_md for step in runbook.steps)]
        )
        lines = set(held.split("\n"))

        assert [line for line in prepare(text).lines if line.strip() and line not in lines] == [], path.name
        assert len({step.id for step in runbook.steps}) == len(runbook.steps)


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_a_shipped_runbook_has_five_steps_or_more_and_nothing_severe(path: Path) -> None:
    runbook = read_runbook(path.read_text(encoding="utf-8"), path=path.name)

    assert len(runbook.steps) >= 5
    assert [remark for remark in check(runbook, today=date(2026, 11, 20)) if remark.rule in SEVERE] == []
    assert all(step.title for step in runbook.steps)
    assert any(step.commands for step in runbook.steps)
