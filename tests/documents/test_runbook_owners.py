"""Owners of runbooks: those that a profile knows can be paged; where it knows none, authors are told."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from incidentbot.cli.runbook import runbook_app
from incidentbot.documents.runbook_reader import read_runbook
from incidentbot.documents.runbooks.runbook_owners import lint_owner, owners_of
from incidentbot.policies.loader import load

STEPS = "# T\n\n1. Look at the panel\n2. Restart it\n"


@pytest.mark.parametrize(
    ("front", "owners", "remarks"),
    [
        ("owner: Team-Lead", ("team_lead",), 0),
        ("owner: SRE team\nescalate_to: [team_lead]", ("team_lead",), 0),
        ("owner: The wizards\nowner_slack: '#wizards'", (), 1),
        ("title: T", (), 0),
    ],
)
def test_owners_are_held_against_the_roles_of_the_profile(
    front: str, owners: tuple[str, ...], remarks: int
) -> None:
    book, policy = read_runbook(f"---\n{front}\n---\n{STEPS}", path="a.md"), load("im-chat")

    assert owners_of(book, policy) == owners
    assert len(list(lint_owner(book, policy))) == remarks


def test_check_says_that_nobody_can_page_the_owner_and_is_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(f"---\nowner: The wizards\n---\n{STEPS}", encoding="utf-8")

    checked = CliRunner().invoke(runbook_app, ["check", str(file), "--policy", "im-chat"])
    assert "unknown-owner The wizards is no role or chain of im-chat" in checked.output
    assert checked.exit_code == 0
    assert "unknown-owner" not in CliRunner().invoke(runbook_app, ["check", str(file)]).output
