"""Complaints: a trouble of the house is told once in Slack and once by the pager, and its end once. Mends nothing.

The state is a row, so that a restart says nothing twice; while the database itself is away it is kept in memory.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from incidentbot.clock import Clock, new_id
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.core.text.words import begun, span
from incidentbot.flows.ports import Store, StoreAway
from incidentbot.flows.watchdog.house_ports import (
    HousePage,
    HousePager,
    HousePost,
    HousePoster,
    Matter,
    MatterStore,
)
from incidentbot.flows.watchdog.troubles import QUIET, Kind, Trouble
from incidentbot.telemetry import logger, report_bug

PREFIX, ROOM, END, DONE = "trouble:", "room:", "end:", "done"
CHANNEL, PAGER = "channel", "pager"
"""The steps of telling: a body has their names, with the instant of the first try or DONE; so for their ends."""

ORPHANED = timedelta(minutes=2)
"""A process that has not seen its matter for so long is gone; another takes it over."""

CALM = timedelta(minutes=30)
LASTING = timedelta(minutes=10)
"""What comes back within CALM of its end is told again only when it lasts as long as LASTING: no storm of complaints."""

AGAIN = timedelta(hours=2)
"""What was lost since a complaint is complained of anew, so often at most: somebody may not have been paged for that, too."""

ENDS: Mapping[str, str] = {
    Kind.ALERTS: "No more in the last 24 h, and I leave it at that.",
    Kind.ROOMS: "Of the rooms that are open nothing is left to read.",
}
"""What the end of a trouble is called where nothing was mended."""

ROOMS = 3
"""So many rooms with late timers are told by themselves; more of them would be a storm."""

log = logger(__name__)

Tell = Callable[[datetime | None], Awaitable[None]]
"""Makes one telling; given is when it was first tried, None for the first try."""


class HouseStore(Store, MatterStore, Protocol):
    """What complaints ask of the store."""


@dataclass(frozen=True, slots=True)
class FirstCalled:
    """Who is rung: the pager, and the role that it rings; "" where no pager is connected."""

    pager: HousePager
    role: str


class Complaints:
    """Tells what the audit found, a step at a time; a step that failed is tried again at the next look."""

    def __init__(self, store: HouseStore, clock: Clock, poster: HousePoster, first: FirstCalled) -> None:
        self._store = store
        self._clock = clock
        self._poster = poster
        self._first = first
        self._owner = new_id()
        self._memory: dict[str, Matter] = {}
        self._stored: set[str] = set()
        self._untold: dict[str, str] = {}

    def report(self) -> Mapping[str, object]:
        """What could not be told, for /health."""
        return {"complaints_not_told": sorted(set(self._untold.values()))}

    async def follow(self, troubles: Sequence[Trouble], *, unsure: Collection[Kind] = ()) -> None:
        """Tell what stands and was not told, and the end of what stood and is not wrong any more.

        unsure: what is wrong, and does not stand yet: a process that is new has it from the one before.
        """
        known = await self._known()
        self._untold.clear()
        standing = {PREFIX + trouble.kind: trouble for trouble in troubles}
        for name, trouble in standing.items():
            await self._complain(known.get(name), trouble)
        for name in known.keys() - standing.keys() - {PREFIX + kind for kind in unsure}:
            await self._end(known[name])

    async def _known(self) -> Mapping[str, Matter]:
        try:
            found = [one for one in await self._store.matters() if one.name.startswith(PREFIX)]
        except StoreAway:
            return dict(self._memory)
        stored = {one.name: one for one in found}
        for name in (
            self._stored - stored.keys()
        ):  # seen to its end by another process, while this one was stopped
            self._memory.pop(name, None)
        self._stored = set(stored)
        return {**self._memory, **stored}

    async def _complain(self, was: Matter | None, trouble: Trouble) -> None:
        now = self._clock.now()
        ended = was.body.get("ended") if was else None
        if ended and now - trouble.since < LASTING:
            return
        body = was.body if was and not ended else _opened(trouble, now)
        if _is_outdone(body, trouble, now):
            body = _again(body, trouble, now)
        matter = await self._taken(was, Matter(PREFIX + trouble.kind, body, self._owner, now))
        if matter is None:
            return
        if self._first.role and trouble.kind not in QUIET:
            matter = await self._step(matter, PAGER, self._ringing(matter))
        text = f":warning: {trouble.sentence}"
        matter = await self._step(matter, CHANNEL, self._posting(matter, CHANNEL, text))
        for room in await self._rooms(trouble):
            matter = await self._step(matter, room, self._posting(matter, room, text))

    async def _end(self, was: Matter) -> None:
        now = self._clock.now()
        if ended := was.body.get("ended"):
            if now - datetime.fromisoformat(ended) > CALM:
                await self._dropped(was)
            return
        body = {"over": now.isoformat(), **was.body}
        matter = await self._taken(was, Matter(was.name, body, self._owner, now))
        if matter is None:
            return
        lasted = datetime.fromisoformat(body["over"]) - datetime.fromisoformat(body["since"])
        over = ENDS.get(was.name.removeprefix(PREFIX), f"Mended after {span(lasted)}.")
        text = f":white_check_mark: {over} It was: {body['what']}."
        told = [step for step in body if step in {CHANNEL, PAGER} or step.startswith(ROOM)]
        for step in told:
            tell = self._ringing_off(matter) if step == PAGER else self._posting(matter, END + step, text)
            matter = await self._step(matter, END + step, tell)
        if all(matter.body.get(END + step) == DONE for step in told):
            await self._kept(matter, ended=body["over"])

    async def _step(self, matter: Matter, step: str, tell: Tell) -> Matter:
        """Make this step, once: it is remembered before it is tried, and again when it is done."""
        before = matter.body.get(step, "")
        if before == DONE:
            return matter
        if not before:
            matter = await self._kept(matter, **{step: self._clock.now().isoformat()})
        try:
            await tell(datetime.fromisoformat(before) if before else None)
        except (TryLater, GiveUp) as refused:
            self._untold[f"{matter.name} {step}"] = refused.reason
            log.warning("complaint_not_told", trouble=matter.name, step=step, reason=refused.reason)
            return matter
        except Exception as error:  # noqa: BLE001 - the boundary of complaints: a step that breaks holds up no other
            reference = report_bug("complaints", error, trouble=matter.name, step=step)
            self._untold[f"{matter.name} {step}"] = f"Something broke on my side (reference {reference})."
            return matter
        return await self._kept(matter, **{step: DONE})

    def _ringing(self, matter: Matter) -> Tell:
        page, before = _page(matter, self._first.role), matter.body.get("before")

        async def ring(_: datetime | None) -> None:
            await self._first.pager.ring(page)
            if before:
                await self._first.pager.end(replace(page, key=before))

        return ring

    def _ringing_off(self, matter: Matter) -> Tell:
        return lambda _: self._first.pager.end(_page(matter, self._first.role))

    def _posting(self, matter: Matter, step: str, text: str) -> Tell:
        place = step.removeprefix(END)
        channel, _, thread = place.removeprefix(ROOM).partition("/") if place != CHANNEL else ("", "", "")
        name = f"{matter.name}:{matter.body.get('told', matter.body['since'])}:{step}"

        async def post(tried_since: datetime | None) -> None:
            await self._poster.post_house(HousePost(name, text, tried_since, channel, thread or None))

        return post

    async def _rooms(self, trouble: Trouble) -> Sequence[str]:
        """The rooms of the incidents whose timers are late, as steps."""
        if trouble.kind is not Kind.TIMERS:
            return ()
        try:
            late = list(dict.fromkeys(one.incident_id for one in await self._store.due_timers(limit=ROOMS)))
            found = await self._store.named(late)
        except StoreAway:
            return ()
        rooms = [found[one].room for one in late if one in found]
        return [f"{ROOM}{room.channel}/{room.thread_ts or ''}" for room in rooms if room.channel]

    async def _taken(self, was: Matter | None, matter: Matter) -> Matter | None:
        """The matter in our hands; None while it is in those of another process that lives."""
        if was and was.owner != self._owner and matter.seen_at - was.seen_at < ORPHANED:
            return None
        try:
            won = await self._store.keep_matter(matter, was=was if was and was.name in self._stored else None)
        except StoreAway:
            won = True
        else:
            self._stored.add(matter.name)
        if won:
            self._memory[matter.name] = matter
        return matter if won else None

    async def _kept(self, was: Matter, **changed: str) -> Matter:
        matter = replace(was, body={**was.body, **changed})
        return await self._taken(was, matter) or matter

    async def _dropped(self, matter: Matter) -> None:
        self._memory.pop(matter.name, None)
        try:
            await self._store.drop_matter(matter.name)
        except StoreAway:
            self._memory[matter.name] = matter


def _opened(trouble: Trouble, now: datetime) -> dict[str, str]:
    since, told = trouble.since.isoformat(), now.isoformat()
    key = f"incidentbot:{trouble.kind}:{now:%Y-%m-%d}"
    return {"what": trouble.what, "then": trouble.then, "since": since, "told": told, "key": key}


def _again(before: Mapping[str, str], trouble: Trouble, now: datetime) -> Mapping[str, str]:
    """Told anew under a key of its own: whoever silenced what rang before has not heard of this."""
    body = _opened(trouble, now)
    return body | {"key": f"{body['key']}T{now:%H:%M}", "before": before["key"]}


def _is_outdone(body: Mapping[str, str], trouble: Trouble, now: datetime) -> bool:
    """Whether more came since it was complained of, and that is long enough ago."""
    told = datetime.fromisoformat(body.get("told", body["since"]))
    return trouble.newest is not None and told < trouble.newest and now - told >= AGAIN


def _page(matter: Matter, role: str) -> HousePage:
    what = matter.body["what"]
    details = f"{begun(what)}. {matter.body['then']}"
    return HousePage(matter.body["key"], role, f"incidentbot: {what}", details, rings_anybody=True)
