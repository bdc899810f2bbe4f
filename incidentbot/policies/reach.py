"""Whom each rung of a profile reaches by a team file: which rungs would ring nobody, and why. Asks nobody who is on call."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from incidentbot.core.ladders.ladder import INCIDENT, PAGER, make_plan
from incidentbot.core.ladders.rungs import reaches
from incidentbot.core.plan import Plan, PlannedRung
from incidentbot.core.policy import Mode, Policy, Severity
from incidentbot.core.text.words import role_words
from incidentbot.policies.team import RoleBinding, Team

REST, EVENTS = "rest", "events"
EMAIL = "email"

SOME_DAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
"""Whom a rung calls does not depend on when the incident is declared; a plan needs an instant all the same."""

BIND: Mapping[str, str] = {
    REST: "Give the role `slack`, or a `user`, `schedule` or `escalation_policy` under `pagerduty`, in the team file.",
    EVENTS: "Give the role `slack` and a `routing_key` of its own in the team file.",
    "": "Give the role `slack` in the team file.",
}


@dataclass(frozen=True, slots=True)
class Wiring:
    """What carries a call: `pager` "", "events" or "rest"; main_key: a routing key for roles without their own."""

    pager: str
    main_key: bool
    mail: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One role that a rung calls. rung: its field (`escalate[0]`), or `page` for the one at once."""

    severity: Severity
    rung: str
    role: str
    chain: tuple[str, ...]
    notify: tuple[str, ...]
    typed: bool

    @property
    def pages(self) -> bool:
        """Whether the pager is asked: where the level lists it, and where a person presses a button."""
        return self.typed or PAGER in self.notify


@dataclass(frozen=True, slots=True)
class Gap:
    """A rung that reaches nobody, or nobody new: why, and what to do."""

    profile: str
    call: Call
    why: str
    to_do: str

    @property
    def where(self) -> str:
        """The rung in the profile: `severities.P0.escalate[0]`."""
        return f"severities.{self.call.severity}.{self.call.rung}"

    @property
    def sentence(self) -> str:
        """What is wrong and what to do, in one line."""
        return f"The {role_words(self.call.role)} ({self.call.role}): {self.why} {self.to_do}"


def calls(policy: Policy) -> tuple[Call, ...]:
    """Each role that each rung of each level calls, in every chain, once."""
    found = [call for plan in _plans(policy) for call in _called(plan)]
    unique = {(call.severity, call.rung, call.role): call for call in reversed(found)}
    return tuple(sorted(unique.values(), key=found.index))


def gaps(policy: Policy, team: Team, wiring: Wiring) -> tuple[Gap, ...]:
    """Every rung that would reach nobody, or only whom the first one rang already."""
    return tuple(
        Gap(policy.id, call, why, BIND[wiring.pager])
        for call in calls(policy)
        if (why := _why(call, team.bound(call.role), team, wiring))
    )


def ladder_length(policy: Policy) -> timedelta:
    """How long after declaring the last automatic page leaves; nothing where no level pages by the clock."""
    instants = [
        at
        for plan in _plans(policy)
        if PAGER in plan.notify
        for rung in plan.rungs
        if rung.mode is Mode.AUTO
        for at, _ in reaches(rung, policy.business)
    ]
    return max((at - SOME_DAY for at in instants), default=timedelta(0))


def _can_be_paged(role: str, chain: tuple[str, ...], team: Team, wiring: Wiring) -> bool:
    """Whether a page of this role has somewhere to go."""
    target = team.bound(role).pager
    by_rest = (
        target.by_id or bool(target.routing_key) or role in chain
    )  # what is not bound is the level at its place in the chain
    return by_rest if wiring.pager == REST else wiring.pager == EVENTS


def _why(call: Call, bound: RoleBinding, team: Team, wiring: Wiring) -> str:
    """Why nobody new is reached; empty where somebody is."""
    paged = call.pages and _can_be_paged(call.role, call.chain, team, wiring)
    if call.pages and wiring.pager == EVENTS and not bound.pager.routing_key and _needs_own_key(call, wiring):
        fails = "the page rings the first role again" if wiring.main_key else "the page cannot be sent"
        return f"without a routing key of its own, {fails}."
    mailed = wiring.mail and EMAIL in call.notify and bool(bound.email)
    if paged or bound.in_slack or mailed:
        return ""
    named = (
        "the team file names it without a person" if call.role in team.roles else "only the chain names it"
    )
    return f"{named}, and {_no_phone(call, wiring)}."


def _needs_own_key(call: Call, wiring: Wiring) -> bool:
    return call.role != call.chain[0] or not wiring.main_key


def _no_phone(call: Call, wiring: Wiring) -> str:
    if not call.pages:
        return "this level lists no pager"
    return "no key or id leads to a phone" if wiring.pager else "paging is off"


def _plans(policy: Policy) -> Iterator[Plan]:
    kinds = (INCIDENT, *(kind for kind in policy.chains if kind not in {INCIDENT, "default"}))
    for severity in policy.severities:
        for kind in kinds:
            yield make_plan(policy, severity=severity, kind=kind, declared_at=SOME_DAY)


def _called(plan: Plan) -> Iterator[Call]:
    if plan.opening is not None:
        yield Call(plan.severity, "page", plan.opening, plan.chain, plan.notify, typed=False)
    for rung in plan.rungs:
        for role in rung.roles:
            typed = rung.mode is Mode.MANUAL
            yield Call(plan.severity, _field(rung), role, plan.chain, plan.notify, typed=typed)


def _field(rung: PlannedRung) -> str:
    """`rung-p0-1` is the first entry of `escalate`."""
    return f"escalate[{int(rung.name.rpartition('-')[2]) - 1}]"
