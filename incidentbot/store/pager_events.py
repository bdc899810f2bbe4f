"""PagerDuty's events and its incidents' ties to ours, as rows. Reads no event and decides nothing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, and_, bindparam, func, or_, select, text, update

from incidentbot.clock import Clock
from incidentbot.flows.pager_events import Ending, PagerEvent, PagerEventCounts, Tie
from incidentbot.flows.ports import StoreAway
from incidentbot.flows.together import Ask, Together
from incidentbot.store.database import Database
from incidentbot.store.engines.connection import Connection
from incidentbot.store.engines.dialects import Insert, for_each
from incidentbot.store.schema.pager_tables import (
    IS_SET_ASIDE,
    IS_WAITING,
    EventState,
    pager_events,
    pager_ties,
)

KEEP = for_each(lambda insert: insert(pager_events).on_conflict_do_nothing().returning(pager_events.c.event))
PLACE = func.row_number().over(
    partition_by=pager_events.c.resource, order_by=(pager_events.c.occurred_at, pager_events.c.id)
)
QUEUES = select(pager_events, PLACE.label("place")).where(text(IS_WAITING)).subquery()
HEADS = (
    select(QUEUES)
    .where(QUEUES.c.place == 1, QUEUES.c.not_before <= bindparam("now"))
    .order_by(QUEUES.c.id)
    .limit(bindparam("most"))
)
CHANGE = update(pager_events).where(
    pager_events.c.event == bindparam("of_event"), pager_events.c.state == EventState.WAITING.value
)
PUT_BACK = CHANGE.values(attempt=pager_events.c.attempt + 1)
COUNTS = select(
    select(func.count()).select_from(pager_events).where(text(IS_WAITING)).scalar_subquery(),
    select(func.count()).select_from(pager_events).where(text(IS_SET_ASIDE)).scalar_subquery(),
)
TIE = select(pager_ties).where(pager_ties.c.pager_incident == bindparam("of_pager_incident"))
LEARN = for_each(lambda insert: insert(pager_ties).on_conflict_do_nothing())
HEARD = (
    update(pager_ties)
    .where(
        and_(
            pager_ties.c.pager_incident == bindparam("of_pager_incident"),
            or_(pager_ties.c.heard_at.is_(None), pager_ties.c.heard_at < bindparam("at")),
        )
    )
    .values(heard_at=bindparam("at"))
)


def _tie_up(insert: Callable[[Table], Insert]) -> Insert:
    added = insert(pager_ties)
    return added.on_conflict_do_update(
        index_elements=["pager_incident"],
        set_={"epoch": added.excluded.epoch},
        # Merged there, it may be that of another of ours already, whose epochs are none of this one's.
        where=and_(
            pager_ties.c.incident_id == added.excluded.incident_id,
            pager_ties.c.epoch < added.excluded.epoch,
        ),
    )


TIE_UP = for_each(_tie_up)


async def tie_up(
    connection: Connection, database: Database, incident_id: str, ties: Mapping[str, int]
) -> None:
    """Remember that these incidents of PagerDuty are this one of ours, each in its epoch."""
    await tie_all(connection, database, [(incident_id, ties)])


async def tie_all(
    connection: Connection, database: Database, ties: Sequence[tuple[str, Mapping[str, int]]]
) -> None:
    """The same for many of ours."""
    rows = [
        {"pager_incident": named, "incident_id": incident_id, "epoch": epoch}
        for incident_id, of_one in ties
        for named, epoch in of_one.items()
    ]
    if rows:
        await connection.execute(TIE_UP[database.dialect], rows)


Delivery = tuple[PagerEvent, float | None]
"""An event, and how long whoever brought it can wait."""

TOGETHER = 50


def _row(event: PagerEvent, now: datetime) -> Mapping[str, object]:
    return {
        "event": event.id,
        "delivery": event.delivery or None,
        "kind": event.kind,
        "resource": event.resource,
        "occurred_at": event.occurred_at,
        "received_at": now,
        "body": event.body,
        "state": EventState.WAITING.value,
        "not_before": now,
        "attempt": 0,
        "reason": "",
    }


class SqlPagerEvents:
    """The port `PagerEvents` on SQLite or PostgreSQL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._keeping = Together[Delivery, bool](self._keep, most=TOGETHER, name="keep pagerduty's events")

    async def keep(self, event: PagerEvent, *, patience_s: float | None = None) -> bool:
        """Durable when it returns. False for one that was kept before, by its id or its delivery."""
        return await self._keeping.done((event, patience_s))

    async def _keep(self, asked: Sequence[Ask[Delivery, bool]]) -> None:
        """With one commit; where one of them breaks, each by itself."""
        try:
            new = await self._kept([one.item for one in asked])
        except StoreAway:
            raise
        except Exception as error:  # noqa: BLE001 - which one it is, comes out below; its sender hears of it
            if len(asked) == 1:
                asked[0].fail(error)
                return
            for one in asked:
                await self._keep([one])
            return
        for one in asked:
            one.tell(one.item[0].id in new)
            new.discard(one.item[0].id)

    async def _kept(self, deliveries: Sequence[Delivery]) -> set[str]:
        """The ids of those that are new."""
        now = self._clock.now()
        rows = [_row(event, now) for event, _ in deliveries]
        patience_s = min((given for _, given in deliveries if given is not None), default=None)
        async with self._database.writing(patience_s) as connection:
            return {row.event for row in await connection.execute(KEEP[self._database.dialect], rows)}

    async def close(self) -> None:
        """Cut off whoever still waits for an event to be kept: it is sent again."""
        await self._keeping.close()

    async def heads(self, *, limit: int) -> Sequence[PagerEvent]:
        """Of each incident the first that waits, by when it happened, unless it is to be tried later."""
        async with self._database.reading() as connection:
            rows = await connection.execute(HEADS, {"now": self._clock.now(), "most": limit})
            return [_event(row) for row in rows]

    async def settle(self, event: str, how: Ending, reason: str = "") -> None:
        """Mark it; it is not handed out again."""
        async with self._database.writing() as connection:
            ended = {"of_event": event, "state": EventState(how.value).value, "reason": reason}
            await connection.execute(CHANGE, ended)

    async def postpone(self, event: str, *, until: datetime, reason: str) -> None:
        """Hand it out again then."""
        async with self._database.writing() as connection:
            later = {"of_event": event, "not_before": until, "reason": reason}
            await connection.execute(PUT_BACK, later)

    async def tie(self, pager_incident: str) -> Tie | None:
        """Whose incident of PagerDuty this is."""
        async with self._database.reading() as connection:
            row = (await connection.execute(TIE, {"of_pager_incident": pager_incident})).first()
        return Tie(row.pager_incident, row.incident_id, row.epoch, row.heard_at) if row else None

    async def learn(self, tie: Tie) -> None:
        """Remember whose it is, where that is not known."""
        row = {"pager_incident": tie.pager_incident, "incident_id": tie.incident_id, "epoch": tie.epoch}
        async with self._database.writing() as connection:
            await connection.execute(LEARN[self._database.dialect], row)

    async def heard(self, pager_incident: str, at: datetime) -> None:
        """Remember the newest change of its status."""
        async with self._database.writing() as connection:
            await connection.execute(HEARD, {"of_pager_incident": pager_incident, "at": at})

    async def counts(self) -> PagerEventCounts:
        """How many wait, and how many were set aside."""
        async with self._database.reading() as connection:
            waiting, set_aside = (await connection.execute(COUNTS)).one()
        return PagerEventCounts(waiting, set_aside)


def _event(row: Row[Any]) -> PagerEvent:
    return PagerEvent(
        row.event, row.delivery or "", row.kind, row.resource, row.occurred_at, row.body, row.attempt
    )
