"""Alerts that fire on though people have resolved their incident: a repetition that is news after all. Pure.

People resolve while alerts still fire, and senders tell the end minutes later. Who is told of it long after the resolution
was resolved too early, or forgot one: soon after it the room is asked, later it opens an incident of its own.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from incidentbot.core.alerts.alert import Alert, AlertGroup, AlertStatus, Change, News
from incidentbot.core.alerts.asking import NOTHING, demand, level_of_alert
from incidentbot.core.alerts.verdict import is_held, over_since
from incidentbot.core.incident import Incident, Status
from incidentbot.core.ladders.alert_rules import rule_of
from incidentbot.core.maintenance.window import Window
from incidentbot.core.policy import Policy

GRACE = timedelta(minutes=10)
"""So long a sender may take to tell that an alert is over: Alertmanager looks at a group each five minutes."""


def persisting(
    group: AlertGroup,
    news: News,
    incident: Incident | None,
    *,
    policy: Policy,
    now: datetime,
    window: Window | None = None,
) -> AlertGroup:
    """The group after a delivery: what still fires and would open an incident is to be told, once its own is over.

    incident: the one of the group's id. A drill that is left firing is nobody's trouble.
    """
    if incident is None or incident.status is Status.OPEN or group.drill:
        return group
    over_at = over_since(incident)
    if now - over_at < GRACE:
        return group
    still = _still(group, news, policy, window)
    if not still:
        return group
    rules = [rule_of(policy, level_of_alert(policy, one)) for one in still]
    again_at = over_at + max(rule.reopens_within for rule in rules if rule)
    asked = group.doubted_at is not None and group.doubted_at >= over_at
    if now <= again_at and (asked or incident.status is Status.CLOSED):
        return group
    told_now = (Change(alert, now, still=True) for alert in still)
    return replace(group, untold=(*group.untold, *told_now), doubted_at=now)


def _still(group: AlertGroup, news: News, policy: Policy, window: Window | None) -> list[Alert]:
    """What of the delivery is a repetition, fires, and opens an incident by the profile."""
    untold = {change.alert.fingerprint for change in group.untold}
    found = []
    for alert in news.alerts:
        fires = alert.status is AlertStatus.FIRING and alert.fingerprint in group.seen
        level = level_of_alert(policy, alert)
        opens = demand(policy, level) > NOTHING and not is_held(rule_of(policy, level), window)
        if fires and opens and alert.fingerprint not in untold:
            found.append(alert)
    return found
