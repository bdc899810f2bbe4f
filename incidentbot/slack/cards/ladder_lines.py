"""What the card says of the ladder: who is next and when, and what is not connected. Sends nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from incidentbot.core.incident import Incident
from incidentbot.core.ladders import clocks
from incidentbot.core.ladders.ladder import PAGER
from incidentbot.core.ladders.paging import rung_before
from incidentbot.core.plan import PlannedRung
from incidentbot.core.policy import BusinessHours, Mode, State
from incidentbot.core.text.words import role_words, safe
from incidentbot.flows.ports import Connections, OnCall
from incidentbot.slack.cards.wording import when

PHONE = "phone"
"""The notifier of levels at which a voice is asked for."""

UNLESS = {
    State.ACKNOWLEDGED: "unless somebody acknowledges",
    State.MITIGATED: "unless it is mitigated",
    State.RESOLVED: "unless it is resolved",
}


SIGNS = (":alarm_clock: *Next:*", *[":alarm_clock: *Then:*"] * 2)
"""What its lines begin with, as many as are shown: a phone has room for three."""


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A rung that waits: when it fires next and whom it reaches then."""

    at: datetime
    rung: PlannedRung
    role: str


def next_rung(
    incident: Incident, oncall: OnCall, hours: BusinessHours, connections: Connections
) -> list[str]:
    """The next thing the clock does by the ladder, and by each chain that was called, in one paragraph; else nothing."""
    own = _earliest(incident, incident.plan.rungs, hours)
    called = [_earliest(incident, (call.rung,), hours) for call in incident.open_calls]
    waiting = sorted((one for one in (own, *called) if one is not None), key=lambda one: one.at)
    lines = [
        f"{sign} {_sentence(incident, one, safe(_named(one.role, oncall)), connections)}"
        for sign, one in zip(SIGNS, waiting, strict=False)
    ]
    return ["\n".join(lines)] if lines else []


def _earliest(incident: Incident, rungs: Sequence[PlannedRung], hours: BusinessHours) -> _Ahead | None:
    """What one ladder, the incident's own or a called chain's, does next."""
    waiting = [
        one
        for rung in rungs
        if rung.mode is not Mode.DIGEST and not incident.reached(clocks.ends_at(rung))
        for one in _ahead(incident, rung, hours)
    ]
    return min(waiting, key=lambda one: one.at, default=None)


def _ahead(incident: Incident, rung: PlannedRung, hours: BusinessHours) -> Iterator[_Ahead]:
    """When the rung fires next, and whom it reaches then; a role that a rung has rung already it passes over."""
    if rung.mode is Mode.MANUAL:
        at = clocks.next_firing(incident, rung, hours)
        if at is not None:
            yield _Ahead(at, rung, rung.roles[min(incident.fired.get(rung.name, 0), len(rung.roles) - 1)])
        return
    promised = rung in incident.plan.rungs  # what a person asked for rings whoever was rung before, too
    for position in range(incident.fired.get(rung.name, 0), len(rung.roles)):
        moved = replace(incident, fired={**incident.fired, rung.name: position})
        at = clocks.next_firing(moved, rung, hours)
        if at is not None and not (promised and rung_before(incident, rung.roles[position])):
            yield _Ahead(at, rung, rung.roles[position])
            return


def _sentence(incident: Incident, ahead: _Ahead, who: str, connections: Connections) -> str:
    rung, at = ahead.rung, ahead.at
    if rung.mode is Mode.MANUAL:
        return f"{when(at)} I ask here whether to call in {who}."
    asked = any(call.rung is rung for call in incident.open_calls)
    rings = connections.pager and (asked or (incident.paging and PAGER in incident.plan.notify))
    called = "is paged" if rings else "is called into the room"
    called = "would be paged" if incident.rehearsed else called
    if asked:
        return f"{who} {called} {when(at)}, unless somebody acknowledges before."
    unless = UNLESS.get(clocks.ends_at(rung), f"unless it is {clocks.ends_at(rung)}")
    return f"{who} {called} {when(at)}, {unless}."


def _named(role: str, oncall: OnCall) -> str:
    """The role and, where it is known, who has it: `team lead (Dana)`."""
    words, name = role_words(role), oncall.paged_as(role)
    return name if name.endswith(words) else f"{words} ({name})"


def unconnected(incident: Incident, connections: Connections) -> list[str]:
    """What this incident's promises need and nobody connected, one line each."""
    wanted = incident.plan.notify
    lines = []
    if incident.rehearsed:
        lines.append(":no_bell: This is a drill: I say whom I would page, and page nobody.")
    elif not connections.pager:
        lines.append(":no_bell: Paging is off: no PagerDuty keys. Call people yourself.")
    elif not incident.paging:
        lines.append(":no_bell: Nobody is paged for this incident: it was declared so.")
    elif connections.pager == "events" and not connections.hears and PAGER in wanted:
        lines.append(":ear: Acknowledge here: an ack made on the phone is not heard (routing key only).")
    lines += _keyless(incident, connections) if incident.paging and PAGER in wanted else []
    missing = [name for name in wanted if name != PAGER and name not in connections.notifiers]
    if missing:
        lines.append(f":no_bell: Not connected yet: {', '.join(safe(name) for name in missing)}.")
    return lines


def by_voice(incident: Incident, connections: Connections) -> list[str]:
    """The number to call while nobody has answered, for levels that ask for a phone."""
    if PHONE not in incident.plan.notify or not incident.paging or incident.reached(State.ACKNOWLEDGED):
        return []
    if not connections.phone:
        return [":telephone_receiver: No number to call: the profile gives none under `contacts.phone`."]
    return [f":telephone_receiver: If nobody answers, call {safe(connections.phone)}."]


def _keyless(incident: Incident, connections: Connections) -> list[str]:
    """A rung that rings the same phone again is no rung: whoever relies on it must read so."""
    silent = [role_words(role) for role in incident.plan.chain if role in connections.keyless]
    if not silent:
        return []
    first = role_words(incident.plan.chain[0])
    return [
        f":no_bell: Without a routing key of their own, paging {safe(', '.join(silent))} rings the {safe(first)} again."
    ]
