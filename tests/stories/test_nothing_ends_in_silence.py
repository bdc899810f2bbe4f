"""What has nobody left to ring says so, and what nobody takes over goes back to the beginning."""

from datetime import timedelta
from pathlib import Path

from incidentbot.core.policy import State
from incidentbot.slack import names
from tests.stories.profile_of import profile_of
from tests.stories.story import a_story

LINE = "declare sev1 checkout is down"


async def test_a_hand_over_that_nobody_answers_ends_in_a_question_and_then_in_the_ladder(tmp_path: Path):
    expires = profile_of(tmp_path, "severities: {P0: {ack: {expires: 30m}}}")
    async with a_story(tmp_path, policy=expires) as story:
        await story.slack(LINE)
        await story.room("ack", by="ana")
        await story.fast_forward(minutes=30)
        question = story.newest(await story.room_id(), names.HAND_OVER)
        await story.press(question, names.HAND_OVER, by="ana")
        await story.fast_forward(hours=6)

        told = await story.told()
        ended = next(i for i, text in enumerate(told) if "and it has ended" in text)
        back = next(i for i, text in enumerate(told) if "the acknowledgement is taken back" in text)
        assert ended < back
        assert not (await story.incident()).reached(State.ACKNOWLEDGED)
        assert len(story.rung) > 5


async def test_a_chain_of_one_role_says_that_it_has_ended(tmp_path: Path):
    alone = profile_of(tmp_path, "chains: {default: [on_call_primary]}")
    async with a_story(tmp_path, policy=alone) as story:
        await story.slack(LINE)
        await story.fast_forward(hours=3)

        assert story.rung == ["ana", "ana"]
        assert any("The ladder has ended" in text for text in await story.said())


async def test_lists_that_were_missed_are_made_up_for_by_one(tmp_path: Path):
    async with a_story(tmp_path, policy="gocarbontracker") as story:
        await story.slack("declare p3 a small thing")
        await story.restart(away=timedelta(weeks=6))

        assert len(await story.told("digested")) == 1
        await story.fast_forward(weeks=1)
        assert len(await story.told("digested")) == 2
