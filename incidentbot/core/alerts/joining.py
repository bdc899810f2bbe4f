"""What alerts do to their incident: a line on the timeline and in the room, a higher level, a question at the end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from incidentbot.core.alerts.alert import AlertsChanged, AlertStatus, Change
from incidentbot.core.alerts.wording import firing_words, grouped, over_words
from incidentbot.core.commands import Resolve
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Effect, Notice
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident, Status
from incidentbot.core.ladders.alert_rules import rule_of
from incidentbot.core.policy import Policy, RoomKind
from incidentbot.core.response import judge, respond, showing
from incidentbot.core.text.words import at_time, safe

LINE = "alerts"


def alerts_changed(incident: Incident, command: AlertsChanged, *, policy: Policy, now: datetime) -> Decision:
    """Alerts began or ended. Of an incident that is over only the timeline says so, and people are asked where alerts
    fire on; none is resolved by itself unless the profile says it.
    """
    changed = incident if command.beside else replace(incident, alerts=command.alerts)
    if incident.status is not Status.OPEN:
        return Decision(changed, facts(command), _doubt(changed, command))
    line = _line(changed, command, policy)
    decision = Decision(changed, facts(command), (*showing.card(changed), *line))
    if command.level:
        source = command.alerts.source
        decision = decision.then(
            judge.raise_by_alert(changed, command.level, source=source, policy=policy, now=now)
        )
    if not command.beside and _ends(command, policy):
        over = Resolve("", "all its alerts are over")
        return decision.then(respond.resolve(decision.incident, over, now=now))
    return decision


def facts(command: AlertsChanged | None) -> tuple[Fact, ...]:
    """The lines of the timeline: one for the alerts that began, at the first instant, and one for those that ended."""
    if command is None:
        return ()
    fire, over = grouped(command.changes)
    found = []
    if fire:
        at = min(group[0].at for group in fire)
        found.append(_fact(FactKind.ALERT_FIRED, at, firing_words(fire), command, fire))
    if over:
        at = max(group[-1].at for group in over)
        found.append(_fact(FactKind.ALERT_RESOLVED, at, over_words(over), command, over))
    return tuple(found)


def began_at(command: AlertsChanged | None) -> datetime | None:
    """When the first of these alerts began."""
    changes = command.changes if command else ()
    return min((one.at for one in changes if one.alert.status is AlertStatus.FIRING), default=None)


def first_line(incident: Incident, command: AlertsChanged | None) -> tuple[Effect, ...]:
    """What opened the incident, said in its room; where it has none, in the incidents channel."""
    if command is None:
        return ()
    text = _said(command)
    if incident.room.kind is RoomKind.NONE:
        return showing.aside(incident, LINE, text)
    return showing.line(incident, LINE, text)


def _line(incident: Incident, command: AlertsChanged, policy: Policy) -> tuple[Effect, ...]:
    text = _said(command)
    if command.beside:
        return _beside(incident, text, command)
    if command.alerts.firing:
        return showing.line(incident, LINE, text)
    quiet = f"{text} No alert of {incident.name} fires any more."
    if _ends(command, policy):
        return showing.line(incident, LINE, quiet)
    return showing.line(incident, LINE, f"{quiet} Is it over?", Notice.QUESTION, "resolve")


def _beside(incident: Incident, text: str, command: AlertsChanged) -> tuple[Effect, ...]:
    """A line about another group; loud where it fires, since nobody is rung for it."""
    if not any(change.alert.status is AlertStatus.FIRING for change in command.changes):
        return showing.line(incident, LINE, text)
    why = f"So many incidents were opened at once that another group joins {incident.name} and rings nobody."
    return showing.line(incident, LINE, f"{why} {text} `/incident declare` gives it its own.", Notice.LOUD)


def _doubt(incident: Incident, command: AlertsChanged) -> tuple[Effect, ...]:
    """The question whether an incident that is over is open again, where its alerts fire on."""
    if not any(change.still for change in command.changes):
        return ()
    asked = f"{_said(command)} {incident.name} is {incident.status}."
    return showing.line(incident, LINE, f"{asked} Is it open again?", Notice.QUESTION, "reopen")


def _ends(command: AlertsChanged, policy: Policy) -> bool:
    """Whether the profile has the incident resolved with its last alert."""
    rule = rule_of(policy, command.alerts.level)
    return rule is not None and rule.resolves and not command.alerts.firing


def _said(command: AlertsChanged) -> str:
    fire, over = grouped(command.changes)
    words = [firing_words(fire, at_time) if fire else "", over_words(over, at_time) if over else ""]
    more = f"{command.more:,} more changes are not told." if command.more else ""
    tag = f"({safe(command.tag)})" if command.tag else ""
    return " ".join(part for part in (f"{safe(command.alerts.source)}:", tag, *words, more) if part)


def _fact(
    kind: FactKind, at: datetime, text: str, command: AlertsChanged, groups: Sequence[Sequence[Change]]
) -> Fact:
    """`via`: the instant is the sender's, and is told as imported."""
    source = command.alerts.source
    links = (group[-1].alert.link for group in groups)
    link = next((one for one in links if one), command.alerts.link)
    data = {"via": source, "alerts": str(len(groups)), "link": link, "tag": command.tag}
    return Fact(kind, at, f"{safe(source)}: {text}", data=data)
