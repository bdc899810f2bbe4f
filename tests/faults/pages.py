"""What became of the pages of one incident: who should have been rung, who was, and what the room read of it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Incident, PageState
from incidentbot.playground.pagerduty.incidents import Cause
from incidentbot.playground.pagerduty.phone import Ring
from tests.stories.profiles import PEOPLE
from tests.stories.story import Story

TRIED = frozenset({PageState.WAITING, PageState.DELIVERED, PageState.FAILED})
"""States of a page that somebody is owed. One that was answered before it was known to have rung may ring or not."""


@dataclass(frozen=True, slots=True)
class Page:
    """The pages of one incident. told_s: until the room read of it; waited_s: from the end of the fault to the last ring."""

    wanted: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    told_s: float | None
    waited_s: float | None


async def judge(story: Story, number: int, *, ended: datetime | None = None, paging: str) -> Page:
    """Compare what the bot's books call a page with the rings at PagerDuty that a program made."""
    incident = await story.incident(number)
    rings = rings_of(story, incident)
    owed = Counter(_labels(incident, paging, sure=True))
    allowed = Counter(_labels(incident, paging, sure=False))
    rung = Counter(ring.user.name.casefold() if paging == "rest" else ring.key for ring in rings)
    late = [one.fact.at for one in await story.facts(number) if one.fact.kind is FactKind.PAGE_FAILED]
    waited = [(ring.at - ended).total_seconds() for ring in rings] if ended is not None else []
    return Page(
        wanted=owed.total(),
        lost=tuple((owed - rung).elements()),
        doubled=tuple((rung - allowed).elements()),
        told_s=(min(late) - incident.declared_at).total_seconds() if late else None,
        waited_s=max(waited, default=None),
    )


def rings_of(story: Story, incident: Incident) -> list[Ring]:
    """The rings of this incident that a program made; PagerDuty's own clock may ring on."""
    rings = story.workspace.pagerduty.phone.rings
    return [ring for ring in rings if ring.key.startswith(incident.id) and ring.cause is Cause.API]


def _labels(incident: Incident, paging: str, *, sure: bool) -> list[str]:
    """Whom the pages reach by REST; by events each is an alert under its own key. sure: only those that must have rung."""
    people = dict(zip(incident.plan.chain, PEOPLE, strict=False))
    pages = [
        page
        for page in incident.pages.values()
        if page.state in TRIED or page.receipt or (not sure and page.state is not PageState.CANCELLED)
    ]
    return [people[page.role] if paging == "rest" else f"{incident.id}:{page.key}" for page in pages]
