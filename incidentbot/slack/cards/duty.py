"""The answer to `/incident oncall`: who has each role until when, how they are reached, who is next. Sends nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from incidentbot.core.incident import Incident, Status
from incidentbot.core.ladders.ladder import DEFAULT_CHAIN, PAGER
from incidentbot.core.ladders.summons import EMAIL
from incidentbot.core.policy import Policy, State
from incidentbot.core.text.words import begun, person, role_words, safe
from incidentbot.flows.ports import Connections, Duty, OnCall
from incidentbot.slack.asks import OnCall as Asked
from incidentbot.slack.cards.blocks import Block, Shown, context, fit, paragraphs, section
from incidentbot.slack.cards.incident import paged_lines
from incidentbot.slack.cards.ladder_lines import next_rung
from incidentbot.slack.cards.wording import when
from incidentbot.slack.desk import Desk

HEADING = "Who is on call"


@dataclass(frozen=True, slots=True)
class Means:
    """What carries a call. notify: the notifiers of the level that is asked about, else all that are connected."""

    connections: Connections
    notify: Collection[str]


def on_call(asked: Asked, incident: Incident | None, desk: Desk) -> Shown:
    """Each role of the chain in its order; in a room also who was rung there and who is next."""
    means = Means(desk.connections, _notify(asked, incident, desk))
    lines = [
        line
        for name, roles in _chains(asked, incident, desk.policy).items()
        for line in (
            *([f"*{safe(begun(role_words(name)))} chain*"] if name != DEFAULT_CHAIN else []),
            *(_role(role, roles, desk.oncall, means) for role in roles),
        )
    ]
    level = asked.severity or (incident.severity if incident else None)
    told = [context(f"Reached as {level} asks for it.")] if level else []
    return Shown(HEADING, fit([section(f"*{HEADING}*"), *paragraphs(lines), *told, *_here(incident, desk)]))


def _notify(asked: Asked, incident: Incident | None, desk: Desk) -> Collection[str]:
    if asked.severity is not None:
        return desk.policy.severities[asked.severity].notify
    return incident.plan.notify if incident else (PAGER, *desk.connections.notifiers)


def _chains(asked: Asked, incident: Incident | None, policy: Policy) -> Mapping[str, tuple[str, ...]]:
    if asked.who in policy.chains:
        return {asked.who: policy.chains[asked.who]}
    if asked.who:
        return {DEFAULT_CHAIN: (asked.who,)}
    return {DEFAULT_CHAIN: incident.plan.chain} if incident else policy.chains


def _role(role: str, chain: tuple[str, ...], oncall: OnCall, means: Means) -> str:
    duty = oncall.duty(role)
    ways, number = _ways(role, duty, means), chain.index(role) + 1
    title = f"{f'{number}. ' if len(chain) > 1 else ''}*{safe(begun(role_words(role)))}*"
    how = f"reached by {', '.join(ways)}" if ways else f":warning: cannot be reached: {_why(duty, means)}"
    return f"{title}: {_holders(duty)}; {how}{_but(role, duty, means) if ways else ''}"


def _but(role: str, duty: Duty, means: Means) -> str:
    """Why the pager is not among the ways, though the level lists it."""
    if PAGER not in means.notify or not means.connections.pager:
        return ""
    if role in means.connections.keyless:
        return "; a page rings the first role again, for want of a routing key of its own"
    return "; nobody is on call in PagerDuty now" if duty.rings is False else ""


def _ways(role: str, duty: Duty, means: Means) -> list[str]:
    connections = means.connections
    ways = {
        "pager": PAGER in means.notify
        and bool(connections.pager)
        and role not in connections.keyless
        and duty.rings is not False,
        "Slack": any(one.slack for one in duty.holders),
        "mail": EMAIL in means.notify
        and EMAIL in connections.notifiers
        and any(one.mail for one in duty.holders),
    }
    return [way for way, is_open in ways.items() if is_open]


def _holders(duty: Duty) -> str:
    named = []
    for one in duty.holders:
        who = person(one.slack) if one.slack else safe(one.name) or "somebody with an address only"
        named.append(f"{who} until {when(one.until)}" if one.until else who)
    return " and ".join(named) or "nobody is known"


def _why(duty: Duty, means: Means) -> str:
    if duty.rings is False:
        return "nobody is on call in PagerDuty now, and the team file binds nobody"
    if not means.connections.pager:
        return "the team file binds nobody in Slack, and paging is off"
    return "the team file binds nobody in Slack"


def _here(incident: Incident | None, desk: Desk) -> list[Block]:
    """Who was rung for this incident, and who is next and when."""
    if incident is None or incident.status is not Status.OPEN:
        return []
    following = next_rung(incident, desk.oncall, desk.policy.business, desk.connections)
    if not following:
        has_it = incident.reached(State.ACKNOWLEDGED)
        following = ["Somebody has it: nobody is rung next." if has_it else "No clock rings anybody next."]
    return [*paged_lines(incident, desk.oncall), *(section(line) for line in following)]
