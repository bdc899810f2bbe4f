"""How `/incident maintenance` reads: show windows, begin or plan one, end one. Pure; refuses with the usage."""

import re
from datetime import time, timedelta

from incidentbot.core.ladders.durations import parse
from incidentbot.core.policy import Policy
from incidentbot.core.refusals import Refused
from incidentbot.slack.house_asks import EndWindow, HouseAsk, SetWindow, ShowWindows
from incidentbot.slack.slash_days import DAYS, day_of, looks_like_date
from incidentbot.slack.slash_text import quoted, split_first, unquoted
from incidentbot.slack.slash_usage import usage

MOST = 200
"""Characters of a window's title."""

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_LENGTH = re.compile(r"[0-9]+[smhdw]", re.IGNORECASE)


def maintenance(rest: str, policy: Policy) -> HouseAsk:
    """`maintenance [list]`, `start 2h title`, `plan sun 02:00 2h title`, `end [M-1]`."""
    verb, after = split_first(rest)
    folded = verb.casefold()
    if folded in {"", "list"}:
        return ShowWindows()
    if folded in {"end", "stop", "cancel"}:
        return EndWindow(unquoted(after))
    if folded in {"start", "begin", "now"}:
        return _started(after)
    if folded in {"plan", "announce"}:
        return _planned(after)
    raise Refused(f"I do not know `maintenance {quoted(verb)}`: {usage('maintenance')}. Nothing was changed.")


def _started(rest: str) -> HouseAsk:
    length, title = _length_and_title(rest)
    return SetWindow(title, length)


def _planned(rest: str) -> HouseAsk:
    day, after = _day(rest)
    word, rest = split_first(after)
    found = _TIME.fullmatch(word)
    if found is None:
        raise Refused(f"Say when it begins, by your own clock: {usage('maintenance')}. Nothing was set.")
    length, title = _length_and_title(rest)
    return SetWindow(title, length, time(int(found[1]), int(found[2])), day)


def _day(text: str) -> tuple[str, str]:
    word, after = split_first(text)
    day = day_of(word)
    if day:
        return day, after
    if looks_like_date(word):
        raise Refused(f"`{quoted(word)}` is no date; write it like 2026-12-06. Nothing was set.")
    if word and not _TIME.fullmatch(word):
        raise Refused(f"`{quoted(word)}` is no day: it is {DAYS}. Nothing was set.")
    return "", text


def _length_and_title(rest: str) -> tuple[timedelta, str]:
    word, after = split_first(rest)
    title = " ".join(unquoted(after).split())
    if not _LENGTH.fullmatch(word):
        raise Refused(f"Say how long it takes, like `2h`: {usage('maintenance')}. Nothing was set.")
    if not title:
        raise Refused(f"Say what is done, so that others know: {usage('maintenance')}. Nothing was set.")
    if len(title) > MOST:
        raise Refused(f"That title has {len(title)} characters; {MOST} is the most. Nothing was set.")
    try:
        length = parse(word.casefold())
    except ValueError:
        length = timedelta(0)
    if not length:
        raise Refused(f"`{quoted(word)}` is no length of time; write it like `90m` or `2h`. Nothing was set.")
    return length, title
