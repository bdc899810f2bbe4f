"""The page of one incident: times, people, pages, runs, and the timeline as it grows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from aiohttp import web
from markupsafe import Markup

from incidentbot.clock import Clock, new_id
from incidentbot.core.afterwards.leftovers import ActionType
from incidentbot.core.facts import Recorded
from incidentbot.core.incident import Incident, Page
from incidentbot.core.policy import State
from incidentbot.core.runbooks.run import Run, StepStatus
from incidentbot.core.text.words import role_words
from incidentbot.core.visibility import insiders
from incidentbot.flows.ports import Store
from incidentbot.web.drawn import drawn, guarded
from incidentbot.web.finding import Finder
from incidentbot.web.follow_ups import items_of
from incidentbot.web.gate import Gate
from incidentbot.web.said_in_slack import NameOf, called, names_in, shown
from incidentbot.web.wording import (
    PAGE_WORDS,
    RUN_WORDS,
    day_and_time,
    lasted,
    since_then,
    status_words,
    time_of_day,
)

MILESTONES = {
    State.ACKNOWLEDGED: "acknowledged",
    State.MITIGATED: "mitigated",
    State.RESOLVED: "resolved",
    State.REVIEWED: "reviewed",
}
QUIET = 2_000
"""Lines of a timeline that one page shows; the newest are kept."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline. day: told once, before the first line of it."""

    day: str
    time: str
    text: Markup
    kind: str
    seq: int


@dataclass(frozen=True, slots=True)
class IncidentPages:
    """Shows an incident to those who may know of it."""

    clock: Clock
    store: Store
    gate: Gate
    finder: Finder
    name_of: NameOf

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/incidents/{name}", guarded(self.page))

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The incident; only what changes where htmx asks again."""
        visitor = await self.gate.visitor(request)
        incident = await self.finder.incident(request, visitor)
        facts = await self.store.facts(incident.id)
        template = "incident_live.html" if "HX-Request" in request.headers else "incident.html"
        return drawn(template, visitor=visitor, **await self._values(incident, facts))

    async def _values(self, incident: Incident, facts: Sequence[Recorded]) -> dict[str, object]:
        kept = sorted(facts, key=lambda one: (one.fact.at, one.seq))[-QUIET:]
        people = [
            *insiders(incident),
            *(item.owner for item in incident.actions),
            *(run.started_by for run in incident.runs.values()),
        ]
        names = await names_in((one.fact.text for one in kept), people, self.name_of)
        return {
            "incident": incident,
            "status": status_words(incident),
            "times": _times(incident),
            "people": [(role_words(role), called(who, names)) for role, who in incident.roles.items()],
            "pages": [
                _page(page, incident.declared_at)
                for page in sorted(incident.pages.values(), key=lambda one: one.asked_at)
            ],
            "runs": [_run(run) for run in incident.runs.values()],
            "lines": _lines(kept, names),
            "earlier": len(facts) - len(kept),
            "room": self.finder.room(incident),
            "items": items_of(incident, names, self.clock.now()),
            "responders": sorted((who, called(who, names)) for who in insiders(incident)),
            "types": [each.value for each in ActionType],
            "request_key": new_id(),
            "open": incident.status.value == "open",
            "burned": lasted(incident.declared_at, self.clock.now()),
        }


def _times(incident: Incident) -> list[tuple[str, str, str]]:
    """Milestones of the present epoch: what, when, and how long after its beginning."""
    began = incident.clock_began_at
    times = [("declared", day_and_time(incident.declared_at), "")]
    if incident.epoch > 1:
        times.append(("open again", since_then(began, incident.declared_at), ""))
    for state, words in MILESTONES.items():
        if (moment := incident.milestones.get(state)) is not None:
            times.append(
                (words, since_then(moment.at, incident.declared_at), f"after {lasted(began, moment.at)}")
            )
    return times


def _page(page: Page, day: datetime) -> tuple[str, str, str]:
    at = page.settled_at or page.asked_at
    return role_words(page.role), PAGE_WORDS[page.state], since_then(at, day)


def _run(run: Run) -> dict[str, object]:
    settled = [step for step in run.steps if step.status is not StepStatus.OPEN]
    troubled = [step for step in settled if step.status is StepStatus.FAILED]
    return {
        "title": run.title,
        "path": run.path,
        "status": RUN_WORDS[run.status],
        "settled": len(settled),
        "steps": len(run.steps),
        "troubled": [step.title for step in troubled],
    }


def _lines(facts: Sequence[Recorded], names: Mapping[str, str]) -> list[Line]:
    lines: list[Line] = []
    day: date | None = None
    for one in facts:
        here = one.fact.at.astimezone(UTC)
        new = here.date() != day
        day = here.date()
        lines.append(
            Line(
                f"{here:%A %-d %B %Y}" if new else "",
                time_of_day(here),
                shown(one.fact.text, names),
                one.fact.kind.value,
                one.seq,
            )
        )
    return lines
