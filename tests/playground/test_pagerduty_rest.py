"""Incidents opened by REST on the stand-in: what is refused with which code, and whose phone rings."""

from typing import Any

import pytest

from incidentbot.playground.pagerduty import PagerDutyStandIn, Reason
from incidentbot.playground.pagerduty.account import Policy, Rule, Schedule
from tests.playground.pagerduty_bench import a_new, call, opened, put, rung

BAD_INCIDENTS = {
    "no title": ({"title": None}, 2001),
    "no service": ({"service": None}, 2001),
    "no type": ({"type": None}, 2001),
    "unknown service": ({"service": {"id": "PX", "type": "service_reference"}}, 2001),
    "service of the wrong kind": ({"service": {"id": "PSVC001", "type": "user_reference"}}, 2001),
    "empty assignments": ({"assignments": []}, 2001),
    "assignee without kind": ({"assignments": [{"assignee": {"id": "PUBO"}}]}, 2001),
    "unknown policy": (
        {"escalation_policy": {"id": "PX", "type": "escalation_policy_reference"}},
        2001,
    ),
    "bridge of other fields": ({"conference_bridge": {"url": "https://example.com"}}, 2001),
    "bridge of numbers": ({"conference_bridge": {"conference_number": 7}}, 2001),
    "own urgency": ({"urgency": "P0"}, 2001),
    "long key": ({"incident_key": "k" * 256}, 2001),
    "unknown priority": ({"priority": {"id": "PX", "type": "priority_reference"}}, 1020),
    "details as object": ({"body": {"type": "incident_body", "details": {}}}, 2001),
    "stray field": ({"summary": "x"}, 2001),
    "unknown assignee": ({"assignments": [{"assignee": {"id": "PX", "type": "user_reference"}}]}, 2001),
    "assignees and policy": (
        {
            "assignments": [{"assignee": {"id": "PUBO", "type": "user_reference"}}],
            "escalation_policy": {"id": "PEPOL01", "type": "escalation_policy_reference"},
        },
        2001,
    ),
}


async def test_a_new_incident_rings_the_first_level_and_tells_its_number(pager: PagerDutyStandIn) -> None:
    status, answer = await call(pager, "POST", "/incidents", a_new(urgency="low"))

    shown = answer["incident"]
    assert (status, shown["incident_number"], shown["status"]) == (201, 1, "triggered")
    assert shown["self"] == f"{pager.api_url}/incidents/{shown['id']}"
    assert [each["assignee"]["id"] for each in shown["assignments"]] == ["PUANA"]
    [ring] = pager.phone.rings
    assert (ring.key, ring.user.name, ring.urgency) == ("k1", "Ana", "low")


@pytest.mark.parametrize(("changes", "code"), BAD_INCIDENTS.values(), ids=BAD_INCIDENTS)
async def test_a_malformed_incident_is_refused(
    pager: PagerDutyStandIn, changes: dict[str, Any], code: int
) -> None:
    status, answer = await call(pager, "POST", "/incidents", a_new(**changes))

    assert (status, answer["error"]["code"]) == (400, code)
    assert len(pager.incidents) == 0


async def test_the_key_of_an_open_incident_is_taken_on_its_service_only(pager: PagerDutyStandIn) -> None:
    first = await opened(pager)

    status, answer = await call(pager, "POST", "/incidents", a_new())
    assert (status, answer["error"]["code"]) == (400, 2002)
    assert "Open incident with matching dedup key" in answer["error"]["errors"][0]

    await opened(pager, service={"id": "PSVC012", "type": "service_reference"})
    assert await put(pager, first, status="resolved") == (200, None)
    again = await opened(pager)
    assert again != first


async def test_an_incident_can_be_opened_for_named_people(pager: PagerDutyStandIn) -> None:
    people = [
        {"assignee": {"id": "PUCHI", "type": "user_reference"}},
        {"assignee": {"id": "PUDEE", "type": "user_reference"}},
    ]
    await opened(pager, assignments=people)

    assert rung(pager) == [("Chi", Reason.TRIGGERED), ("Dee", Reason.TRIGGERED)]


async def test_a_policy_with_nobody_on_call_takes_no_incident(pager: PagerDutyStandIn) -> None:
    incident_id = await opened(pager)
    policy = Policy("PEPOL99", "Nobody's", (Rule("PRULE99", (Schedule("PSCHED9", "Nobody", ()),)),))
    pager.account.policies[policy.id] = policy
    to_nobody = {"escalation_policy": {"id": "PEPOL99", "type": "escalation_policy_reference"}}

    status, answer = await call(pager, "POST", "/incidents", a_new(incident_key="k2", **to_nobody))
    assert (status, answer["error"]["code"]) == (400, 1015)
    assert await put(pager, incident_id, **to_nobody) == (400, 1015)

    assert [incident.policy.id for incident in pager.incidents] == ["PEPOL01"]
