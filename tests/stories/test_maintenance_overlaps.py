"""Maintenance windows that overlap: each ends by itself, and it is said which one still holds alerts back."""

from pathlib import Path

from tests.stories.alerts import WIRING, send
from tests.stories.story import Story, a_story
from tests.stories.test_maintenance import lines, opened, p1


async def two_windows(story: Story) -> None:
    await story.slack("maintenance start 1h new disks")
    second = await story.slack("maintenance start 2h a new kernel", by="bo")
    assert "It overlaps with maintenance M-1 (new disks) until" in second.text


async def test_whoever_ends_one_window_hears_which_one_still_holds_alerts_back(tmp_path: Path) -> None:
    async with a_story(tmp_path, wiring=WIRING) as story:
        await two_windows(story)
        await send(story, p1())
        answer = await story.slack("maintenance end M-1")

        assert answer.text.startswith(
            "You ended maintenance M-1 (new disks). "
            "Alerts below P0 are still held back: maintenance M-2 (a new kernel) until"
        )
        [over] = [line for line in lines(story, "#ops-team", "new disks") if ":white_check_mark:" in line]
        assert "M-1 (new disks) is over, ended by <@U0DEE>. Alerts below P0 are still held back" in over
        assert "Alerts open incidents again" not in over
        assert await opened(story) == []

        last = await story.slack("maintenance end")
        assert "You ended maintenance M-2 (a new kernel). Alerts open incidents again" in last.text
        assert await opened(story) == ["P1 SlowCheckout: 5xx above 5 % on checkout"]


async def test_the_first_window_that_is_over_by_the_clock_says_that_the_second_holds_on(
    tmp_path: Path,
) -> None:
    async with a_story(tmp_path, wiring=WIRING) as story:
        await two_windows(story)
        await send(story, p1())
        await story.fast_forward(hours=1)
        over = lines(story, "#ops-team", "is over")
        assert len(over) == 1
        assert "still held back: maintenance M-2 (a new kernel) until" in over[0]
        assert await opened(story) == []

        await story.fast_forward(hours=1)
        assert "Alerts open incidents again" in lines(story, "#ops-team", "is over")[-1]
        assert await opened(story) == ["P1 SlowCheckout: 5xx above 5 % on checkout"]


async def test_the_second_who_ends_a_window_hears_who_ended_it(tmp_path: Path) -> None:
    async with a_story(tmp_path, wiring=WIRING) as story:
        await two_windows(story)
        await story.slack("maintenance end M-1", by="bo")
        await story.fast_forward(minutes=5)
        late = await story.slack("maintenance end m-1", by="chi")

        assert late.text.startswith("Maintenance M-1 (new disks) is over already, since")
        assert late.text.endswith("by <@U0BO>. Nothing was changed.")
        assert "<@U0CHI>" not in "".join(lines(story, "#ops-team"))


async def test_the_second_who_calls_a_window_off_hears_who_did(tmp_path: Path) -> None:
    async with a_story(tmp_path, wiring=WIRING) as story:
        await story.slack("maintenance plan 2026-11-29 02:00 90m a new kernel")
        first = await story.slack("maintenance end M-1", by="bo")
        assert first.text == "Maintenance M-1 (a new kernel) is called off: it will not begin."
        late = await story.slack("maintenance end M-1", by="chi")
        assert late.text.startswith("Maintenance M-1 (a new kernel) is called off already, since")
        assert late.text.endswith("by <@U0BO>. Nothing was changed.")


async def test_ending_without_a_name_asks_which_of_two_is_meant(tmp_path: Path) -> None:
    async with a_story(tmp_path, wiring=WIRING) as story:
        await two_windows(story)
        answer = await story.slack("maintenance end")
        assert "Say which window ends" in answer.text
        assert "`M-1` (new disks), `M-2` (a new kernel)" in answer.text
