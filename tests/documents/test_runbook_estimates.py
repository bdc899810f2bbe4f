"""How long a file says that all of it takes."""

import pytest

from incidentbot.documents.runbook_reader import read_runbook


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("estimate: 30m", 30),
        ("estimate: 45", 45),
        ("estimate: 2 hours", 120),
        ("takes: [15m, 30m]", 30),
        ("takes: [5, 10]", 10),
        ("estimate: soon", None),
        ("estimate: {a: 1}", None),
        ("title: T", None),
    ],
)
def test_the_front_matter_says_how_long_all_of_it_takes(said: str, minutes: int | None) -> None:
    assert read_runbook(f"---\n{said}\n---\n# T\n\n1. A\n2. B\n", path="a.md").estimate_minutes == minutes
