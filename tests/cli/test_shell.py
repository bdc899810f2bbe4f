"""The shell commands: one sentence or one JSON object, exit 2 for a refusal, keys always present."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from incidentbot.cli.commands import app

SETTINGS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "PAGERDUTY_ROUTING_KEY")


@pytest.fixture(autouse=True)
def _a_clean_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INCIDENTBOT_DATA_DIR", str(tmp_path / "data"))


def shell(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.stdout


def as_json(*arguments: str) -> tuple[int, Any]:
    code, printed = shell(*arguments, "--json")
    return code, json.loads(printed)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("serve",), "SLACK_BOT_TOKEN is missing"),
        (("incidents", "show", "INC-99"), "There is no incident INC-99."),
        (("incidents", "show", "x'; drop"), "There is no incident x'; drop."),
        (("postmortem", "draft", "INC-99"), "There is no incident INC-99."),
        (("policy", "explain", "nobody", "--severity", "sev1"), "nobody"),
        (("runbook", "steps", "nothing.md", "--folder", "nowhere"), "nowhere"),
        (("runbook", "match", " "), "Say what to look for"),
        (("runbook", "check", "."), "is a folder. Name a file in it, or the folder itself with `--folder .`"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_2(arguments: tuple[str, ...], words: str):
    code, answered = as_json(*arguments)

    assert code == 2
    assert set(answered) == {"error"}
    assert set(answered["error"]) == {"code", "message"}
    assert words in answered["error"]["message"]


def test_one_step_is_counted_as_one(tmp_path: Path):
    (tmp_path / "one.md").write_text("# One\n\n## Fix\n\nRestart it.\n", encoding="utf-8")

    assert shell("runbook", "steps", "one.md")[1].startswith("One, 1 step\n")
    assert "  1 step   One" in shell("runbook", "list", "--folder", ".")[1]


def test_a_start_on_a_damaged_database_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "incidentbot.db").write_bytes(b"no database" * 1000)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")

    code, answered = as_json("serve")

    assert code == 2
    assert "restore it from a backup" in answered["error"]["message"]


def test_an_empty_database_lists_nothing_and_can_be_brought_up_to_date():
    assert as_json("db", "upgrade") == (0, {"upgraded": True})
    assert as_json("incidents", "list") == (0, {"incidents": []})
    assert shell("incidents", "list")[1].strip() == "No incident is open."
    assert shell("incidents", "list", "--all")[1].strip() == "No incident was ever declared here."


@pytest.mark.parametrize("url", ["", "https://bot.example.com"])
def test_the_manifest_is_made_for_the_socket_or_for_an_address(url: str):
    code, printed = shell("manifest", *(("--http", url) if url else ()))
    manifest = json.loads(printed)

    assert code == 0
    assert manifest["settings"]["socket_mode_enabled"] is not bool(url)
    assert ("request_url" in manifest["settings"]["interactivity"]) is bool(url)


@pytest.mark.parametrize("url", ["http://bot.example.com", "bot.example.com", "https://", "https://[x"])
def test_a_manifest_for_an_address_that_slack_does_not_send_to_is_refused(url: str):
    code, answered = as_json("manifest", "--http", url)

    assert code == 2
    assert "Slack sends to https alone" in answered["error"]["message"]


def test_the_doctor_says_what_is_missing_and_leaves_with_1():
    code, answered = as_json("doctor")

    assert code == 1
    assert answered["ok"] is False
    assert any("SLACK_BOT_TOKEN is missing" in one["message"] for one in answered["findings"])
