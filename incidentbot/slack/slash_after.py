"""How `/incident action`, `actions`, `review` and `times` read. Pure; refuses with the usage of the verb."""

import re
from collections.abc import Mapping
from datetime import time
from types import MappingProxyType

from incidentbot.core.afterwards.leftovers import ActionState, ActionType, ReviewState
from incidentbot.core.policy import Policy
from incidentbot.core.refusals import Refused
from incidentbot.slack.after_asks import (
    Actions,
    AddAction,
    AfterAsk,
    ChangeAction,
    ChangeReview,
    CorrectTime,
    ShowAction,
    ShowReview,
    ShowTimes,
)
from incidentbot.slack.slash_days import DAYS, day_of, looks_like_date
from incidentbot.slack.slash_text import mention, quoted, split_first, unquoted
from incidentbot.slack.slash_usage import usage

_DUE = re.compile(r"(?:^|[\s,])(?:due|by)\s+(?:on\s+)?(\S+)\s*$", re.IGNORECASE)
_TYPE = re.compile(rf"(?:^|\s)type\s+({'|'.join(ActionType)})\s*$", re.IGNORECASE)
_NO_DAY = re.compile(
    r"(?:^|[\s,])(?:due|by(?=\s+[0-9]{4}-))\s+"
    r"((?!to\b)(?:(?:in|on|next|this|by|the|end|after|before)(?:\s+[^\s\"]+){1,3}|[^\s\"]+))\s*$",
    re.IGNORECASE,
)
_NO_TYPE = re.compile(r"(?:^|\s)type\s+([^\s\"]+)\s*$", re.IGNORECASE)
_OWNER = re.compile(r"(?:^|[\s,])(<@[UW][A-Z0-9]{2,}(?:\|[^<>]*)?>)\s*$")
_NUMBER = re.compile(r"#?([0-9]{1,3})")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")

STATES: Mapping[str, ActionState] = MappingProxyType(
    {
        "done": ActionState.DONE,
        "finished": ActionState.DONE,
        "drop": ActionState.DROPPED,
        "dropped": ActionState.DROPPED,
        "open": ActionState.OPEN,
        "reopen": ActionState.OPEN,
    }
)
REVIEWS: Mapping[str, ReviewState] = MappingProxyType(
    {
        "start": ReviewState.IN_REVIEW,
        "draft": ReviewState.DRAFT,
        "publish": ReviewState.PUBLISHED,
        "waive": ReviewState.WAIVED,
    }
)
"""What is typed -> where it goes."""


def action(rest: str, policy: Policy) -> AfterAsk:
    """`action text [@owner] [due fri] [type detect]`, or `action 2`, `action 2 done`, `drop why`, `@owner`, `due fri`, `type docs`."""
    first, after = split_first(rest)
    number = _NUMBER.fullmatch(first)
    if number is not None:
        return _changed(int(number[1]), after) if after else ShowAction(int(number[1]))
    text, owner, day, kind = _ends(rest)
    _refuse_slips(text, "Nothing was noted; a text in quotes is taken as it is.")
    text = unquoted(text)
    if not text:
        raise Refused(f"Say what is to be done: {usage('action')}. Nothing was noted.")
    return AddAction(text, owner, day, kind)


def _changed(number: int, rest: str) -> AfterAsk:
    word, after = split_first(rest)
    state = STATES.get(word.casefold())
    if state is not None:
        return ChangeAction(number, state, why=unquoted(after))
    text, owner, day, kind = _ends(rest)
    _refuse_slips(text, "Nothing was changed.")
    if text or not (owner or day or kind):
        raise Refused(
            f"Say what becomes of action {number}: `/incident action {number} done`, `drop why`, `@owner`, "
            "`due fri` or `type detect`. Nothing was changed."
        )
    return ChangeAction(number, None, owner, day, kind)


def _ends(text: str) -> tuple[str, str, str, ActionType | None]:
    """The text without owner, date and type at its end, in any order; and these."""
    owner, day, kind = "", "", None
    while True:
        if not day and (found := _DUE.search(text)) and (read := day_of(found[1])):
            day = read
        elif kind is None and (found := _TYPE.search(text)):
            kind = ActionType(found[1].casefold())
        elif not owner and (found := _OWNER.search(text)):
            owner = mention(found[1])[0] or ""
        else:
            return text.strip(), owner, day, kind
        text = text[: found.start()].rstrip(" ,")


def _refuse_slips(text: str, so: str) -> None:
    """Raise Refused where the text ends in a date or a type that is none. so: what became of the command."""
    no_day, no_type = _NO_DAY.search(text), _NO_TYPE.search(text)
    if no_day:
        raise Refused(f"`{quoted(no_day[1])}` is no day: after `due` stands {DAYS}. {so}")
    if no_type:
        kinds = ", ".join(f"`{kind}`" for kind in ActionType)
        raise Refused(f"`{quoted(no_type[1])}` is no type: after `type` stands one of {kinds}. {so}")


def actions(rest: str, policy: Policy) -> AfterAsk:
    """`actions`, alone."""
    if rest:
        raise Refused(f"`actions` stands alone: {usage('actions')}. `/incident action …` notes one.")
    return Actions()


def review(rest: str, policy: Policy) -> AfterAsk:
    """`review`, `review start`, `publish`, `draft`, `waive why`, `@owner`, `due fri`."""
    if not rest:
        return ShowReview()
    word, after = split_first(rest)
    state = REVIEWS.get(word.casefold())
    if state is not None:
        return ChangeReview(state, why=unquoted(after))
    text, owner, day, kind = _ends(rest)
    _refuse_slips(text, "Nothing was changed.")
    if text or kind or not (owner or day):
        raise Refused(f"I do not know `review {quoted(rest)}`: {usage('review')}. Nothing was changed.")
    return ChangeReview(None, owner, day)


def times(rest: str, policy: Policy) -> AfterAsk:
    """`times`, or `times impact [2026-11-20] 13:45 why`, or `times impact unknown why`."""
    if not rest:
        return ShowTimes()
    anchor, after = split_first(rest)
    word, why = split_first(after)
    day = ""
    if looks_like_date(word):
        day = day_of(word)
        if not day:
            raise Refused(f"`{quoted(word)}` is no date; write it like 2026-12-06. Nothing was changed.")
        word, why = split_first(why)
    if word.casefold() == "unknown" and not day:
        return CorrectTime(anchor, None, unquoted(why))
    found = _TIME.fullmatch(word)
    if found is None:
        raise Refused(f"Say when, by your own clock, and why: {usage('times')}. Nothing was changed.")
    return CorrectTime(anchor, time(int(found[1]), int(found[2])), unquoted(why), day)
