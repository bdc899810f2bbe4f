"""A message of a room as the timeline keeps it: redacted, by channel and ts. Knows nothing of Slack's payloads."""

from dataclasses import dataclass
from datetime import datetime

OWN = "incidentbot"
"""The subtype of what the bot itself posted: it repeats facts, and is nobody's evidence."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji on a message and how many people put it there."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message, latest text. `ts` is the exact decimal text that Slack uses; `user` an id or None for apps."""

    channel: str
    ts: str
    at: datetime
    user: str | None
    text: str
    bot: bool = False
    thread_ts: str | None = None
    subtype: str | None = None
    edited: bool = False
    deleted: bool = False
    pinned: bool = False
    reactions: tuple[Reaction, ...] = ()
