"""The calendar of maintenance: windows that people announce and that a profile plans, each told when it comes, begins and ends.

Each is a row before it is told, so that a restart tells nothing twice and forgets none. Holds no alert back itself.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from incidentbot.clock import Clock, new_id
from incidentbot.core.maintenance import wording
from incidentbot.core.maintenance.window import PLANNED, Window, holding, open_beside, overlapping
from incidentbot.core.policy import Policy
from incidentbot.core.refusals import GiveUp, Refused, TryLater
from incidentbot.core.text.words import safe, span
from incidentbot.flows.away import sorry
from incidentbot.flows.maintenance.window_rows import (
    BEGIN,
    DONE,
    NOTICE,
    PREFIX,
    body_of,
    instants,
    next_name,
    step_due,
    window_of,
    windows,
)
from incidentbot.flows.ports import StoreAway
from incidentbot.flows.watchdog.house_ports import HousePost, HousePoster, Matter, MatterStore
from incidentbot.telemetry import logger, report_bug

EVERY_S = 5.0
ORPHANED = timedelta(minutes=2)
"""A process that has been telling something for so long is gone; another goes on with it."""

KEPT = timedelta(days=7)
"""A window that is over is remembered for so long."""

LONGEST = timedelta(days=3)
FURTHEST = timedelta(days=92)
LISTED = "`/incident maintenance list`"

log = logger(__name__)


class CalendarStore(MatterStore, Protocol):
    """A store that keeps windows, and groups of alerts that wait for their end."""

    async def wake_groups(self) -> None:
        """Have every group of alerts that waits for an instant looked at now."""
        ...


class Calendar:
    """Keeps windows and tells of them. Replicas share the rows."""

    def __init__(
        self, store: CalendarStore, clock: Clock, poster: HousePoster, read_policy: Callable[[], Policy]
    ) -> None:
        self._store = store
        self._clock = clock
        self._poster = poster
        self._read_policy = read_policy
        self._owner = new_id()
        self._writing, self._telling = asyncio.Lock(), asyncio.Lock()
        self._ended = True  # a kill may have come between an end and what it lets speak

    async def holding(self, at: datetime) -> Window | None:
        """The window that holds alerts back at `at`. Raises StoreAway."""
        return holding(windows(await self._rows(), self._read_policy(), at), at)

    async def listed(self) -> str:
        """The windows that are open and that come, in words. Raises Refused."""
        now = self._clock.now()
        try:
            known = windows(await self._rows(), self._read_policy(), now)
        except StoreAway as away:
            raise sorry(away, look=LISTED) from away
        open_now = [one for one in known if one.is_open(now)]
        return wording.listed(open_now, [one for one in known if now < one.begins_at < one.ends_at])

    async def announce(
        self, title: str, begins_at: datetime, length: timedelta, *, by: str, request: str
    ) -> str:
        """Set a window, once for each request; returns what is told at once. Raises Refused."""
        now = self._clock.now()
        _refuse(begins_at, length, now)
        try:
            async with self._writing:
                rows = await self._rows()
                window = next((window_of(one) for one in rows if one.body.get("request") == request), None)
                if window is None:
                    window = Window(next_name(rows), title, begins_at, begins_at + length, by)
                    body = body_of(window, request=request)
                    if not await self._store.keep_matter(
                        Matter(PREFIX + window.name, body, self._owner, now), was=None
                    ):
                        raise Refused("Somebody announced another window just now. Please type it again.")
        except StoreAway as away:
            raise sorry(away, look=LISTED) from away
        others = overlapping(windows(rows, self._read_policy(), now), window)
        return wording.receipt(window, late=window.begins_at <= now, others=others)

    async def end(self, name: str, *, by: str) -> str:
        """End a window now, or call it off; "" is the one that is open. Returns what is told. Raises Refused."""
        now = self._clock.now()
        try:
            async with self._writing:
                rows = await self._rows()
                known = windows(rows, self._read_policy(), now)
                _refuse_over(name, rows, now)
                window = _meant(name, [one for one in known if one.ends_at > now], now)
                kept = await self._kept(rows, window, ends=now.isoformat(), ended_by=by)
            if kept is None:
                raise Refused("Somebody changed that window just now. Please type it again.")
        except StoreAway as away:
            raise sorry(away, look=LISTED) from away
        self._ended = True
        with suppress(StoreAway):  # the window has ended: the next round wakes them
            await self._wake_groups()
        return wording.ended(window_of(kept), open_beside(known, window, now))

    async def run(self, *, every_s: float = EVERY_S) -> None:
        """Tell of windows, until cancelled."""
        while True:
            try:
                await self.round()
            except StoreAway as away:
                log.warning("store_away", where="maintenance", reason=str(away))
            await asyncio.sleep(every_s)

    async def round(self) -> None:
        """Tell what is due now, and forget what is long over. One round at a time: what is being told is not told beside it."""
        async with self._telling:
            await self._wake_groups()
            await self._round()

    async def _wake_groups(self) -> None:
        """Have what an ended window held back looked at, once for each end."""
        if not self._ended:
            return
        self._ended = False
        try:
            await self._store.wake_groups()
        except StoreAway:
            self._ended = True
            raise

    async def _round(self) -> None:
        now, policy = self._clock.now(), self._read_policy()
        rows = {one.name.removeprefix(PREFIX): one for one in await self._rows()}
        known = windows(list(rows.values()), policy, now)
        for window in known:
            row = rows.get(window.name)
            step = step_due(window, dict(row.body) if row else {}, policy, now)
            if step is not None:
                await self._tell(window, row, step, open_beside(known, window, now))
            elif row is not None and now - window.ends_at > KEPT:
                await self._store.drop_matter(row.name)

    async def next_at(self) -> datetime | None:
        """When something is to be told next, by the house's clock."""
        now, policy = self._clock.now(), self._read_policy()
        known = windows(await self._rows(), policy, now)
        return min((at for one in known for at in instants(one, policy) if at > now), default=None)

    async def _rows(self) -> Sequence[Matter]:
        return [one for one in await self._store.matters() if one.name.startswith(PREFIX)]

    async def _tell(self, window: Window, row: Matter | None, step: str, others: Sequence[Window]) -> None:
        """Say it once: it is remembered before it is tried, and again when it is done."""
        now = self._clock.now()
        before = row.body.get(step) if row else None
        if row is not None and before and row.owner != self._owner and now - row.seen_at < ORPHANED:
            return
        claimed = await self._changed(window, **{step: before or now.isoformat()})
        if claimed is None:
            return
        text = self._text(window, claimed, step, others)
        name = f"{claimed.name}:{claimed.body['begins']}:{step}"
        try:
            await self._poster.post_house(
                HousePost(name, text, datetime.fromisoformat(before) if before else None)
            )
        except (TryLater, GiveUp) as refused:
            log.warning("maintenance_not_told", window=window.name, step=step, reason=refused.reason)
            return
        except Exception as error:  # noqa: BLE001 - the boundary of the calendar: a window that breaks holds up no other
            report_bug("maintenance", error, window=window.name)
            return
        await self._changed(window, **{step: DONE})

    def _text(self, window: Window, row: Matter, step: str, others: Sequence[Window]) -> str:
        if step == NOTICE:
            own = window.name.startswith(PLANNED)
            return wording.announced(window, self._read_policy().maintenance if own else None)
        if step == BEGIN:
            return wording.has_begun(window, others)
        return wording.is_over(window, ended_by=row.body.get("ended_by", ""), others=others)

    async def _changed(self, window: Window, **changed: str) -> Matter | None:
        """The row as it is now with these changes; None where another process was faster."""
        async with self._writing:
            return await self._kept(await self._rows(), window, **changed)

    async def _kept(self, rows: Sequence[Matter], window: Window, **changed: str) -> Matter | None:
        was = next((one for one in rows if one.name == PREFIX + window.name), None)
        body = {**(was.body if was else body_of(window)), **changed}
        matter = Matter(PREFIX + window.name, body, self._owner, self._clock.now())
        return matter if await self._store.keep_matter(matter, was=was) else None


def _refuse(begins_at: datetime, length: timedelta, now: datetime) -> None:
    if length > LONGEST:
        raise Refused(
            f"A window of {span(length)} would hold alerts back for too long; {span(LONGEST)} is the most. Nothing was set."
        )
    if begins_at - now > FURTHEST:
        raise Refused(f"That is further off than {span(FURTHEST)}. Nothing was set.")
    if begins_at + length <= now:
        raise Refused("That window would be over already. Nothing was set.")


def _refuse_over(name: str, rows: Sequence[Matter], now: datetime) -> None:
    """Raise Refused where the window of that name is over, with who ended it."""
    for row in rows:
        window = window_of(row)
        if window.name.casefold() == name.casefold() and window.ends_at <= now:
            raise Refused(
                f"{wording.over_already(window, row.body.get('ended_by', ''))} Nothing was changed."
            )


def _meant(name: str, known: Sequence[Window], now: datetime) -> Window:
    """The window of that name, or the one that is open. Raises Refused."""
    if name:
        found = [one for one in known if one.name.casefold() == name.casefold()]
    else:
        found = [one for one in known if one.is_open(now)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"`{one.name}` ({safe(one.title)})" for one in known) or "none"
    what = f"I know no window “{safe(name)}”" if name else "Say which window ends"
    raise Refused(f"{what}, like `/incident maintenance end M-1`. There are: {names}. Nothing was changed.")
