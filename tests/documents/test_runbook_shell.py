"""`incidentbot runbook` at a shell: the shapes of its JSON, its sentences and its exit codes."""

import json
from pathlib import Path

import pytest
from jsonschema import validate
from typer.testing import CliRunner, Result

from incidentbot.cli.runbook import runbook_app

GOOD = """---
title: Kafka outage
severity: [P0]
services: [kafka]
triggers: [KafkaBrokerDown]
---
## Diagnosis

1. See which brokers run. This takes 5 minutes.

   ```sh
   $ kubectl get pods
   NAME READY
   ```

   > **Warning:** slow

   - [the page](https://a.b)

2. If one is missing, see [other](other.md).

## References

Nothing.
"""
BAD = "## Fix\n1. Do\n2. So\n\n```sh\nls\n"

TEXT, WORDS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
STEP_TYPES = {
    "id": TEXT, "title": TEXT, "kind": TEXT, "section": WORDS, "body_md": TEXT,
    "commands": {"type": "array", "items": {"type": "object", "required": ["text", "language"], "additionalProperties": TEXT}},
    "expected": WORDS, "checklist": WORDS,
    "branches": {"type": "array", "items": {"type": "object", "required": ["label", "target"]}},
    "warnings": WORDS, "optional": {"type": "boolean"}, "estimate_minutes": {"type": ["integer", "null"]},
    "source_lines": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
}  # fmt: skip
STEPS_SCHEMA = {
    "type": "object",
    "required": ["title", "context_md", "reference_md", "steps", "links", "lint"],
    "additionalProperties": False,
    "properties": {
        "title": TEXT,
        "context_md": TEXT,
        "reference_md": TEXT,
        "steps": {
            "type": "array",
            "items": {
                "type": "object",
                "required": list(STEP_TYPES),
                "properties": STEP_TYPES,
                "additionalProperties": False,
            },
        },
        "links": {
            "type": "array",
            "items": {"type": "object", "required": ["text", "target"], "additionalProperties": TEXT},
        },
        "lint": {"type": "array", "items": {"type": "object", "required": ["rule", "line", "message"]}},
    },
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kafka-outage.md").write_text(GOOD, encoding="utf-8")
    return tmp_path


def run(*words: str, folder: Path) -> Result:
    return CliRunner().invoke(runbook_app, [*words, "--folder", str(folder)])


def test_the_steps_of_a_file_have_the_shape_of_the_contract(folder: Path) -> None:
    result = run("steps", str(folder / "kafka-outage.md"), "--json", folder=folder)
    answer = json.loads(result.stdout)

    validate(answer, STEPS_SCHEMA)
    first, second = answer["steps"]
    assert (result.exit_code, answer["title"], first["title"]) == (0, "Kafka outage", "See which brokers run")
    assert first["commands"] == [{"text": "kubectl get pods", "language": "sh"}]
    assert (first["expected"], first["estimate_minutes"], first["warnings"]) == (
        ["NAME READY"],
        5,
        ["Warning: slow"],
    )
    assert second["branches"] == [{"label": "If one is missing", "target": "other.md"}]
    assert answer["reference_md"] == "## References\n\nNothing."


def test_a_relative_link_is_no_finding_where_links_are_made_whole(folder: Path) -> None:
    without = run("check", str(folder / "kafka-outage.md"), folder=folder).stdout
    given = run(
        "check", str(folder / "kafka-outage.md"), "--url", "https://a.example/b", folder=folder
    ).stdout

    assert "relative-link" in without
    assert "relative-link" not in given


def test_steps_can_be_read_by_people(folder: Path) -> None:
    shown = run("steps", "kafka-outage", folder=folder).stdout

    assert "Kafka outage, 2 steps" in shown
    assert "1 of 2  See which brokers run\n    ! Warning: slow\n    $ kubectl get pods" in shown


def test_a_file_that_is_not_there_is_refused_in_words_and_in_json(folder: Path) -> None:
    plain, as_json = run("steps", "nope", folder=folder), run("steps", "nope", "--json", folder=folder)

    assert (plain.exit_code, as_json.exit_code) == (2, 2)
    assert "There is no runbook nope" in plain.stderr
    assert json.loads(as_json.stdout)["error"]["code"] == "unknown_runbook"


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert run("list", folder=tmp_path).exit_code == 2
    assert json.loads(run("list", "--json", folder=tmp_path).stdout)["error"]["code"] == "no_runbooks"


def test_checking_names_file_line_and_rule_and_fails_when_it_is_severe(folder: Path) -> None:
    assert run("check", folder=folder).exit_code == 0
    (folder / "bad.md").write_text(BAD, encoding="utf-8")
    whole, one = (
        run("check", folder=folder),
        run("check", str(folder / "kafka-outage.md"), "--json", folder=folder),
    )

    assert whole.exit_code == 1
    assert "bad.md:5 unclosed-fence " in whole.stdout
    assert (one.exit_code, json.loads(one.stdout)["files"][0]["ok"]) == (0, True)


def test_the_list_tells_what_the_front_matter_says(folder: Path) -> None:
    (row,) = json.loads(run("list", "--json", folder=folder).stdout)["runbooks"]

    assert (row["path"], row["steps"], row["severity"], row["triggers"]) == (
        "kafka-outage.md",
        2,
        ["P0"],
        ["KafkaBrokerDown"],
    )
    assert (row["owner"], row["overdue"]) == (None, False)
    assert "Kafka outage" in run("list", folder=folder).stdout


def test_matching_tells_why(folder: Path) -> None:
    (match,) = json.loads(run("match", "KafkaBrokerDown", "--json", folder=folder).stdout)["matches"]

    assert match["reason"] == "Its triggers name KafkaBrokerDown."
    assert "kafka-outage.md" in run("match", "brokers", "missing", folder=folder).stdout
    assert "No runbook fits “zebra”" in run("match", "zebra", folder=folder).stdout


def test_the_folder_may_come_from_the_environment(folder: Path) -> None:
    result = CliRunner().invoke(runbook_app, ["list"], env={"INCIDENTBOT_RUNBOOKS": str(folder)})

    assert "kafka-outage.md" in result.stdout
