"""Drills: the ladder is played, marked everywhere, and nobody outside Slack hears of it unless that was asked for."""

from datetime import timedelta
from pathlib import Path

from incidentbot.core.incident import Status
from tests.stories.seen import words
from tests.stories.story import Story, a_story


def direct_messages(story: Story) -> list[str]:
    talks = [one for one in story.workspace.slack.workspace.channels.values() if one.kind == "im"]
    return [message.text for talk in talks for message in story.posted(talk.id)]


async def test_a_drill_plays_its_ladder_and_rings_nobody(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        answer = await story.slack("drill sev1 the database is gone")
        assert answer.text.startswith(
            "INC-1 (P0) is declared as a drill: the database is gone. "
            "No phone rings: I say whom I would page, and page nobody. `#inc-1-"
        )
        await story.fast_forward(minutes=40)

        assert story.rung == []
        assert direct_messages(story) == []
        assert await story.told("rehearsed") == [
            f"This is a drill: the {role} would be paged now. Nobody is."
            for role in ("on-call primary", "on-call secondary", "team lead")
        ]
        card = words(await story.card())
        assert "DRILL P0 INC-1" in card
        assert "This is a drill: I say whom I would page, and page nobody." in card
        assert "would be paged" in card


async def test_a_drill_is_marked_wherever_it_could_be_taken_for_the_real_thing(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        await story.slack("drill sev1 the database is gone")
        await story.fast_forward(minutes=40)

        for channel in ("#incidents", "#on-call"):
            unmarked = [one.text for one in story.posted(channel) if "DRILL" not in words(one)]
            assert unmarked == [], channel
        alarms = [line for line in await story.said() if line.startswith(":rotating_light:")]
        assert alarms
        assert all(line.startswith(":rotating_light: *DRILL* ") for line in alarms)


async def test_escalating_in_a_drill_pages_nobody_and_says_so(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        await story.slack("drill sev1 the database is gone")
        answer = await story.room("escalate", by="bo")
        chain = await story.room("page security please", by="bo")

        assert answer.text.startswith("This is a drill: the on-call secondary would be paged. Nobody is.")
        assert "is no role" not in chain.text
        assert story.rung == []


async def test_a_drill_rings_where_that_is_asked_for(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        answer = await story.slack("declare sev1 the database is gone --drill --page")

        assert "is declared as a drill: the database is gone. Phones ring as in earnest" in answer.text
        assert story.rung == ["ana"]
        assert story.theirs.title.startswith("DRILL [P0]")


async def test_a_drill_owes_nobody_a_review_and_ends_like_any_incident(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        await story.slack("drill sev1 the database is gone")
        await story.room("ack")
        await story.room("resolve restored, verified by @bo")
        await story.fast_forward(days=10)

        assert (await story.incident()).status is Status.RESOLVED
        assert not any("is due" in line for line in await story.said())


async def test_a_restart_goes_on_with_a_drill_as_one(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        await story.slack("drill sev1 the database is gone")
        await story.restart(away=timedelta(minutes=20))

        assert story.rung == []
        assert len(await story.told("rehearsed")) == 2
