"""What runs taught of each runbook, for its owner: how often it worked, where people stopped, what they said of a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from aiohttp import web

from incidentbot.core.runbooks.learning import Learned, StepLearned, Told, learn
from incidentbot.core.text.words import span
from incidentbot.flows.ports import Store
from incidentbot.flows.search import Search, Searches
from incidentbot.web.drawn import drawn, guarded
from incidentbot.web.gate import Gate

LOOKED_AT = 1_000
"""Incidents, the newest first."""
MOST_WALKED = 200
"""Incidents with runs whose timelines are read for one page."""
MOST_REMARKS = 30


@dataclass(frozen=True, slots=True)
class Said:
    """Words about a step."""

    day: str
    incident: str
    kind: str
    step: str
    text: str


@dataclass(frozen=True, slots=True)
class Taught:
    """One runbook as the page shows it. remarks: newest first; hidden: how many more there are.

    steps: what each is called, what became of it, how long it took.
    """

    title: str
    path: str
    walked: str
    steps: Sequence[tuple[str, str, str]]
    remarks: Sequence[Said]
    hidden: int


@dataclass(frozen=True, slots=True)
class RunbookPages:
    """The list of what was walked. Incidents that the reader may not know of teach nothing here."""

    store: Store
    found: Searches
    gate: Gate

    def mount(self, app: web.Application) -> None:
        """Add the route."""
        app.router.add_get("/runbooks", guarded(self.page))

    async def page(self, request: web.Request) -> web.StreamResponse:
        """Every runbook that was walked, those with most said against them first."""
        visitor = await self.gate.visitor(request)
        incidents = await self.found.search(Search(reader=visitor.person, limit=LOOKED_AT))
        walked = [incident for incident in incidents if incident.runs][:MOST_WALKED]
        told: list[Told] = [(incident, await self.store.facts(incident.id)) for incident in walked]
        learned = sorted(learn(told), key=lambda one: (-_complaints(one), one.path))
        return drawn("runbooks.html", visitor=visitor, runbooks=[taught(one) for one in learned])


def _complaints(learned: Learned) -> int:
    """What asks its owner for something: a step that is wrong or failed, a run that did not help."""
    return learned.broken + sum(remark.kind != "skipped" for remark in learned.remarks)


def taught(learned: Learned) -> Taught:
    """What was learned, in words."""
    times = "once" if learned.runs == 1 else f"{learned.runs} times"
    said = [
        Said(
            f"{one.at.astimezone(UTC):%-d %b %Y}",
            one.incident,
            one.kind,
            f"{one.number}. {one.step}",
            one.text,
        )
        for one in learned.remarks
    ]
    return Taught(
        title=learned.title,
        path=learned.path,
        walked=f"walked {times}, finished {learned.finished}; worked {learned.worked}, still broken {learned.broken}",
        steps=[
            (f"{number}. {step.title}", _became(step), span(step.median) if step.median is not None else "")
            for number, step in enumerate(learned.steps, start=1)
        ],
        remarks=said[:MOST_REMARKS],
        hidden=max(0, len(said) - MOST_REMARKS),
    )


def _became(step: StepLearned) -> str:
    counts = (
        (step.done, "done"),
        (step.skipped, "skipped"),
        (step.failed, "failed"),
        (step.not_taken, "not taken"),
    )
    return ", ".join(f"{count} {what}" for count, what in counts if count) or "not reached yet"
