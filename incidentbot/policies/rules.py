"""How the words of a profile must fit together: aliases, levels, roles, zones, rungs. Finds errors, mends none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from incidentbot.core.ladders.ladder import DEFAULT_CHAIN, INCIDENT
from incidentbot.core.policy import ClockKind, Mode, Severity
from incidentbot.core.text.severity_words import fold
from incidentbot.policies import calendar_words
from incidentbot.policies.durations import AFTER_ACK_DEADLINE
from incidentbot.policies.schema import DeadlineBlock, Profile, RungBlock
from incidentbot.policies.yaml_strict import Path

PLACES_IN_CHAIN = ("on_call_primary", "next", "chain_top")
KNOWN_ROLES = frozenset(
    {"on_call_primary", "on_call_secondary", "team_lead", "engineering_manager", "vp_engineering", "cto"}
)
"""Roles that may be named without standing in a chain: those of the built-in ladder and who approves urgent work."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that does not fit. `path` as in the file."""

    path: Path
    message: str


def problems(profile: Profile) -> Iterator[Problem]:
    """All that does not fit, in the order of the file."""
    yield from _levels(profile)
    yield from _aliases(profile)
    yield from _deadlines(profile)
    yield from _unasked(profile)
    yield from _held_back(profile)
    yield from _rungs(profile)
    yield from _stages(profile)
    yield from _chains(profile)
    yield from calendar_problems(profile)


def calendar_problems(profile: Profile) -> Iterator[Problem]:
    """Zones, hours and holidays that no calendar knows."""
    planned = profile.maintenance.planned if profile.maintenance else None
    zones: dict[Path, str] = {("timezone",): profile.timezone}
    if planned is not None and planned.timezone is not None:
        zones[("maintenance", "planned", "timezone")] = planned.timezone
    for path, zone in zones.items():
        if not calendar_words.is_zone(zone):
            yield Problem(path, f'"{zone}" is no time zone; write it like Europe/Berlin or America/New_York.')
    for path, message in calendar_words.faults(profile.business_hours, profile.holidays):
        yield Problem(path, message)


def _levels(profile: Profile) -> Iterator[Problem]:
    for severity in Severity:
        if severity not in profile.severities:
            yield Problem(
                ("severities",),
                f"Level {severity} is missing: a profile says something of P0, P1, P2 and P3.",
            )


def _aliases(profile: Profile) -> Iterator[Problem]:
    """One word, one level; and no word that a person could mean otherwise."""
    taken: dict[str, Severity] = {level.lower(): level for level in Severity}
    for severity, rule in profile.severities.items():
        for field, word in (("label", rule.label), *(("aliases", alias) for alias in rule.aliases)):
            path: Path = ("severities", severity.value, field)
            folded = fold(word)
            if folded.isdecimal():
                yield Problem(
                    path, f'"{word}" names no level: a bare number is another one to different people.'
                )
            elif (other := taken.setdefault(folded, severity)) is not severity:
                yield Problem(
                    path, f'"{word}" would mean both {other} and {severity}; a word has one meaning.'
                )


def _deadlines(profile: Profile) -> Iterator[Problem]:
    for path, deadline in deadlines(profile):
        if deadline.strict and not isinstance(deadline.within, timedelta):
            yield Problem(path, f"`strict` needs a duration: nothing is done before `{deadline.within}`.")


def _unasked(profile: Profile) -> Iterator[Problem]:
    for severity, rule in profile.severities.items():
        if rule.ack is not None and rule.ack.answer_within is not None and rule.ack.expires is None:
            path: Path = ("severities", severity.value, "ack", "answer_within")
            yield Problem(path, "Nobody is asked whether they are still on it: say `expires`, too.")


def _held_back(profile: Profile) -> Iterator[Problem]:
    """A P0 waits for no morning: neither its deadlines nor its rungs may count working hours alone."""
    rule = profile.severities.get(Severity.P0)
    at = ("severities", Severity.P0.value)
    clocks: list[tuple[Path, ClockKind]] = [
        ((*at, name), deadline.clock)
        for name, deadline in (("ack", rule and rule.ack), ("restore", rule and rule.restore))
        if deadline
    ]
    clocks += [
        ((*at, "escalate", number), rung.clock) for number, rung in enumerate(rule.escalate if rule else ())
    ]
    clocks += [
        (("alerts", name, "respond"), alert.respond.clock)
        for name, alert in profile.alerts.items()
        if alert.opens is Severity.P0 and isinstance(alert.respond, DeadlineBlock)
    ]
    for path, clock in clocks:
        if clock is ClockKind.BUSINESS:
            yield Problem(
                (*path, "clock"), "A P0 is held back by no working hours: leave out `clock: business`."
            )


def deadlines(profile: Profile) -> Iterator[tuple[Path, DeadlineBlock]]:
    """Every deadline of the profile, with its path."""
    for severity, rule in profile.severities.items():
        for name, deadline in (("ack", rule.ack), ("restore", rule.restore)):
            if deadline is not None:
                yield ("severities", severity.value, name), deadline
    for name, alert in profile.alerts.items():
        if isinstance(alert.respond, DeadlineBlock):
            yield ("alerts", name, "respond"), alert.respond


def _rungs(profile: Profile) -> Iterator[Problem]:
    roles = known_roles(profile) | set(PLACES_IN_CHAIN)
    for severity, rule in profile.severities.items():
        for number, rung in enumerate(rule.escalate):
            path: Path = ("severities", severity.value, "escalate", number)
            if rung.to is not None and rung.to not in roles:
                yield Problem(
                    (*path, "to"), f'"{rung.to}" is no role; known are: {", ".join(sorted(roles))}.'
                )
            if rung.after == AFTER_ACK_DEADLINE and rule.ack is None:
                yield Problem((*path, "after"), f"`{AFTER_ACK_DEADLINE}` needs an `ack` at this level.")
            if _never_fires(rung):
                yield Problem(path, "This would never happen: say `after` or `when`, or `mode: manual`.")


def _never_fires(rung: RungBlock) -> bool:
    return rung.mode is Mode.AUTO and rung.after is None and rung.when is None


def known_roles(profile: Profile) -> set[str]:
    """Roles that the profile's chains name, and the built-in ones."""
    return {role for chain in profile.chains.values() for role in chain} | KNOWN_ROLES


def _stages(profile: Profile) -> Iterator[Problem]:
    if not profile.workflows.get(INCIDENT):
        yield Problem(("workflows",), f"A workflow called `{INCIDENT}` with at least one stage is missing.")
    for kind, stages in profile.workflows.items():
        seen: set[str] = set()
        for number, stage in enumerate(stages):
            path: Path = ("workflows", kind, number)
            if (stage.state is None) == (stage.duty is None):
                yield Problem(path, f'Stage "{stage.id}" has either a `state` or a `duty`.')
            if repeated := {fold(stage.id), fold(stage.label)} & seen:
                yield Problem(path, f'Two stages of this workflow are called "{min(repeated)}".')
            seen |= {fold(stage.id), fold(stage.label)}


def _chains(profile: Profile) -> Iterator[Problem]:
    if DEFAULT_CHAIN not in profile.chains:
        yield Problem(("chains",), f"A chain called `{DEFAULT_CHAIN}` is missing.")
    for kind, chain in profile.chains.items():
        if not chain:
            yield Problem(("chains", kind), "A chain needs at least one role.")
        if len(set(chain)) < len(chain):
            yield Problem(("chains", kind), "A role stands in this chain twice.")
    emergency = profile.maintenance.emergency if profile.maintenance else None
    for number, role in enumerate(emergency.approvers if emergency else ()):
        if role not in known_roles(profile):
            known = ", ".join(sorted(known_roles(profile)))
            path: Path = ("maintenance", "emergency", "approvers", number)
            yield Problem(path, f'"{role}" is no role; known are: {known}.')
