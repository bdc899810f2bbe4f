"""A time of day as its writer means it: the latest such time in their own zone. Asks Slack only for the zone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.slack.payloads import text
from incidentbot.slack.web_api.calls import Calls
from incidentbot.slack.web_api.scopes import Method

DEADLINE_S = 1.0
"""The command must be acknowledged within 3 s, its commit included."""


async def zone_of(calls: Calls, user: str, otherwise: str) -> ZoneInfo:
    """The zone of the writer's Slack profile; where Slack does not say in time, the team's own."""
    try:
        body = await calls.call(Method.USER, deadline_s=DEADLINE_S, user=user)
        return ZoneInfo(text(body, "user", "tz") or otherwise)
    except (TryLater, GiveUp, ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(otherwise)


def instant_of(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The latest instant, aware UTC, that is not after `now` and shows `at` on a clock in `zone`."""
    today = now.astimezone(zone).date()
    days = (today - timedelta(days=back) for back in range(3))
    instants = (datetime.combine(day, at, zone).astimezone(UTC) for day in days)
    return max(instant for instant in instants if instant <= now)


def why_that_day(typed: time, at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """What a sentence about `at` goes on with where it is not of today: that this hour has not come yet."""
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        return ""
    return f": {typed:%H:%M} is still to come today, so yesterday's was taken"
