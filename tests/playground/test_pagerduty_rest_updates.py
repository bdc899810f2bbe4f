"""Incidents updated by REST on the stand-in: each change, its refusal, and whose phone rings."""

from datetime import timedelta
from typing import Any

import pytest

from incidentbot.clock import StillClock
from incidentbot.playground.pagerduty import PagerDutyStandIn, Reason
from incidentbot.playground.pagerduty.incidents import Status
from tests.playground.pagerduty_bench import call, opened, put, rung

RESULTS = {
    "acknowledge": ([{"status": "acknowledged"}], (200, None), Status.ACKNOWLEDGED, ["Ana"]),
    "acknowledge twice": ([{"status": "acknowledged"}] * 2, (400, 1002), Status.ACKNOWLEDGED, ["Ana"]),
    "resolve": ([{"status": "resolved", "resolution": "Rolled back"}], (200, None), Status.RESOLVED, ["Ana"]),
    "resolve twice": ([{"status": "resolved"}] * 2, (400, 1001), Status.RESOLVED, ["Ana"]),
    "acknowledge the resolved: it is open again": (
        [{"status": "resolved"}, {"status": "acknowledged"}],
        (200, None),
        Status.ACKNOWLEDGED,
        ["Ana"],
    ),
    "trigger the resolved": (
        [{"status": "resolved"}, {"status": "triggered"}],
        (200, None),
        Status.TRIGGERED,
        ["Ana", "Ana"],
    ),
    "escalate": ([{"escalation_level": 2}], (200, None), Status.TRIGGERED, ["Ana", "Bo"]),
    "escalate the acknowledged": (
        [{"status": "acknowledged"}, {"escalation_level": 3}],
        (200, None),
        Status.TRIGGERED,
        ["Ana", "Chi"],
    ),
    "escalate beyond the last": ([{"escalation_level": 6}], (400, 1006), Status.TRIGGERED, ["Ana"]),
    "escalate to nothing": ([{"escalation_level": 0}], (400, 1006), Status.TRIGGERED, ["Ana"]),
    "escalate by word": ([{"escalation_level": "2"}], (400, 2001), Status.TRIGGERED, ["Ana"]),
    "escalate the resolved": (
        [{"status": "resolved"}, {"escalation_level": 2}],
        (400, 1006),
        Status.RESOLVED,
        ["Ana"],
    ),
    "delegate": (
        [{"escalation_policy": {"id": "PEPOL13", "type": "escalation_policy_reference"}}],
        (200, None),
        Status.TRIGGERED,
        ["Ana", "Chi"],
    ),
    "assign to one who has it and one who has not": (
        [
            {
                "assignments": [
                    {"assignee": {"id": user, "type": "user_reference"}} for user in ("PUANA", "PUELI")
                ]
            }
        ],
        (200, None),
        Status.TRIGGERED,
        ["Ana", "Eli"],
    ),
    "assign the resolved": (
        [
            {"status": "resolved"},
            {"assignments": [{"assignee": {"id": "PUELI", "type": "user_reference"}}]},
        ],
        (400, 1001),
        Status.RESOLVED,
        ["Ana"],
    ),
    "delegate the resolved": (
        [
            {"status": "resolved"},
            {"escalation_policy": {"id": "PEPOL13", "type": "escalation_policy_reference"}},
        ],
        (400, 1001),
        Status.RESOLVED,
        ["Ana"],
    ),
    "own type": ([{"type": "page"}], (400, 2001), Status.TRIGGERED, ["Ana"]),
    "own status": ([{"status": "mitigated"}], (400, 2001), Status.TRIGGERED, ["Ana"]),
    "unknown priority name": ([{"priority": "P9"}], (400, 1020), Status.TRIGGERED, ["Ana"]),
    "stray field": ([{"state": "resolved"}], (400, 2001), Status.TRIGGERED, ["Ana"]),
}


@pytest.mark.parametrize(("updates", "answer", "status", "rings"), RESULTS.values(), ids=RESULTS)
async def test_updates_change_the_incident_and_ring_those_who_get_it(
    pager: PagerDutyStandIn,
    updates: list[dict[str, Any]],
    answer: tuple[int, int | None],
    status: Status,
    rings: list[str],
) -> None:
    incident_id = await opened(pager)

    answers = [await put(pager, incident_id, **update) for update in updates]

    assert answers[-1] == answer
    assert pager.incidents.find("k1").status is status  # type: ignore[union-attr]
    assert [ring.user.name for ring in pager.phone.rings] == rings


async def test_title_urgency_priority_and_bridge_are_kept(pager: PagerDutyStandIn) -> None:
    incident_id = await opened(pager)

    bridge = {"conference_url": "https://example.com/room"}
    answer = await put(
        pager, incident_id, title="Slow", urgency="low", priority="P2", conference_bridge=bridge
    )
    _, shown = await call(
        pager, "GET", f"/incidents/{incident_id}", params={"include[]": "conference_bridge"}
    )

    assert answer == (200, None)
    incident = shown["incident"]
    assert (incident["title"], incident["urgency"], incident["priority"]["name"]) == ("Slow", "low", "P2")
    assert incident["conference_bridge"] == bridge
    assert len(pager.phone.rings) == 1


async def test_many_are_updated_at_once(pager: PagerDutyStandIn) -> None:
    ids = [await opened(pager, incident_key=key) for key in ("k1", "k2")]
    updates = [{"id": each, "type": "incident_reference", "status": "resolved"} for each in ids]

    status, answer = await call(pager, "PUT", "/incidents", {"incidents": updates})
    crowd = await call(pager, "PUT", "/incidents", {"incidents": updates[:1] * 251})

    assert (status, {each["status"] for each in answer["incidents"]}) == (200, {"resolved"})
    assert crowd[0] == 413


async def test_a_bots_escalation_after_the_answer_is_late_and_a_persons_is_not(
    pager: PagerDutyStandIn,
) -> None:
    incident_id = await opened(pager)
    await pager.acknowledge(incident_id, by="ana")
    await pager.escalate(incident_id, by="ana")
    assert pager.late_rings() == []

    await pager.acknowledge("k1", by="bo@example.com")
    await put(pager, incident_id, escalation_level=3)

    [late] = pager.late_rings()
    assert (late.user.name, late.reason) == ("Chi", Reason.ESCALATED)


async def test_a_snooze_ends_with_the_assignees_ringing_again(
    pager: PagerDutyStandIn, clock: StillClock
) -> None:
    incident_id = await opened(pager)
    status, answer = await call(pager, "POST", f"/incidents/{incident_id}/snooze", {"duration": 600})
    assert (status, answer["incident"]["status"]) == (201, "acknowledged")

    clock.skip(timedelta(minutes=9))
    assert len(pager.phone.rings) == 1
    clock.skip(timedelta(minutes=1))

    assert rung(pager)[1:] == [("Ana", Reason.TRIGGERED)]
    assert (await call(pager, "POST", f"/incidents/{incident_id}/snooze", {"duration": 604_801}))[0] == 400


async def test_policies_climb_by_themselves_only_when_told_to(
    pager: PagerDutyStandIn, clock: StillClock
) -> None:
    await opened(pager)
    clock.skip(timedelta(hours=1))
    assert len(pager.phone.rings) == 1

    pager.own_escalation = True
    clock.skip(timedelta(minutes=1))
    assert [ring.user.name for ring in pager.phone.rings] == ["Ana", "Bo"]
    clock.skip(timedelta(minutes=30))
    assert [ring.user.name for ring in pager.phone.rings] == ["Ana", "Bo", "Chi"]
    await pager.acknowledge("k1", by="chi")
    clock.skip(timedelta(hours=5))

    assert len(pager.phone.rings) == 3
    assert pager.late_rings() == []
