"""Durations as people write them: 90s 15m 4h 7d 2w. Reads no calendar: a day is 24 hours."""

import re
from collections.abc import Mapping
from datetime import timedelta

UNITS: Mapping[str, timedelta] = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
LONGEST_DIGITS = 6
"""999999 weeks still fit into a timedelta; more digits are a slip of the finger."""

_PATTERN = re.compile(rf"([0-9]{{1,{LONGEST_DIGITS}}})([smhdw])")


def parse(text: str) -> timedelta:
    """The duration that `text` names. Raises ValueError with a sentence for anything but one number and one unit."""
    found = _PATTERN.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f'"{text}" is no duration: write a number and a unit, like 90s, 15m, 4h, 7d or 2w.')
    return int(found[1]) * UNITS[found[2]]


def spell(span: timedelta) -> str:
    """`span` in the largest units that fit, in whole seconds: 90 minutes are `1h 30m`, nothing is `0s`."""
    left = span
    parts = []
    for unit, size in UNITS.items():
        count, left = divmod(left, size)
        if count and not (unit == "w" and left):
            parts.append(f"{count}{unit}")
        elif count:
            left += count * size
    return " ".join(parts) or "0s"
