"""The line about alerts that open nothing, for the profile's alerts channel: what fires, and what is asked of people."""

from datetime import datetime

from incidentbot.core.alerts.alert import AlertGroup, AlertStatus
from incidentbot.core.alerts.asking import level_of_alert
from incidentbot.core.alerts.verdict import is_held
from incidentbot.core.alerts.wording import firing_words, grouped, linked, over_words
from incidentbot.core.ladders.alert_rules import rule_of
from incidentbot.core.ladders.ladder import due
from incidentbot.core.maintenance.window import Window
from incidentbot.core.policy import AlertRule, Deadline, Policy
from incidentbot.core.text.words import at_time, safe


def post_text(
    group: AlertGroup, *, policy: Policy, tag: str = "", level: str = "", window: Window | None = None
) -> str:
    """What is untold, in mrkdwn: it names no person and opens nothing.

    level: the profile's name of what would have opened an incident, and the window that holds it back.
    """
    fire, over = grouped(group.untold)
    parts = (
        "*DRILL*" if group.drill else "",
        f"*{safe(group.source)}*",
        f"({safe(tag)})" if tag else "",
        firing_words(fire, at_time) if fire else "",
        over_words(over, at_time) if over else "",
        f"{group.untold_more:,} more changes are not told." if group.untold_more else "",
        _why_held(policy, level, window) or _asked(group, policy) if fire else "",
        linked(group.link, "Open the sender"),
    )
    return " ".join(part for part in parts if part)


def _why_held(policy: Policy, level: str, window: Window | None) -> str:
    rule = rule_of(policy, level)
    if window is None or rule is None or not is_held(rule, window):
        return ""
    return (
        f"It would open a {rule.opens}, and is held back: if it still fires at {at_time(window.ends_at)} it opens one. "
        "`/incident declare` does so now."
    )


def _asked(group: AlertGroup, policy: Policy) -> str:
    """What the profile asks of people for the alert that began first; why nothing was opened where it names none."""
    began = [change for change in group.untold if change.alert.status is AlertStatus.FIRING]
    alert, at = began[0].alert, began[0].at
    level = level_of_alert(policy, alert)
    if rule := rule_of(policy, level):
        return _demand(rule, policy, at)
    word = safe(alert.level or alert.name)
    return (
        f"Nothing was opened: the profile {safe(policy.id)} has no alert “{word}”. "
        "`/incident declare` makes it an incident."
    )


def _demand(rule: AlertRule, policy: Policy, at: datetime) -> str:
    if isinstance(rule.respond, Deadline):
        promise = due(rule.respond, policy, declared_at=at)
        return f"Somebody should look by {at_time(promise.due_at)}." if promise else ""
    return "It is one for the daily review." if rule.respond else ""
