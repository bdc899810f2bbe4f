"""A time of day as its writer means it: the latest such time in their own zone. Asks Slack only for the zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from incidentbot.core.ladders.walls import wall_instant
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.slack.payloads import text
from incidentbot.slack.slash_days import WEEKDAYS
from incidentbot.slack.web_api.calls import Calls
from incidentbot.slack.web_api.scopes import Method

DEADLINE_S = 1.0
"""The command must be acknowledged within 3 s, its commit included."""


async def zone_of(calls: Calls, user: str, otherwise: str) -> ZoneInfo:
    """The zone of the writer's Slack profile; where Slack does not say in time, the team's own."""
    try:
        body = await calls.call(Method.USER, deadline_s=DEADLINE_S, user=user)
        return ZoneInfo(text(body, "user", "tz") or otherwise)
    except (TryLater, GiveUp, ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(otherwise)


def instant_of(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The latest instant, aware UTC, that is not after `now` and shows `at` on a clock in `zone`."""
    today = now.astimezone(zone).date()
    days = (today - timedelta(days=back) for back in range(3))
    instants = (datetime.combine(day, at, zone).astimezone(UTC) for day in days)
    return max(instant for instant in instants if instant <= now)


def coming_instant(day: str, at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The instant, aware UTC, that shows `at` on a clock in `zone` on that day: a date, today, tomorrow, a weekday (sun).

    "" and a weekday are the next such time after `now`; what is named outright may be over.
    """
    today = now.astimezone(zone).date()
    if day in {"today", "tomorrow"}:
        return wall_instant(today + timedelta(days=day == "tomorrow"), at, zone, fold=0)
    if day and day not in WEEKDAYS:
        return wall_instant(date.fromisoformat(day), at, zone, fold=0)
    days = (today + timedelta(days=ahead) for ahead in range(9))
    fitting = (one for one in days if not day or WEEKDAYS[one.weekday()] == day)
    return next(instant for one in fitting if (instant := wall_instant(one, at, zone, fold=0)) > now)


def why_that_day(typed: time, at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """What a sentence about `at` goes on with where it is not of today: that this hour has not come yet."""
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        return ""
    return f": {typed:%H:%M} is still to come today, so yesterday's was taken"
