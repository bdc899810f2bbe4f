"""V3 webhooks of the stand-in: their shape, their signature, and what they tell."""

import hashlib
import hmac
import json

import pytest

from incidentbot.playground.pagerduty import PagerDutyStandIn
from tests.needs import shared
from tests.playground.pagerduty_bench import (
    KEY,
    SECRET,
    Receiver,
    call,
    played,
)


@pytest.fixture
def pager(hooked: PagerDutyStandIn) -> PagerDutyStandIn:
    """The stand-in of these tests tells the receiver what happens."""
    return hooked


async def _everything(pager: PagerDutyStandIn) -> None:
    await played(pager, "trigger")
    incident = next(iter(pager.incidents))
    bridge = {"conference_number": "+1 555 0100", "conference_url": "https://example.com/room"}
    update = {"incident": {"type": "incident", "priority": "P1", "conference_bridge": bridge}}
    targets = [{"responder_request_target": {"id": "PEPOL12", "type": "escalation_policy_reference"}}]
    request = {"requester_id": "PUBOT", "message": "Please join", "responder_request_targets": targets}
    await call(pager, "PUT", f"/incidents/{incident.id}", update)
    await call(pager, "POST", f"/incidents/{incident.id}/responder_requests", request)
    await call(pager, "POST", f"/incidents/{incident.id}/status_updates", {"message": "Better"})
    await pager.note(KEY, "Looking", by="ana")
    await pager.respond(KEY, by="bo", joins=False)
    await pager.webhooks.settled()


async def test_a_webhook_is_signed_over_its_raw_body(pager: PagerDutyStandIn, receiver: Receiver) -> None:
    await played(pager, "trigger")
    await pager.webhooks.settled()

    [(headers, body)] = receiver.taken
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-PagerDuty-Signature"] == f"v1={expected}"
    assert headers["Content-Type"] == "application/json"


async def test_while_a_secret_is_rotated_both_sign(pager: PagerDutyStandIn, receiver: Receiver) -> None:
    pager.webhooks.subscribe(receiver.url, "old", "new")
    pager.ping()
    await pager.webhooks.settled()

    [(headers, _)] = receiver.taken
    assert len(headers["X-PagerDuty-Signature"].split(",")) == 2
    assert receiver.types == ["pagey.ping"]


async def test_everything_people_do_is_told_in_order(pager: PagerDutyStandIn, receiver: Receiver) -> None:
    await played(pager, "trigger")
    await pager.acknowledge(KEY, by="ana")
    await pager.note(KEY, "Looking", by="ana")
    await pager.set_priority(KEY, "P1", by="ana")
    await pager.unacknowledge(KEY, by="ana")
    await pager.escalate(KEY, by="ana")
    await pager.reassign(KEY, "eli", by="ana")
    await pager.resolve(KEY, by="eli")
    await pager.reopen(KEY, by="eli")
    await pager.webhooks.settled()

    assert receiver.types == [
        f"incident.{word}"
        for word in (
            "triggered",
            "acknowledged",
            "annotated",
            "priority_updated",
            "unacknowledged",
            "escalated",
            "reassigned",
            "resolved",
            "reopened",
        )
    ]
    assert len(set(receiver.ids)) == 9


async def test_agent_and_client_tell_who_did_it(pager: PagerDutyStandIn, receiver: Receiver) -> None:
    await played(pager, "trigger")
    await pager.acknowledge(KEY, by="ana")
    update = {"incident": {"type": "incident", "status": "resolved"}}
    incident = next(iter(pager.incidents))
    await call(pager, "PUT", f"/incidents/{incident.id}", update)
    await pager.webhooks.settled()

    who = [(event["agent"]["id"], event["client"]) for event in receiver.events]
    assert who == [
        ("PSVC001", {"name": "incidentbot", "url": "https://example.com/7"}),
        ("PUANA", {"name": "PagerDuty"}),
        ("PUBOT", None),
    ]


async def test_a_webhook_shows_the_incident_as_it_was_when_it_happened(
    pager: PagerDutyStandIn, receiver: Receiver
) -> None:
    receiver.statuses = [500]
    await played(pager, "trigger")
    await pager.acknowledge(KEY, by="ana")
    await pager.webhooks.settled()

    statuses = [event["data"]["status"] for event in receiver.events]
    assert statuses == ["triggered", "triggered", "acknowledged"]


async def test_each_webhook_has_the_fields_of_the_documented_example(
    pager: PagerDutyStandIn, receiver: Receiver
) -> None:
    documented = json.loads(shared("specs", "pagerduty-webhooks-v3-examples.json").read_text())
    examples = {example["json"].get("type"): example["json"] for example in documented["examples"]}
    envelope = documented["examples"][1]["json"]["event"]

    await _everything(pager)

    assert len(receiver.events) == 7
    for event in receiver.events:
        kind = documented["event_types"][event["event_type"]]
        assert set(event) == set(envelope)
        assert event["data"]["type"] == kind
        # An incident that was never reopened has no instant of it; everything else must be there.
        assert set(examples[kind]) - set(event["data"]) <= {"reopened_at"}, event["event_type"]
