"""An effect of many calls ends before its lease does, however slow each call is."""

import pytest

from incidentbot.core.effects import Mirror
from incidentbot.core.refusals import TryLater
from incidentbot.flows.deliver import LEASE_S
from incidentbot.flows.ports import Claimed
from incidentbot.slack.chat import DEADLINE_S, SlackChat
from incidentbot.slack.door import COMING_UP_S
from incidentbot.slack.web_api.identity import identify
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


def test_an_effect_that_waits_at_a_start_and_uses_its_whole_deadline_is_still_within_its_lease() -> None:
    assert COMING_UP_S + DEADLINE_S < LEASE_S
