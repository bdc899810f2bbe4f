"""What becomes of the stand-in's webhooks that are not taken: again, dropped, lost, in order."""

from datetime import timedelta

import pytest

from incidentbot.clock import StillClock
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.pagerduty.webhooks import Outcome
from tests.playground.pagerduty_bench import Receiver, played


@pytest.fixture
def pager(hooked: PagerDutyStandIn) -> PagerDutyStandIn:
    """The stand-in of these tests tells the receiver what happens."""
    return hooked


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_webhook_that_failed_comes_again_under_the_same_id(
    pager: PagerDutyStandIn, receiver: Receiver, status: int
) -> None:
    receiver.statuses = [status, status]
    await played(pager, "trigger")
    await pager.webhooks.settled()

    assert len(receiver.taken) == 3
    assert len(set(receiver.ids)) == 1
    assert pager.webhooks.deliveries[0].statuses == [status, status, 202]


async def test_a_receiver_that_takes_too_long_gets_it_again(
    pager: PagerDutyStandIn, receiver: Receiver
) -> None:
    pager.webhooks.answer_within_s = 0.05
    receiver.silent_for_s = 0.5
    await played(pager, "trigger")
    await pager.webhooks.settled()

    assert len(receiver.taken) == 2
    assert pager.webhooks.deliveries[0].statuses == [None, 202]


async def test_what_is_stuck_holds_back_its_own_incident_only(
    pager: PagerDutyStandIn, receiver: Receiver
) -> None:
    pager.webhooks.retry_s = 0.2
    receiver.statuses = [500]
    await played(pager, "trigger", key="stuck")
    await receiver.first.wait()
    await pager.acknowledge("stuck", by="ana")
    await played(pager, "trigger", key="free")
    await pager.webhooks.settled()

    told = [(event["data"]["incident_key"], event["event_type"]) for event in receiver.events]
    assert told == [
        ("stuck", "incident.triggered"),
        ("free", "incident.triggered"),
        ("stuck", "incident.triggered"),
        ("stuck", "incident.acknowledged"),
    ]


async def test_a_refused_webhook_is_dropped_and_three_in_a_row_silence_the_subscription_for_a_day(
    pager: PagerDutyStandIn, receiver: Receiver, clock: StillClock
) -> None:
    receiver.statuses = [400, 401, 404]
    for key in ("k1", "k2", "k3"):
        await played(pager, "trigger", key=key)
        await pager.webhooks.settled()
    await played(pager, "trigger", key="k4")
    await pager.webhooks.settled()

    assert len(receiver.taken) == 3
    outcomes = [delivery.outcome for delivery in pager.webhooks.deliveries]
    assert outcomes == [Outcome.DROPPED] * 3 + [Outcome.LOST]

    clock.skip(timedelta(hours=24))
    await played(pager, "trigger", key="k5")
    await pager.webhooks.settled()
    assert pager.webhooks.deliveries[-1].outcome is Outcome.DELIVERED


async def test_retries_end_after_two_days(
    pager: PagerDutyStandIn, receiver: Receiver, clock: StillClock
) -> None:
    receiver.statuses = [503, 503]
    await played(pager, "trigger")
    clock.skip(timedelta(hours=48))
    await pager.webhooks.settled()

    assert pager.webhooks.deliveries[0].outcome is Outcome.EXPIRED


async def test_a_delivery_can_be_repeated_as_it_was(pager: PagerDutyStandIn, receiver: Receiver) -> None:
    await played(pager, "trigger")
    await pager.webhooks.settled()
    pager.webhooks.post_again(pager.webhooks.deliveries[0])
    await pager.webhooks.settled()

    assert receiver.taken[0][1] == receiver.taken[1][1]
    assert len(set(receiver.ids)) == 1


async def test_nothing_is_sent_to_nobody(pager: PagerDutyStandIn, receiver: Receiver) -> None:
    pager.send_webhooks_to(None)
    await played(pager, "trigger")
    await pager.webhooks.settled()

    assert receiver.taken == []
    assert pager.webhooks.deliveries == []
