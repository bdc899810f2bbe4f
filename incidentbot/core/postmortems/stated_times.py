"""Reads the clock times that people write: "since 13:45", "at 10:01 UTC". Never takes a time still to come for a past one."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

OVER_MIDNIGHT = timedelta(hours=12)
""""since 23:50", written at 00:10, is yesterday's; a later time of the day than half a day ago is one still to come."""

SLACK_OF_MINUTES = timedelta(minutes=1)
"""People round up: "at 10:01", written at 10:00:40, is now."""

_STATED = re.compile(
    r"(?i)(?<!\w)(?P<cue>since|at|from|around|about|started(?: at| around| about)?|began(?: at| around)?)"
    r"(?: about| around| ~)? ?~?(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d)?"
    r"(?![\d:.]\d)(?: ?(?P<half>[ap]m)\b)?(?: ?(?P<utc>utc|gmt|z)\b)?"
)
_YESTERDAY = re.compile(r"(?i)(?<!\w)yesterday(?!\w)")
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)


def stated_time(text: str, *, written_at: datetime, zone: tzinfo) -> datetime | None:
    """The past instant that `text` names, aware UTC, or None. The first one counts; times inside code do not.

    zone: of the writer, unless the text says UTC. written_at: aware.
    """
    plain = _CODE.sub(" ", text)
    for found in _STATED.finditer(plain):
        stated = _on_its_day(found, written_at, UTC if found["utc"] else zone, plain)
        if stated is not None:
            return stated.astimezone(UTC)
    return None


def zone_named(name: str) -> tzinfo:
    """The IANA zone of that name, or UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones, or a name too long for a file
        return UTC


def _on_its_day(found: re.Match[str], written_at: datetime, zone: tzinfo, text: str) -> datetime | None:
    here = written_at.astimezone(zone)
    stated = here.replace(hour=_hour(found), minute=int(found["minute"]), second=0, microsecond=0)
    if _YESTERDAY.search(text):
        return stated - timedelta(days=1)
    if stated <= here + SLACK_OF_MINUTES:
        return min(stated, here)
    before = stated - timedelta(days=1)
    cue = found["cue"].lower()
    return (
        before if cue.startswith(("since", "started", "began")) and here - before <= OVER_MIDNIGHT else None
    )


def _hour(found: re.Match[str]) -> int:
    hour = int(found["hour"])
    half = (found["half"] or "").lower()
    if not half or hour > 12:  # noqa: PLR2004 - hours of a half day
        return hour
    return hour % 12 + (12 if half == "pm" else 0)
