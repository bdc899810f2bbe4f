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
        done = await story.room("times impact 08:45 the graph shows it")
        assert "set the time “impact” to " in (done.text or "")
        assert (await story.room("times impact 08:45")).text == (
            "Say why, so that others can follow: `/incident times impact 13:45 the graph shows it`."
        )
        draft = await story.house.desk.draft(await story.incident())

        assert draft.times.impact is not None
        assert draft.times.impact.confidence.value == "human"
        assert (await story.room("times")).text == "Times of INC-1"


async def test_a_time_of_day_that_is_still_to_come_is_refused_with_the_date_to_type(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        before = await story.told("time_corrected")
        refused = (await story.room("times impact 23:45 the graph shows it")).text or ""
        assert "23:45 is still to come by your clock" in refused
        assert "`/incident times impact 2026-11-22 23:45 why`. Nothing was changed." in refused
        assert await story.told("time_corrected") == before

        done = await story.room("times impact 2026-11-22 23:45 the graph shows it")
        assert "set the time “impact” to 2026-11-23 04:45 UTC" in (done.text or "")
        assert (await story.room("times impact 2026-02-30 13:45 so")).text == (
            "`2026-02-30` is no date; write it like 2026-12-06. Nothing was changed."
        )


async def test_a_time_of_what_has_not_happened_is_refused_with_the_way_to_it(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        assert (await story.room("times resolve 08:45 the graph")).text == (
            "INC-1 is still open, so it has no such time yet. "
            "`/incident resolve what fixed it` resolves it; then put the time right."
        )
        assert "`/incident mitigate how`" in ((await story.room("times mitigate 08:45 the graph")).text or "")
        assert "`/incident close`" in ((await story.room("times close 08:45 the graph")).text or "")
        await story.room("resolve a bigger disk")
        told = (await story.room("times resolve 08:45 the graph")).text or ""
        assert "Done. <@U0DEE> set the time “resolve” to" in told
        assert "But resolve (2026-11-23 " in told
        assert "lies before detect (2026-11-23 14:00:00 UTC): the draft shows both" in told


async def test_one_action_is_shown_with_what_can_become_of_it(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        assert "INC-1 has no action 1." in ((await story.room("action 1")).text or "")
        await story.room("action alert on a full disk <@U0BO>")
        shown = await story.room("action 1")
        assert shown.text == "Action 1 of INC-1: alert on a full disk"
        assert "`/incident action INC-1 1 done`, `drop why`, `@owner`" in str(shown.blocks)
        assert len((await story.incident()).actions) == 1


async def test_an_action_with_a_date_or_type_that_is_none_is_not_noted(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        for typed, sentence in (
            ("buy a disk due 2026-02-30", "`2026-02-30` is no day: after `due` stands `today`"),
            ("buy a disk by 2026-02-30", "`2026-02-30` is no day"),
            ("buy a disk due never <@U0BO>", "`never` is no day"),
            ("buy a disk due in 3 days", "`in 3 days` is no day"),
            ("buy a disk due monkey", "`monkey` is no day"),
            (
                "buy a disk type nonsense due fri",
                "`nonsense` is no type: after `type` stands one of `prevent`",
            ),
        ):
            assert sentence in ((await story.room(f"action {typed}")).text or ""), typed
        assert (await story.incident()).actions == ()

        for typed in ('"say what is due never"', "mend what is due to the cache", "buy a disk due on friday"):
            assert "is noted" in ((await story.room(f"action {typed}")).text or ""), typed
