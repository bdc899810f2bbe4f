"""Incidents that are merged in PagerDuty: one phone answers for both, the ladder rings on, and one that is taken out rings once."""

from datetime import timedelta
from pathlib import Path

import pytest

from incidentbot.core.policy import State
from incidentbot.playground.pagerduty import life
from incidentbot.playground.pagerduty.incidents import Agent, Cause, Incident, Status
from tests.stories.story import Story, a_story


async def merged(story: Story) -> tuple[Incident, Incident]:
    """Two of ours, and in PagerDuty the first goes into the second."""
    await story.slack("declare sev1 checkout is down")
    await story.slack("declare sev1 payments are down too")
    ours, other = story.duty.incidents
    ana = Agent(Cause.PERSON, story.duty.account.users["PUANA"])
    life.merge(story.duty.records, ours, other, ana)
    await story.settled()
    if not story.settings.pagerduty_webhook_secret:
        await story.hear_phones()
    return ours, other


@pytest.mark.parametrize("webhooks", [True, False], ids=["webhooks", "asking"])
async def test_one_ack_on_the_phone_answers_both_that_were_merged(tmp_path: Path, *, webhooks: bool) -> None:
    async with a_story(tmp_path, webhooks=webhooks) as story:
        _, other = await merged(story)
        story.clock.skip(timedelta(minutes=1))
        await story.duty.acknowledge(other.id, by="ana")
        await story.settled()
        if not webhooks:
            await story.hear_phones()
        await story.fast_forward(hours=1)

        for number in (1, 2):
            assert (await story.incident(number)).reached(State.ACKNOWLEDGED)
        assert story.rung == ["ana", "ana"]


async def test_the_ladder_rings_on_past_a_merge_that_nobody_answers(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        await merged(story)
        await story.fast_forward(minutes=31)

        assert story.rung.count("bo") == 2, "of each incident the secondary"
        assert story.rung.count("chi") == 2
        assert (await story.incident()).failures == {}
        assert not any("not paged" in text for text in await story.said())


async def test_what_is_taken_out_of_a_merge_and_rings_again_is_silenced_by_the_next_ack(
    tmp_path: Path,
) -> None:
    async with a_story(tmp_path, webhooks=True) as story:
        ours, other = await merged(story)
        story.clock.skip(timedelta(minutes=1))
        await story.duty.reopen(ours.id, by="ana")
        await story.settled()
        assert ours.status is Status.TRIGGERED
        assert "Phones ring again there" in (await story.said())[-1]
        await story.slack("INC-1 ack", by="bo")

        assert ours.status is Status.ACKNOWLEDGED
        assert other.status is Status.ACKNOWLEDGED


async def test_a_merge_of_one_that_was_reopened_leaves_the_other_in_its_own_epoch(tmp_path: Path) -> None:
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack("declare sev1 checkout is down")
        await story.slack("INC-1 resolve it was a probe", by="bo")
        await story.slack("INC-1 reopen it is back", by="bo")
        await story.slack("declare sev1 payments are down too")
        _, ours, other = story.duty.incidents
        ana = Agent(Cause.PERSON, story.duty.account.users["PUANA"])
        life.merge(story.duty.records, ours, other, ana)
        await story.settled()

        tie = await story.house.store.pager_events.tie(other.id)
        assert tie is not None
        assert (tie.incident_id, tie.epoch) == ((await story.incident(2)).id, 1)
