"""`incidentbot policy` at a shell."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from incidentbot.cli.policy import policy_app
from incidentbot.core.ladders.schedule import Event

AT = ("--declared-at", "2026-11-17T10:00:00Z")
ENTRY = {"at", "event", "name", "mode", "target", "unless", "note"}
SHAPE = {"profile", "severity", "notify", "room", "schedule", "stages", "postmortem"}


def run(*words: str) -> Result:
    return CliRunner().invoke(policy_app, list(words))


def explained(*words: str) -> dict[str, Any]:
    result = run("explain", *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(*words: str) -> dict[str, str]:
    result = run(*words, "--json")
    assert result.exit_code == 2
    return json.loads(result.stdout)["error"]


def of(found: dict[str, Any], event: Event) -> list[dict[str, Any]]:
    return [entry for entry in found["schedule"] if entry["event"] == event]


def test_an_explanation_keeps_the_shape_of_the_contract() -> None:
    found = explained("im-chat", "--severity", "sev1", *AT)

    assert set(found) == SHAPE
    assert all(set(entry) == ENTRY for entry in found["schedule"])
    assert all(set(stage) == {"id", "label", "state", "duty"} for stage in found["stages"])
    assert (found["profile"], found["severity"], found["room"], found["postmortem"]) == (
        "im-chat",
        "P0",
        "dedicated",
        "required",
    )
    assert found["notify"] == ["pagerduty", "slack", "email", "phone"]
    assert of(found, Event.PAGE)[0] | {"note": None} == {
        "at": "2026-11-17T10:00:00Z",
        "event": "page",
        "name": "page",
        "mode": "auto",
        "target": "on_call_primary",
        "unless": "acknowledged",
        "note": None,
    }
    dated = [datetime.fromisoformat(entry["at"]) for entry in found["schedule"] if entry["at"]]
    assert dated == sorted(dated)
    assert [entry["at"] for entry in found["schedule"]][len(dated) :] == [None] * (
        len(found["schedule"]) - len(dated)
    )


def test_an_instant_with_an_offset_is_answered_in_utc() -> None:
    found = explained(
        "tests/policies/gc-new-york.yaml", "--severity", "p2", "--declared-at", "2026-11-20T16:30:00-05:00"
    )
    assert of(found, Event.ACK_DEADLINE)[0]["at"] == "2026-11-23T17:30:00Z"


def test_a_fact_makes_the_rung_that_waits_for_it_due() -> None:
    before = explained("gocarbontracker", "--severity", "sev3", *AT)
    after = explained("gocarbontracker", "--severity", "sev3", *AT, "--fact", "multiple_users")
    assert [entry["at"] for entry in of(before, Event.ESCALATE)] == [None]
    assert [entry["at"] for entry in of(after, Event.ESCALATE)] == ["2026-11-17T10:00:00Z"]


def test_until_cuts_the_list_and_repeats_what_repeats() -> None:
    once = explained("im-chat", "--severity", "p0", *AT)
    cut = explained("im-chat", "--severity", "p0", *AT, "--until", "2026-11-17T11:30:00Z")
    assert len(of(once, Event.UPDATE_DUE)) == 1
    assert [entry["at"][11:16] for entry in of(cut, Event.UPDATE_DUE)] == ["10:30", "11:00", "11:30"]
    early = explained("im-chat", "--severity", "p0", *AT, "--until", "2026-11-17T10:20:00Z")
    assert [entry["target"] for entry in of(early, Event.ESCALATE)] == ["on_call_secondary"]
    weekly = explained("gocarbontracker", "--severity", "p3", *AT, "--until", "2026-12-14T09:00:00Z")
    assert [entry["at"][:10] for entry in of(weekly, Event.DIGEST)] == [
        "2026-11-30",
        "2026-12-07",
        "2026-12-14",
    ]


def test_an_alert_is_explained_by_what_it_opens() -> None:
    warning = explained("missing-table", "--alert", "warning", *AT)
    critical = explained("missing-table", "--alert", "critical", *AT)
    assert (warning["severity"], of(warning, Event.PAGE)) == ("P2", [])
    assert "pagerduty" not in warning["notify"]
    assert of(critical, Event.PAGE)[0]["target"] == "on_call_primary"


def test_an_alert_that_opens_nothing_is_still_answered_or_listed() -> None:
    info = explained("mapme", "--alert", "info", *AT)
    assert (info["severity"], info["stages"], info["postmortem"]) == (None, [], "none")
    assert [(entry["event"], entry["at"]) for entry in info["schedule"]] == [
        ("ack_deadline", "2026-11-17T12:00:00Z")
    ]
    listed = explained("missing-table", "--alert", "info", *AT, "--until", "2026-11-19T12:00:00Z")
    assert [entry["at"][:10] for entry in of(listed, Event.DIGEST)] == ["2026-11-18", "2026-11-19"]
    assert explained("gocarbontracker", "--alert", "low", *AT)["schedule"] == []


def test_a_kind_without_a_workflow_of_its_own_says_whose_stages_it_walks() -> None:
    borrowed = explained("boat-listing", "--severity", "sev1", "--kind", "security", *AT)
    own = explained("boat-listing", "--severity", "sev1", "--kind", "degradation", *AT)
    assert "no workflow for security" in borrowed["schedule"][0]["note"]
    assert "no workflow" not in str(own["schedule"])
    assert (own["postmortem"], own["stages"][0]["id"]) == ("none", "assess")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("explain", "mapme", "--severity", "1"), "ambiguous_severity", "`sev1` (P0) or `p1` (P1)"),
        (("explain", "mapme", "--severity", "sev9"), "unknown_severity", '"sev9" is no severity here'),
        (("explain", "mapme", "--severity", "banana"), "unknown_severity", "no severity of profile mapme"),
        (
            ("explain", "mapme", "--severity", "sev1 checkout"),
            "unknown_severity",
            "no severity of profile mapme",
        ),
        (("explain", "mapme"), "refused", "either --severity or --alert"),
        (("explain", "mapme", "--alert", "nope"), "refused", "It knows: critical, warning, info"),
        (("explain", "mapme", "--severity", "p1", "--kind", "party"), "refused", "no kind of incident"),
        (("explain", "mapme", "--severity", "p1", "--fact", "rain"), "refused", "multiple_users, persistent"),
        (("explain", "mapme", "--severity", "p1", "--declared-at", "noon"), "refused", "no instant"),
        (("explain", "nobody", "--severity", "p1"), "policy_error", "Name one of default"),
    ],
)
def test_a_refusal_is_one_sentence_a_code_and_exit_2(
    words: tuple[str, ...], code: str, sentence: str
) -> None:
    error = refused(*words)
    assert error["code"] == code
    assert sentence in error["message"]
    spoken = run(*words)
    assert (spoken.exit_code, spoken.stdout) == (2, "")
    assert sentence in spoken.stderr


def test_the_list_names_every_shipped_profile() -> None:
    listed = json.loads(run("list", "--json").stdout)["profiles"]
    assert {entry["id"] for entry in listed} >= {"default", "im-chat", "mapme"}
    assert all(len(entry["sha256"]) == 64 and Path(entry["file"]).is_file() for entry in listed)
    assert "Boat Listing Platform" in run("list").stdout


def test_check_lists_findings_and_leaves_with_2_only_for_errors(tmp_path: Path) -> None:
    good = run("check", "gocarbontracker", "--json")
    assert good.exit_code == 0
    (verdict,) = json.loads(good.stdout)["profiles"]
    assert verdict["ok"] is True
    assert {"level", "where", "message"} == set(verdict["findings"][0])

    file = tmp_path / "bad.yaml"
    file.write_text("schema: 1\nid: bad\ntitle: Bad\nextends: default\ntimezone: Nowhere\n")
    bad = run("check", str(file), "--json")
    assert bad.exit_code == 2
    assert json.loads(bad.stdout)["error"]["message"].startswith("bad.yaml line 5, timezone")
    assert "cannot be used: 1 error" in run("check", str(file)).stdout


def test_check_without_a_name_checks_all_and_looks_for_their_runbooks(tmp_path: Path) -> None:
    empty = run("check", "--runbooks", str(tmp_path), "--json")
    assert empty.exit_code == 2
    assert "There is no runbook" in json.loads(empty.stdout)["error"]["message"]
    shipped = run("check", "--json")
    assert (shipped.exit_code, len(json.loads(shipped.stdout)["profiles"])) == (0, 6)


def test_people_read_a_table_on_the_wall_of_their_zone() -> None:
    text = run(
        "explain",
        "tests/policies/gc-new-york.yaml",
        "--severity",
        "p2",
        "--declared-at",
        "2026-11-20T16:30:00-05:00",
    ).stdout
    assert "declared Fri 2026-11-20 16:30:00 (America/New_York)" in text
    assert "Mon 2026-11-23 12:30:00  +2d 20h  ack is late" in text
    assert "waits" in text


def test_an_alert_inside_planned_maintenance_is_counted_from_its_end_and_a_p0_is_not() -> None:
    """The first Sunday of December, 02:00 to 06:00 UTC."""
    inside = ("--declared-at", "2026-12-06T03:00:00Z")
    held = explained("im-chat", "--alert", "p1", *inside)["schedule"][0]
    assert held["at"] == "2026-12-06T06:00:00Z"
    assert "planned maintenance until 2026-12-06 06:00 UTC holds it back" in held["note"]
    at_once = explained("im-chat", "--alert", "critical", *inside)["schedule"][0]
    assert (at_once["at"], at_once["note"]) == ("2026-12-06T03:00:00Z", "leaves at once")


def test_check_says_when_the_planned_window_opens_next() -> None:
    found = json.loads(run("check", "missing-table", "--json").stdout)["profiles"][0]["findings"]
    [next_one] = [one["message"] for one in found if one["where"] == "maintenance.planned"]
    assert "02:00 (America/New_York) for 2h; alerts below P0 open nothing then." in next_one


def test_a_window_that_the_work_does_not_fit_into_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "short.yaml"
    file.write_text(
        "schema: 1\nid: short\ntitle: Short\nextends: default\nmaintenance:\n  planned:\n"
        "    recurrence: FREQ=MONTHLY\n    window: '02:00-03:00'\n"
    )
    assert refused("check", str(file))["message"].startswith(
        "short.yaml line 7, maintenance.planned.recurrence"
    )
    file.write_text(file.read_text().replace("FREQ=MONTHLY", "FREQ=DAILY") + "    duration: [1h, 2h]\n")
    assert "Work of 2h does not fit into the window 02:00-03:00." in refused("check", str(file))["message"]


@pytest.mark.parametrize("asked", ["--declared-at", "--until"])
@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"])
def test_a_year_in_which_nothing_can_be_reckoned_is_refused_in_a_sentence(asked: str, text: str) -> None:
    given = [*AT, asked, text] if asked == "--until" else [asked, text]
    for profile in ("im-chat", "gocarbontracker"):
        assert refused("explain", profile, "--severity", "sev4", *given)["message"] == (
            f'"{text}" is out of reach: the years 1970 to 9990 are reckoned with.'
        )


def test_the_last_year_can_be_reckoned_with() -> None:
    for level in ("sev1", "sev2", "sev3", "sev4"):
        assert explained("gocarbontracker", "--severity", level, "--declared-at", "9990-12-31T23:59:59Z")
