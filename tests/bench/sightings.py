"""What the stand-ins saw and when: each call at the instant it took effect, put to the incident it was made for."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from incidentbot.playground.local import LocalWorkspace

PAGE, ROOM, CARD, INVITED, TOPIC, ANNOUNCED, PIN = (
    "page accepted",
    "room created",
    "card",
    "invited",
    "topic",
    "announced",
    "pinned",
)
ALL = (PAGE, ROOM, CARD, INVITED, TOPIC, ANNOUNCED, PIN)
"""What one declaration leads to, each once."""

DONE = (PAGE, ROOM, CARD, INVITED, TOPIC, ANNOUNCED)
"""What must be seen before a declaration counts as done: everything but the pin, which waits for the card."""

KINDS: Mapping[str, str] = {
    "enqueue.trigger": PAGE,
    "POST /incidents": PAGE,
    "conversations.create": ROOM,
    "conversations.invite": INVITED,
    "conversations.setTopic": TOPIC,
    "pins.add": PIN,
}
POSTS: Mapping[str, str] = {"card": CARD, "announce": ANNOUNCED}
"""The end of the effect's name in a message's metadata -> what the message is."""

NAMED = re.compile(r"\binc-(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One call. `at_s` is on `time.perf_counter`, as it took effect at the vendor, its distance included."""

    at_s: float
    kind: str
    name: str
    body: Mapping[str, Any]


class Sightings:
    """Watches both stand-ins from the moment it is made."""

    def __init__(self, workspace: LocalWorkspace) -> None:
        self._workspace = workspace
        self.seen: list[Sighting] = []
        self._counts: Counter[str] = Counter()
        self._more = asyncio.Event()
        for faults in (workspace.slack.faults, workspace.pagerduty.faults):
            faults.after_apply.append(self._note)

    async def _note(self, name: str, body: Mapping[str, Any]) -> None:
        kind = _kind(name, body)
        self.seen.append(Sighting(time.perf_counter(), kind, name, body))
        self._counts[kind] += 1
        self._more.set()

    def forget(self) -> None:
        """Begin a new round."""
        self.seen.clear()
        self._counts.clear()

    async def until_all_told(self, incidents: int, *, timeout_s: float = 60) -> None:
        """Wait until so many declarations have led to everything they lead to. Raises TimeoutError."""
        await self._until(lambda: all(self._counts[kind] >= incidents for kind in ALL), timeout_s)

    async def _until(self, reached: Callable[[], bool], timeout_s: float) -> None:
        async with asyncio.timeout(timeout_s):
            while not reached():
                self._more.clear()
                await self._more.wait()

    def by_incident(self) -> Mapping[int, Mapping[str, float]]:
        """Number -> what was seen for it -> when, for the round."""
        rooms = self._rooms()
        ids = {_incident_id(one): rooms[str(one.body["channel"])] for one in self._of(CARD)}
        found: dict[int, dict[str, float]] = {number: {} for number in rooms.values()}
        for one in self._of(*ALL):
            found[self._number(one, rooms, ids)].setdefault(one.kind, one.at_s)
        return found

    def _of(self, *kinds: str) -> Iterable[Sighting]:
        return [one for one in self.seen if one.kind in kinds]

    def _rooms(self) -> Mapping[str, int]:
        """The id of each room that was made in this round -> its incident's number."""
        channel = self._workspace.slack.workspace.channel
        return {channel(str(one.body["name"])).id: _named(one.body["name"]) for one in self._of(ROOM)}

    def _number(self, one: Sighting, rooms: Mapping[str, int], ids: Mapping[str, int]) -> int:
        if one.kind == PAGE:
            return _named(_summary(one.body))
        if one.kind == ROOM:
            return _named(one.body["name"])
        return ids[_incident_id(one)] if one.kind == ANNOUNCED else rooms[str(one.body["channel"])]


def _kind(name: str, body: Mapping[str, Any]) -> str:
    if name != "chat.postMessage":
        return KINDS.get(name, name)
    return POSTS.get(_effect(body).rpartition(":")[2], name)


def _effect(body: Mapping[str, Any]) -> str:
    metadata = body.get("metadata")
    return str(metadata["event_payload"]["effect"]) if isinstance(metadata, Mapping) else ""


def _incident_id(one: Sighting) -> str:
    return _effect(one.body).partition(":")[0]


def _summary(body: Mapping[str, Any]) -> str:
    return str(body["payload"]["summary"] if "payload" in body else body["incident"]["title"])


def _named(words: object) -> int:
    found = NAMED.search(str(words))
    if found is None:
        raise ValueError(f"No incident is named in {words!r}.")
    return int(found.group(1))
