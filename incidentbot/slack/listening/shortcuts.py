"""The shortcuts: declare from anywhere; put a message on the timeline, or note it as an action. Knows no rule."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from incidentbot.core import commands
from incidentbot.core.afterwards.commands import AddAction
from incidentbot.core.refusals import Refused
from incidentbot.slack import asks, names
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.listening.doorway import Doorway
from incidentbot.slack.listening.exchange import Turn, said
from incidentbot.slack.payloads import text
from incidentbot.slack.slash_text import fold
from incidentbot.slack.windows import forms


async def _declare(door: Doorway, turn: Turn) -> None:
    await door.open_window(turn.trigger, forms.declare_form(door.desk.policy, asks.Form()))


async def _add_to_timeline(door: Doorway, turn: Turn) -> Shown:
    """The message as a note at the instant it was written."""
    ts = text(turn.body, "message", "ts")
    incident = await door.desk.incident(turn.room) if turn.room else None
    if incident is None:
        raise Refused("This is no incident's room, so there is no timeline to put it on.")
    words = fold(text(turn.body, "message", "text"))
    if not words or not ts:
        raise Refused("That message has no text. `/incident note` puts your own words on the timeline.")
    note = commands.AddNote(turn.user, words, datetime.fromtimestamp(float(ts), UTC), ts)
    receipt = await door.desk.handle(note, ref=turn.room, request=f"shortcut:{turn.trigger}")
    return said(receipt.reply)


async def _note_action(door: Doorway, turn: Turn) -> Shown:
    """The message as an action item; `/incident action 2 @owner due fri` says more of it."""
    incident = await door.desk.incident(turn.room) if turn.room else None
    if incident is None:
        raise Refused("This is no incident's room. `/incident action INC-7 …` notes an action from anywhere.")
    words = fold(text(turn.body, "message", "text"))
    command = AddAction(turn.user, words, message_ts=text(turn.body, "message", "ts"))
    receipt = await door.desk.handle(command, ref=turn.room, request=f"shortcut:{turn.trigger}")
    return said(receipt.reply)


async def used(door: Doorway, turn: Turn) -> Shown | None:
    """Do what a shortcut says. Raises Refused."""
    work = SHORTCUTS.get(text(turn.body, "callback_id"))
    if work is None:
        raise Refused("This shortcut is from another version of me. `/incident help` lists what there is.")
    return await work(door, turn)


SHORTCUTS: Mapping[str, Callable[[Doorway, Turn], Awaitable[Shown | None]]] = {
    names.DECLARE_SHORTCUT: _declare,
    names.TIMELINE_SHORTCUT: _add_to_timeline,
    names.ACTION_SHORTCUT: _note_action,
}
"""Callback id -> what it does."""
