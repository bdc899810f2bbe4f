"""The ladder: what a policy promises an incident of this severity and kind, as instants. Knows no clock and pages nobody."""

from dataclasses import replace
from datetime import datetime

from incidentbot.core.ladders import business_time
from incidentbot.core.ladders.alert_rules import RINGING, rule_of
from incidentbot.core.ladders.rungs import Ground, plan_rungs
from incidentbot.core.plan import Plan, PlannedDeadline
from incidentbot.core.policy import (
    AlertRule,
    ClockKind,
    Condition,
    Deadline,
    Policy,
    PostmortemNeed,
    Severity,
    SeverityRule,
    Span,
    Stage,
    State,
)
from incidentbot.core.refusals import Refused

INCIDENT = "incident"
"""The kind that every profile has a workflow for."""

DEFAULT_CHAIN = "default"
"""The chain that every profile has, for the kinds without one of their own."""

PAGER = "pagerduty"
"""The notifier that rings phones through PagerDuty."""

WRITTEN_UP = frozenset({State.DOCUMENTED, State.REVIEWED})
NO_CONDITIONS: frozenset[Condition] = frozenset()


def make_plan(
    policy: Policy,
    *,
    severity: Severity,
    kind: str = INCIDENT,
    declared_at: datetime,
    conditions: frozenset[Condition] = NO_CONDITIONS,
) -> Plan:
    """All that `policy` promises for an incident declared at `declared_at` (aware UTC).

    conditions: the facts known already; a rung that waits for one of them is due at once.
    """
    rule = _never_held(policy.severities[severity], severity)
    return _plan(policy, rule, severity=severity, kind=kind, declared_at=declared_at, conditions=conditions)


def replan(
    policy: Policy,
    plan: Plan,
    *,
    severity: Severity,
    kind: str,
    declared_at: datetime,
    conditions: frozenset[Condition] = NO_CONDITIONS,
) -> Plan:
    """The plan of an incident that is judged anew: measured from when it was declared, not from now.

    What has fired stays fired: the caller keeps that, and rungs are named by their severity so that it can. The same
    severity keeps its plan. A plan that paged nobody because of the alert that opened it pages once it is judged anew.
    """
    if severity is plan.severity:
        return plan
    return make_plan(policy, severity=severity, kind=kind, declared_at=declared_at, conditions=conditions)


def plan_for_alert(
    policy: Policy,
    alert: str,
    *,
    kind: str = INCIDENT,
    declared_at: datetime,
    conditions: frozenset[Condition] = NO_CONDITIONS,
) -> Plan | None:
    """The plan of the incident that this alert opens, None if it opens none.

    `page` decides about the pager whatever the severity lists, and `respond` replaces the severity's ack deadline.
    Raises Refused for a name the profile does not know.
    """
    found = alert_rule(policy, alert)
    if found.opens is None:
        return None
    rule = policy.severities[found.opens]
    ack = found.respond if isinstance(found.respond, Deadline) else rule.ack
    rule = _never_held(replace(rule, ack=ack, notify=_alert_notifiers(found, rule)), found.opens)
    return _plan(
        policy, rule, severity=found.opens, kind=kind, declared_at=declared_at, conditions=conditions
    )


def alert_rule(policy: Policy, alert: str) -> AlertRule:
    """What the profile says about alerts of this name. Raises Refused, naming those it knows."""
    named = {name.casefold(): rule for name, rule in policy.alerts.items()}
    found = named.get(alert.strip().casefold()) or rule_of(policy, alert)
    if found is None:
        known = ", ".join(policy.alerts) or "none"
        raise Refused(f'Profile {policy.id} knows no alert called "{alert}". It knows: {known}.')
    return found


def has_workflow(policy: Policy, kind: str) -> bool:
    """Whether the profile has stages of its own for this kind; without, the incident's are walked."""
    return kind in policy.workflows


def due(deadline: Deadline | None, policy: Policy, *, declared_at: datetime) -> PlannedDeadline | None:
    """The instant that a profile's deadline means for this incident."""
    if deadline is None:
        return None
    return PlannedDeadline(_due_at(deadline, policy, declared_at), strict=deadline.strict)


def _due_at(deadline: Deadline, policy: Policy, declared_at: datetime) -> datetime:
    within = deadline.within
    if within is Span.NEXT_BUSINESS_DAY:
        return business_time.close_of_next_business_day(declared_at, policy.business)
    if within is Span.IMMEDIATE:
        within = policy.immediate_means
    if deadline.clock is ClockKind.BUSINESS:
        return business_time.add(declared_at, within, policy.business)
    return declared_at + within


def _plan(
    policy: Policy,
    rule: SeverityRule,
    *,
    severity: Severity,
    kind: str,
    declared_at: datetime,
    conditions: frozenset[Condition],
) -> Plan:
    chain = policy.chains.get(kind, policy.chains[DEFAULT_CHAIN])
    opening = chain[0] if PAGER in rule.notify else None
    ack = due(rule.ack, policy, declared_at=declared_at)
    persistent, hours = policy.persistent_means, policy.business
    ground = Ground(severity, chain, opening, declared_at, hours, persistent, conditions, ack, rule.ack)
    return Plan(
        profile=policy.id,
        profile_sha256=policy.sha256,
        severity=severity,
        notify=rule.notify,
        room=rule.room,
        chain=chain,
        opening=opening,
        stages=_stages(policy, kind, severity),
        postmortem=_postmortem(policy, kind, severity),
        postmortem_within=policy.postmortem.due_within,
        ack=ack,
        terms=rule.terms,
        restore=due(rule.restore, policy, declared_at=declared_at),
        rungs=plan_rungs(rule.escalate, ground),
        update_every=rule.update_every,
        marks=policy.postmortem.marks,
        unmarks=policy.postmortem.unmarks,
        canvas=policy.postmortem.canvas,
    )


def _never_held(rule: SeverityRule, severity: Severity) -> SeverityRule:
    """A P0 waits for no morning, whatever a profile says: every clock of its rule runs at all hours."""
    if severity is not Severity.P0:
        return rule
    return replace(
        rule,
        ack=_at_all_hours(rule.ack),
        restore=_at_all_hours(rule.restore),
        escalate=tuple(replace(rung, clock=ClockKind.ALWAYS) for rung in rule.escalate),
    )


def _at_all_hours(deadline: Deadline | None) -> Deadline | None:
    return None if deadline is None else replace(deadline, clock=ClockKind.ALWAYS)


def _stages(policy: Policy, kind: str, severity: Severity) -> tuple[Stage, ...]:
    workflow = policy.workflows.get(kind, policy.workflows[INCIDENT])
    return tuple(stage for stage in workflow if not stage.only or severity in stage.only)


def _postmortem(policy: Policy, kind: str, severity: Severity) -> PostmortemNeed:
    """The occasion outweighs the level, and a flow of its own that ends without a write-up asks for none."""
    if kind in policy.postmortem.also_after:
        return PostmortemNeed.REQUIRED
    own = policy.workflows.get(kind, ()) if kind != INCIDENT else ()
    if own and not any(stage.state in WRITTEN_UP for stage in own):
        return PostmortemNeed.NONE
    if severity in policy.postmortem.required_for:
        return PostmortemNeed.REQUIRED
    return PostmortemNeed.OFFERED if severity in policy.postmortem.offered_for else PostmortemNeed.NONE


def _alert_notifiers(alert: AlertRule, rule: SeverityRule) -> tuple[str, ...]:
    if not alert.page:
        return tuple(name for name in rule.notify if name not in RINGING)
    return rule.notify if PAGER in rule.notify else (PAGER, *rule.notify)
