"""Rungs: a profile's `escalate` entries as instants and roles of one incident. Fires none of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidentbot.core.ladders import business_time
from incidentbot.core.plan import PlannedDeadline, PlannedRung
from incidentbot.core.policy import BusinessHours, ClockKind, Condition, Deadline, Mode, RungRule, Severity

AT_ONCE = timedelta(0)
DAILY = timedelta(days=1)
WEEKLY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the rungs of one incident stand on. `ack` is its promise and `ack_rule` the profile's words for it."""

    severity: Severity
    chain: tuple[str, ...]
    opening: str | None
    declared_at: datetime
    hours: BusinessHours
    persistent_means: timedelta
    conditions: frozenset[Condition]
    ack: PlannedDeadline | None
    ack_rule: Deadline | None

    @property
    def next_role(self) -> str:
        """Whom to reach after the first role of the chain; the first again where it is the only one."""
        return self.chain[1] if len(self.chain) > 1 else self.chain[0]


def plan_rungs(rules: Sequence[RungRule], ground: Ground) -> tuple[PlannedRung, ...]:
    """The rungs to wait for, in the profile's order, less the one that is the opening page itself."""
    return tuple(
        _planned(rule, ground, name=f"rung-{ground.severity.lower()}-{number}")
        for number, rule in enumerate(rules, start=1)
        if not _is_opening_page(rule, ground)
    )


def reaches(rung: PlannedRung, hours: BusinessHours) -> tuple[tuple[datetime, str], ...]:
    """When a rung reaches each of its roles, in order; nothing while it waits for a fact or for a button."""
    if rung.at is None:
        return ()
    return tuple((step(rung, rung.at, number, hours), role) for number, role in enumerate(rung.roles))


def next_digest(at: datetime, every: timedelta, hours: BusinessHours) -> datetime:
    """The first digest after `at`: a weekly one on Mondays, a daily one on working days, at the start of business."""
    if every == WEEKLY:
        return business_time.weekly_review(at + timedelta(microseconds=1), hours)
    if every == DAILY:
        return business_time.next_business_day(at, hours)
    return at + every


def role_named(to: str, chain: tuple[str, ...]) -> str:
    """The role that `to` means in this chain: a place in it, or a role by its own name."""
    places = {"on_call_primary": chain[0], "next": chain[min(1, len(chain) - 1)], "chain_top": chain[-1]}
    return places.get(to, to)


def _planned(rule: RungRule, ground: Ground, *, name: str) -> PlannedRung:
    return PlannedRung(
        name=name,
        mode=rule.mode,
        at=_digest_instant(rule, ground) if rule.mode is Mode.DIGEST else _instant(rule, ground),
        roles=_roles(rule, ground),
        until=rule.until,
        when=rule.when,
        clock=_clock(rule, ground),
        every=_pace(rule, ground) if rule.mode is Mode.DIGEST or _climbs(rule) else None,
    )


def _climbs(rule: RungRule) -> bool:
    """Only a rung that waits for nothing but time, and aims at nobody, goes on up the chain."""
    timed = rule.after_ack_deadline or (rule.after is not None and rule.after > AT_ONCE)
    return rule.mode is Mode.AUTO and timed and rule.when is None and rule.to is None


def _is_opening_page(rule: RungRule, ground: Ground) -> bool:
    """Whether this rung is equal in target and instant to the page that leaves on declaring."""
    if rule.mode is not Mode.AUTO or rule.when is not None or rule.after != AT_ONCE or ground.opening is None:
        return False
    return _roles(rule, ground) == (ground.opening,) and _instant(rule, ground) == ground.declared_at


def _roles(rule: RungRule, ground: Ground) -> tuple[str, ...]:
    if rule.mode is Mode.DIGEST:
        return ()
    if rule.to is not None:
        return (role_named(rule.to, ground.chain),)
    if _climbs(rule):
        return ground.chain[1:] or ground.chain
    at_once = rule.after == AT_ONCE and rule.when is None and rule.mode is Mode.AUTO
    return (ground.chain[0] if at_once else ground.next_role,)


def _clock(rule: RungRule, ground: Ground) -> ClockKind:
    """A rung measured by the ack deadline runs on that deadline's clock."""
    if rule.after_ack_deadline and ground.ack_rule is not None:
        return (
            ClockKind.BUSINESS
            if ClockKind.BUSINESS in {rule.clock, ground.ack_rule.clock}
            else ClockKind.ALWAYS
        )
    return rule.clock


def _instant(rule: RungRule, ground: Ground) -> datetime | None:
    """When a rung that pages or asks is due; None while it waits for a fact, or for somebody to press its button."""
    if rule.when is Condition.MULTIPLE_USERS_AFFECTED and rule.when not in ground.conditions:
        return None
    timed = _timed(rule, ground)
    if timed is None and rule.when is None and rule.clock is ClockKind.ALWAYS:
        return None
    at = timed or ground.declared_at
    if rule.when is Condition.PERSISTENT and rule.when not in ground.conditions:
        at = max(at, ground.declared_at + ground.persistent_means)
    gated = rule.clock is ClockKind.BUSINESS and rule.after in {None, AT_ONCE}
    return business_time.next_open(at, ground.hours) if gated else at


def _timed(rule: RungRule, ground: Ground) -> datetime | None:
    if rule.after_ack_deadline:
        return None if ground.ack is None else ground.ack.due_at
    if rule.after is None:
        return None
    if rule.clock is ClockKind.BUSINESS:
        return business_time.add(ground.declared_at, rule.after, ground.hours)
    return ground.declared_at + rule.after


def _digest_instant(rule: RungRule, ground: Ground) -> datetime:
    """The first list that an incident appears on, once it has been open for long enough."""
    waiting = rule.when is Condition.PERSISTENT and rule.when not in ground.conditions
    waits = ground.persistent_means if waiting else AT_ONCE
    earliest = max(ground.declared_at + waits, _timed(rule, ground) or ground.declared_at)
    if _pace(rule, ground) == WEEKLY:
        return business_time.weekly_review(earliest, ground.hours)
    return next_digest(earliest, _pace(rule, ground), ground.hours)


def _pace(rule: RungRule, ground: Ground) -> timedelta:
    """The interval of a rung that repeats or climbs: its own word, else its delay, else a week."""
    if rule.every is not None:
        return rule.every
    if rule.after_ack_deadline and ground.ack is not None:
        span = None if ground.ack_rule is None else ground.ack_rule.within
        return span if isinstance(span, timedelta) else ground.ack.due_at - ground.declared_at
    return rule.after or WEEKLY


def step(rung: PlannedRung, at: datetime, number: int, hours: BusinessHours) -> datetime:
    """When a climbing rung reaches its position `number` (from 0), its first being due `at`."""
    waits = (rung.every or AT_ONCE) * number
    return business_time.add(at, waits, hours) if rung.clock is ClockKind.BUSINESS else at + waits
