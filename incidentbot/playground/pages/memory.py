"""What the pages themselves remember: who has read what, and what a person was just told. Gone when they stop."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from incidentbot.playground.slack.records import Channel, Message


@dataclass(frozen=True, slots=True)
class Unread:
    """How many messages of a conversation a person has not seen, and how many of them call them."""

    messages: int = 0
    mentions: int = 0


@dataclass(slots=True)
class Memory:
    """since: the stamp before which everything counts as read."""

    since: str
    notices: dict[str, str] = field(default_factory=dict)  # person -> what went wrong last
    complaints: dict[str, Mapping[str, str]] = field(default_factory=dict)  # view -> under which field, what
    _read: dict[tuple[str, str], str] = field(default_factory=dict)

    def read(self, person: str, room: Channel) -> None:
        """The person has the conversation before their eyes."""
        newest = max((*room.messages, *(one.ts for one in room.ephemerals)), default=self.since)
        self._read[person, room.id] = newest

    def unread(self, person: str, room: Channel) -> Unread:
        """What has come since; one's own messages and Slack's own lines do not count."""
        seen = self._read.get((person, room.id), self.since)
        own = [one for one in room.ephemerals if one.visible_to == person]
        new = [one for one in (*room.messages.values(), *own) if one.ts > seen and _counts(one, person)]
        return Unread(len(new), sum(_calls(one, person, room) for one in new))


def _counts(message: Message, person: str) -> bool:
    return message.written and message.user != person


def _calls(message: Message, person: str, room: Channel) -> bool:
    direct = room.kind == "im" or message.visible_to == person
    return direct or bool({f"@{person}", "!channel", "!here", "!everyone"} & set(message.pings))
