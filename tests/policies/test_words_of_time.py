"""Durations, hours and holidays as a profile writes them."""

from datetime import time
from pathlib import Path

import pytest

from incidentbot.policies.calendar_words import weekdays
from incidentbot.policies.durations import opening
from incidentbot.policies.findings import PolicyError
from incidentbot.policies.loader import load


def a_file(folder: Path, text: str) -> Path:
    file = folder / "team-x.yaml"
    file.write_text(f"schema: 1\nid: team-x\ntitle: Team X\nextends: im-chat\n{text}\n")
    return file


@pytest.mark.parametrize(
    ("text", "days"),
    [("mon-fri", (0, 1, 2, 3, 4)), ("Sat", (5,)), ("fri-mon", (4, 5, 6, 0)), ("mon, wed", (0, 2))],
)
def test_days_are_named_as_people_name_them(text: str, days: tuple[int, ...]) -> None:
    assert weekdays(text) == days


def test_a_close_of_24_is_the_end_of_the_day() -> None:
    assert opening("22:00-24:00") == (time(22), time(0))


@pytest.mark.parametrize(
    "text", ["9-17", "09:00", "09:00-25:00", "24:00-24:00", "09:00-09:00", "22:00-06:00", "-", "٠٩:٠٠-17:00"]
)
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\."):
        opening(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("immediate_means: immediate", '"immediate" is no duration'),
        ("immediate_means: 0s", "is no time at all"),
        ("persistent_means: 7", "7 is no duration"),
        ("severities: {P0: {ack: {within: true}}}", "or one of: immediate, next_business_day."),
        ("severities: {P0: {escalate: [{after: later}]}}", "or one of: immediate, ack_deadline."),
        ("severities: {P0: {escalate: [{mode: digest, every: often}]}}", "or one of: hourly, daily, weekly."),
        ("training: {onboarding: sometimes}", "or one of: hourly, daily, weekly, monthly"),
        ("reviewed: yesterday", '"yesterday" is no date'),
        ("alerts: {x: {respond: soon}}", "a deadline like {within: 30m}, or review_daily"),
        ("slos: [{name: x, unit: ms, below: true}]", "must be a number, like 99.95"),
        ("slos: [{name: x, unit: ms, below: low}]", "'low' is no number"),
        ('severities: {P0: {label: " "}}', "Here must be text"),
        (
            "maintenance: {planned: {recurrence: FREQ=HOURLY, window: '02:00-04:00'}}",
            "like FREQ=MONTHLY;BYDAY=1SU",
        ),
        ("maintenance: {planned: {window: '04:00-02:00'}}", "closes before it opens"),
        ("business_hours: {}", "never open"),
        ("severities: {P3: {ack: nothing}}", "must be a mapping"),
        ("workflows: {incident: []}", "A workflow called `incident`"),
        (
            "workflows: {x: [{id: a, label: A, state: resolved}, {id: b, label: a, state: verified}]}",
            'called "a"',
        ),
        ("chains: {x: [a, a]}", "stands in this chain twice"),
    ],
)
def test_words_that_mean_no_time_are_refused_with_those_that_do(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(PolicyError) as refused:
        load(a_file(tmp_path, text))
    assert sentence in refused.value.sentence


def test_an_ack_that_is_not_asked_for_cannot_pace_a_ladder(tmp_path: Path) -> None:
    file = a_file(tmp_path, "")
    whole = (Path(__file__).parents[2] / "incidentbot/policies/default.yaml").read_text()
    file.write_text(whole.replace("ack: {within: 5m}, ", ""))
    with pytest.raises(PolicyError, match="`ack_deadline` needs an `ack` at this level"):
        load(file)


def test_a_digest_may_come_daily_and_a_country_may_be_named_by_its_part(tmp_path: Path) -> None:
    text = "severities: {P3: {escalate: [{mode: digest, every: daily}]}}\nholidays: [DE-BY]\n"
    assert load(a_file(tmp_path, text)).business.holidays
    with pytest.raises(PolicyError, match="no country or part of one"):
        load(a_file(tmp_path, "holidays: [DE-XX]"))
