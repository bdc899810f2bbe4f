"""What `check` has to say about profiles that load."""

from datetime import date
from pathlib import Path

import pytest

from incidentbot.policies.check import check, check_file
from incidentbot.policies.findings import Level
from incidentbot.policies.loader import load, shipped

HERE = Path(__file__).parent
CALENDAR = {"timezone", "business_hours", "holidays"}


def warnings(name: str | Path, *, today: date | None = None) -> list[tuple[str, str]]:
    return [(one.where, one.message) for one in check(load(name), today=today) if one.level is Level.WARNING]


def a_file(folder: Path, text: str) -> Path:
    file = folder / "team-x.yaml"
    file.write_text(f"schema: 1\nid: team-x\ntitle: Team X\nextends: mapme\n{text}\n")
    return file


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_profile_can_be_used_and_says_that_its_calendar_is_guessed(name: str) -> None:
    policy, found = check_file(name)
    assert policy is not None
    assert {one.where for one in found if one.level is Level.WARNING} >= CALENDAR
    assert [one for one in found if one.level is Level.ERROR] == []


def test_the_five_teams_escalate_before_an_answer_twice_and_drill_in_two_cadences_once() -> None:
    odd = [
        (name, where)
        for name in shipped()
        for where, message in warnings(name)
        if where not in CALENDAR and "placeholder" not in message and where != "reviewed"
    ]
    assert odd == [
        ("gocarbontracker", "severities.P0.escalate[0]"),
        ("gocarbontracker", "severities.P1.escalate[0]"),
        ("im-chat", "dr.drills"),
    ]


def test_a_team_that_states_its_calendar_is_not_warned_about_it() -> None:
    for name in ("gc-new-york.yaml", "gc-new-york-no-holidays.yaml"):
        assert not CALENDAR & {where for where, _ in warnings(HERE / name)}


def test_a_zone_that_never_changes_its_clocks_is_pointed_out(tmp_path: Path) -> None:
    assert any(
        "may never change its clocks" in message for _, message in warnings(a_file(tmp_path, "timezone: EST"))
    )


def test_placeholders_are_pointed_out_and_real_links_are_not(tmp_path: Path) -> None:
    text = 'links: {wiki: "https://wiki.example.com", board: "https://grafana.mapme.io"}\ncontacts: {phone: "+1-XXX"}'
    found = {where for where, message in warnings(a_file(tmp_path, text)) if "placeholder" in message}
    assert found == {"links.wiki", "contacts.phone"}
    assert ("oncall.schedule_link", '"https://example.invalid/schedule" is a placeholder.') in warnings(
        "missing-table"
    )


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("review_every: 30d\nreviewed: 2026-10-01", True),
        ("review_every: 30d\nreviewed: 2026-11-01", False),
        ("review_every: 30d", True),
        ("reviewed: 2020-01-01", False),
    ],
)
def test_a_review_that_is_overdue_is_pointed_out(tmp_path: Path, text: str, warned: bool) -> None:  # noqa: FBT001 - a table's column
    found = warnings(a_file(tmp_path, text), today=date(2026, 11, 21))
    assert ("reviewed" in {where for where, _ in found}) is warned


def test_a_runbook_that_does_not_exist_is_an_error() -> None:
    policy = load("missing-table")
    found = check(policy, runbooks=frozenset({"database-recovery.md"}))
    assert [(one.level, one.where) for one in found[:1]] == [(Level.ERROR, "runbooks[1].file")]
    assert check(policy, runbooks=frozenset(hint.file for hint in policy.runbooks))[0].level is Level.WARNING


def test_assumptions_and_words_that_nothing_acts_on_are_notes() -> None:
    notes = {one.where: one.message for one in check(load("missing-table")) if one.level is Level.NOTE}
    assert notes["assumptions[1]"] == "Assumed: EST is read as America/New_York."
    assert notes["slos"].startswith("Not connected yet: ")
    assert "compliance" not in notes
    assert "chains" in notes


def test_a_profile_that_cannot_be_used_is_told_as_errors(tmp_path: Path) -> None:
    policy, found = check_file(a_file(tmp_path, "timezone: Nowhere"))
    assert policy is None
    assert [(one.level, one.where) for one in found] == [(Level.ERROR, "team-x.yaml line 5, timezone")]
