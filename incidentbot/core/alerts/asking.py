"""What alerts ask for by the profile, and which of two asks for more. Decides nothing."""

from incidentbot.core.alerts.alert import Alert
from incidentbot.core.ladders.alert_rules import rule_of
from incidentbot.core.policy import Policy, Severity
from incidentbot.core.text.severity_words import severity_of

Demand = tuple[int, bool]
"""How much is asked for, the greater the more: the severity that is opened, and then whether somebody is rung for it."""

NOTHING: Demand = (0, False)


def level_of(policy: Policy, *words: str) -> str:
    """The alert of the profile that one of these words names, first come first; "" for none. Case is folded."""
    known = {name.casefold(): name for name in policy.alerts}
    return next((known[folded] for word in words if (folded := word.strip().casefold()) in known), "")


def level_of_alert(policy: Policy, alert: Alert) -> str:
    """The profile's name of what an alert asks for: its own name goes before its sender's severity.

    Where the profile names neither, a sender that speaks the team's severities (`P0`, `sev1`) asks for that one.
    """
    return level_of(policy, alert.name, alert.level) or severity_of(alert.level, policy) or ""


def demand(policy: Policy, level: str) -> Demand:
    """What the profile's alert of this name asks for."""
    rule = rule_of(policy, level)
    return NOTHING if rule is None or rule.opens is None else (severe(rule.opens), rule.page)


def severe(severity: Severity) -> int:
    """The greater the more severe; more than `NOTHING` asks for."""
    return len(Severity) - rank(severity)


def rank(severity: Severity) -> int:
    """0 for the most severe."""
    return list(Severity).index(severity)
