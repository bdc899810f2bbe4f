"""Durations, deadlines and hours as the words of a profile. Turns text into values and refuses with a sentence."""

import re
from datetime import date, time, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator

from incidentbot.core.ladders.durations import parse
from incidentbot.core.policy import Span

PACES = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
}
AFTER_ACK_DEADLINE = "ack_deadline"
END_OF_DAY = "24:00"

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def _span(value: Any) -> Any:
    return parse(value) if isinstance(value, str) else _no_text(value)


def _positive(value: Any) -> Any:
    span = _span(value)
    if not span:
        raise ValueError(
            f'"{value}" is no time at all; where something happens at once, the word is `immediate`.'
        )
    return span


def _within(value: Any) -> Any:
    return (
        Span(value)
        if isinstance(value, str) and value in set(Span)
        else _or(_positive, value, ", ".join(Span))
    )


def _after(value: Any) -> Any:
    if value == AFTER_ACK_DEADLINE:
        return value
    if value == Span.IMMEDIATE:
        return timedelta(0)
    return _or(_positive, value, f"{Span.IMMEDIATE}, {AFTER_ACK_DEADLINE}")


def _every(value: Any) -> Any:
    if isinstance(value, str) and value in PACES:
        return PACES[value]
    return _or(_positive, value, ", ".join(PACES))


def _or(read: Any, value: Any, words: str) -> Any:
    """Read a duration; the refusal names the words that may stand in its place, too."""
    try:
        return read(value)
    except ValueError as error:
        raise ValueError(f"{str(error).rstrip('.')}, or one of: {words}.") from error


def _no_text(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    raise ValueError(f"{value!r} is no duration: write a number and a unit, like 90s, 15m, 4h, 7d or 2w.")


def clock_time(text: str) -> time:
    """The time of day that `09:00` names; `24:00` is the end of the day, as midnight. Raises ValueError."""
    if text.strip() == END_OF_DAY:
        return time.min
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError(f'"{text}" is no time of day: write it like 09:00.')
    return time(int(found[1]), int(found[2]))


def opening(text: str) -> tuple[time, time]:
    """The hours that `09:00-17:00` names; a close of 00:00 is the end of the day. Raises ValueError, also overnight."""
    opens, dash, closes = text.partition("-")
    if not dash:
        raise ValueError(f'"{text}" names no hours: write them like 09:00-17:00.')
    if opens.strip() == END_OF_DAY:
        raise ValueError(f'"{text}" opens when the day is over.')
    window = (clock_time(opens), clock_time(closes))
    if window[1] != time.min and window[0] >= window[1]:
        raise ValueError(f'"{text}" closes before it opens; hours over midnight are written as two days.')
    return window


def day(text: str) -> date:
    """The date that `2026-12-24` names. Raises ValueError with a sentence."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f'"{text}" is no date: write it like 2026-12-24.') from error


Duration = Annotated[timedelta, BeforeValidator(_span)]
PositiveDuration = Annotated[timedelta, BeforeValidator(_positive)]
Within = Annotated[timedelta | Span, BeforeValidator(_within)]
After = Annotated[timedelta | str, BeforeValidator(_after)]
Every = Annotated[timedelta, BeforeValidator(_every)]
Day = Annotated[date, BeforeValidator(lambda value: day(str(value)))]
