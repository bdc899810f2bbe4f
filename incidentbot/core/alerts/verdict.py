"""What becomes of alerts by the profile: they open an incident, join one, bring one back, or are only posted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from incidentbot.core.alerts.alert import AlertGroup, Alerts, AlertsChanged, AlertStatus, Change
from incidentbot.core.alerts.asking import NOTHING, demand, level_of_alert, rank
from incidentbot.core.alerts.group import may_speak_at
from incidentbot.core.incident import Incident, Status
from incidentbot.core.ladders.alert_rules import rule_of
from incidentbot.core.maintenance.window import Window
from incidentbot.core.policy import AlertRule, Policy, Severity, State

NAMES = 5
"""Alerts that a card names."""


class Act(StrEnum):
    """What is done with what a group has not told yet."""

    NOTHING = "nothing"
    WAIT = "wait"
    POST = "post"
    OPEN = "open"
    REOPEN = "reopen"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do. level: the profile's name of what asks for most, "" where nothing does; at: until when to wait."""

    act: Act
    level: str = ""
    at: datetime | None = None


def judged(
    group: AlertGroup,
    incident: Incident | None,
    *,
    policy: Policy,
    now: datetime,
    window: Window | None = None,
) -> Verdict:
    """What becomes of what is untold. incident: the one of the group's id; window: the maintenance that is going on.

    What opens, brings back or raises an incident waits for no pace: somebody may have to be rung. Maintenance holds it
    back until it is over, a P0 excepted.
    """
    if not group.untold:
        return Verdict(Act.WAIT, at=window.ends_at) if window and group.held else Verdict(Act.NOTHING)
    level = _level_that_opens(group.untold, policy)
    rule = None if is_held(rule_of(policy, level), window) else rule_of(policy, level)
    if incident is not None and incident.status is Status.OPEN:
        return _joining(group, level, rule, now)
    if rule is not None:
        if incident is None or not _comes_back(incident, rule, now):
            return Verdict(Act.OPEN, level)
        anew = _level_that_opens((one for one in group.untold if not one.still), policy)
        return Verdict(Act.REOPEN, level) if anew else Verdict(Act.JOIN)
    if incident is not None and not any(_fires(change) for change in group.untold):
        return Verdict(Act.JOIN)
    return _paced(Verdict(Act.POST, level), group, now)


def is_held(rule: AlertRule | None, window: Window | None) -> bool:
    """Whether maintenance keeps an alert from opening or raising anything: a P0 waits for no end of a window."""
    return (
        window is not None and rule is not None and rule.opens is not None and rule.opens is not Severity.P0
    )


def over_since(incident: Incident) -> datetime:
    """When an incident that is open no more was resolved, or closed."""
    return max(
        moment.at for state, moment in incident.milestones.items() if state.rank >= State.RESOLVED.rank
    )


def changed(
    group: AlertGroup, level: str, *, policy: Policy, tag: str = "", anew: bool = False, held: bool = False
) -> AlertsChanged:
    """The command that tells an incident of what is untold. anew: the incident begins with it, or begins again.

    held: maintenance is going on, so that it raises nothing.
    """
    firing, asked = group.firing, None if anew else group.asked
    rule = rule_of(policy, level)
    wanted = rule.opens if rule and not held else None
    alerts = Alerts(
        group.source,
        level if anew or not group.level else group.level,
        _worse(asked, wanted),
        len(firing),
        len(group.seen) + group.left_out,
        firing[:NAMES],
        group.link,
    )
    raises = level if anew or is_more(wanted, asked) else ""
    return AlertsChanged(alerts, group.untold, raises, group.untold_more, tag, group.guest)


def is_more(wanted: Severity | None, asked: Severity | None) -> bool:
    """Whether a level is more severe than what was asked for; nothing is the least."""
    return wanted is not None and (asked is None or rank(wanted) < rank(asked))


def _joining(group: AlertGroup, level: str, rule: AlertRule | None, now: datetime) -> Verdict:
    joins = Verdict(Act.JOIN, level)
    return joins if rule is not None and is_more(rule.opens, group.asked) else _paced(joins, group, now)


def _paced(verdict: Verdict, group: AlertGroup, now: datetime) -> Verdict:
    speaks_at = may_speak_at(group)
    return verdict if speaks_at is None or speaks_at <= now else Verdict(Act.WAIT, verdict.level, speaks_at)


def _level_that_opens(changes: Iterable[Change], policy: Policy) -> str:
    """Of the alerts that began, the level that opens the most severe incident, one that pages before one that does not."""
    levels = sorted({level_of_alert(policy, one.alert) for one in changes if _fires(one)})
    most = max(levels, key=lambda level: demand(policy, level), default="")
    return most if demand(policy, most) > NOTHING else ""


def _comes_back(incident: Incident, rule: AlertRule, now: datetime) -> bool:
    if incident.status is not Status.RESOLVED:
        return False
    return now - over_since(incident) <= rule.reopens_within


def _fires(change: Change) -> bool:
    return change.alert.status is AlertStatus.FIRING


def _worse(one: Severity | None, other: Severity | None) -> Severity | None:
    return other if is_more(other, one) else one
