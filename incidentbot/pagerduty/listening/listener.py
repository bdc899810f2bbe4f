"""The worker that brings PagerDuty's kept events in, in their order for each incident, each once. Rings nobody itself."""

import asyncio
from datetime import timedelta

from incidentbot.clock import Clock
from incidentbot.core.elsewhere import NotUnderstood
from incidentbot.core.incident import Incident, PageState
from incidentbot.flows.pager_events import Ending, PagerEvent, PagerEvents, Tie
from incidentbot.flows.ports import ListFilter, Ref, RefKind, Store, StoreAway
from incidentbot.flows.rounds import Rounds
from incidentbot.pagerduty.listening.event_shapes import NotAnEvent, Told
from incidentbot.pagerduty.listening.told_events import (
    ANSWERS_IN_ANY_EPOCH,
    CHANGES,
    KINDS,
    OF_EARLIER_EPOCHS,
    STATUSES,
    TellIn,
)
from incidentbot.telemetry import logger, report_bug

AT_ONCE = 16
EVERY_S = 5.0
"""The door rings at each event; this is for those to be tried again, and for those of a replica that died."""

MOST_TRIES = 5
"""An event that breaks on our side so often is set aside, so that those behind it are heard."""

NEWEST = 200
"""So many open incidents are looked through for those that were merged; of others the poll hears."""

log = logger(__name__)


class Listener:
    """Hears what the webhook's door has kept. Two of them on one database hear the same, each event once all the same."""

    def __init__(self, store: Store, events: PagerEvents, clock: Clock, tell_in: TellIn) -> None:
        self._store = store
        self._events = events
        self._clock = clock
        self._tell_in = tell_in
        self._rounds = Rounds("listener")
        self._hearing = asyncio.Lock()

    def wake(self) -> None:
        """Something was kept."""
        self._rounds.wake()

    async def run(self, *, every_s: float = EVERY_S) -> None:
        """Hear what is kept, as soon as it is kept, until cancelled; a database that is away is asked again."""

        async def once() -> float:
            await self.settled()
            return every_s

        await self._rounds.go(once, away_s=every_s)

    async def settled(self) -> None:
        """Hear everything that can be heard now. Raises StoreAway."""
        async with self._hearing:
            while heads := await self._events.heads(limit=AT_ONCE):
                async with asyncio.TaskGroup() as group:
                    heard = [group.create_task(self._hear(event)) for event in heads]
                if away := next((each.result() for each in heard if each.result()), None):
                    raise away

    async def notice(self) -> str:
        """What a person should look at in PagerDuty, "" where nothing is."""
        try:
            counts = await self._events.counts()
        except StoreAway:
            return ""  # said by the database's own probe
        many = counts.set_aside
        return f"{many} of PagerDuty's webhooks could not be read; look there." if many else ""

    async def _hear(self, event: PagerEvent) -> StoreAway | None:
        """Hear one event, whatever it is like; what comes back is why the database could not be used."""
        try:
            try:
                how, reason = await self._heard(event)
                await self._events.settle(event.id, how, reason)
            except StoreAway:
                raise
            except NotAnEvent as unread:
                await self._set_aside(event, str(unread))
            except Exception as error:  # noqa: BLE001 - the boundary of events: one that breaks holds up no other
                await self._broken(event, error)
        except StoreAway as away:
            return away
        return None

    async def _heard(self, event: PagerEvent) -> tuple[Ending, str]:
        kind = KINDS.get(event.kind)
        if kind is None:
            return Ending.IGNORED, "of no kind that means something here"
        told = Told.read(event)
        if not event.resource:
            raise NotAnEvent("it names no incident")
        tie = await self._tie(told)
        incident = await self._incident(tie) if tie is not None else None
        if tie is None or incident is None:
            return Ending.IGNORED, "not ours"
        answers = event.kind in ANSWERS_IN_ANY_EPOCH and event.occurred_at >= incident.clock_began_at
        if tie.epoch < incident.epoch and event.kind not in OF_EARLIER_EPOCHS and not answers:
            return Ending.IGNORED, "of an earlier epoch"
        is_late = tie.heard_at is not None and event.occurred_at < tie.heard_at
        if is_late and event.kind in STATUSES:
            return Ending.IGNORED, "something newer was heard"
        for one in (incident, *await self._merged_into(told, incident)):
            await kind(self._tell_in, one, told)
        if event.kind in CHANGES:
            await self._events.heard(event.resource, event.occurred_at)
        return Ending.DONE, ""

    async def _merged_into(self, told: Told, incident: Incident) -> list[Incident]:
        """Whose page went into this one's there: the phone that answers for one answers for them, too."""
        if told.event.kind not in ANSWERS_IN_ANY_EPOCH:
            return []
        standing = await self._store.incidents(only=ListFilter("open", limit=NEWEST))
        return [one for one in standing if one.id != incident.id and _rings_by(one, told.event.resource)]

    async def _tie(self, told: Told) -> Tie | None:
        """Whose incident it is: by its id, or by our own key the first time, which may be before our call was answered."""
        known = await self._events.tie(told.event.resource)
        if known is not None:
            return known
        ours, _, page = told.key.partition(":")
        epoch = page.partition(":")[0]
        if not (ours and epoch.isascii() and epoch.isdecimal()):
            return None
        tie = Tie(told.event.resource, ours, int(epoch))
        if await self._incident(tie) is None:
            return None
        await self._events.learn(tie)
        return tie

    async def _incident(self, tie: Tie) -> Incident | None:
        return await self._store.incident(Ref(RefKind.ID, tie.incident_id))

    async def _broken(self, event: PagerEvent, error: Exception) -> None:
        reference = report_bug("listener", error, told=event.id, kind=event.kind)
        if event.attempt + 1 >= MOST_TRIES:
            await self._set_aside(event, f"reference {reference}")
            return
        until = self._clock.now() + timedelta(seconds=2**event.attempt)
        await self._events.postpone(event.id, until=until, reason=f"reference {reference}")

    async def _set_aside(self, event: PagerEvent, reason: str) -> None:
        """Nothing is lost in silence: the room is told where its incident is known, and health in any case."""
        log.error("pager_event_set_aside", told=event.id, kind=event.kind, reason=reason)
        try:
            await self._tell_room(event, reason)
        except StoreAway:
            raise
        except Exception as error:  # noqa: BLE001 - as above: it is set aside all the same, and health says so
            report_bug("listener", error, told=event.id, kind=event.kind)
        await self._events.settle(event.id, Ending.SET_ASIDE, reason)

    async def _tell_room(self, event: PagerEvent, reason: str) -> None:
        tie = await self._events.tie(event.resource) if event.resource else None
        incident = await self._incident(tie) if tie is not None else None
        if incident is not None:
            unread = NotUnderstood(f"{event.kind}: {reason}", event.occurred_at)
            await self._tell_in.bring_in(incident, unread, f"pagerduty:event:{event.id}:aside")


def _rings_by(incident: Incident, duty: str) -> bool:
    """Whether a page of the present epoch is answered by this incident of PagerDuty's."""
    return any(
        page.receipt == duty and page.epoch == incident.epoch and page.state is PageState.DELIVERED
        for page in incident.pages.values()
    )
