"""`incidentbot postmortem draft` at the shell: from a file and from the database, for people and for programs."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from incidentbot.cli.postmortem import postmortem_app
from incidentbot.core.facts import FactKind
from incidentbot.core.postmortems.postmortem_types import DraftSource
from incidentbot.core.refusals import Refused
from tests.postmortem.samples import fact, incident

EXPORT = {
    "id": "INC-7",
    "title": "checkout is down",
    "channels": ["inc-7"],
    "messages": [{"id": "m1", "ts": "1721905804.000100", "user": "ana", "bot": False, "text": "rolled back"}],
    "bot_events": [{"ts": "1721905800.0", "type": "declared", "text": "ana declared it"}],
}


async def stored(number: int) -> DraftSource:
    """A database with one incident."""
    if number != 7:
        raise Refused(f"There is no INC-{number}.")
    return incident(fact(FactKind.DECLARED, 0, "declared"))


def run(*words: str) -> Result:
    return CliRunner().invoke(postmortem_app(stored), ["draft", *words])


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "export.json"
    file.write_text(json.dumps(EXPORT), encoding="utf-8")
    return file


def test_a_file_becomes_markdown(export: Path) -> None:
    result = run("--from", str(export))

    assert result.exit_code == 0
    assert result.stdout.startswith("# checkout is down\n")


def test_a_file_becomes_json_with_the_document_in_it(export: Path) -> None:
    result = run("--from", str(export), "--json")
    shown: dict[str, Any] = json.loads(result.stdout)

    assert shown["id"] == "INC-7"
    assert shown["times"]["declare"]["at"] == "2024-07-25T11:10:00Z"
    assert shown["markdown"].startswith("# checkout is down\n")


@pytest.mark.parametrize("name", ["INC-7", "inc-7", "7"])
def test_an_incident_is_read_from_the_database(name: str) -> None:
    assert json.loads(run(name, "--json").stdout)["id"] == "INC-7"


@pytest.mark.parametrize(("name", "begins"), [("draft.md", "# checkout"), ("draft.html", "<!doctype html>")])
def test_a_draft_can_be_written_to_a_file(export: Path, tmp_path: Path, name: str, begins: str) -> None:
    out = tmp_path / name
    result = run("--from", str(export), "--out", str(out))

    assert result.stdout == f"Written to {out}.\n"
    assert out.read_text(encoding="utf-8").startswith(begins)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Name one incident, like INC-7, or one file with --from."),
        (("INC-7", "--from", "x.json"), "Name one incident, like INC-7, or one file with --from."),
        (("checkout",), '"checkout" names no incident: write it like INC-7.'),
        (("INC-8",), "There is no INC-8."),
        (("--from", "/nowhere/x.json"), "/nowhere/x.json cannot be read: No such file or directory."),
        (
            ("INC-7", "--out", "x.docx"),
            ".docx cannot be written: name it .md for Markdown, .html for a page that any browser prints, or .pdf.",
        ),
        (("INC-7", "--out", "/nowhere/x.md"), "/nowhere/x.md cannot be written: No such file or directory."),
    ],
)
def test_a_refusal_leaves_with_two_and_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    plain, for_programs = run(*words), run(*words, "--json")

    assert (plain.exit_code, plain.stderr.strip(), plain.stdout) == (2, sentence, "")
    assert for_programs.exit_code == 2
    assert json.loads(for_programs.stdout) == {"error": {"code": "refused", "message": sentence}}


@pytest.mark.parametrize("content", [b"{}", b"\xff\xfe", b'{"id": "INC-7"}'])
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.json"
    file.write_bytes(content)

    result = run("--from", str(file))

    assert result.exit_code == 2
    assert str(file) in result.stderr
