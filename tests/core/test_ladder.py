"""The ladder, rule by rule, on a small policy of our own."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.core.ladders.ladder import make_plan, plan_for_alert, replan
from incidentbot.core.ladders.rungs import reaches
from incidentbot.core.plan import Plan
from incidentbot.core.policy import (
    AlertRule,
    BusinessHours,
    ClockKind,
    Condition,
    Deadline,
    Mode,
    Policy,
    PostmortemRule,
    RungRule,
    Severity,
    SeverityRule,
    Span,
    Stage,
    State,
)
from incidentbot.core.refusals import Refused

FRIDAY = datetime(2026, 11, 20, 16, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
OFFICE = BusinessHours("Etc/UTC", dict.fromkeys(range(5), (time(9), time(17))))
TEN_MINUTES = Deadline(timedelta(minutes=10))
CHAIN = ("primary", "secondary", "lead")


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def a_policy(*rungs: RungRule, ack: Deadline | None = TEN_MINUTES, **changes: object) -> Policy:
    rule = SeverityRule("Top", notify=("pagerduty", "slack"), ack=ack, escalate=rungs)
    policy = Policy(
        id="small",
        title="Small",
        sha256="0" * 64,
        business=OFFICE,
        immediate_means=minutes(5),
        severities=dict.fromkeys(Severity, rule),
        workflows={"incident": (Stage("only", "Only", State.RESOLVED),)},
        chains={"default": CHAIN, "security": ("guards",)},
        channels={},
        postmortem=PostmortemRule(),
    )
    return replace(policy, **changes)  # type: ignore[arg-type]


def plan_of(
    policy: Policy, *, at: datetime = FRIDAY, kind: str = "incident", facts: tuple[Condition, ...] = ()
) -> Plan:
    return make_plan(policy, severity=Severity.P1, kind=kind, declared_at=at, conditions=frozenset(facts))


def reached(policy: Policy, **asked: object) -> list[tuple[datetime, str]]:
    plan = plan_of(policy, **asked)  # type: ignore[arg-type]
    return [step for rung in plan.rungs for step in reaches(rung, policy.business)]


def test_the_rung_that_is_the_opening_page_itself_is_not_waited_for() -> None:
    for to in (None, "on_call_primary", "primary"):
        assert plan_of(a_policy(RungRule(after=timedelta(0), to=to))).rungs == ()


def test_an_immediate_rung_to_somebody_else_stands_beside_the_opening_page() -> None:
    assert reached(a_policy(RungRule(after=timedelta(0), to="chain_top"))) == [(FRIDAY, "lead")]


def test_without_an_opening_page_an_immediate_rung_is_the_first_word() -> None:
    policy = a_policy(RungRule(after=timedelta(0)))
    quiet = SeverityRule("Top", notify=("slack",), escalate=policy.severities[Severity.P0].escalate)
    policy = replace(policy, severities=dict.fromkeys(Severity, quiet))

    assert plan_of(policy).opening is None
    assert reached(policy) == [(FRIDAY, "primary")]


def test_a_timed_rung_climbs_the_chain_at_its_own_interval() -> None:
    assert reached(a_policy(RungRule(after=minutes(15)))) == [
        (FRIDAY + minutes(15), "secondary"),
        (FRIDAY + minutes(30), "lead"),
    ]


def test_a_rung_that_names_its_target_does_not_climb() -> None:
    policy = a_policy(RungRule(after=minutes(15), to="next"), RungRule(after=minutes(20), to="cto"))
    assert reached(policy) == [(FRIDAY + minutes(15), "secondary"), (FRIDAY + minutes(20), "cto")]
    assert [rung.every for rung in plan_of(policy).rungs] == [None, None]


def test_a_chain_of_one_is_paged_again_and_once() -> None:
    policy = a_policy(RungRule(after=minutes(15)))
    assert reached(policy, kind="security") == [(FRIDAY + minutes(15), "guards")]
    assert plan_of(policy, kind="security").rungs[0].every == minutes(15), "then it says that it has ended"


def test_a_rung_at_the_ack_deadline_climbs_by_the_span_of_the_ack() -> None:
    assert reached(a_policy(RungRule(after_ack_deadline=True))) == [
        (FRIDAY + minutes(10), "secondary"),
        (FRIDAY + minutes(20), "lead"),
    ]


def test_an_immediate_ack_pages_now_and_is_late_after_what_immediate_means() -> None:
    policy = a_policy(RungRule(after_ack_deadline=True), ack=Deadline(Span.IMMEDIATE))
    plan = plan_of(policy)
    assert plan.ack is not None
    assert plan.ack.due_at == FRIDAY + minutes(5)
    assert reached(policy) == [(FRIDAY + minutes(5), "secondary"), (FRIDAY + minutes(10), "lead")]


def test_the_next_business_day_ends_at_its_close() -> None:
    plan = plan_of(a_policy(ack=Deadline(Span.NEXT_BUSINESS_DAY)))
    assert plan.ack is not None
    assert plan.ack.due_at == MONDAY.replace(hour=17)


def test_a_business_rung_counts_and_climbs_in_business_time() -> None:
    policy = a_policy(RungRule(after=timedelta(hours=2), clock=ClockKind.BUSINESS))
    assert reached(policy) == [
        (MONDAY + timedelta(hours=1), "secondary"),
        (MONDAY + timedelta(hours=3), "lead"),
    ]


def test_a_rung_by_a_business_ack_climbs_in_business_time_too() -> None:
    ack = Deadline(timedelta(hours=2), clock=ClockKind.BUSINESS)
    assert reached(a_policy(RungRule(after_ack_deadline=True), ack=ack)) == [
        (MONDAY + timedelta(hours=1), "secondary"),
        (MONDAY + timedelta(hours=3), "lead"),
    ]


def test_a_manual_rung_of_business_hours_waits_for_the_opening_and_any_other_for_its_button() -> None:
    saturday = FRIDAY + timedelta(days=1)
    gated = plan_of(a_policy(RungRule(mode=Mode.MANUAL, clock=ClockKind.BUSINESS)), at=saturday).rungs[0]
    free = plan_of(a_policy(RungRule(mode=Mode.MANUAL)), at=saturday).rungs[0]
    assert (gated.at, gated.roles) == (MONDAY, ("secondary",))
    assert free.at is None


def test_a_rung_that_waits_for_many_users_is_due_once_they_are_known() -> None:
    policy = a_policy(RungRule(when=Condition.MULTIPLE_USERS_AFFECTED, until=State.RESOLVED))
    assert [rung.at for rung in plan_of(policy).rungs] == [None]
    assert reached(policy, facts=(Condition.MULTIPLE_USERS_AFFECTED,)) == [(FRIDAY, "secondary")]


def test_a_gated_rung_whose_fact_is_known_still_waits_for_the_opening() -> None:
    policy = a_policy(RungRule(when=Condition.MULTIPLE_USERS_AFFECTED, clock=ClockKind.BUSINESS))
    saturday = FRIDAY + timedelta(days=1)
    assert reached(policy, at=saturday, facts=(Condition.MULTIPLE_USERS_AFFECTED,)) == [(MONDAY, "secondary")]


def test_persistent_means_as_long_as_the_policy_says() -> None:
    digest = RungRule(when=Condition.PERSISTENT, mode=Mode.DIGEST, every=timedelta(days=7))
    assert plan_of(a_policy(digest)).rungs[0].at == MONDAY + timedelta(days=7)
    patient = a_policy(digest, persistent_means=timedelta(days=14))
    assert plan_of(patient).rungs[0].at == MONDAY + timedelta(days=14)
    pager = a_policy(RungRule(when=Condition.PERSISTENT))
    assert reached(pager) == [(FRIDAY + timedelta(days=7), "secondary")]


def test_an_alert_not_to_page_opens_its_incident_without_waking_anybody() -> None:
    alerts = {"noise": AlertRule(opens=Severity.P0), "fire": AlertRule(opens=Severity.P0, page=True)}
    policy = a_policy(alerts=alerts)
    noise, fire = (plan_for_alert(policy, name, declared_at=FRIDAY) for name in ("noise", "FIRE"))
    assert noise is not None
    assert fire is not None
    assert (noise.opening, noise.notify) == (None, ("slack",))
    assert fire.opening == "primary"


def test_the_answer_that_an_alert_demands_replaces_that_of_its_severity() -> None:
    alerts = {"fire": AlertRule(opens=Severity.P0, page=True, respond=Deadline(minutes(2), strict=True))}
    plan = plan_for_alert(a_policy(alerts=alerts), "fire", declared_at=FRIDAY)
    assert plan is not None
    assert plan.ack is not None
    assert (plan.ack.due_at, plan.ack.strict) == (FRIDAY + minutes(2), True)


def test_an_alert_that_opens_nothing_has_no_plan_and_an_unknown_one_is_refused() -> None:
    policy = a_policy(alerts={"info": AlertRule()})
    assert plan_for_alert(policy, "info", declared_at=FRIDAY) is None
    with pytest.raises(Refused, match=r'knows no alert called "fire"\. It knows: info'):
        plan_for_alert(policy, "fire", declared_at=FRIDAY)


def test_a_new_severity_is_planned_from_declaring_and_its_rungs_have_names_of_their_own() -> None:
    policy = a_policy(RungRule(after=minutes(15)))
    first = make_plan(policy, severity=Severity.P1, declared_at=FRIDAY)

    raised = replan(policy, first, severity=Severity.P0, kind="incident", declared_at=FRIDAY)
    back = replan(policy, raised, severity=Severity.P1, kind="incident", declared_at=FRIDAY)

    assert raised.rungs[0].at == first.rungs[0].at
    assert {rung.name for rung in raised.rungs}.isdisjoint(rung.name for rung in first.rungs)
    assert back == first


def test_the_same_severity_keeps_its_plan_even_when_the_policy_was_edited() -> None:
    plan = make_plan(a_policy(), severity=Severity.P1, declared_at=FRIDAY)
    edited = a_policy(ack=Deadline(minutes(1)))
    assert replan(edited, plan, severity=Severity.P1, kind="incident", declared_at=FRIDAY) is plan


rules = st.builds(
    RungRule,
    after=st.none() | st.sampled_from([timedelta(0), minutes(1), timedelta(hours=9)]),
    after_ack_deadline=st.booleans(),
    when=st.none() | st.sampled_from(Condition),
    mode=st.sampled_from(Mode),
    clock=st.sampled_from(ClockKind),
    every=st.none() | st.sampled_from([timedelta(days=1), timedelta(days=7), minutes(5)]),
    to=st.none() | st.sampled_from(["next", "chain_top", "on_call_primary", "cto"]),
)
instants = st.integers(min_value=0, max_value=10**6).map(lambda count: FRIDAY + minutes(count))


@given(
    rung=rules,
    at=instants,
    kind=st.sampled_from(["incident", "security"]),
    facts=st.sets(st.sampled_from(Condition)),
)
@settings(max_examples=150, deadline=None)
def test_whatever_a_rung_says_it_reaches_its_roles_in_order_and_never_before_declaring(
    rung: RungRule, at: datetime, kind: str, facts: set[Condition]
) -> None:
    policy = a_policy(rung)
    for planned in plan_of(policy, at=at, kind=kind, facts=tuple(facts)).rungs:
        steps = reaches(planned, policy.business)
        assert [role for _, role in steps] == (list(planned.roles) if planned.at else [])
        assert [at, *(instant for instant, _ in steps)] == sorted([at, *(instant for instant, _ in steps)])
        assert planned.at is None or planned.at >= at
