"""A storm of declarations against a Slack that enforces its rates: all are paged at once, and told in order at Slack's rate."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from incidentbot.core.incident import Incident
from incidentbot.flows.values import ListFilter
from incidentbot.playground.local import LocalWorkspace
from incidentbot.playground.slack.calling import Call
from tests.crash.reaper import effect_of
from tests.faults.matrix import Effort, Part, effort, runs
from tests.faults.report import Tally
from tests.slack.bench import Bench, written
from tests.slack.test_pacing import a_strict_slack

DECLARATIONS = 60
RUNG_WITHIN = timedelta(seconds=2)
TOLD_WITHIN_S = 420.0
"""Sixty rooms at twenty-four a minute, and a topic and a pin for each at the same rate."""

ON_ITS_WAY = timedelta(seconds=2)
"""Calls that were under way when Slack said that it were too many."""


@pytest.mark.skipif(effort() is Effort.FEW, reason="It takes minutes: `make faults` runs it.")
async def test_sixty_declarations_in_a_minute_are_rung_at_once_and_told_at_slacks_rate(
    tmp_path: Path, tally: Tally
):
    wanted, lost, doubled, waits = runs(Part.STORM), 0, 0, 0
    for run in range(wanted):
        async with a_strict_slack(tmp_path / str(run)) as (bench, local):
            titles = [f"trouble {number}" for number in range(DECLARATIONS)]
            answers = await asyncio.gather(
                *(
                    bench.slack.slash("ana", "general", "/incident", f"declare sev1 {title}")
                    for title in titles
                )
            )
            assert all(answer.acked for answer in answers)
            await local.pagerduty.settled()
            stored = await bench.house.store.incidents(only=ListFilter("all", limit=1000))
            assert sorted(one.title for one in stored) == sorted(titles)
            await all_told(stored, bench, local)
            missing, twice = counted(stored, bench, local)
            lost, doubled = lost + missing, doubled + twice
            waits += sum(call.error == "ratelimited" for call in bench.slack.calls)
            rung = longest_until_rung(stored, local)
            print(f"{len(stored)} incidents, {rung.total_seconds():.2f} s until all had rung")
            assert (missing, twice) == (0, 0)
            assert refused_again(bench.slack.calls) == []
            assert rung <= RUNG_WITHIN
            rung_at = [call.at for call in local.pagerduty.calls if call.operation == "POST /incidents"]
            assert max(rung_at) - min(rung_at) <= RUNG_WITHIN
    tally(Part.STORM, wanted, lost=lost, doubled=doubled)
    assert waits, "Slack was not strict"
    assert (lost, doubled) == (0, 0)


async def all_told(stored: Sequence[Incident], bench: Bench, local: LocalWorkspace) -> None:
    """Wait until nothing is missing, or for as long as it may take: what then is missing is counted."""
    with suppress(TimeoutError):
        await bench.slack.until(lambda: not any(counted(stored, bench, local)), timeout_s=TOLD_WITHIN_S)


def longest_until_rung(stored: Sequence[Incident], local: LocalWorkspace) -> timedelta:
    """From a declaration to the first ring that it is about."""
    first = {ring.key.partition(":")[0]: ring.at for ring in reversed(local.pagerduty.phone.rings)}
    return max(first[one.id] - one.declared_at for one in stored)


def counted(stored: Sequence[Incident], bench: Bench, local: LocalWorkspace) -> tuple[int, int]:
    """Of rings, rooms, cards and announcements, those that are missing, and those that are there twice."""
    rings = Counter(ring.key.partition(":")[0] for ring in local.pagerduty.phone.rings)
    rooms = [one for one in bench.slack.workspace.channels.values() if one.name.startswith("inc-")]
    stamps = Counter(
        effect_of(message.metadata)
        for channel in bench.slack.workspace.channels.values()
        for message in written(channel)
        if message.by_bot and message.metadata
    )
    kinds = Counter(stamp.partition(":")[2] for stamp in stamps)
    there = (len(rings), len(rooms), kinds["card"], kinds["announce"])
    again = [count - 1 for count in (*rings.values(), *stamps.values())]
    beyond = [max(count - len(stored), 0) for count in there]
    return sum(max(len(stored) - count, 0) for count in there), sum(again) + sum(beyond)


def refused_again(calls: list[Call]) -> list[str]:
    """What was refused once more after the first wave: whoever is told to pause counts from then on."""
    refused = defaultdict[tuple[str, str], list[Call]](list)
    for call in calls:
        if call.error == "ratelimited":
            refused[call.method, str(call.args.get("channel", ""))].append(call)
    return [
        f"{method} {channel}: {len(some)} times, the last {some[-1].at - some[0].at} after the first"
        for (method, channel), some in refused.items()
        if some[-1].at - some[0].at > ON_ITS_WAY
    ]
