"""How `/incident action`, `actions`, `review` and `times` read. Pure; refuses with the usage of the verb."""

import re
from collections.abc import Mapping
from datetime import date, time
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
    ShowReview,
    ShowTimes,
)
from incidentbot.slack.slash_maintenance import NAMED_DAYS, WEEKDAYS
from incidentbot.slack.slash_text import mention, quoted, split_first, unquoted
from incidentbot.slack.slash_usage import usage

_DUE = re.compile(r"(?:^|[\s,])(?:due|by)\s+(\S+)\s*$", re.IGNORECASE)
_TYPE = re.compile(rf"(?:^|\s)type\s+({'|'.join(ActionType)})\s*$", re.IGNORECASE)
_OWNER = re.compile(r"(?:^|[\s,])(<@[UW][A-Z0-9]{2,}(?:\|[^<>]*)?>)\s*$")
_NUMBER = re.compile(r"#?([0-9]{1,3})")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

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
    """`action text [@owner] [due fri] [type detect]`, or `action 2 done`, `drop why`, `@owner`, `due fri`, `type docs`."""
    first, after = split_first(rest)
    number = _NUMBER.fullmatch(first)
    if number is not None and after:
        return _changed(int(number[1]), after)
    text, owner, day, kind = _ends(rest)
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
        if not day and (found := _DUE.search(text)) and (read := _day(found[1])):
            day = read
        elif kind is None and (found := _TYPE.search(text)):
            kind = ActionType(found[1].casefold())
        elif not owner and (found := _OWNER.search(text)):
            owner = mention(found[1])[0] or ""
        else:
            return text.strip(), owner, day, kind
        text = text[: found.start()].rstrip(" ,")


def _day(word: str) -> str:
    """A day as `coming_instant` takes it, "" where it is none."""
    folded = word.casefold().rstrip(".,")
    if folded in NAMED_DAYS:
        return folded
    if folded[:3] in WEEKDAYS and folded.isalpha():
        return folded[:3]
    try:
        return date.fromisoformat(folded).isoformat() if _DATE.fullmatch(folded) else ""
    except ValueError:
        return ""


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
    if _DATE.fullmatch(word):
        day = _day(word)
        word, why = split_first(why)
    if word.casefold() == "unknown" and not day:
        return CorrectTime(anchor, None, unquoted(why))
    found = _TIME.fullmatch(word)
    if found is None:
        raise Refused(f"Say when, by your own clock, and why: {usage('times')}. Nothing was changed.")
    return CorrectTime(anchor, time(int(found[1]), int(found[2])), unquoted(why), day)
