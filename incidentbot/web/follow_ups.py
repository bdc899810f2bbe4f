"""Follow-ups: every action item of every incident a reader may know of, the late ones first, to be settled here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiohttp import web

from incidentbot.clock import Clock, new_id
from incidentbot.core.afterwards.leftovers import ActionItem, ActionState
from incidentbot.core.incident import Incident
from incidentbot.flows.search import Search, Searches
from incidentbot.web.drawn import drawn, guarded
from incidentbot.web.gate import Gate
from incidentbot.web.said_in_slack import NameOf, called, names_in

LOOKED_AT = 1_000
"""Incidents with action items, the newest first."""

LISTS = ("open", "late", "mine", "settled")
"""What can be asked for."""


@dataclass(frozen=True, slots=True)
class Item:
    """One action item as the pages show it."""

    incident: str
    number: int
    text: str
    owner: str
    due: str
    late: bool
    state: str
    type: str
    why: str


@dataclass(frozen=True, slots=True)
class FollowUpPages:
    """The list of what is left to do."""

    clock: Clock
    found: Searches
    gate: Gate
    name_of: NameOf

    def mount(self, app: web.Application) -> None:
        """Add the route."""
        app.router.add_get("/follow-ups", guarded(self.page))

    async def page(self, request: web.Request) -> web.StreamResponse:
        """Action items of the list that is asked for."""
        visitor = await self.gate.visitor(request)
        which = request.query.get("which", "open")
        which = which if which in LISTS else "open"
        search = Search(reader=visitor.person, with_actions=True, limit=LOOKED_AT)
        now = self.clock.now()
        pairs = [
            (incident, item)
            for incident in await self.found.search(search)
            for item in incident.actions
            if _belongs(item, which, visitor.person, now)
        ]
        pairs.sort(key=lambda pair: (pair[1].due or now + timedelta(days=36_500), -pair[0].number))
        names = await names_in((), (item.owner for _, item in pairs), self.name_of)
        items = [item_of(incident, item, names, now) for incident, item in pairs]
        return drawn(
            "follow_ups.html", visitor=visitor, which=which, lists=LISTS, items=items, request_key=new_id()
        )


def _belongs(item: ActionItem, which: str, reader: str, now: datetime) -> bool:
    is_open = item.state is ActionState.OPEN
    return {
        "open": is_open,
        "late": item.is_overdue(now),
        "mine": is_open and bool(reader) and item.owner == reader,
        "settled": not is_open,
    }[which]


def item_of(incident: Incident, item: ActionItem, names: Mapping[str, str], now: datetime) -> Item:
    """An action item in words."""
    return Item(
        incident=incident.name,
        number=item.number,
        text=item.text,
        owner=called(item.owner, names) if item.owner else "",
        due=f"{item.due.astimezone(UTC):%-d %b %Y}" if item.due else "",
        late=item.is_overdue(now),
        state=item.state.value,
        type=item.type.value if item.type else "",
        why=item.why,
    )


def items_of(incident: Incident, names: Mapping[str, str], now: datetime) -> Sequence[Item]:
    """Those of one incident, in their order."""
    return [item_of(incident, item, names, now) for item in incident.actions]
