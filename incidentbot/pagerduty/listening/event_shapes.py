"""V3 webhooks as they are written: from the raw body to what is kept of it, and from there to what is read. Pure.

Source: PagerDuty's V3 webhooks overview. `data` has a shape of its own, other than REST's: `assignees`, and the
incident itself or, under `incident`, a reference to it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Self

from incidentbot.core.text.redaction import redact
from incidentbot.flows.pager_events import PagerEvent
from incidentbot.pagerduty.listening.hearing import instant

KEPT = frozenset({"id", "event_type", "occurred_at", "agent", "client", "data", "type", "incident", "incident_key"}) | {
    "resolve_reason", "status", "assignees", "priority", "user", "state", "content", "summary", "name",
}  # fmt: skip
"""Everything that is read of an event. The rest (titles, bridges, teams, fields) is not kept."""

WRITTEN = frozenset({"content", "summary", "name"})
"""What people wrote: kept without addresses, phone numbers and keys."""

Json = Mapping[str, Any]


class NotAnEvent(ValueError):  # noqa: N818 - a fact about a text, told with what is missing and never with its words
    """This is no event, or not one of the shape that PagerDuty describes."""


def taken_in(raw: bytes, *, delivery: str, now: datetime) -> PagerEvent:
    """What is kept of a webhook's body. Raises NotAnEvent where there is no event in it.

    An event without an id is known by its delivery or its words; one without a readable instant happened `now`.
    """
    try:
        event = json.loads(raw)["event"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotAnEvent("no JSON with an event in it") from error
    if not isinstance(event, Mapping) or not isinstance(event.get("event_type"), str):
        raise NotAnEvent("an event without a type")
    return PagerEvent(
        id=_text(event.get("id")) or delivery or sha256(raw).hexdigest(),
        delivery=delivery,
        kind=_text(event["event_type"]),
        resource=_resource(event.get("data")),
        occurred_at=_happened(event, now),
        body=json.dumps(_kept(event)),
    )


def _kept(value: Any, key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {name: _kept(each, name) for name, each in value.items() if name in KEPT}
    if isinstance(value, list):
        return [_kept(each, key) for each in value]
    if not isinstance(value, str):
        return value
    return redact(_text(value)).text if key in WRITTEN else _text(value)


def _resource(data: Any) -> str:
    """PagerDuty's id of the incident, "" where it is about something else. What does not say what it is has its key."""
    if not isinstance(data, Mapping):
        return ""
    if data.get("type") == "incident" or (not data.get("type") and "incident_key" in data):
        return _text(data.get("id"))
    incident = data.get("incident")
    return _text(incident.get("id")) if isinstance(incident, Mapping) else ""


def _happened(event: Json, now: datetime) -> datetime:
    try:
        return instant(_text(event.get("occurred_at"))).astimezone(UTC)
    except (ValueError, OverflowError):
        return now


def _text(value: Any) -> str:
    """The text without what no database keeps: halves of characters, and NUL."""
    return value.encode("utf-8", "replace").decode().replace("\0", "") if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Told:
    """One kept event, read. agent: a reference, empty for what PagerDuty did by itself; client: the app it was done with."""

    event: PagerEvent
    agent: Json
    client: str
    data: Json

    @classmethod
    def read(cls, event: PagerEvent) -> Self:
        """Raises NotAnEvent."""
        body = json.loads(event.body)
        agent, client = body.get("agent") or {}, body.get("client") or {}
        name = _text(_mapping(client, "client").get("name"))
        return cls(event, _mapping(agent, "agent"), name, _mapping(body.get("data"), "data"))

    @property
    def key(self) -> str:
        """The key that the incident was opened under, "" where the event does not say."""
        return _text(self.data.get("incident_key"))

    def part(self, name: str) -> Json:
        """A part of the data that must be there. Raises NotAnEvent."""
        return _mapping(self.data.get(name), name)

    def part_if_any(self, name: str) -> Json:
        """A part of the data that may be absent or null: empty then. Raises NotAnEvent where it is something else."""
        return _mapping(self.data.get(name) or {}, name)

    def parts(self, name: str) -> Sequence[Json]:
        """A list in the data; null is an empty one. Raises NotAnEvent where there is none, or something else."""
        value = self.data.get(name, ())
        if not isinstance(value, list | None):
            raise NotAnEvent(f"{name} is no list")
        return [_mapping(each, name) for each in value or () if each is not None]

    def text(self, name: str) -> str:
        """A text in the data that must be there. Raises NotAnEvent."""
        value = self.data.get(name)
        if not isinstance(value, str):
            raise NotAnEvent(f"{name} is no text")
        return value


def _mapping(value: object, name: str) -> Json:
    if not isinstance(value, Mapping):
        raise NotAnEvent(f"{name} is not there as it was")
    return value
