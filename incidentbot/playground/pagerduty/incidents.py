"""What PagerDuty remembers: incidents, their alerts and log, found by id and by key. Changes nothing by itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from incidentbot.playground.pagerduty.account import PagerUser, Policy, Priority, Service, Urgency


class Status(StrEnum):
    """Where an incident stands."""

    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Via(StrEnum):
    """How the present assignees were found."""

    POLICY = "escalation_policy"
    DIRECT = "direct_assignment"


class Cause(StrEnum):
    """Which door a change came through."""

    API = "api"  # a program, by REST or by an event
    PERSON = "person"  # somebody's phone or browser
    CLOCK = "clock"  # PagerDuty's own timers


@dataclass(frozen=True, slots=True)
class Agent:
    """Who made a change. `client` is the program that named itself in an event, or PagerDuty's own app."""

    cause: Cause
    by: PagerUser | Service
    client: str | None = None
    client_url: str | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """A person and an instant: an assignment or an acknowledgement."""

    user: PagerUser | Service
    at: datetime


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of an incident's log. `kind` is PagerDuty's word before `_log_entry`; `users` are whom it concerns."""

    id: str
    kind: str
    at: datetime
    agent: Agent
    summary: str
    users: tuple[PagerUser, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A note, or a status update when it went to subscribers."""

    id: str
    at: datetime
    by: PagerUser
    text: str
    subject: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Responder:
    """Somebody asked to help. `state` is pending, joined or declined."""

    user: PagerUser
    requester: PagerUser
    message: str
    requested_at: datetime
    updated_at: datetime
    state: str = "pending"
    policy: Policy | None = None


@dataclass(slots=True)
class Alert:
    """What an integration reported under one `dedup_key`; `payload` is the event's, newest first sent wins."""

    id: str
    key: str
    service: Service
    incident_id: str
    created_at: datetime
    payload: dict[str, Any]
    open: bool = True


@dataclass(slots=True)
class Incident:
    """One incident of PagerDuty. `level` counts from 1; it stands still while assignees were named by hand."""

    id: str
    number: int
    key: str
    title: str
    service: Service
    policy: Policy
    urgency: Urgency
    created_at: datetime
    updated_at: datetime
    changed_at: datetime
    changed_by: Agent
    status: Status = Status.TRIGGERED
    level: int = 1
    via: Via = Via.POLICY
    details: str | None = None
    incident_type: str = "incident_default"
    priority: Priority | None = None
    bridge: dict[str, str] | None = None
    resolution: str | None = None
    merged_into: "Incident | None" = None
    resolved_at: datetime | None = None
    escalates_at: datetime | None = None
    snoozed_until: datetime | None = None
    assignees: list[Stamp] = field(default_factory=list)
    acknowledgements: list[Stamp] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    log: list[LogEntry] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    updates: list[Note] = field(default_factory=list)
    responders: list[Responder] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it still asks for somebody."""
        return self.status is not Status.RESOLVED


class Incidents:
    """All incidents in the order of their numbers. `alerts` holds the newest alert of each (routing key, dedup key)."""

    def __init__(self) -> None:
        self._all: dict[str, Incident] = {}
        self.alerts: dict[tuple[str, str], Alert] = {}

    def __iter__(self) -> Iterator[Incident]:
        return iter(self._all.values())

    def __len__(self) -> int:
        return len(self._all)

    def add(self, incident: Incident) -> None:
        """Keep a new incident."""
        self._all[incident.id] = incident

    def get(self, incident_id: str) -> Incident | None:
        """The incident with this id."""
        return self._all.get(incident_id)

    def of_key(self, key: str) -> list[Incident]:
        """Every incident that was ever opened under this key, oldest first."""
        return [incident for incident in self if incident.key == key]

    def find(self, id_or_key: str) -> Incident | None:
        """By id, or the newest of a key, an open one before a resolved one."""
        named = self.get(id_or_key)
        if named is not None:
            return named
        candidates = self.of_key(id_or_key)
        return max(candidates, key=lambda each: (each.is_open, each.number), default=None)

    def open_on(self, service: Service, key: str) -> Incident | None:
        """The open incident of this key on this service."""
        return next(
            (each for each in self.of_key(key) if each.is_open and each.service.id == service.id), None
        )
