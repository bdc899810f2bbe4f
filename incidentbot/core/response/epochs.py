"""Epochs: an incident as it begins anew, with a new plan and nothing fired yet. Says nothing and rings nobody."""

from dataclasses import replace
from datetime import datetime

from incidentbot.core.afterwards.leftovers import SETTLED, Review, ReviewState
from incidentbot.core.asked import Hold, Holders
from incidentbot.core.incident import Incident, Moment, PageState
from incidentbot.core.ladders import clocks
from incidentbot.core.ladders.ladder import make_plan
from incidentbot.core.ladders.paging import without
from incidentbot.core.plan import Plan
from incidentbot.core.policy import Policy, PostmortemNeed, State

CALLS = ("page:", "mail:", "direct:")
"""How the keys of effects begin that reach people of one epoch."""


def new_plan(incident: Incident, policy: Policy, at: datetime) -> Plan:
    """What the profile as it is now promises an incident that begins anew at `at`."""
    plan = make_plan(
        policy,
        severity=incident.severity,
        kind=incident.kind,
        declared_at=at,
        conditions=incident.conditions,
    )
    return drilled(plan) if incident.drill else plan


def begin_epoch(incident: Incident, plan: Plan, by: str, *, at: datetime) -> Incident:
    """The incident as nobody had answered it: clocks from `at`, no milestone but the first, nothing fired yet."""
    return replace(
        incident,
        epoch=incident.epoch + 1,
        epoch_began_at=at,
        open_since_at=None,
        plan=plan,
        state=State.DETECTED,
        stage=first_stage(plan),
        milestones={State.DETECTED: Moment(at, by or None)},
        closed_at=None,
        fired={},
        called=(),
        escalated=None,
        calls=(),
        hold=Hold(),
        holders=Holders(),
        review=_asked_again(incident.review),
        failures=without(incident, [key for key in incident.failures if key.startswith(CALLS)]),
    )


def _asked_again(review: Review) -> Review:
    """What was published, or waived, spoke of an end that was none: a draft again, without its reason."""
    if review.state not in SETTLED:
        return review
    return replace(review, state=ReviewState.DRAFT, why="")


def unanswered(incident: Incident, by: str, *, policy: Policy, at: datetime) -> Incident:
    """The incident as if nobody had acknowledged it: what an ack ends begins anew at `at`, the rest goes on as it was."""
    begun = begin_epoch(incident, _ladder_again(incident, policy, at), by, at=at)
    ended = _ended_by_ack(incident, policy, at)
    fired = {name: times for name, times in incident.fired.items() if name not in ended}
    tried = [f"page:{page.key}" for page in incident.pages.values() if page.state is PageState.WAITING]
    failures = {key: failure for key, failure in incident.failures.items() if key in tried}
    again = replace(begun, fired=fired, calls=incident.open_calls, failures={**begun.failures, **failures})
    return replace(again, open_since_at=incident.open_since, updated_at=incident.updated_at)


def _ended_by_ack(incident: Incident, policy: Policy, at: datetime) -> frozenset[str]:
    """The rungs that an ack ends, of every level: it may be judged as it was before, and its ladder is to ring again."""
    others = [level for level in policy.severities if level is not incident.severity]
    plans = [incident.plan, *(new_plan(replace(incident, severity=level), policy, at) for level in others)]
    rungs = (rung for plan in plans for rung in plan.rungs)
    return frozenset(rung.name for rung in rungs if clocks.ends_at(rung) is State.ACKNOWLEDGED)


def _ladder_again(incident: Incident, policy: Policy, at: datetime) -> Plan:
    """The same plan with a new ack deadline and the rungs that an ack ends counted from `at`."""
    plan = incident.plan
    anew = new_plan(incident, policy, at)
    rungs = {rung.name: rung for rung in anew.rungs}
    again = tuple(
        rungs.get(rung.name, rung) if clocks.ends_at(rung) is State.ACKNOWLEDGED else rung
        for rung in plan.rungs
    )
    return replace(plan, ack=anew.ack, rungs=again)


def drilled(plan: Plan) -> Plan:
    """The plan of a drill: a review is offered, and falls due to nobody."""
    required = plan.postmortem is PostmortemNeed.REQUIRED
    return replace(plan, postmortem=PostmortemNeed.OFFERED) if required else plan


def first_stage(plan: Plan) -> str | None:
    """The stage an epoch begins in. A workflow may begin with a stage nobody has entered yet (an immediate response): then no stage is set."""
    first = plan.stages[0] if plan.stages else None
    return first.id if first and first.state is State.DETECTED else None
