"""Days as people type them, and the words that are near one and are none. Pure; knows no clock."""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMED_DAYS = ("today", "tomorrow")

DAYS = "`today`, `tomorrow`, a weekday like `fri`, or a date like `2026-12-06`"
"""What is understood, inside a sentence."""

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        **{word: word for word in (*NAMED_DAYS, *WEEKDAYS)},
        "monday": "mon",
        "tues": "tue",
        "tuesday": "tue",
        "weds": "wed",
        "wednesday": "wed",
        "thur": "thu",
        "thurs": "thu",
        "thursday": "thu",
        "friday": "fri",
        "saturday": "sat",
        "sunday": "sun",
    }
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def looks_like_date(word: str) -> bool:
    """Whether it is written like a date, be there such a day or not."""
    return _DATE.fullmatch(word) is not None


def day_of(word: str) -> str:
    """The day as `coming_instant` takes it: today, tomorrow, a weekday (sun) or a date; "" where it is none."""
    folded = word.casefold().rstrip(".,")
    if not looks_like_date(folded):
        return _WORDS.get(folded, "")
    try:
        return date.fromisoformat(folded).isoformat()
    except ValueError:
        return ""
