"""Who is on call is rung as soon while Slack fails, hangs or asks for pauses as while it is well: printed as a ratio."""

import time
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import pytest

from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import PagerDutyStandIn
from tests.bench.floors import RINGS_NOBODY
from tests.faults.matrix import Effort, effort
from tests.faults.outcomes import FAILURES
from tests.faults.report import Figure
from tests.stories.story import Story, a_story

WAYS: Mapping[str, Fault] = {
    **FAILURES,
    "429": Fault(Failure.STATUS, status=429, retry_after_s=30),
    "hung for 30 s": Fault(Failure.HANG, hang_s=30.0),
}
LONG = 10_000
"""More calls than are made."""

TRIP_S = 0.2
"""To PagerDuty and back."""

ROUNDS = {Effort.FULL: 9, Effort.USUAL: 5, Effort.FEW: 3}
A_SECOND_TRIP = 2.0
"""So much slower is a page that had to wait for one call of Slack's. The figure is held against 1.15."""


class Trips:
    """When a call took effect at PagerDuty."""

    def __init__(self, pagerduty: PagerDutyStandIn) -> None:
        self.pagerduty = pagerduty
        self.applied_s: dict[str, float] = {}
        pagerduty.faults.latency_s = TRIP_S
        pagerduty.faults.after_apply.append(self._applied)

    async def _applied(self, operation: str, _: Mapping[str, Any]) -> None:
        self.applied_s.setdefault(operation, time.perf_counter())

    async def bare(self, rounds: int) -> float:
        """Seconds until a call takes effect that this process makes itself: the floor."""
        took_s = []
        async with aiohttp.ClientSession() as session:
            for _ in range(rounds + 1):
                self.applied_s.clear()
                began_s = time.perf_counter()
                async with session.post(self.pagerduty.events_url, json=RINGS_NOBODY) as answer:
                    await answer.read()
                took_s.append(self.applied_s["enqueue.resolve"] - began_s)
        return median(took_s[1:])

    async def paged(self, story: Story, titles: Sequence[str]) -> float:
        """Seconds from typing to the page."""
        took_s = []
        for title in titles:
            self.applied_s.clear()
            began_s = time.perf_counter()
            await story.workspace.slack.slash("dee", "#general", "/incident", f"declare sev1 {title}")
            await self.pagerduty.until(lambda: "enqueue.trigger" in self.applied_s)
            took_s.append(self.applied_s["enqueue.trigger"] - began_s)
        return median(took_s)


@pytest.mark.parametrize("way", WAYS)
async def test_a_page_does_not_wait_for_a_slack_that_is_in_trouble(tmp_path: Path, figure: Figure, way: str):
    rounds, numbers = ROUNDS[effort()], count()
    async with a_story(tmp_path, http=True, paging="events") as story:
        trips = Trips(story.workspace.pagerduty)
        titles = [f"trouble {next(numbers)}" for _ in range(2 * rounds + 1)]
        await trips.paged(story, titles[:1])  # the first one opens the connections
        floor_s = await trips.bare(rounds)
        well_s = await trips.paged(story, titles[1 : rounds + 1])
        await story.settled()
        story.workspace.slack.faults.plan("*", WAYS[way], times=LONG)
        ill_s = await trips.paged(story, titles[rounds + 1 :])
        story.workspace.slack.faults.clear()
    ratio = f"{ill_s / floor_s:.2f} x a call's time ({well_s / floor_s:.2f} while Slack is well)"
    figure("5", f"page while Slack is in trouble: {way}", ratio, "<= 1.15")
    assert len(story.workspace.pagerduty.phone.rings) == len(titles)
    assert ill_s <= A_SECOND_TRIP * well_s
