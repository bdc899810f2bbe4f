"""The grammar of `/incident`: a text becomes one ask, or a sentence that helps. Acts on nothing.

No text raises anything but Refused (tests/slack/test_slash_grammar.py walks random ones).
"""

from collections.abc import Callable, Mapping
from itertools import takewhile

from incidentbot.core.policy import Policy
from incidentbot.core.refusals import Refused
from incidentbot.core.text.severity_words import read_severity
from incidentbot.slack import (
    asks,
    house_asks,
    slash_after,
    slash_calls,
    slash_maintenance,
    slash_roles,
    slash_verbs,
)
from incidentbot.slack.asks import Ask, Parsed
from incidentbot.slack.slash_text import fold, quoted, reference, split_first, split_last
from incidentbot.slack.slash_usage import ALIASES, USAGE, instead_of, nearest, usage

Reader = Callable[[str, Policy], Ask]

READERS: Mapping[str, Reader] = {
    "declare": slash_verbs.declare,
    "drill": slash_verbs.drill,
    "ack": slash_verbs.ack,
    "escalate": slash_calls.escalate,
    "page": slash_calls.page,
    "snooze": slash_calls.snooze,
    "severity": slash_verbs.severity,
    "stage": slash_verbs.stage,
    "mitigate": slash_verbs.mitigate,
    "resolve": slash_verbs.resolve,
    "reopen": slash_verbs.reopen,
    "close": slash_verbs.exactly("close", asks.Close()),
    "lead": slash_verbs.lead,
    "role": slash_verbs.role,
    "handover": slash_verbs.handover,
    "join": slash_verbs.exactly("join", asks.Join()),
    "update": slash_verbs.update,
    "impact": slash_verbs.impact,
    "note": slash_verbs.note,
    "runbook": slash_verbs.runbook,
    "timeline": slash_verbs.exactly("timeline", asks.Timeline()),
    "status": slash_verbs.exactly("status", asks.Status()),
    "oncall": slash_roles.oncall,
    "list": slash_verbs.list_incidents,
    "action": slash_after.action,
    "actions": slash_after.actions,
    "review": slash_after.review,
    "times": slash_after.times,
    "postmortem": slash_verbs.exactly("postmortem", asks.Postmortem()),
    "maintenance": slash_maintenance.maintenance,
    "test-page": slash_roles.test_page,
    "doctor": slash_verbs.exactly("doctor", house_asks.Doctor()),
    "help": slash_verbs.help_on,
}
"""Verb -> how its rest is read. One row for each verb of slash_usage.USAGE."""

FREE_TEXT = frozenset(
    {
        "ack",
        "action",
        "review",
        "times",
        "escalate",
        "page",
        "severity",
        "mitigate",
        "resolve",
        "reopen",
        "update",
        "impact",
        "note",
        "runbook",
        "maintenance",
    }
)
"""Verbs that end in a text of the person's own: in a room, an `INC-7` inside it is part of the text."""

BEGINS = frozenset({"declare", "drill"})
"""Verbs that begin an incident: what follows names none."""

SEVERAL = 2


def parse(text: str, *, policy: Policy, in_room: bool) -> Parsed:
    """Read what stands after `/incident`. in_room: whether it was typed where an incident is implied.

    Raises Refused with the sentence the person reads: the nearest command and its usage, or why not.
    """
    rest = fold(text)
    if not rest:
        return Parsed(asks.Actions() if in_room else asks.Form())
    first, after = split_first(rest)
    number = reference(first)
    if number is not None:
        if not after:
            return Parsed(asks.Actions(), number)
        _refuse_several(after, named=1)
        first, after = split_first(after)
    verb = _verb(first, rest, policy)
    if verb in BEGINS:
        return Parsed(READERS[verb](after, policy))
    _refuse_several(after, named=0 if number is None else 1, verb=verb)
    if number is None:
        number, after = _reference_in(verb, after, in_room=in_room)
    return Parsed(READERS[verb](after, policy), number, verb, bool(after))


def _refuse_several(text: str, *, named: int, verb: str = "") -> None:
    """Raise Refused where nothing but incidents' names stands there, or before the verb, and they are several."""
    words = text.split()
    names = list(takewhile(lambda word: reference(word) is not None, words))
    rest = words[len(names) :]
    if not names or len(names) + named < SEVERAL or (verb and rest):
        return
    verb = verb or (ALIASES.get(rest[0].casefold(), rest[0].casefold()) if rest else "status")
    example = verb if verb in USAGE else "status"
    raise Refused(f"Name one incident at a time, like `/incident {example} INC-1`. Nothing was done.")


def _verb(word: str, whole: str, policy: Policy) -> str:
    folded = word.casefold()
    verb = ALIASES.get(folded, folded)
    if verb in READERS:
        return verb
    raise Refused(_not_understood(word, whole, policy))


def _not_understood(word: str, whole: str, policy: Policy) -> str:
    if _begins_with_severity(whole, policy):
        return f"To begin an incident, type `/incident declare {quoted(whole)}`. Nothing was declared."
    if instead := instead_of(word):
        return f"I do not know `{quoted(word)}`. {instead} Nothing was changed."
    near = nearest(word)
    if near is None:
        return (
            f"I do not know `{quoted(word)}`. To begin an incident: {usage('declare')}. "
            "`/incident help` lists everything."
        )
    return f"I do not know `{quoted(word)}`. Did you mean {usage(near)}? `/incident help` lists everything."


def _begins_with_severity(whole: str, policy: Policy) -> bool:
    try:
        return read_severity(whole.split(), policy) is not None
    except Refused:
        return False


def _reference_in(verb: str, rest: str, *, in_room: bool) -> tuple[int | None, str]:
    """The incident named after the verb or at the very end, and the rest without it."""
    first, after = split_first(rest)
    number = reference(first)
    text_is_theirs = verb in FREE_TEXT and in_room
    if number is not None and (not after or not text_is_theirs):
        return number, after
    before, last = split_last(rest)
    number = reference(last)
    if number is None or text_is_theirs:
        return None, rest
    return number, before
