"""The answer of `policy explain`: a question about a profile, and the shape of what is said. Prints nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from incidentbot.core.alerts.verdict import is_held
from incidentbot.core.ladders.ladder import INCIDENT, alert_rule, has_workflow, make_plan, plan_for_alert
from incidentbot.core.ladders.schedule import ScheduleEntry, alert_schedule, schedule
from incidentbot.core.maintenance.window import holding, occurrences
from incidentbot.core.plan import Plan
from incidentbot.core.policy import Condition, Policy, PostmortemNeed, RoomKind
from incidentbot.core.refusals import Refused
from incidentbot.core.text.severity_words import UnknownSeverity, meanings, read_severity

FACTS: Mapping[str, Condition] = {
    "multiple_users": Condition.MULTIPLE_USERS_AFFECTED,
    "multiple_users_affected": Condition.MULTIPLE_USERS_AFFECTED,
    "persistent": Condition.PERSISTENT,
}
KINDS = frozenset({INCIDENT, "security", "maintenance", "degradation", "emergency_maintenance", "disaster"})
"""Kinds that every profile understands; a profile adds those it has a workflow, chain or post-mortem rule for."""

FIRST_YEAR, LAST_YEAR = 1970, 9990
"""Of an instant that is asked about: what a ladder promises lies ahead of it, and no calendar goes beyond the year 9999."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a profile: a severity word or an alert's name, when, of what kind, with which facts."""

    severity: str | None
    alert: str | None
    kind: str
    declared_at: datetime
    facts: tuple[str, ...] = ()
    until: datetime | None = None


def explanation(policy: Policy, question: Question) -> dict[str, Any]:
    """The contract's shape: profile, severity, notify, room, schedule, stages, postmortem. Raises Refused."""
    if (question.severity is None) == (question.alert is None):
        raise Refused("Say either --severity or --alert.")
    kind = _kind(question.kind, policy)
    question, held = _after_maintenance(policy, question)
    plan = _plan(policy, question, kind)
    if plan is None:
        return _no_incident(policy, question)
    entries = schedule(plan, policy=policy, declared_at=question.declared_at, until=question.until)
    return {
        "profile": plan.profile,
        "severity": plan.severity.value,
        "notify": list(plan.notify),
        "room": plan.room.value,
        "schedule": _entries(_with_note(_with_note(entries, _workflow_note(policy, kind)), held)),
        "stages": [
            {"id": stage.id, "label": stage.label, "state": stage.state, "duty": stage.duty}
            for stage in plan.stages
        ],
        "postmortem": plan.postmortem.value,
    }


def moment(text: str | None) -> datetime | None:
    """The instant that ISO 8601 text names, in UTC; without an offset it is read as UTC. Raises Refused."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(f'"{text}" is no instant: write it like 2026-11-20T16:30:00-05:00.') from error
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise Refused(f'"{text}" is out of reach: the years {FIRST_YEAR} to {LAST_YEAR} are reckoned with.')
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _plan(policy: Policy, question: Question, kind: str) -> Plan | None:
    conditions = frozenset(_fact(word) for word in question.facts)
    if question.alert is not None:
        return plan_for_alert(
            policy, question.alert, kind=kind, declared_at=question.declared_at, conditions=conditions
        )
    words = (question.severity or "").split()
    found = read_severity(words, policy)
    if found is None or found.consumed < len(words):
        known = ", ".join(meanings(policy))
        raise UnknownSeverity(
            f'"{question.severity}" is no severity of profile {policy.id}. It knows: {known}.'
        )
    return make_plan(
        policy, severity=found.severity, kind=kind, declared_at=question.declared_at, conditions=conditions
    )


def _fact(word: str) -> Condition:
    found = FACTS.get(word.strip().lower().replace("-", "_"))
    if found is None:
        raise Refused(f'"{word}" is no fact a ladder waits for. There are: multiple_users, persistent.')
    return found


def _kind(word: str, policy: Policy) -> str:
    kind = word.strip().lower().replace("-", "_")
    own = {*policy.workflows, *policy.chains, *policy.postmortem.also_after} - {"default"}
    for known in (*KINDS, *own):
        if kind == known.replace("-", "_"):
            return known
    raise Refused(f'"{word}" is no kind of incident here. There are: {", ".join(sorted(KINDS | own))}.')


def _after_maintenance(policy: Policy, question: Question) -> tuple[Question, str | None]:
    """The question as of the end of the planned maintenance that holds its alert back, and a note that says so."""
    at = question.declared_at
    window = holding(islice(occurrences(policy.maintenance, at), 1), at) if policy.maintenance else None
    if window is None or question.alert is None or not is_held(alert_rule(policy, question.alert), window):
        return question, None
    note = f"planned maintenance until {window.ends_at:%Y-%m-%d %H:%M} UTC holds it back: counted from then, if it still fires"
    return replace(question, declared_at=window.ends_at), note


def _workflow_note(policy: Policy, kind: str) -> str | None:
    if has_workflow(policy, kind):
        return None
    return f"profile {policy.id} has no workflow for {kind}: the stages are those of {INCIDENT}"


def _with_note(entries: Sequence[ScheduleEntry], note: str | None) -> Sequence[ScheduleEntry]:
    """The shape has one place for words to a person, the notes of its entries: the first one carries it."""
    if note is None or not entries:
        return entries
    first = replace(entries[0], note="; ".join(part for part in (entries[0].note, note) if part))
    return (first, *entries[1:])


def _no_incident(policy: Policy, question: Question) -> dict[str, Any]:
    """An alert that opens nothing: it is posted, and perhaps somebody must look in time."""
    name = question.alert or ""
    rule = alert_rule(policy, name)
    entries = alert_schedule(
        rule, name, policy=policy, declared_at=question.declared_at, until=question.until
    )
    return {
        "profile": policy.id,
        "severity": None,
        "notify": ["slack"],
        "room": RoomKind.NONE.value,
        "schedule": _entries(entries),
        "stages": [],
        "postmortem": PostmortemNeed.NONE.value,
    }


def _entries(entries: Sequence[ScheduleEntry]) -> list[dict[str, Any]]:
    return [
        {
            "at": None if entry.at is None else entry.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "event": entry.event.value,
            "name": entry.name,
            "mode": entry.mode.value,
            "target": entry.target,
            "unless": None if entry.unless is None else entry.unless.value,
            "note": entry.note,
        }
        for entry in entries
    ]
