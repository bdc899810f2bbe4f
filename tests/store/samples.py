"""Examples for the store's tests: small incidents, decisions and messages, each word of them replaceable."""

from datetime import UTC, datetime, timedelta
from typing import Any

from incidentbot.core.decision import Decision
from incidentbot.core.effects import Say, SendPage
from incidentbot.core.incident import Incident, Room
from incidentbot.core.messages import Message
from incidentbot.core.plan import Plan
from incidentbot.core.policy import PostmortemNeed, RoomKind, Severity, State
from incidentbot.flows.ports import Captured, CaptureKind, Claimed, Ref, RefKind
from incidentbot.store.store import SqlStore

T0 = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)
LEASE_S = 60.0
OVER_S = -1.0
"""The length of a lease that is over as soon as it is given."""


def a_plan() -> Plan:
    return Plan(
        profile="default",
        profile_sha256="0" * 64,
        severity=Severity.P1,
        notify=("slack", "pagerduty"),
        room=RoomKind.DEDICATED,
        chain=("primary", "secondary"),
        opening="primary",
        stages=(),
        postmortem=PostmortemNeed.OFFERED,
        postmortem_within=timedelta(days=5),
    )


def an_incident(number: int = 7, **changes: Any) -> Incident:
    words: dict[str, Any] = {
        "id": f"incident-{number}",
        "number": number,
        "title": "Checkout is down",
        "severity": Severity.P1,
        "kind": "incident",
        "declared_by": "U1",
        "declared_at": T0,
        "plan": a_plan(),
        "room": Room(RoomKind.DEDICATED, f"inc-{number}", channel=f"C{number}"),
        "state": State.DETECTED,
        "stage": None,
    }
    return Incident(**(words | changes))


def by_id(incident: Incident) -> Ref:
    return Ref(RefKind.ID, incident.id)


def a_page(role: str = "primary", rung: int = 1) -> SendPage:
    return SendPage(f"1:{rung}:{role}", role, "Checkout is down")


def a_line(name: str) -> Say:
    return Say(name, f"The line called {name}.")


async def keep(store: SqlStore, incident: Incident | None = None, **parts: Any) -> Incident:
    """Remember an incident with these parts of a decision; returns it as it is stored then."""
    incident = incident or an_incident()
    async with store.unit() as unit:
        await unit.remember(Decision(incident, **parts), recorded_at=T0)
    stored = await store.incident(by_id(incident))
    assert stored is not None
    return stored


async def claim_one(store: SqlStore, owner: str = "worker-1", lease_s: float = LEASE_S) -> Claimed:
    """The only effect that may be told now."""
    (claimed,) = await store.claim(owner, limit=10, lease_s=lease_s)
    return claimed


async def keys_of(store: SqlStore, owner: str = "worker-1", lease_s: float = LEASE_S) -> list[str]:
    return [claimed.effect.key for claimed in await store.claim(owner, limit=100, lease_s=lease_s)]


def a_message(ts: str = "1762160400.000100", **changes: Any) -> Message:
    words: dict[str, Any] = {
        "channel": "C7",
        "ts": ts,
        "at": datetime.fromtimestamp(float(ts), UTC),
        "user": "U1",
        "text": "Looking.",
    }
    return Message(**(words | changes))


def an_event(
    event: str, kind: CaptureKind = CaptureKind.POSTED, message: Message | None = None, **more: Any
) -> Captured:
    return Captured(event, kind, message or a_message(), **more)
