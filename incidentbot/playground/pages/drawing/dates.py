"""Slack's date tokens and the instants beside messages, in words. Pure.

Source: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

_TOKEN = re.compile(r"\{(\w+)\}")
_TEENS = range(11, 14)
_SUFFIX = {1: "st", 2: "nd", 3: "rd"}
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def _ordinal(day: int) -> str:
    return f"{day}{'th' if day in _TEENS else _SUFFIX.get(day % 10, 'th')}"


def _year(at: datetime, now: datetime) -> str:
    return "" if at.year == now.year else f", {at.year}"


def day_words(at: datetime, now: datetime) -> str:
    """today, yesterday, tomorrow, or the empty text for any other day."""
    distance = (at.date() - now.date()).days
    return {0: "today", -1: "yesterday", 1: "tomorrow"}.get(distance, "")


def long_day(at: datetime, now: datetime) -> str:
    """Saturday, November 21st; with the year when it is another one."""
    return f"{at:%A, %B} {_ordinal(at.day)}{_year(at, now)}"


def _date(at: datetime, now: datetime) -> str:
    return f"{at:%B} {_ordinal(at.day)}{_year(at, now)}"


def _short(at: datetime, now: datetime) -> str:
    return f"{at:%b} {at.day}{_year(at, now)}"


def ago(span: timedelta) -> str:
    """A span in words: just now, 3 minutes ago, in 2 hours."""
    seconds = abs(span.total_seconds())
    if seconds < _MINUTE:
        return "just now"
    size, word = next(
        (size, word)
        for size, word in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute"))
        if seconds >= size
    )
    count = int(seconds // size)
    words = f"{count} {word}{'' if count == 1 else 's'}"
    return f"{words} ago" if span.total_seconds() >= 0 else f"in {words}"


_WORDS: Mapping[str, Callable[[datetime, datetime], str]] = {
    "date_num": lambda at, _: f"{at:%Y-%m-%d}",
    "date_slash": lambda at, _: f"{at:%m/%d/%Y}",
    "date": _date,
    "date_short": _short,
    "date_long": long_day,
    "date_pretty": lambda at, now: day_words(at, now) or _date(at, now),
    "date_short_pretty": lambda at, now: day_words(at, now) or _short(at, now),
    "date_long_pretty": lambda at, now: day_words(at, now) or long_day(at, now),
    "time": lambda at, _: f"{at:%H:%M}",
    "time_secs": lambda at, _: f"{at:%H:%M:%S}",
    "ago": lambda at, now: ago(now - at),
}


def date_words(form: str, at: datetime, now: datetime) -> str:
    """The format with its tokens filled in; tokens that Slack does not know stay. Both instants in the reader's zone."""

    def filled(found: re.Match[str]) -> str:
        words = _WORDS.get(found.group(1))
        return words(at, now) if words else found.group()

    return _TOKEN.sub(filled, form)
