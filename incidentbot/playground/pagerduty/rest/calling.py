"""What a REST handler is given and what it answers with: a checked call, a page of results. Knows no incident."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from incidentbot.playground.pagerduty.account import PagerUser
from incidentbot.playground.pagerduty.incidents import Agent, Cause, Incident
from incidentbot.playground.pagerduty.records import Records
from incidentbot.playground.pagerduty.references import JsonObject, References
from incidentbot.playground.pagerduty.refusals import invalid, not_found
from incidentbot.playground.pagerduty.shapes.directory_shapes import DirectoryShapes
from incidentbot.playground.pagerduty.shapes.incident_shapes import IncidentShapes

PAGE_DEFAULT = 25
PAGE_LIMIT = 100
LAST_POSITION = 10_000
"""`offset` and `limit` together. Source: the pagination chapter of the REST overview."""
TRUE_WORDS = frozenset({"true", "True", "1"})
PAGING = frozenset({"limit", "offset", "total"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """A body and its status."""

    body: JsonObject
    status: int = 200


@dataclass(frozen=True, slots=True)
class Call:
    """One authorised call. `requester` is the user of the From header, where the operation asks for it."""

    records: Records
    refs: References
    id: str
    query: Mapping[str, Sequence[str]]
    body: Mapping[str, Any]
    token_owner: PagerUser
    requester: PagerUser | None

    @property
    def user(self) -> PagerUser:
        """Who asks: the requester, or else the owner of the token."""
        return self.requester or self.token_owner

    @property
    def agent(self) -> Agent:
        """The same, as the agent of a change."""
        return Agent(Cause.API, self.user)

    @property
    def now(self) -> datetime:
        """The Clock's instant."""
        return self.records.clock.now()

    @property
    def incident(self) -> Incident:
        """The incident of the path.

        Raises: Refusal 404.
        """
        found = self.records.incidents.get(self.id)
        if found is None:
            raise not_found("Incident")
        return found

    @property
    def incident_shapes(self) -> IncidentShapes:
        """Shapes that honour this call's `include[]`."""
        return IncidentShapes(self.records.account, self.refs, self.several("include[]"))

    @property
    def directory_shapes(self) -> DirectoryShapes:
        """Shapes that honour this call's `include[]`."""
        return DirectoryShapes(self.records.account, self.refs, self.several("include[]"))

    def several(self, name: str) -> list[str]:
        """Every value of a repeated query parameter."""
        return list(self.query.get(name, ()))

    def one(self, name: str) -> str | None:
        """The value of a query parameter, the last one when it was repeated."""
        return self.query[name][-1] if name in self.query else None


Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. `query` are the parameters it knows; `asks_from` those writes that need a From header."""

    method: str
    path: str
    handler: Handler
    query: frozenset[str] = frozenset()
    asks_from: bool = False

    @property
    def operation(self) -> str:
        """The name faults and the book of calls use, such as `PUT /incidents/{id}`."""
        return f"{self.method} {self.path}"


def page(call: Call, name: str, items: Sequence[T], shape: Callable[[T], JsonObject]) -> Answer:
    """One page of a list, under `name`.

    Raises: Refusal when the position asked for is out of reach.
    """
    limit = min(whole_number(call, "limit", PAGE_DEFAULT), PAGE_LIMIT)
    offset = whole_number(call, "offset", 0)
    if offset + limit > LAST_POSITION:
        raise invalid(f"Offset plus limit must not exceed {LAST_POSITION}")
    shown = [shape(item) for item in items[offset : offset + limit]]
    total = len(items) if call.one("total") in TRUE_WORDS else None
    more = offset + limit < len(items)
    return Answer({name: shown, "limit": limit, "offset": offset, "more": more, "total": total})


def whole_number(call: Call, name: str, default: int) -> int:
    """A query parameter that counts.

    Raises: Refusal when it does not.
    """
    given = call.one(name)
    if given is None:
        return default
    if not given.isdecimal():
        raise invalid(f"{name} must be a whole number")
    return int(given)


def moment(call: Call, name: str) -> datetime | None:
    """A query parameter that is an instant; without an offset it is UTC.

    Raises: Refusal when it is none.
    """
    given = call.one(name)
    if given is None:
        return None
    try:
        parsed = datetime.fromisoformat(given)
    except ValueError as error:
        raise invalid(f"{name} must be an ISO 8601 date and time") from error
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=call.now.tzinfo)


def only_fields(given: Mapping[str, Any], allowed: frozenset[str], what: str) -> None:
    """Refuse fields the reference does not know: the real service ignores them, which hides a slip of the pen."""
    unknown = sorted(set(given) - allowed)
    if unknown:
        raise invalid(*(f"{name} is not a field of {what}" for name in unknown))
