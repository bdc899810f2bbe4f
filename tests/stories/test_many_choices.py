"""A step with many conditions or values: the last of them is reached as the first is."""

import asyncio
from pathlib import Path

import pytest

from incidentbot.core.runbooks.run import NONE_OF_THEM
from incidentbot.slack import names
from tests.stories.runbooks_room import a_room, condition, run_in, started
from tests.stories.seen import buttons, words

FOUND = f"{names.RUN_BRANCH}:more"


def many(count: int) -> str:
    cases = "".join(f"   - If the code is {number}, call team {number}.\n" for number in range(count))
    return f"# Codes\n\n## Fix\n\n1. **Read the code.**\n\n{cases}\n2. **Look again.**\n"


@pytest.mark.parametrize("count", [9, 10, 12, 30])
async def test_the_last_of_many_conditions_is_chosen_as_the_first_is(tmp_path: Path, count: int):
    async with a_room(tmp_path, codes=many(count)) as story:
        card = await started(story, "codes")
        said = f"If the code is {count - 1}"
        if FOUND in buttons(card):
            await story.press(card, FOUND, by="bo", selected=str(count - 1))
        else:
            await story.press(card, condition(card, said), by="bo")

        assert await story.told("branch_taken") == [f"<@U0BO> at step 1: {said}"]
        assert f":white_check_mark: *{said}*" in words(card)
        await story.press(card, condition(card, "If the code is 3"), by="ana")
        await story.press(card, condition(card, "None of these"), by="bo")
        taken = run_in(await story.incident(), "Codes").steps[0].taken
        assert taken is not None
        assert taken.branch == NONE_OF_THEM
        assert len(await story.told("branch_taken")) == 3


async def test_of_a_button_and_the_menu_pressed_at_once_one_counts_and_the_other_reads_it(tmp_path: Path):
    async with a_room(tmp_path, codes=many(12)) as story:
        card = await started(story, "codes")
        slack = story.workspace.slack
        await asyncio.gather(
            slack.press("bo", card.channel, card.ts, FOUND, selected="11"),
            slack.press("ana", card.channel, card.ts, condition(card, "If the code is 1")),
        )
        await story.settled()

        (fact,) = await story.told("branch_taken")
        slower = "ana" if "<@U0BO>" in fact else "bo"
        assert "already. The card shows it." in await story.whispered(slower, card.channel, "already")


async def test_a_step_with_more_values_than_a_window_has_fields_is_filled_in_turn_by_turn(tmp_path: Path):
    command = " ".join(f"<value-{number}>" for number in range(25))
    text = f"# Values\n\n## Fix\n\n1. **Run it.**\n\n   ```sh\n   run {command}\n   ```\n\n2. **Look.**\n"
    async with a_room(tmp_path, values=text) as story:
        card = await started(story, "values")
        for numbers in (range(20), range(20, 25)):
            await story.press(card, names.RUN_FILL, by="bo")
            await story.submit("bo", **{f"fill:<value-{number}>": f"v{number}" for number in numbers})

        assert "run " + " ".join(f"v{number}" for number in range(25)) in words(card)
        assert buttons(card)[names.RUN_FILL] == "Change"
