"""Incidents without a room: what must be seen, asked and pressed is in the incidents channel."""

from pathlib import Path

from incidentbot.playground.faults import Failure, Fault
from incidentbot.slack import names
from tests.stories.profile_of import profile_of
from tests.stories.seen import buttons
from tests.stories.story import a_story

ROOMLESS = "severities: {P2: {room: none}}"


async def test_a_page_that_failed_has_its_retry_in_the_incidents_channel(tmp_path: Path):
    async with a_story(tmp_path, policy=profile_of(tmp_path, ROOMLESS)) as story:
        await story.slack("declare p2 minor thing")
        story.duty.faults.plan("*", Fault(Failure.STATUS, 403), times=9)
        await story.slack("page INC-1 team_lead please", by="dee")
        [failed] = [one for one in story.posted("#incidents") if names.RETRY in buttons(one)]
        assert buttons(failed) == {names.RETRY: "Retry"}

        story.duty.faults.clear()
        await story.press(failed, names.RETRY, by="dee")
        assert story.rung == ["chi"]


async def test_a_rung_that_asks_a_person_is_asked_in_the_incidents_channel(tmp_path: Path):
    async with a_story(tmp_path, policy=profile_of(tmp_path, ROOMLESS)) as story:
        await story.slack("declare p2 minor thing")
        await story.fast_forward(hours=5)

        asked = [one for one in story.posted("#incidents") if names.ESCALATE_NOW in buttons(one)]
        assert len(asked) == 1
        await story.press(asked[0], names.ESCALATE_NOW, by="dee")
        assert len(story.rung) == 1
