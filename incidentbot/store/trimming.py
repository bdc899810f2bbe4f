"""Rows that only tell a repetition from something new, and alerts that are over: old ones are dropped. Decides no age."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, true

from incidentbot.core.incident import Status
from incidentbot.store.engines.connection import Connection
from incidentbot.store.schema.pager_tables import EventState, pager_events
from incidentbot.store.schema.tables import alert_groups, alert_news, incidents, message_events, requests

STILL_ASKED = select(incidents.c.id).where(incidents.c.status == Status.OPEN.value)
"""An open incident's answers are asked of PagerDuty as long as it lasts, and known by their requests."""

OLD_REQUESTS = (
    select(requests.c.key)
    .where(requests.c.at < bindparam("before"), requests.c.incident_id.not_in(STILL_ASKED))
    .limit(bindparam("most"))
)
OLD_EVENTS = (
    select(message_events.c.event).where(message_events.c.at < bindparam("before")).limit(bindparam("most"))
)
SETTLED = pager_events.c.state.in_([EventState.DONE.value, EventState.IGNORED.value])
"""What was set aside stays until a person has looked."""

OLD_PAGER_EVENTS = (
    select(pager_events.c.event)
    .where(pager_events.c.received_at < bindparam("before"), SETTLED)
    .limit(bindparam("most"))
)
OVER = alert_groups.c.over_at < bindparam("before")
OLD_GROUPS = select(alert_groups.c.key).where(OVER).limit(bindparam("most"))
OLD_NEWS = (
    select(alert_news.c.id)
    .where(alert_news.c.failed == true(), alert_news.c.at < bindparam("before"))
    .limit(bindparam("most"))
)
"""Alerts that could not be taken in were complained of for a day; nobody looks at them after a month."""

DROP_GROUPS = delete(alert_groups).where(alert_groups.c.key.in_(bindparam("names", expanding=True)), OVER)
"""One that burns again since it was looked at stays."""

DROP_NEWS = delete(alert_news).where(alert_news.c.id.in_(bindparam("names", expanding=True)))
DROP_REQUESTS = delete(requests).where(requests.c.key.in_(bindparam("names", expanding=True)))
DROP_EVENTS = delete(message_events).where(message_events.c.event.in_(bindparam("names", expanding=True)))
DROP_PAGER_EVENTS = delete(pager_events).where(pager_events.c.event.in_(bindparam("names", expanding=True)))


@dataclass(frozen=True, slots=True)
class Outlived:
    """Names of rows that may go, since they are from `before` then."""

    before: datetime
    requests: Sequence[str]
    events: Sequence[str]
    pager_events: Sequence[str] = ()
    groups: Sequence[str] = ()
    news: Sequence[int] = ()

    @property
    def count(self) -> int:
        """How many they are."""
        rows = (self.requests, self.events, self.pager_events, self.groups, self.news)
        return sum(len(each) for each in rows)


async def outlived(connection: Connection, before: datetime, *, most: int) -> Outlived:
    """Up to `most` of each table. Looks at all rows where few are old: not for a connection that others wait for."""
    asked = {"before": before, "most": most}
    old_requests = (await connection.execute(OLD_REQUESTS, asked)).scalars()
    old_events = (await connection.execute(OLD_EVENTS, asked)).scalars()
    old_pager_events = (await connection.execute(OLD_PAGER_EVENTS, asked)).scalars()
    groups = (await connection.execute(OLD_GROUPS, asked)).scalars()
    news = (await connection.execute(OLD_NEWS, asked)).scalars()
    # In order, so that replicas that trim at once do not wait for each other in a circle.
    names = (sorted(old_requests), sorted(old_events), sorted(old_pager_events), sorted(groups))
    return Outlived(before, *names, sorted(news))


async def drop(connection: Connection, old: Outlived) -> None:
    """Let them go."""
    if old.requests:
        await connection.execute(DROP_REQUESTS, {"names": list(old.requests)})
    if old.events:
        await connection.execute(DROP_EVENTS, {"names": list(old.events)})
    if old.pager_events:
        await connection.execute(DROP_PAGER_EVENTS, {"names": list(old.pager_events)})
    if old.groups:
        await connection.execute(DROP_GROUPS, {"names": list(old.groups), "before": old.before})
    if old.news:
        await connection.execute(DROP_NEWS, {"names": list(old.news)})
