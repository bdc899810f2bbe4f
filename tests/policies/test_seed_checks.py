"""What the operations pages of five teams expect of their profiles, at the level of plan and schedule."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from incidentbot.core.ladders.ladder import make_plan, plan_for_alert
from incidentbot.core.ladders.schedule import Event, ScheduleEntry, schedule
from incidentbot.core.plan import Plan
from incidentbot.core.policy import Condition, Mode, PostmortemNeed, RoomKind, Severity, State
from incidentbot.core.text.severity_words import AmbiguousSeverity, read_severity
from incidentbot.policies.loader import load, shipped

HERE = Path(__file__).parent
TEAMS = ("mapme", "gocarbontracker", "im-chat", "boat-listing", "missing-table")
T0 = datetime(2026, 11, 17, 10, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")


def ny(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=NEW_YORK).astimezone(UTC)


def a_plan(
    profile: str | Path,
    severity: str,
    *,
    at: datetime = T0,
    kind: str = "incident",
    facts: frozenset[Condition] = frozenset(),
) -> Plan:
    return make_plan(load(profile), severity=Severity(severity), kind=kind, declared_at=at, conditions=facts)


def entries(
    profile: str | Path, severity: str, *, at: datetime = T0, facts: frozenset[Condition] = frozenset()
) -> tuple[ScheduleEntry, ...]:
    plan = a_plan(profile, severity, at=at, facts=facts)
    return schedule(plan, policy=load(profile), declared_at=at)


def times(found: tuple[ScheduleEntry, ...], event: Event) -> list[tuple[timedelta | None, str | None]]:
    return [(entry.at - T0 if entry.at else None, entry.target) for entry in found if entry.event is event]


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("profile", "due"),
    [("mapme", 5), ("gocarbontracker", 15), ("im-chat", 5), ("boat-listing", 5), ("missing-table", 5)],
)
def test_check_01_sev1_is_p0_with_the_ack_deadline_of_the_team(profile: str, due: int) -> None:
    policy = load(profile)

    word = read_severity(["sev1", "checkout"], policy)

    assert word is not None
    assert (word.severity, word.consumed) == (Severity.P0, 1)
    plan = a_plan(profile, "P0")
    assert plan.ack is not None
    assert plan.ack.due_at == T0 + minutes(due)
    assert plan.opening == plan.chain[0]


@pytest.mark.parametrize("profile", TEAMS)
def test_check_02_p1_is_never_sev1_and_a_bare_one_is_refused_with_both_readings(profile: str) -> None:
    policy = load(profile)

    p1, sev1 = read_severity(["p1"], policy), read_severity(["sev1"], policy)

    assert p1 is not None
    assert sev1 is not None
    assert (p1.severity, sev1.severity) == (Severity.P1, Severity.P0)
    with pytest.raises(AmbiguousSeverity, match=r"`sev1` \(P0\) or `p1` \(P1\)"):
        read_severity(["1"], policy)


def test_check_03_the_p0_of_the_chat_system_is_late_at_5_and_climbs_its_chain_from_15() -> None:
    found = entries("im-chat", "P0")

    assert times(found, Event.PAGE) == [(minutes(0), "on_call_primary")]
    assert times(found, Event.ACK_DEADLINE) == [(minutes(5), None)]
    assert times(found, Event.ESCALATE) == [
        (minutes(15), "on_call_secondary"),
        (minutes(30), "team_lead"),
        (minutes(45), "engineering_manager"),
        (minutes(60), "vp_engineering"),
    ]
    assert {entry.unless for entry in found if entry.event is Event.ESCALATE} == {State.ACKNOWLEDGED}


def test_check_03_an_ack_at_exactly_five_minutes_is_late_there_and_not_where_the_minute_is_included() -> None:
    strict, included = a_plan("im-chat", "P0").ack, a_plan("gocarbontracker", "P0").ack

    assert strict is not None
    assert included is not None
    assert strict.missed_by(T0 + minutes(5))
    assert not strict.missed_by(T0 + minutes(5) - timedelta(seconds=1))
    assert not included.missed_by(T0 + minutes(15))


def test_check_04_an_acknowledged_p1_still_escalates_until_resolved_at_one_team_and_not_at_the_other() -> (
    None
):
    carbon, chat = a_plan("gocarbontracker", "P1"), a_plan("im-chat", "P1")

    assert [(rung.at, rung.until) for rung in carbon.rungs] == [(T0 + minutes(30), State.RESOLVED)]
    assert [(rung.at, rung.until) for rung in chat.rungs] == [(T0 + minutes(30), State.ACKNOWLEDGED)]


@pytest.mark.parametrize(
    ("profile", "declared", "due"),
    [
        ("gc-new-york.yaml", ny(2026, 11, 20, 16, 30), ny(2026, 11, 23, 12, 30)),
        ("gc-new-york.yaml", ny(2026, 11, 25, 16), ny(2026, 11, 27, 12)),
        ("gc-new-york-no-holidays.yaml", ny(2026, 11, 25, 16), ny(2026, 11, 26, 12)),
    ],
)
def test_check_05_four_business_hours_go_around_the_weekend_and_the_holiday(
    profile: str, declared: datetime, due: datetime
) -> None:
    plan = a_plan(HERE / profile, "P2", at=declared)

    assert plan.ack is not None
    assert plan.ack.due_at == due


def test_check_06_nothing_escalates_until_many_users_feel_it_and_then_once() -> None:
    before = entries("gocarbontracker", "P2")
    after = entries("gocarbontracker", "P2", facts=frozenset({Condition.MULTIPLE_USERS_AFFECTED}))

    assert times(before, Event.ESCALATE) == [(None, "on_call_secondary")]
    assert times(after, Event.ESCALATE) == [(minutes(0), "on_call_secondary")]
    assert [entry.unless for entry in after if entry.event is Event.ESCALATE] == [State.RESOLVED]


def test_check_07_a_p3_open_for_eight_days_is_on_the_weekly_list() -> None:
    plan = a_plan("gocarbontracker", "P3")

    (rung,) = plan.rungs

    assert (rung.mode, rung.roles, rung.every) == (Mode.DIGEST, (), timedelta(days=7))
    assert rung.at == datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert rung.at - T0 > timedelta(days=7)
    assert not rung.until.rank < State.RESOLVED.rank


def test_check_07_after_two_hours_the_p2_of_the_chat_system_asks_and_pages_nobody() -> None:
    found = entries("im-chat", "P2")

    assert times(found, Event.ASK) == [(timedelta(hours=2), "on_call_secondary")]
    assert times(found, Event.PAGE) == times(found, Event.ESCALATE) == []


def test_check_08_a_p3_on_saturday_is_answered_on_saturday_and_escalated_on_monday() -> None:
    saturday = datetime(2026, 11, 21, 10, tzinfo=UTC)

    plan = a_plan("im-chat", "P3", at=saturday)

    assert plan.ack is not None
    assert plan.ack.due_at == saturday + timedelta(hours=4)
    (rung,) = plan.rungs
    assert (rung.mode, rung.at) == (Mode.MANUAL, datetime(2026, 11, 23, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("profile", "severity", "kind", "need"),
    [
        ("im-chat", "P2", "incident", PostmortemNeed.OFFERED),
        ("im-chat", "P1", "incident", PostmortemNeed.REQUIRED),
        *(("im-chat", level, "emergency_maintenance", PostmortemNeed.REQUIRED) for level in Severity),
        ("im-chat", "P3", "security", PostmortemNeed.REQUIRED),
        ("im-chat", "P3", "disaster", PostmortemNeed.REQUIRED),
        ("mapme", "P2", "incident", PostmortemNeed.REQUIRED),
        ("gocarbontracker", "P2", "incident", PostmortemNeed.REQUIRED),
        ("gocarbontracker", "P2", "security", PostmortemNeed.REQUIRED),
        ("missing-table", "P2", "incident", PostmortemNeed.REQUIRED),
        ("boat-listing", "P0", "incident", PostmortemNeed.REQUIRED),
        ("boat-listing", "P0", "degradation", PostmortemNeed.NONE),
        ("boat-listing", "P1", "degradation", PostmortemNeed.NONE),
        ("boat-listing", "P1", "incident", PostmortemNeed.OFFERED),
    ],
)
def test_check_09_a_postmortem_is_asked_for_by_level_occasion_and_flow(
    profile: str, severity: str, kind: str, need: PostmortemNeed
) -> None:
    assert a_plan(profile, severity, kind=kind).postmortem is need


def test_check_10_a_warning_never_reaches_the_pager_and_a_critical_alert_always_does() -> None:
    policy = load("missing-table")

    warning = plan_for_alert(policy, "warning", declared_at=T0)
    critical = plan_for_alert(policy, "critical", declared_at=T0)

    assert warning is not None
    assert critical is not None
    assert (warning.opening, warning.notify) == (None, ("slack", "email"))
    assert (critical.opening, critical.severity) == ("on_call_primary", Severity.P0)
    assert a_plan("im-chat", "P2").notify == ("slack",)


STAGES = {
    "mapme": "detected triaged responding (communication) verified reviewed",
    "gocarbontracker": "detected triaged responding investigating mitigated verified documented reviewed",
    "im-chat": "detected acknowledged triaged investigating mitigated verified (communication) reviewed",
    "boat-listing": "responding (communication) investigating resolved reviewed",
    "missing-table": "detected triaged responding verified reviewed",
}


@pytest.mark.parametrize("profile", TEAMS)
def test_check_17_each_team_walks_its_own_stages_onto_the_same_states(profile: str) -> None:
    stages = a_plan(profile, "P0").stages

    assert " ".join(stage.state or f"({stage.duty})" for stage in stages) == STAGES[profile]
    assert len({tuple(stage.id for stage in a_plan(team, "P0").stages) for team in TEAMS}) == len(TEAMS)


def test_check_17_the_postmortem_stage_of_the_chat_system_is_for_its_upper_levels_only() -> None:
    assert a_plan("im-chat", "P1").stages[-1].id == "post-mortem"
    assert a_plan("im-chat", "P2").stages[-1].id == "communication"


def test_the_lowest_level_of_two_teams_opens_no_room() -> None:
    assert {team for team in TEAMS if a_plan(team, "P3").room is RoomKind.NONE} == {"mapme", "missing-table"}


def test_the_lowest_level_of_mapme_is_answered_within_two_hours_at_any_hour() -> None:
    saturday = datetime(2026, 11, 21, 10, tzinfo=UTC)
    plan = a_plan("mapme", "P3", at=saturday)
    assert plan.ack is not None
    assert plan.ack.due_at == saturday + timedelta(hours=2)


@pytest.mark.parametrize("profile", shipped())
@pytest.mark.parametrize("severity", list(Severity))
def test_every_rung_of_every_profile_has_somebody_or_is_a_list(profile: str, severity: Severity) -> None:
    plan = a_plan(profile, severity)

    for rung in plan.rungs:
        assert bool(rung.roles) is not (rung.mode is Mode.DIGEST)
        assert rung.at is None or rung.at >= T0
    assert len({rung.name for rung in plan.rungs}) == len(plan.rungs)
