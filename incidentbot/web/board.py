"""The board: what burns now, what burned in the last ninety days, and a search through all of it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from aiohttp import web

from incidentbot.clock import Clock
from incidentbot.core.incident import Incident, Status
from incidentbot.core.policy import Severity, State
from incidentbot.flows.search import Search, Searches
from incidentbot.web.drawn import drawn, guarded
from incidentbot.web.gate import Gate
from incidentbot.web.medians import SPANS as LASTED
from incidentbot.web.medians import medians
from incidentbot.web.said_in_slack import NameOf, called, names_in
from incidentbot.web.wording import day_and_time, lasted, status_words

SPANS = {
    "90": ("the last 90 days", timedelta(days=90)),
    "365": ("the last year", timedelta(days=365)),
    "": ("all time", None),
}
SHOWN = 200
LONGEST = 200
"""Characters of a search that are looked at."""


@dataclass(frozen=True, slots=True)
class Row:
    """One incident as the board shows it."""

    name: str
    title: str
    severity: str
    drill: bool
    private: bool
    status: str
    lead: str
    began: str
    lasted: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader chose, as the form sends it and as the form shows it again."""

    words: str = ""
    status: str = ""
    severity: str = ""
    days: str = "90"

    @property
    def narrowed(self) -> bool:
        """Whether anything but the time was chosen."""
        return bool(self.words or self.status or self.severity)

    @property
    def query(self) -> str:
        """The address's end that asks for the same again."""
        return urlencode(
            {"q": self.words, "status": self.status, "severity": self.severity, "days": self.days}
        )


@dataclass(frozen=True, slots=True)
class BoardPages:
    """The first page people see."""

    clock: Clock
    found: Searches
    gate: Gate
    name_of: NameOf

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/", guarded(self.front))
        app.router.add_get("/incidents", guarded(self.board))

    async def front(self, _: web.Request) -> web.StreamResponse:
        """To the board."""
        raise web.HTTPSeeOther("/incidents")

    async def board(self, request: web.Request) -> web.StreamResponse:
        """Open incidents, and those of the time that was asked for; only the lists where htmx asks again."""
        visitor = await self.gate.visitor(request)
        asked = _asked(request)
        now = self.clock.now()
        burning, past = await self._found(asked, visitor.person, now)
        names = await names_in((), (one.roles.get("lead", "") for one in (*burning, *past)), self.name_of)
        template = "board_lists.html" if "HX-Request" in request.headers else "board.html"
        return drawn(
            template,
            visitor=visitor,
            asked=asked,
            spans={key: words for key, (words, _) in SPANS.items()},
            severities=[each.value for each in Severity],
            statuses=[each.value for each in Status],
            burning=[_row(one, names, now) for one in burning],
            past=[_row(one, names, now) for one in past],
            levels=medians(past),
            columns=tuple(LASTED),
            cut=len(past) >= SHOWN,
        )

    async def _found(
        self, asked: Asked, reader: str, now: datetime
    ) -> tuple[Sequence[Incident], Sequence[Incident]]:
        """What is open, and what is over."""
        back = SPANS[asked.days][1]
        search = Search(
            reader=reader,
            severity=Severity(asked.severity) if asked.severity else None,
            words=tuple(asked.words.split()),
            limit=SHOWN,
        )
        over = replace(
            search, since=now - back if back else None, status=Status(asked.status) if asked.status else None
        )
        wants_open = asked.status in {"", Status.OPEN.value}
        burning, past = await asyncio.gather(
            self.found.search(replace(search, status=Status.OPEN)), self.found.search(over)
        )
        worst_first = sorted(burning, key=lambda one: one.severity.value)
        return worst_first if wants_open else (), [one for one in past if one.status is not Status.OPEN]


def _asked(request: web.Request) -> Asked:
    """What the address asks for; words that mean nothing here ask for nothing."""
    query = request.query
    status, severity, days = query.get("status", ""), query.get("severity", ""), query.get("days", "90")
    return Asked(
        words=" ".join(query.get("q", "").split())[:LONGEST],
        status=status if status in {each.value for each in Status} else "",
        severity=severity if severity in {each.value for each in Severity} else "",
        days=days if days in SPANS else "90",
    )


def _row(incident: Incident, names: Mapping[str, str], now: datetime) -> Row:
    resolved = incident.milestones.get(State.RESOLVED)
    return Row(
        name=incident.name,
        title=incident.title,
        severity=incident.severity.value,
        drill=incident.drill,
        private=incident.private,
        status=status_words(incident),
        lead=f"led by {called(incident.roles['lead'], names)}" if "lead" in incident.roles else "no lead",
        began=day_and_time(incident.declared_at),
        lasted=lasted(incident.declared_at, resolved.at if resolved else now),
    )
