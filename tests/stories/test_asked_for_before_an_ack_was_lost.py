"""What a person asked for while somebody had it, and the ack is lost then: it still rings, and its phone still answers."""

from pathlib import Path

import pytest

from incidentbot.core.policy import State
from incidentbot.playground.faults import Failure, Fault
from tests.stories.profile_of import profile_of
from tests.stories.story import Story, a_story

EXPIRES = "severities: {P0: {ack: {expires: 30m}}}"
BUSY = Fault(Failure.STATUS, status=429, retry_after_s=9)


async def acked(story: Story) -> None:
    """Ana has it, and will be asked in a minute whether she still is on it."""
    await story.slack("declare sev1 checkout is down")
    await story.room("ack", by="ana")
    await story.fast_forward(minutes=29)


@pytest.mark.parametrize("paging", ["rest", "events"])
async def test_a_page_that_a_person_asked_for_and_that_is_late_goes_out_though_the_ack_expired(
    tmp_path: Path, paging: str
) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, EXPIRES), paging=paging) as story:
        await acked(story)
        story.duty.faults.plan("*", BUSY, times=900)
        await story.room("page team_lead we need the database", by="bo")
        await story.fast_forward(minutes=8)
        incident = await story.incident()
        assert incident.epoch == 2
        assert {"page:1:typed-1", "page:2:opening"} <= set(incident.failures)
        story.duty.faults.clear()
        await story.fast_forward(minutes=1)

        assert len(story.rung) == 3
        assert sorted((await story.said())[-2:]) == [
            "The on-call primary was paged, 2 min late.",
            "The team lead was paged, 8 min late.",
        ]
        assert (await story.incident()).failures == {}


async def test_a_phone_that_rings_since_before_the_ack_expired_can_answer_without_webhooks(
    tmp_path: Path,
) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, EXPIRES)) as story:
        await acked(story)
        await story.room("page team_lead we need the database", by="bo")
        ring = story.duty.phone.rings[-1]
        await story.fast_forward(minutes=7)
        assert (await story.incident()).epoch == 2

        await story.duty.acknowledge(ring.incident_id, by="chi")
        await story.hear_phones()
        await story.fast_forward(minutes=20)

        assert (await story.incident()).reached(State.ACKNOWLEDGED)
        assert (await story.told("acknowledged"))[-1].startswith("<@U0CHI> acknowledged in PagerDuty")
        assert "on_call_secondary" not in {page.role for page in (await story.incident()).pages.values()}


async def test_an_ack_of_before_the_epoch_that_is_asked_for_in_it_is_no_answer(tmp_path: Path) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, EXPIRES)) as story:
        await acked(story)
        await story.room("page team_lead we need the database", by="bo")
        await story.duty.acknowledge(story.duty.phone.rings[-1].incident_id, by="chi")
        await story.fast_forward(minutes=7)
        await story.hear_phones()

        assert (await story.incident()).epoch == 2
        assert not (await story.incident()).reached(State.ACKNOWLEDGED)
