"""The answers of `/incident action`, `actions`, `review` and `times`. Knows no rule about them."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, time
from typing import Any

from incidentbot.core.afterwards import commands as after
from incidentbot.core.afterwards import review
from incidentbot.core.refusals import Refused
from incidentbot.core.text.words import safe
from incidentbot.flows.ports import ListFilter
from incidentbot.slack import after_asks as asks
from incidentbot.slack.cards import leftovers
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.listening.exchange import said
from incidentbot.slack.listening.slash.named_people import expect_person
from incidentbot.slack.listening.slash.typed import Typed
from incidentbot.slack.listening.slash.writers_time import coming_instant, instant_of, zone_of
from incidentbot.slack.slash_text import quoted

BY = time(17)
"""What is due on a day is due then, by the writer's clock."""

DOUBT = "the draft shows both, and no time between them."

LOOKED_AT = 500
"""The newest incidents whose action items are listed together."""


async def add(typed: Typed, ask: asks.AddAction) -> Shown:
    """Note an action item."""
    await _expect(typed, ask.owner)
    due = await _due(typed, ask.day)
    return await typed.do(after.AddAction(typed.by, ask.text, ask.owner, due, ask.type))


async def change(typed: Typed, ask: asks.ChangeAction) -> Shown:
    """Change one."""
    await _expect(typed, ask.owner)
    due = await _due(typed, ask.day)
    command = after.ChangeAction(typed.by, ask.number, ask.state, ask.owner or None, due, ask.type, ask.why)
    return await typed.do(command)


async def show(typed: Typed, ask: asks.ShowAction) -> Shown:
    """One of them, and what can become of it."""
    return leftovers.action(typed.incident, ask.number, typed.door.desk.clock.now())


async def listed(typed: Typed, _: asks.Actions) -> Shown:
    """The incident's, or everybody's that are open."""
    now = typed.door.desk.clock.now()
    if typed.found is not None:
        return leftovers.actions(typed.found, now)
    newest = await typed.door.desk.incidents(ListFilter("all", limit=LOOKED_AT))
    return leftovers.open_actions(newest, now)


async def change_review(typed: Typed, ask: asks.ChangeReview) -> Shown:
    """Change the review."""
    await _expect(typed, ask.owner)
    due = await _due(typed, ask.day)
    return await typed.do(after.ChangeReview(typed.by, ask.state, ask.owner or None, due, ask.why))


async def show_review(typed: Typed, _: asks.ShowReview) -> Shown:
    """Where it stands."""
    return said(review.standing(typed.incident))


async def correct(typed: Typed, ask: asks.CorrectTime) -> Shown:
    """Put a time right, by the writer's own clock."""
    at = None if ask.at is None else await _instant(typed, ask, ask.at)
    done = await typed.do(after.CorrectTime(typed.by, ask.anchor, at, ask.why))
    draft = await typed.door.desk.draft(typed.incident)
    name = ask.anchor.casefold()
    doubts = [one for one in draft.metrics.conflicts if name in _WORD.findall(one)]
    return said(" ".join((done.text, *(f"But {safe(doubt)}: {DOUBT}" for doubt in doubts))))


async def show_times(typed: Typed, _: asks.ShowTimes) -> Shown:
    """The nine times as the draft has them."""
    draft = await typed.door.desk.draft(typed.incident)
    return leftovers.times(typed.incident, draft)


async def _expect(typed: Typed, owner: str) -> None:
    if owner:
        await expect_person(typed.door.calls, owner, otherwise="Nothing was changed.")


async def _due(typed: Typed, day: str) -> datetime | None:
    if not day:
        return None
    desk = typed.door.desk
    zone, now = await zone_of(typed.door.calls, typed.by, desk.policy.business.timezone), desk.clock.now()
    due = coming_instant(day, BY, zone, now)
    if due < now:
        raise Refused(f"{day} is over. Nothing was changed.")
    return due


async def _instant(typed: Typed, ask: asks.CorrectTime, at: time) -> datetime:
    desk = typed.door.desk
    zone, now = await zone_of(typed.door.calls, typed.by, desk.policy.business.timezone), desk.clock.now()
    instant = coming_instant(ask.day or "today", at, zone, now)
    if instant <= now:
        return instant
    latest = instant_of(at, zone, now).astimezone(zone)
    raise Refused(
        f"{at:%H:%M} is still to come by your clock ({zone.key}). For an earlier day name it: "
        f"`/incident times {quoted(ask.anchor)} {latest:%Y-%m-%d %H:%M} why`. Nothing was changed."
    )


_WORD = re.compile("[a-z]+")

ANSWERS: Mapping[type[Any], Callable[[Typed, Any], Awaitable[Shown | None]]] = {
    asks.AddAction: add,
    asks.ChangeAction: change,
    asks.ShowAction: show,
    asks.Actions: listed,
    asks.ChangeReview: change_review,
    asks.ShowReview: show_review,
    asks.CorrectTime: correct,
    asks.ShowTimes: show_times,
}
"""Ask -> its answer."""
