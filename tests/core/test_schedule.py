"""The dated list of a plan."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.core.ladders.ladder import make_plan
from incidentbot.core.ladders.schedule import MOST_REPEATS, Event, ScheduleEntry, alert_schedule, schedule
from incidentbot.core.plan import Plan, PlannedRung
from incidentbot.core.policy import (
    AckTerms,
    AlertRule,
    BusinessHours,
    ClockKind,
    Deadline,
    Mode,
    Policy,
    Severity,
    State,
)
from incidentbot.policies.loader import load

T0 = datetime(2026, 11, 17, 10, tzinfo=UTC)
CHAT = load("im-chat")


def a_plan(**changes: object) -> Plan:
    plan = make_plan(CHAT, severity=Severity.P0, declared_at=T0)
    return replace(plan, **changes)  # type: ignore[arg-type]


def listed(plan: Plan, *, until: datetime | None = None, policy: Policy = CHAT) -> tuple[ScheduleEntry, ...]:
    return schedule(plan, policy=policy, declared_at=T0, until=until)


def test_a_plan_without_promises_is_an_empty_list() -> None:
    bare = a_plan(opening=None, ack=None, restore=None, rungs=(), update_every=None, postmortem_within=None)
    assert listed(bare) == ()


def test_what_waits_for_a_fact_comes_last_also_when_the_list_is_cut() -> None:
    waiting = PlannedRung("rung-p0-9", Mode.MANUAL, None, ("lead",))
    found = listed(a_plan(rungs=(waiting,)), until=T0 + timedelta(minutes=5))
    assert [entry.at is None for entry in found] == [False, False, True, True]


def test_what_an_ack_needs_and_how_long_it_holds_is_listed() -> None:
    plan = a_plan(terms=AckTerms(people=2, expires=timedelta(minutes=30)))
    (late,) = [entry for entry in listed(plan) if entry.event is Event.ACK_DEADLINE]
    (expires,) = [entry for entry in listed(plan) if entry.event is Event.ACK_EXPIRES]

    assert late.note == "strict: exactly then is late; by 2 people; the pages go on until then"
    assert (expires.at, expires.name, expires.unless) == (None, "still", State.MITIGATED)
    assert expires.note == (
        "30m after the last sign of life of whoever acknowledged: still on it?; "
        "taken back 5m later without an answer"
    )
    assert not [entry for entry in listed(a_plan()) if entry.event is Event.ACK_EXPIRES]


def test_a_restore_deadline_ends_with_the_incident() -> None:
    plan = make_plan(load("mapme"), severity=Severity.P0, declared_at=T0)
    (entry,) = [entry for entry in listed(plan) if entry.event is Event.RESTORE_DEADLINE]
    assert (entry.at, entry.unless, entry.note) == (
        T0 + timedelta(minutes=15),
        State.RESOLVED,
        "strict: exactly then is late",
    )


def test_a_rung_without_a_pager_says_that_it_stays_silent() -> None:
    plan = make_plan(load("missing-table"), severity=Severity.P1, declared_at=T0)
    notes = {entry.note for entry in listed(plan) if entry.event is Event.ESCALATE}
    assert notes == {"told by slack, email; the pager stays silent"}


def test_a_ladder_in_business_hours_is_listed_in_business_time() -> None:
    office = BusinessHours("Etc/UTC", dict.fromkeys(range(5), (time(9), time(11))))
    rung = PlannedRung("r", Mode.AUTO, T0, ("a", "b"), clock=ClockKind.BUSINESS, every=timedelta(hours=2))
    found = listed(a_plan(rungs=(rung,)), policy=replace(CHAT, business=office))
    climbed = [(entry.at, entry.name) for entry in found if entry.event is Event.ESCALATE]
    assert climbed == [(T0, "r.1"), (T0 + timedelta(days=1), "r.2")]


def test_a_list_ends_however_far_it_may_go() -> None:
    found = listed(a_plan(update_every=timedelta(seconds=1)), until=T0 + timedelta(days=365))
    assert sum(entry.event is Event.UPDATE_DUE for entry in found) == MOST_REPEATS


def test_an_alert_that_demands_nothing_has_an_empty_list() -> None:
    assert alert_schedule(AlertRule(), "low", policy=CHAT, declared_at=T0) == ()


def test_an_alert_that_demands_an_answer_has_its_deadline() -> None:
    rule = AlertRule(respond=Deadline(timedelta(hours=2)))
    (entry,) = alert_schedule(rule, "info", policy=CHAT, declared_at=T0)
    assert (entry.event, entry.at, entry.note) == (Event.ACK_DEADLINE, T0 + timedelta(hours=2), None)
    assert alert_schedule(rule, "info", policy=CHAT, declared_at=T0, until=T0) == ()


@given(
    severity=st.sampled_from(Severity),
    wait=st.none() | st.integers(min_value=0, max_value=60 * 24 * 30),
    name=st.sampled_from(["im-chat", "gocarbontracker", "mapme", "boat-listing", "missing-table"]),
)
@settings(max_examples=60, deadline=None)
def test_every_list_is_in_order_within_its_bounds_and_names_nothing_twice_at_once(
    severity: Severity, wait: int | None, name: str
) -> None:
    policy = load(name)
    until = None if wait is None else T0 + timedelta(minutes=wait)
    plan = make_plan(policy, severity=severity, declared_at=T0)

    found = listed(plan, until=until, policy=policy)

    dated = [entry.at for entry in found if entry.at is not None]
    assert dated == sorted(dated)
    assert all(at >= T0 and (until is None or at <= until) for at in dated)
    assert len({(entry.at, entry.name) for entry in found}) == len(found)
