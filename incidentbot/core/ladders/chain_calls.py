"""Chains that people call in: the first role at once, then one after another until somebody answers. Never held back."""

from dataclasses import replace
from datetime import datetime, timedelta

from incidentbot.core.asked import ChainCall, Escalated, Holders
from incidentbot.core.commands import Escalate
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Notice
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.ladders import clocks
from incidentbot.core.ladders.escalation import how_late
from incidentbot.core.ladders.meant import calls_meant, is_meant
from incidentbot.core.ladders.paging import is_typed, page_role, rung_of, typed_rung
from incidentbot.core.plan import PlannedRung
from incidentbot.core.policy import Mode, Policy, State
from incidentbot.core.response import showing
from incidentbot.core.text.words import because, person, role_words, span


def call_chain(
    incident: Incident, command: Escalate, *, chain: str, policy: Policy, now: datetime
) -> Decision:
    """Ring the first role of this chain now, and the ones after it at the severity's interval until somebody acks."""
    roles = policy.chains[chain]
    first = role_words(roles[0])
    text = f"{person(command.by)} called in the {role_words(chain)} chain, first the {first}{because(command.why)}"
    return call(incident, command.by, chain=chain, roles=roles, text=text, policy=policy, now=now)


def call(
    incident: Incident,
    by: str,
    *,
    chain: str,
    roles: tuple[str, ...],
    text: str,
    policy: Policy,
    now: datetime,
) -> Decision:
    """Call these roles in, one after another until somebody acks. chain: "" where the incident's own is handed on."""
    every = pace(incident, policy)
    rung = PlannedRung(typed_rung(incident), Mode.AUTO, now, roles, State.RESOLVED, every=every)
    asked = ChainCall(chain, rung, by, now)
    fact = Fact(FactKind.ESCALATED, now, text, by, {"role": roles[0], "chain": chain})
    changed = replace(
        incident,
        calls=(*incident.calls, asked),
        fired={**incident.fired, rung.name: 1},
        escalated=Escalated(roles[0], by, now),
    )
    timers = {rung.name: clocks.next_firing(changed, rung, policy.business)}
    line = showing.line(changed, "escalated", text, Notice.LOUD)
    told = Decision(changed, (fact,), (*showing.card(changed), *line), timers)
    on = f", then the next one every {span(every)}" if len(roles) > 1 else ""
    first = role_words(roles[0])
    calling = "This is a drill, which pages nobody. It plays" if incident.rehearsed else "Calling in"
    reply = f"{calling} {words(asked)}: the {first} now{on}, until somebody acknowledges."
    return replace(told.then(_ring(changed, asked, 0, policy, now)), reply=reply)


def words(asked: ChainCall) -> str:
    """What was called in, inside a sentence."""
    return f"the {role_words(asked.chain)} chain" if asked.chain else "somebody to take over"


def pace(incident: Incident, policy: Policy) -> timedelta:
    """The interval at which this incident's severity climbs; where it climbs by no clock, the time it gives an ack."""
    climbing = (rung.every for rung in incident.plan.rungs if rung.mode is Mode.AUTO and rung.every)
    ack = incident.plan.ack
    promised = ack.due_at - incident.clock_began_at if ack else policy.immediate_means
    return next(climbing, promised)


def call_of(incident: Incident, timer: str) -> ChainCall | None:
    """The called chain that this timer belongs to, while nobody has answered it."""
    return next((call for call in incident.open_calls if call.rung.name == timer), None)


def climb(
    incident: Incident, asked: ChainCall, *, due_at: datetime, policy: Policy, now: datetime
) -> Decision:
    """Nobody has answered: ring the next role of the chain, or say that it has ended."""
    rung, position = asked.rung, incident.fired.get(asked.rung.name, 0)
    moved = replace(incident, fired={**incident.fired, rung.name: position + 1})
    timers = {rung.name: clocks.next_firing(moved, rung, policy.business)}
    what = f"for {words(asked)}" if asked.chain else "to take over"
    waited = f"Nobody has answered {what} after {span(now - asked.asked_at)}"
    if position >= len(rung.roles):
        return replace(_ended(moved, asked, waited, now), timers=timers)
    role = rung.roles[position]
    text = f"{waited}: now the {role_words(role)}{how_late(now - due_at)}."
    late_s = str(max(0, round((now - due_at).total_seconds())))
    data = {"rung": rung.name, "role": role, "chain": asked.chain, "late_s": late_s}
    fact = Fact(FactKind.ESCALATED, now, text, data=data)
    line = showing.line(moved, f"climb:{rung.name}:{position}", text, Notice.LOUD)
    told = Decision(moved, (fact,), (*showing.card(moved), *line), timers)
    return told.then(_ring(moved, asked, position, policy, now))


def _ring(incident: Incident, call: ChainCall, position: int, policy: Policy, now: datetime) -> Decision:
    """What a person asked for may page whatever the severity lists."""
    key = call.rung.name if position == 0 else f"{call.rung.name}:{position}"
    role = call.rung.roles[position]
    return page_role(incident, role, rung=key, until=State.RESOLVED, now=now, policy=policy)


def _ended(incident: Incident, call: ChainCall, waited: str, now: datetime) -> Decision:
    paged = ", ".join(role_words(role) for role in call.rung.roles)
    text = f"{waited}, and it has ended: {paged} were reached. Call somebody by voice."
    fact = Fact(FactKind.LADDER_ENDED, now, text, data={"rung": call.rung.name, "chain": call.chain})
    line = showing.line(incident, f"ended:{call.rung.name}", text, Notice.LOUD)
    return Decision(incident, (fact,), (*showing.card(incident), *line))


def answered(incident: Incident, at: datetime, receipt: str) -> Incident:
    """The incident with every chain that this ack is meant for answered by it (`calls_meant`).

    What was handed over is theirs alone who take it.
    """
    heard = calls_meant(incident, at, receipt)
    if not heard:
        return incident
    calls = tuple(replace(call, answered_at=at) if call in heard else call for call in incident.calls)
    handed_over = any(not call.chain for call in heard)
    holders = Holders() if handed_over else incident.holders
    return replace(incident, calls=calls, holders=holders)


def spared(incident: Incident, at: datetime, receipt: str) -> frozenset[str]:
    """The keys of pages that an answer made at `at`, of what bears this receipt, is not meant for.

    What people asked for later, and the pages of called chains that nobody has answered yet.
    """
    unanswered = {call.rung.name for call in incident.open_calls}
    return frozenset(
        page.key
        for page in incident.pages.values()
        if is_typed(page) and (not is_meant(page, at, receipt) or rung_of(page.key) in unanswered)
    )
