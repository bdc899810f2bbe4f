"""The runbooks that an incident's card offers, each with why. Looks into the folder beside the event loop; starts nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from incidentbot.core.incident import Incident, Status
from incidentbot.core.refusals import Refused
from incidentbot.flows.ports import RunbookMatch
from incidentbot.slack.desk import Desk

MOST_OFFERED = 3
FRESH = timedelta(minutes=1)
"""For so long an answer is given again: a card is drawn anew at every press, and a folder may hold thousands of files."""
MOST_KEPT = 512


@dataclass(frozen=True, slots=True)
class _Kept:
    about: tuple[object, ...]
    at: datetime
    offered: Sequence[RunbookMatch]


@dataclass(slots=True)
class Offers:
    """What fits an open incident in which no runbook was begun yet, best first."""

    desk: Desk
    _kept: dict[str, _Kept] = field(default_factory=dict)

    async def of(self, incident: Incident) -> Sequence[RunbookMatch]:
        """At most three, each with a reason and none of them far weaker than the best; none where the folder is empty or somebody walks one already."""
        if incident.status is not Status.OPEN or incident.runs:
            return ()
        names = incident.alerts.names if incident.alerts is not None else ()
        about, now = (incident.title, incident.kind, incident.severity, names), self.desk.clock.now()
        kept = self._kept.get(incident.id)
        if kept is not None and kept.about == about and now - kept.at < FRESH:
            return kept.offered
        offered = await asyncio.to_thread(self._look, incident)
        while len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[incident.id] = _Kept(about, now, offered)
        return offered

    def _look(self, incident: Incident) -> Sequence[RunbookMatch]:
        try:
            found = self.desk.runbooks("", incident)
        except Refused:  # a folder without runbooks is said where somebody asks for one
            return ()
        offered = (match for match in found if match.reason and not match.level_alone and not match.faint)
        return tuple(islice(offered, MOST_OFFERED))
