"""How the verbs read that call people in or hold the pages back: escalate, page, snooze. Pure; refuses with the usage."""

from collections.abc import Callable
from datetime import timedelta

from incidentbot.core.ladders.durations import parse
from incidentbot.core.policy import Policy
from incidentbot.core.refusals import Refused
from incidentbot.slack import asks
from incidentbot.slack.asks import Ask
from incidentbot.slack.slash_roles import (
    WHO_IS_THERE,
    reason_typed,
    role_and_reason,
    somebody_known,
    who_can_be_called,
)
from incidentbot.slack.slash_text import group_mention, mention, quoted, split_first
from incidentbot.slack.slash_usage import usage


def escalate(rest: str, policy: Policy) -> asks.Escalate:
    """`escalate [role or chain or @user or @group] [why]`."""
    return _called(rest, policy, reason_typed)


def _called(rest: str, policy: Policy, otherwise: Callable[[str], str]) -> asks.Escalate:
    person, after = mention(rest)
    if person:
        return asks.Escalate(person=person, why=after)
    group, after = group_mention(rest)
    if group:
        return asks.Escalate(group=group, why=after)
    if split_first(rest)[0].casefold() == "next":
        return asks.Escalate(why=split_first(rest)[1])
    role_name, why = role_and_reason(rest, policy, otherwise)
    return asks.Escalate(role=role_name, why=why)


def page(rest: str, policy: Policy) -> Ask:
    """`page role, @user or chain [why]`: somebody is named, or nobody is paged."""
    asked = _called(rest, policy, somebody_known)
    if asked.role or asked.person or asked.group or split_first(rest)[0].casefold() == "next":
        return asked
    raise Refused(
        f"Say whom to page: {usage('page')}. {who_can_be_called(policy)} {WHO_IS_THERE} Nobody was paged."
    )


def snooze(rest: str, policy: Policy) -> Ask:
    """`snooze 15m`: how long must be said."""
    typed = rest.casefold().removeprefix("for ").replace(" ", "")
    for long, short in (
        ("minutes", "m"),
        ("minute", "m"),
        ("mins", "m"),
        ("min", "m"),
        ("hours", "h"),
        ("hour", "h"),
    ):
        typed = typed.removesuffix(long) + short if typed.endswith(long) else typed
    try:
        length = parse(typed)
    except ValueError:
        length = timedelta(0)
    if not length:
        said = f"“{quoted(rest)}” is no length of time" if rest else "Say for how long"
        raise Refused(f"{said}: {usage('snooze')}. Nothing was changed.")
    return asks.Snooze(length)
