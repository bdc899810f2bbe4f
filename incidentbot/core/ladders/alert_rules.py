"""What an alert of some level asks for: the profile's own rule, or that of the severity it names. Decides nothing."""

from incidentbot.core.policy import AlertRule, Policy, Severity

RINGING = frozenset({"pagerduty", "phone"})
"""The notifiers that wake people; an alert that is not to page opens its incident without them."""


def rule_of(policy: Policy, level: str) -> AlertRule | None:
    """The profile's alert of exactly this name; for `P0`..`P3` one that opens it, and pages where that severity does.

    None for any other word.
    """
    if level in policy.alerts or level not in set(Severity):
        return policy.alerts.get(level)
    severity = Severity(level)
    return AlertRule(opens=severity, page=not RINGING.isdisjoint(policy.severities[severity].notify))
