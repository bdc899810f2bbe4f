"""A brake for storms: where alerts open many incidents within minutes, further groups join one of those. Decides by memory.

Twenty-five incidents at once would ring the same person twenty-five times, and nobody could answer for all of them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from incidentbot.core.alerts.asking import Demand, demand, severe
from incidentbot.core.incident import Incident, Status
from incidentbot.flows.alerts.alert_acts import Telling
from incidentbot.flows.alerts.alert_ports import AlertUnit
from incidentbot.flows.ports import Ref, RefKind

MOST, WITHIN = 10, timedelta(minutes=5)
"""So many incidents are opened by alerts in so long; then a further group joins the first that asks for as much."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An incident that alerts opened. asks: how much for; like: its kind, and whether it is a drill."""

    at: datetime
    incident: str
    asks: Demand
    like: tuple[str, bool]


class Storm:
    """What alerts opened lately in this process."""

    def __init__(self) -> None:
        self._lately: list[Opened] = []

    def opened(self, telling: Telling, incident: Incident) -> None:
        """Remember it."""
        like = incident.kind, incident.drill
        asks = demand(telling.policy, telling.level)
        self._lately.append(Opened(telling.now, incident.id, asks, like))

    async def host(self, unit: AlertUnit, telling: Telling) -> Incident | None:
        """The open incident that this group joins instead of opening its own; None where nothing storms."""
        self._lately = [one for one in self._lately if telling.now - one.at < WITHIN]
        asks, like = demand(telling.policy, telling.level), (telling.kind, telling.group.drill)
        alike = [one for one in self._lately if one.like == like]
        if len(alike) < MOST:
            return None
        for one in alike:
            found = await unit.find(Ref(RefKind.ID, one.incident)) if one.asks >= asks else None
            if found is not None and found.status is Status.OPEN and severe(found.severity) >= asks[0]:
                return found  # one that people judged lower since is no place for what asks for more
        return None
