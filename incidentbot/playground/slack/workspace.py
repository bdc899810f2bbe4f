"""The workspace's state: people, conversations, files and views, found by id or name. Never speaks HTTP."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from incidentbot.clock import Clock, new_id
from incidentbot.playground.slack.people import (
    BOT,
    BOT_USER_ID,
    FIRST_GROUP,
    FIVE_PEOPLE,
    TEAM_DOMAIN,
    Person,
    UserGroup,
)
from incidentbot.playground.slack.records import Canvas, Change, Channel, Message, StoredFile, View
from incidentbot.playground.slack.strictness.scopes import MANIFEST_SCOPES

EventSink = Callable[[dict[str, Any], Channel | None], None]

FIRST_CHANNELS = ("incidents", "on-call", "ops-team", "alerts", "general")


class Workspace:
    """Everything that is true in the stand-in. Methods and people change it; events and pages are told."""

    def __init__(self, clock: Clock, people: Sequence[Person] = FIVE_PEOPLE) -> None:
        self.clock = clock
        self.people: dict[str, Person] = {person.id: person for person in (*people, BOT)}
        self.usergroups: list[UserGroup] = [FIRST_GROUP]
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, StoredFile] = {}
        self.canvases: dict[str, Canvas] = {}  # by channel: each has one
        self.canvas_refusal = ""  # the code with which a plan or an admin keeps canvases off
        self.views: dict[str, View] = {}
        self.modals: dict[str, list[str]] = {}  # person -> ids of the open views, the top one last
        self.homes: dict[str, str] = {}  # person -> id of the published home
        self.typed: dict[
            tuple[str, str], dict[str, dict[str, Any]]
        ] = {}  # (person, message ts) -> entered state
        self.granted_scopes: set[str] = set(MANIFEST_SCOPES)
        self.url = f"https://{TEAM_DOMAIN}.slack.com/"
        self.files_url = ""
        self._event_sinks: list[EventSink] = []
        self._listeners: list[Callable[[Change], None]] = []
        self._run = new_id()[:4].upper()
        self._counted = 0
        self._last_us = 0
        for name in FIRST_CHANNELS:
            self._open_first(name, [person.id for person in people])

    def _open_first(self, name: str, members: list[str]) -> None:
        identity = f"C0{name.replace('-', '').upper()}"
        self.channels[identity] = Channel(
            id=identity,
            name=name,
            creator=members[0] if members else BOT_USER_ID,
            created=self.now_s(),
            is_general=name == "general",
            members=members,
        )

    # --- instants and ids ---

    def now_s(self) -> int:
        """The clock's instant in Unix seconds."""
        return int(self.clock.now().timestamp())

    def next_ts(self) -> str:
        """A message stamp: the clock's instant with six decimals, later than every stamp given before."""
        since = self.clock.now().timestamp()
        self._last_us = max(round(since * 1_000_000), self._last_us + 1)
        return f"{self._last_us // 1_000_000}.{self._last_us % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """An id that no other run of the stand-in has given, in the order of asking."""
        self._counted += 1
        return f"{prefix}0{self._run}{self._counted:05d}"

    def expired(self, since_ts: float, after: timedelta) -> bool:
        """Whether more than `after` has passed on the clock since `since_ts` (Unix seconds)."""
        return self.clock.now().timestamp() - since_ts > after.total_seconds()

    # --- finding ---

    def person(self, name_or_id: str) -> Person:
        """The person called `ana`, `@ana` or `U0ANA`.

        Raises KeyError when nobody is.
        """
        word = name_or_id.removeprefix("@")
        for person in self.people.values():
            if word in {person.id, person.name}:
                return person
        raise KeyError(f"nobody here is called {name_or_id}")

    def channel(self, name_or_id: str) -> Channel:
        """The conversation called `#incidents`, `incidents` or `C0INCIDENTS`, archived ones included.

        Raises KeyError when there is none.
        """
        if found := self.find_channel(name_or_id):
            return found
        raise KeyError(f"there is no channel {name_or_id}")

    def find_channel(self, name_or_id: str) -> Channel | None:
        """Like `channel`, with None where there is none."""
        if name_or_id in self.channels:
            return self.channels[name_or_id]
        word = name_or_id.removeprefix("#")
        return next((one for one in self.channels.values() if word and one.name == word), None)

    def names(self) -> dict[str, str]:
        """What typed mentions stand for: `@ana` -> `@U0ANA`, `#incidents` -> `#C0INCIDENTS`, groups too."""
        people = {f"@{one.name}": f"@{one.id}" for one in self.people.values()}
        rooms = {f"#{one.name}": f"#{one.id}" for one in self.channels.values() if one.kind == "channel"}
        groups = {f"@{one.handle}": f"!subteam^{one.id}" for one in self.usergroups}
        return people | rooms | groups

    def direct_message(self, user: str) -> Channel:
        """The conversation between the app and one person, opened when it is first asked for."""
        for channel in self.channels.values():
            if channel.im_user == user:
                return channel
        identity = self.next_id("D")
        opened = Channel(identity, "", BOT_USER_ID, self.now_s(), im_user=user, members=[user, BOT_USER_ID])
        self.channels[identity] = opened
        self.changed("channel", identity, (user,))
        return opened

    def message(self, channel: str, ts: str) -> Message:
        """One message that everybody in the channel sees.

        Raises KeyError when it is not there.
        """
        return self.channel(channel).messages[ts]

    def messages(self, channel: str, *, reader: str | None = None) -> list[Message]:
        """What stands in a channel, oldest first; with `reader`, the ephemeral ones for this person too."""
        room = self.channel(channel)
        only_mine = [] if reader is None else [one for one in room.ephemerals if one.visible_to == reader]
        return sorted([*room.messages.values(), *only_mine], key=lambda one: one.ts)

    # --- telling ---

    def on_event(self, sink: EventSink) -> None:
        """Have each event of the Events API handed to `sink`, with the conversation it happened in."""
        self._event_sinks.append(sink)

    def emit(self, event: dict[str, Any], channel: Channel | None) -> None:
        """Something happened that apps may have subscribed to."""
        for sink in self._event_sinks:
            sink(event, channel)

    def on_change(self, listener: Callable[[Change], None]) -> None:
        """Have pages told what to draw again."""
        self._listeners.append(listener)

    def changed(self, kind: str, channel: str = "", users: Iterable[str] = ()) -> None:
        """Tell those who draw."""
        change = Change(kind, channel, tuple(users))
        for listener in self._listeners:
            listener(change)
