"""Each answer reaches the one who asked, over both doors, also where two ask at the same moment."""

import asyncio
from pathlib import Path

import pytest

from incidentbot.slack import names
from tests.stories.story import Story, a_story

TEAM = ("ana", "bo", "chi")


def heard(story: Story, who: str, room: str) -> list[str]:
    """What only this person sees in the room."""
    workspace = story.workspace.slack.workspace
    person = workspace.person(who).id
    return [one.text for one in workspace.channel(room).ephemerals if one.visible_to == person]


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_two_who_type_refused_commands_at_once_are_each_told_their_own(
    tmp_path: Path, *, http: bool
) -> None:
    async with a_story(tmp_path, http=http) as story:
        slack = story.workspace.slack
        await story.slack("declare sev1 checkout is down")
        room = await story.room_id()
        asked = [(who, f"{verb} {who}-nobody") for verb in ("page", "severity", "stage") for who in TEAM]
        answers = await asyncio.gather(*(slack.slash(who, room, "/incident", text) for who, text in asked))
        await story.settled()

        for who in TEAM:
            mine = [answer.text for (one, _), answer in zip(asked, answers, strict=True) if one == who]
            assert len([text for text in heard(story, who, room) if text in mine]) == len(mine)
            assert "".join(filter(None, mine)).count(f"{who}-nobody") >= 2
            assert not [
                text
                for text in heard(story, who, room)
                if any(f"{one}-nobody" in text for one in TEAM if one != who)
            ]


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_of_two_who_press_at_once_the_second_is_told_and_nobody_else(
    tmp_path: Path, *, http: bool
) -> None:
    async with a_story(tmp_path, http=http) as story:
        slack = story.workspace.slack
        await story.slack("declare sev1 checkout is down")
        card = await story.card()
        await asyncio.gather(*(slack.press(who, card.channel, card.ts, names.ACK) for who in ("bo", "chi")))
        await story.settled()

        late = "chi" if (await story.incident()).milestones["acknowledged"].by == "U0BO" else "bo"
        refused = await story.whispered(late, card.channel, "acknowledged")
        other = "bo" if late == "chi" else "chi"
        assert refused not in heard(story, other, card.channel)
