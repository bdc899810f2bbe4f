"""After an incident: actions with owners and dates, a review that close waits for, times put right, all from Slack."""

from pathlib import Path

from tests.stories.story import a_story


async def test_actions_are_noted_in_the_room_settled_and_listed_elsewhere_with_the_late_ones_first(
    tmp_path: Path,
):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        noted = await story.room("action alert on a full disk <@U0BO> due fri type detect")
        assert (noted.text or "").startswith("Action 1 of INC-1 is noted. With <@U0BO>, due ")
        await story.room("action write the runbook down")
        assert (await story.room("action 2 done")).text == (
            "Done. <@U0DEE>: action 2 (write the runbook down) is done."
        )
        assert (await story.room("action 1 fly")).text == (
            "Say what becomes of action 1: `/incident action 1 done`, `drop why`, `@owner`, `due fri` or "
            "`type detect`. Nothing was changed."
        )
        await story.slack("declare p3 an icon is blurred")
        await story.slack("action INC-2 draw it anew due tomorrow")
        await story.room("resolve a bigger disk")
        await story.fast_forward(days=2)

        listed = await story.slack("actions")
        assert listed.text == "2 open actions, 1 of them overdue"
        await story.fast_forward(days=4)
        assert any("action 1 of INC-1 is due now" in line for line in await story.said())
        assert (await story.slack("actions")).text == "2 open actions, 2 of them overdue"


async def test_an_incident_is_closed_once_its_required_review_is_published(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        await story.room("resolve a bigger disk")
        refused = (await story.room("close")).text or ""
        assert refused.startswith("INC-1 needs its post-mortem first: it is a draft, with <@U0DEE>.")
        assert "is a draft, with <@U0DEE>, due " in ((await story.room("review")).text or "")

        await story.room("review <@U0BO> due 2026-12-04")
        await story.room("review start", by="bo")
        assert (await story.room("review publish", by="bo")).text == (
            "Done. <@U0BO>: the post-mortem of INC-1 is published."
        )
        assert (await story.room("close")).text == "Done. <@U0DEE> closed INC-1."


async def test_a_time_put_right_is_in_the_draft_and_shown_with_its_source(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        done = await story.room("times impact 13:45 the graph shows it")
        assert "set the time “impact” to " in (done.text or "")
        assert (await story.room("times impact 13:45")).text == (
            "Say why, so that others can follow: `/incident times impact 13:45 the graph shows it`."
        )
        draft = await story.house.desk.draft(await story.incident())

        assert draft.times.impact is not None
        assert draft.times.impact.confidence.value == "human"
        assert (await story.room("times")).text == "Times of INC-1"
