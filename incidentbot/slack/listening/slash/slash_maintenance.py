"""The answers of `/incident maintenance`: windows shown, set and ended. Knows no rule about alerts."""

from datetime import datetime
from zoneinfo import ZoneInfo

from incidentbot.core.refusals import Refused
from incidentbot.core.text.words import safe
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.house_asks import EndWindow, SetWindow, ShowWindows
from incidentbot.slack.listening.exchange import said
from incidentbot.slack.listening.slash.named_people import without_mentions
from incidentbot.slack.listening.slash.typed import Typed
from incidentbot.slack.listening.slash.writers_time import coming_instant, zone_of


async def show(typed: Typed, _: ShowWindows) -> Shown:
    """The windows that are open and that come."""
    return said(await typed.door.desk.calendar.listed())


async def set_window(typed: Typed, ask: SetWindow) -> Shown:
    """Announce one, by the writer's own clock."""
    begins_at = await _begins_at(typed, ask)
    title = await without_mentions(typed.door.calls, ask.title)
    calendar = typed.door.desk.calendar
    return said(await calendar.announce(title, begins_at, ask.length, by=typed.by, request=typed.key))


async def end(typed: Typed, ask: EndWindow) -> Shown:
    """End one, or call it off."""
    return said(await typed.door.desk.calendar.end(ask.name, by=typed.by))


async def _begins_at(typed: Typed, ask: SetWindow) -> datetime:
    desk = typed.door.desk
    now = desk.clock.now()
    if ask.at is None:
        return now
    zone: ZoneInfo = await zone_of(typed.door.calls, typed.by, desk.policy.business.timezone)
    at = coming_instant(ask.day, ask.at, zone, now)
    if at < now:
        raise Refused(f"{safe(ask.day)} {ask.at:%H:%M} is over ({zone.key}). Nothing was set.")
    return at
