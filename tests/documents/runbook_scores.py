"""Scores the reader against labelled runbooks: step counts in range, and the first step's title. Run it to see a table.

`INCIDENTBOT_SHARED` names the folder that holds `corpus/runbooks/manifest.csv`; default `../shared`.
"""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.documents.runbook_reader import read_runbook
from tests.needs import found_shared

MANIFEST = (found_shared() or Path("../shared")) / "corpus" / "runbooks" / "manifest.csv"
_STOP = frozenset(
    """
    a an and any are as at be by for from if in is it of on or that the this to with you your
    """.split()  # noqa: SIM905 - a table of words is read best without quotes
)


@dataclass(frozen=True)
class Score:
    """One labelled file. `title_right` is None where the label names no title."""

    path: str
    shape: str
    expected: str
    found: int
    in_range: bool
    exact: bool
    title_right: bool | None
    runbook: Runbook


def labelled() -> list[dict[str, str]]:
    """The labelled rows whose file is present."""
    with MANIFEST.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["labelled"] == "yes"]
    return [row for row in rows if (MANIFEST.parent.parent / row["path"]).is_file()]


def every_file() -> list[Path]:
    """All markdown of the corpus, labelled or not."""
    return sorted(path for path in MANIFEST.parent.rglob("*.md*") if path.name != "README.md")


def score(row: dict[str, str]) -> Score:
    """Read one labelled file and compare."""
    text = (MANIFEST.parent.parent / row["path"]).read_text(encoding="utf-8")
    runbook = read_runbook(text, path=row["source_path"])
    found = len(runbook.steps)
    accepted = [title for title in row["first_step_title"].split(" || ") if title]
    first = runbook.steps[0].title if runbook.steps else ""
    return Score(
        path=row["path"],
        shape=row["shape"],
        expected=f"{row['steps_min']}-{row['steps_max']} ({row['expected_steps']})",
        found=found,
        in_range=int(row["steps_min"]) <= found <= int(row["steps_max"]),
        exact=found == int(row["expected_steps"]),
        title_right=any(alike(first, title) for title in accepted) if accepted else None,
        runbook=runbook,
    )


def alike(found: str, accepted: str) -> bool:
    """At least 60 % of the content words of the shorter title are shared."""
    ours, theirs = _words(found), _words(accepted)
    if not theirs:  # a script without Latin letters
        return found == accepted
    shorter = min(len(ours), len(theirs))
    return shorter > 0 and len(ours & theirs) / shorter >= 0.6


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower())) - _STOP


def table(scores: list[Score]) -> str:
    """One line per shape: files, in range, exact, first title."""
    by_shape: dict[str, list[Score]] = defaultdict(list)
    for each in scores:
        by_shape[each.shape].append(each)
    by_shape["all"] = scores
    lines = [f"{'shape':<16} files range exact title"]
    for shape, members in by_shape.items():
        titled = [each.title_right for each in members if each.title_right is not None]
        figures = (len(members), sum(m.in_range for m in members), sum(m.exact for m in members), sum(titled))
        lines.append(
            f"{shape:<16} {figures[0]:>5} {figures[1]:>5} {figures[2]:>5} {figures[3]:>3}/{len(titled)}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    results = [score(row) for row in labelled()]
    print(table(results))
    for result in results:
        if not result.in_range or result.title_right is False:
            title = result.runbook.steps[0].title if result.runbook.steps else ""
            print(f"{result.path}: {result.found} of {result.expected}, first: {title!r}")
