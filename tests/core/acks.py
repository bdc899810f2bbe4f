"""Profiles whose acks need several people, or expire. Plain data."""

from dataclasses import replace
from datetime import timedelta

from incidentbot.core.policy import AckTerms, Policy
from incidentbot.policies.loader import load


def with_terms(
    profile: str = "im-chat", *, people: int = 1, minutes: int | None = None, **levels: int
) -> Policy:
    """A profile with these terms at every level. minutes: after which an ack expires; levels: people of one (P1=2)."""
    policy = load(profile)
    expires = None if minutes is None else timedelta(minutes=minutes)
    rules = {
        level: replace(rule, terms=AckTerms(levels.get(level.value, people), expires))
        for level, rule in policy.severities.items()
    }
    return replace(policy, severities=rules)
