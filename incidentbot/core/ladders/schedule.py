"""The schedule: a plan as the dated list a person can check before anything happens. Fires nothing, changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from incidentbot.core.ladders import business_time, clocks
from incidentbot.core.ladders.durations import spell
from incidentbot.core.ladders.ladder import PAGER, due
from incidentbot.core.ladders.rungs import DAILY, WEEKLY, next_digest, reaches
from incidentbot.core.plan import Plan, PlannedRung
from incidentbot.core.policy import AlertRule, ClockKind, Deadline, Mode, Policy, PostmortemNeed, State

RESTORED = State.RESOLVED
"""A mitigation may not hold: service is restored when the incident is resolved."""

MOST_REPEATS = 1000
"""A list that people read ends here, however far `until` is."""


class Event(StrEnum):
    """What happens at an entry of the schedule."""

    PAGE = "page"
    ACK_DEADLINE = "ack_deadline"
    ESCALATE = "escalate"
    ASK = "ask"
    DIGEST = "digest"
    RESTORE_DEADLINE = "restore_deadline"
    UPDATE_DUE = "update_due"
    ACK_EXPIRES = "ack_expires"
    POSTMORTEM_DUE = "postmortem_due"


@dataclass(frozen=True, slots=True)
class ScheduleEntry:
    """One thing to come. `at` None: it waits for a fact or a person; `unless`: the milestone that cancels it."""

    at: datetime | None
    event: Event
    name: str
    mode: Mode = Mode.AUTO
    target: str | None = None
    unless: State | None = None
    note: str | None = None


def schedule(
    plan: Plan, *, policy: Policy, declared_at: datetime, until: datetime | None = None
) -> tuple[ScheduleEntry, ...]:
    """Everything the plan promises, by time, what waits for a fact last.

    until: cuts the list there and repeats what repeats up to it; without it each repeat is listed once.
    """
    entries = [
        *_opening(plan, declared_at),
        *_deadlines(plan),
        *_ack_terms(plan),
        *(entry for rung in plan.rungs for entry in _rung(rung, plan, policy, until)),
        *_updates(plan, declared_at, until),
        *_postmortem(plan),
    ]
    return _in_order(entries, until)


def alert_schedule(
    alert: AlertRule, name: str, *, policy: Policy, declared_at: datetime, until: datetime | None = None
) -> tuple[ScheduleEntry, ...]:
    """What an alert that opens no incident still demands: an answer in time, a place on the daily list, or nothing."""
    if isinstance(alert.respond, Deadline):
        promise = due(alert.respond, policy, declared_at=declared_at)
        at, strict = (None, False) if promise is None else (promise.due_at, promise.strict)
        entry = ScheduleEntry(
            at, Event.ACK_DEADLINE, clocks.ACK, unless=State.ACKNOWLEDGED, note=_strictly(strict)
        )
        return _in_order([entry], until)
    if alert.respond is None:
        return ()
    first = business_time.next_business_day(declared_at, policy.business)
    entry = ScheduleEntry(
        first, Event.DIGEST, alert.respond, Mode.DIGEST, note=f"{name} alerts are read through once a day"
    )
    return _in_order(_repeated(entry, DAILY, policy, until), until)


def _opening(plan: Plan, declared_at: datetime) -> Iterator[ScheduleEntry]:
    if plan.opening is not None:
        yield ScheduleEntry(
            declared_at,
            Event.PAGE,
            "page",
            target=plan.opening,
            unless=State.ACKNOWLEDGED,
            note="leaves at once",
        )


def _deadlines(plan: Plan) -> Iterator[ScheduleEntry]:
    if plan.ack is not None:
        note = "; ".join(filter(None, (_strictly(plan.ack.strict), _by_several(plan)))) or None
        yield ScheduleEntry(
            plan.ack.due_at, Event.ACK_DEADLINE, clocks.ACK, unless=State.ACKNOWLEDGED, note=note
        )
    if plan.restore is not None:
        note = _strictly(plan.restore.strict)
        yield ScheduleEntry(
            plan.restore.due_at, Event.RESTORE_DEADLINE, clocks.RESTORE, unless=RESTORED, note=note
        )


def _by_several(plan: Plan) -> str | None:
    people = plan.terms.people
    return f"by {people} people; the pages go on until then" if people > 1 else None


def _ack_terms(plan: Plan) -> Iterator[ScheduleEntry]:
    terms = plan.terms
    if terms.expires is None:
        return
    note = (
        f"{spell(terms.expires)} after the last sign of life of whoever acknowledged: still on it?; "
        f"taken back {spell(terms.answer_within)} later without an answer"
    )
    yield ScheduleEntry(None, Event.ACK_EXPIRES, clocks.STILL, unless=State.MITIGATED, note=note)


def _strictly(strict: bool) -> str | None:  # noqa: FBT001 - private, and the word is the profile's own
    return "strict: exactly then is late" if strict else None


def _rung(rung: PlannedRung, plan: Plan, policy: Policy, until: datetime | None) -> Iterator[ScheduleEntry]:
    if rung.mode is Mode.DIGEST:
        note = (
            "the weekly list of what is still open"
            if rung.every == WEEKLY
            else "the list of what is still open"
        )
        entry = ScheduleEntry(rung.at, Event.DIGEST, rung.name, Mode.DIGEST, None, clocks.ends_at(rung), note)
        yield from _repeated(entry, rung.every or WEEKLY, policy, until)
        return
    event = Event.ASK if rung.mode is Mode.MANUAL else Event.ESCALATE
    first = ScheduleEntry(
        rung.at, event, rung.name, rung.mode, rung.roles[0], clocks.ends_at(rung), _rung_note(rung, plan)
    )
    steps = reaches(rung, policy.business)
    if len(steps) <= 1:
        yield first
        return
    for number, (at, role) in enumerate(steps, start=1):
        yield replace(first, at=at, name=f"{rung.name}.{number}", target=role)


def _rung_note(rung: PlannedRung, plan: Plan) -> str | None:
    told = "" if PAGER in plan.notify else f"told by {', '.join(plan.notify)}; the pager stays silent"
    if rung.mode is Mode.MANUAL:
        asks = "a button in the room asks a person; pages nobody by itself"
        told = f"{asks}, refused outside business hours" if rung.clock is ClockKind.BUSINESS else asks
    waits = f"waits for the fact {rung.when}" if rung.when is not None and rung.at is None else ""
    return "; ".join(part for part in (waits, told) if part) or None


def _updates(plan: Plan, declared_at: datetime, until: datetime | None) -> Iterator[ScheduleEntry]:
    if plan.update_every is None:
        return
    note = f"a reminder, every {spell(plan.update_every)} until resolved"
    first = ScheduleEntry(
        declared_at + plan.update_every, Event.UPDATE_DUE, clocks.UPDATE, unless=State.RESOLVED, note=note
    )
    last = until or first.at
    for number in range(MOST_REPEATS):
        at = declared_at + plan.update_every * (number + 1)
        if last is None or at > last:
            return
        yield replace(first, at=at)


def _postmortem(plan: Plan) -> Iterator[ScheduleEntry]:
    if plan.postmortem is not PostmortemNeed.REQUIRED or plan.postmortem_within is None:
        return
    note = f"{spell(plan.postmortem_within)} after the incident is resolved"
    yield ScheduleEntry(None, Event.POSTMORTEM_DUE, clocks.POSTMORTEM, unless=State.REVIEWED, note=note)


def _repeated(
    entry: ScheduleEntry, every: timedelta, policy: Policy, until: datetime | None
) -> list[ScheduleEntry]:
    found = [entry]
    while until is not None and len(found) < MOST_REPEATS:
        last = found[-1].at
        if last is None or (following := next_digest(last, every, policy.business)) > until:
            break
        found.append(replace(entry, at=following))
    return found


def _in_order(entries: list[ScheduleEntry], until: datetime | None) -> tuple[ScheduleEntry, ...]:
    dated = [(entry.at, entry) for entry in entries if entry.at is not None]
    waiting = [entry for entry in entries if entry.at is None]
    kept = [(at, entry) for at, entry in dated if until is None or at <= until]
    return (*(entry for _, entry in sorted(kept, key=lambda pair: pair[0])), *waiting)
