"""Slack is wholly down: who is on call is rung at once all the same, and the rest is told once, soon after its return."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from incidentbot.playground.faults import Failure, Fault
from tests.faults.life import TITLE, seen, told_of_trouble
from tests.faults.matrix import Part, runs
from tests.faults.report import Tally
from tests.stories.alerts import WIRING, a_group, one, post
from tests.stories.story import Story, a_story

AWAY = Fault(Failure.STATUS, status=503)
LONG = 10_000
"""More calls than are made while Slack is away."""

RUNG_WITHIN_S = 1.0
REST_WITHIN_S = 60.0
BACK_WITHIN_S = 60.0

Begin = Callable[[Story], Awaitable[None]]


async def declared(story: Story) -> None:
    """Slack carries what is typed, and takes no call."""
    answer = await story.workspace.slack.slash("dee", "#general", "/incident", f"declare sev1 {TITLE}")
    assert answer.acked


async def alerted(story: Story) -> None:
    """Nobody can type anything: it begins with an alert."""
    assert (await post(story, a_group(one()))).status == 202


@asynccontextmanager
async def a_house(folder: Path) -> AsyncIterator[Story]:
    async with a_story(folder, http=True, wiring=WIRING) as story:
        yield story


async def ten_minutes(story: Story, begin: Begin) -> float:
    """It begins, and nobody answers. Returns the seconds until the first phone rang.

    In two steps: while nothing is known of Slack each try waits for it on the machine's clock.
    """
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    await begin(story)
    await story.workspace.pagerduty.until(lambda: bool(story.rung))
    rung_s = loop.time() - began_s
    await story.settled()
    for _ in range(2):
        story.clock.skip(timedelta(minutes=5))
        await story.house.ticker.tick()
        await story.settled()
    return rung_s


async def known(story: Story) -> None:
    """Wait until Slack has said who the bot is: it is asked on the machine's clock."""
    async with asyncio.timeout(BACK_WITHIN_S):
        while not story.house.slack.url:  # noqa: ASYNC110 - another loop's look rings no bell
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("part", "begin"),
    [(Part.SLACK_DOWN, declared), (Part.SLACK_DOWN_AT_START, alerted)],
    ids=["declared meanwhile", "down since the start"],
)
async def test_a_page_leaves_at_once_while_slack_is_down_and_the_rest_follows_its_return(
    tmp_path: Path, tally: Tally, part: Part, begin: Begin
):
    async with a_house(tmp_path / "untroubled") as story:
        await ten_minutes(story, begin)
        owed = await seen(story)
    lost, doubled, told, latest_s = Counter[str](), Counter[str](), 0, 0.0
    for number in range(runs(part)):
        async with a_house(tmp_path / str(number)) as story:
            if part is Part.SLACK_DOWN_AT_START:
                await story.close()
            story.workspace.slack.faults.plan("*", AWAY, times=LONG)
            if part is Part.SLACK_DOWN_AT_START:
                await story.open()
            latest_s = max(latest_s, await ten_minutes(story, begin))
            assert not any(story.posted(name) for name in ("#incidents", "#on-call"))
            story.workspace.slack.faults.clear()
            await known(story)
            await story.fast_forward(seconds=REST_WITHIN_S)
            found = await seen(story)
        more = found - owed
        told += told_of_trouble(more).total()
        lost, doubled = lost + (owed - found), doubled + (more - told_of_trouble(more))
    tally(part, runs(part), lost=lost.total(), doubled=doubled.total(), seen=told)
    assert (lost, doubled) == ({}, {})
    assert latest_s <= RUNG_WITHIN_S
