"""Pages that belong to no incident: the house's complaints about itself, and pages that are tried out.

What makes one ring once is its key: an event's dedup key, or over REST the key of a PagerDuty incident of its own.
"""

from collections.abc import Callable, Sequence

from incidentbot.core.text.words import role_words
from incidentbot.flows.watchdog.house_ports import HousePage
from incidentbot.pagerduty.paging import bodies
from incidentbot.pagerduty.paging.aims import Aims, Ask, asked, no_level
from incidentbot.pagerduty.paging.event_pages import EventPages
from incidentbot.pagerduty.paging.rest_pages import OPEN
from incidentbot.pagerduty.paging.standing import ACKNOWLEDGED, LOOK, RESOLVED, find
from incidentbot.pagerduty.replies import ALREADY_RESOLVED, Request, request_refused


class HousePages:
    """A HousePager. by_events: whether a role is reached by its routing key alone. chain: the policy's, for levels."""

    def __init__(
        self,
        ask: Ask,
        events: EventPages,
        aims: Aims,
        service: str,
        *,
        by_events: Callable[[str], bool],
        chain: Sequence[str],
    ) -> None:
        self._ask = ask
        self._events = events
        self._aims = aims
        self._service = service
        self._by_events = by_events
        self._chain = chain

    async def ring(self, page: HousePage) -> None:
        """Ring, unless it rings already. Raises TryLater, GiveUp."""
        if self._by_events(page.role):
            await self._events.tell(bodies.house_trigger(page), page.role)
            return
        standing = await find(self._ask, page.key)
        if standing is None or standing.status == RESOLVED:
            await self._open(page)

    async def end(self, page: HousePage) -> None:
        """Resolve it, where it is open. Raises TryLater, GiveUp."""
        if self._by_events(page.role):
            await self._events.tell({"event_action": "resolve", "dedup_key": page.key}, page.role)
            return
        standing = await find(self._ask, page.key)
        if standing is None or standing.status == RESOLVED:
            return
        change = bodies.change_of({"status": RESOLVED})
        reply = await self._ask(Request("PUT", f"/incidents/{standing.id}", change))
        if not reply.accepted and reply.code != ALREADY_RESOLVED:
            raise request_refused(reply, what="resolve the page")

    async def answered_by(self, page: HousePage) -> str | None:
        """The name of who acknowledged or resolved it. Raises TryLater, GiveUp."""
        if self._by_events(page.role):
            return None
        standing = await find(self._ask, page.key)
        if standing is None or not standing.answered or standing.status not in {ACKNOWLEDGED, RESOLVED}:
            return None
        body = await asked(self._ask, Request("GET", f"/incidents/{standing.id}"), what=LOOK)
        acks = body["incident"].get("acknowledgements") or ()
        who = acks[0]["acknowledger"] if acks else body["incident"].get("last_status_change_by") or {}
        return str(who.get("summary") or "somebody")

    async def _open(self, page: HousePage) -> None:
        new = bodies.house_incident(page, service=self._service)
        aim = await self._aims.of_role(page.role, self._chain)
        whom = await self._aims.whom_it_is_for(aim)
        if whom is None and not page.rings_anybody:
            raise no_level(aim.level, page.role)
        new |= whom or {}
        reply = await self._ask(Request("POST", "/incidents", {"incident": new}))
        if not reply.accepted:
            raise request_refused(reply, what=OPEN, whom=role_words(page.role))
