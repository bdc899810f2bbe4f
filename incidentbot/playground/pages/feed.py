"""The messages of a conversation or a thread in the order they are shown, with days between them. Draws nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from incidentbot.playground.pages.drawing.dates import day_words, long_day
from incidentbot.playground.pages.reader import Reader
from incidentbot.playground.slack.records import Channel, Message

MOST_SHOWN = 200
TOGETHER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Entry:
    """A message. day: the words of the line above it, where a day begins; close: the author stands above already."""

    message: Message
    day: str
    close: bool


def in_channel(room: Channel, reader: Reader) -> list[Message]:
    """What stands in the conversation itself, for this reader, oldest first; replies only where they were broadcast."""
    own = [one for one in room.ephemerals if one.visible_to == reader.person.id]
    shown = [one for one in (*room.messages.values(), *own) if _stands_alone(one)]
    return sorted(shown, key=lambda one: one.ts)[-MOST_SHOWN:]


def _stands_alone(message: Message) -> bool:
    return message.thread_ts in {None, message.ts} or message.subtype == "thread_broadcast"


def in_thread(room: Channel, root: str, reader: Reader) -> list[Message]:
    """The first message of a thread, its replies, and what only this reader sees there."""
    own = [one for one in room.ephemerals if one.visible_to == reader.person.id and one.thread_ts == root]
    first = room.messages[root]
    replies = [room.messages[ts] for ts in first.replies if ts in room.messages]
    return [first, *sorted((*replies, *own), key=lambda one: one.ts)]


def entries(messages: Sequence[Message], reader: Reader) -> Iterator[Entry]:
    """The messages with what the eye needs to tell them apart."""
    before: Message | None = None
    for message in messages:
        at = reader.local(message.ts)
        new_day = before is None or reader.local(before.ts).date() != at.date()
        day = (day_words(at, reader.now).capitalize() or long_day(at, reader.now)) if new_day else ""
        close = not new_day and before is not None and _together(before, message)
        yield Entry(message, day, close)
        before = message


def _together(before: Message, message: Message) -> bool:
    same = (before.user, before.visible_to, before.written) == (
        message.user,
        message.visible_to,
        message.written,
    )
    return same and float(message.ts) - float(before.ts) < TOGETHER.total_seconds()
