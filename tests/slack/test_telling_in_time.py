"""An effect of many calls ends before its lease does, however slow each call is."""

import pytest

from incidentbot.core.effects import Mirror
from incidentbot.core.refusals import TryLater
from incidentbot.flows.deliver import LEASE_S
from incidentbot.flows.patience import now_s, within
from incidentbot.flows.ports import Claimed
from incidentbot.slack.chat import DEADLINE_S, SlackChat
from incidentbot.slack.door import COMING_UP_S
from incidentbot.slack.web_api.identity import identify
from incidentbot.slack.web_api.scopes import Method
from tests.slack.bench import T0, Bench, written


async def test_calls_that_are_each_in_time_but_together_too_slow_end_at_the_deadline_of_all(
    bench: Bench,
) -> None:
    await bench.declare()
    incident, calls = await bench.incident(), bench.house.slack.calls
    identity = await identify(calls)
    effect = Mirror("late", "incidents", "once more")
    claimed = Claimed(99, incident.id, effect, 1, 1, unknown=False, first_tried_at=T0)
    before = len(written(bench.slack.workspace.channel("incidents")))
    bench.slack.faults.latency_s = 0.2

    with pytest.raises(TryLater, match=r"Slack did not answer within 0\.3 s\.") as late:
        await SlackChat(calls, bench.house.desk, identity, deadline_s=0.3).tell(incident, claimed)
    assert late.value.unknown
    assert len(written(bench.slack.workspace.channel("incidents"))) == before

    await SlackChat(calls, bench.house.desk, identity).tell(incident, claimed)
    assert len(written(bench.slack.workspace.channel("incidents"))) == before + 1


async def test_a_worker_that_was_stopped_while_it_made_a_call_does_not_make_it_when_it_wakes(
    bench: Bench,
) -> None:
    await bench.declare()
    calls, incidents = bench.house.slack.calls, bench.slack.workspace.channel("incidents")
    before = len(written(incidents))

    async def stopped() -> None:
        wakes_at_s = now_s() + 0.02
        while now_s() < wakes_at_s:
            pass  # as under SIGSTOP, nothing of this process goes on
        await calls.call(Method.POST, channel=incidents.id, text="twice")

    with pytest.raises(TryLater):
        await within(0.01, stopped())
    assert len(written(incidents)) == before

    await within(10, stopped())
    assert len(written(incidents)) == before + 1


def test_an_effect_that_waits_at_a_start_and_uses_its_whole_deadline_is_still_within_its_lease() -> None:
    assert COMING_UP_S + DEADLINE_S < LEASE_S
