"""A ladder that people hold back for a while, in Slack and on the phones that do not ring meanwhile."""

from pathlib import Path

import pytest

from incidentbot.slack import names
from tests.stories.seen import buttons, words
from tests.stories.story import a_story


@pytest.mark.parametrize("paging", ["rest", "events"])
async def test_a_snoozed_ladder_rings_nobody_until_it_is_over_and_the_card_says_who_holds_it(
    tmp_path: Path, paging: str
) -> None:
    async with a_story(tmp_path, paging=paging) as story:
        await story.slack("declare sev1 checkout is down")
        await story.fast_forward(minutes=10)
        answer = await story.room("snooze 15m", by="ana")
        assert (answer.text or "").startswith("Nobody is paged by the clock until ")
        shown = words(await story.card())
        assert "<@U0ANA> holds the ladder until 2026-11-23 14:25 UTC; its deadlines stay." in shown
        assert (
            "on-call secondary (Bo) is paged 2026-11-23 14:25 UTC" in shown
            or "on-call secondary is paged" in shown
        )

        await story.fast_forward(minutes=14, seconds=59)
        assert len(story.rung) == 1
        await story.fast_forward(seconds=1)

        assert len(story.rung) == 2
        assert "holds the ladder" not in words(await story.card())


async def test_page_now_ends_a_snooze_and_pages_at_once(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        await story.fast_forward(minutes=10)
        await story.room("snooze 15m", by="ana")
        line = story.newest(await story.room_id(), names.PAGE_NOW)
        assert buttons(line)[names.PAGE_NOW] == "Page now"

        await story.press(await story.card(), names.PAGE_NOW, by="chi")
        assert story.rung == ["ana", "bo"]
        assert "<@U0CHI> ended the snooze of <@U0ANA>." in await story.said()

        await story.press(line, names.PAGE_NOW, by="dee")
        await story.whispered("dee", await story.room_id(), "The ladder is not held any more.")
        assert story.rung == ["ana", "bo"]


async def test_a_snooze_outlives_a_restart_and_what_was_held_rings_once_afterwards(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        await story.fast_forward(minutes=10)
        await story.room("snooze 15m", by="ana")
        await story.restart()
        await story.fast_forward(minutes=14)
        assert story.rung == ["ana"]
        await story.fast_forward(minutes=2)

        assert story.rung == ["ana", "bo"]


async def test_a_snooze_beyond_the_limit_or_without_a_length_changes_nothing(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        await story.fast_forward(minutes=10)
        for typed, sentence in {
            "snooze": "Say for how long: `/incident snooze 15m`. Nothing was changed.",
            "snooze a while": "“a while” is no length of time: `/incident snooze 15m`. Nothing was changed.",
            "snooze 1h": "The ladder of a P0 can be held for 15 min in all. "
            "Nothing was changed: `/incident snooze 15m` is the most.",
        }.items():
            assert (await story.room(typed, by="ana")).text == sentence
        await story.fast_forward(minutes=5)

        assert story.rung == ["ana", "bo"]


async def test_the_card_of_a_held_ladder_says_which_called_chain_goes_on(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        await story.fast_forward(minutes=10)
        await story.room("snooze 15m", by="ana")
        await story.room("page default", by="bo")

        assert "The default chain that <@U0BO> called in goes on: snooze does not hold it." in words(
            await story.card()
        )
