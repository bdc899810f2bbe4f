"""Slack's rates: a pause is kept by whoever calls, the rate beforehand after it, and a storm of incidents makes none of requests."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from incidentbot.app import open_house
from incidentbot.clock import StillClock, SystemClock
from incidentbot.core.refusals import TryLater
from incidentbot.playground.local import LocalWorkspace
from incidentbot.settings import Settings
from incidentbot.slack.web_api.pacing import IN_A_CHANNEL, RATES, Pace
from incidentbot.slack.web_api.scopes import Method
from tests.slack.bench import NOTHING, RUNBOOKS, T0, Bench, written

AT_ONCE = 20
SAME_WAVE_S = 2.0
"""Calls that were under way when Slack said for the first time that it were too many."""


@pytest.fixture
def clock() -> StillClock:
    return StillClock(T0)


@pytest.fixture
def pace(clock: StillClock) -> Pace:
    pace = Pace()
    pace.now = clock.now
    return pace


async def go(pace: Pace, method: Method, channel: str = "", *, times: int = 1) -> int:
    """How many of so many calls may go out at once."""
    gone = 0
    for _ in range(times):
        try:
            pace.over(await pace.turn(method, channel, patience_s=0.1))
        except TryLater:
            return gone
        gone += 1
    return gone


async def paused(pace: Pace, method: Method, channel: str = "", pause_s: float = 7) -> None:
    pace.asked(method, channel, pause_s, await pace.turn(method, channel, patience_s=0))


async def test_in_a_pause_nobody_calls_that_again_and_everything_else_goes_on(
    pace: Pace, clock: StillClock
) -> None:
    await paused(pace, Method.POST, "C1")

    with pytest.raises(TryLater) as told:
        await pace.turn(Method.POST, "C1", patience_s=9)
    assert told.value.after_s == pytest.approx(7)
    assert await go(pace, Method.POST, "C2") == 1
    assert await go(pace, Method.UPDATE, "C1") == 1

    clock.skip(timedelta(seconds=7))
    assert await go(pace, Method.POST, "C1") == 1


async def test_a_shorter_pause_that_is_asked_for_later_does_not_end_a_longer_one(pace: Pace) -> None:
    first, second = [await pace.turn(Method.PIN, "", patience_s=0) for _ in range(2)]
    pace.asked(Method.PIN, "", 30, first)
    pace.asked(Method.PIN, "", 1, second)

    with pytest.raises(TryLater) as told:
        await pace.turn(Method.PIN, "", patience_s=0)
    assert told.value.after_s == pytest.approx(30)


async def test_after_a_pause_the_rate_is_kept_beforehand_in_every_channel(
    pace: Pace, clock: StillClock
) -> None:
    assert await go(pace, Method.POST, "C1", times=40) == 40
    await paused(pace, Method.POST, "C2")
    clock.skip(timedelta(seconds=7))

    assert await go(pace, Method.POST, "C1", times=2) == 0
    assert await go(pace, Method.POST, "C2", times=40) == IN_A_CHANNEL.calls
    assert await go(pace, Method.UPDATE, times=40) == 40
    with pytest.raises(TryLater) as told:
        await pace.turn(Method.POST, "C2", patience_s=0)
    assert told.value.after_s == pytest.approx(IN_A_CHANNEL.within_s, abs=0.5)


async def test_turns_are_given_in_the_order_they_were_asked_for(pace: Pace, clock: StillClock) -> None:
    await paused(pace, Method.POST, "C1", pause_s=1)
    clock.skip(timedelta(seconds=1))
    turns = await asyncio.gather(*(gone_at(pace) for _ in range(8)))

    assert turns == sorted(turns)
    assert all(
        later - earlier >= IN_A_CHANNEL.within_s
        for earlier, later in zip(turns, turns[IN_A_CHANNEL.calls :], strict=False)
    )


async def gone_at(pace: Pace) -> float:
    """The instant at which a post went out, which is answered at once."""
    turn = await pace.turn(Method.POST, "C1", patience_s=9)
    at_s = turn.at_s
    pace.over(turn)
    return at_s


async def test_a_call_that_is_long_on_its_way_counts_from_its_answer(pace: Pace, clock: StillClock) -> None:
    await paused(pace, Method.POST, "C1", pause_s=1)
    clock.skip(timedelta(seconds=1))
    slow = await pace.turn(Method.POST, "C1", patience_s=0)
    assert await go(pace, Method.POST, "C1", times=IN_A_CHANNEL.calls) == IN_A_CHANNEL.calls - 1
    slow.at_s -= 2 * IN_A_CHANNEL.within_s

    assert await go(pace, Method.POST, "C1") == 0, "it has no answer yet"
    pace.over(slow)
    assert await go(pace, Method.POST, "C1") == 0, "it was answered just now"
    slow.at_s -= IN_A_CHANNEL.within_s
    assert await go(pace, Method.POST, "C1") == 1


async def test_a_call_without_an_answer_takes_one_place_of_many(pace: Pace, clock: StillClock) -> None:
    await paused(pace, Method.POST, "C1", pause_s=1)
    clock.skip(timedelta(seconds=1))
    silent, *answered = [await pace.turn(Method.POST, "C1", patience_s=0) for _ in range(IN_A_CHANNEL.calls)]
    for turn in answered:
        pace.over(turn)
    for turn in (silent, *answered):
        turn.at_s -= 2 * IN_A_CHANNEL.within_s

    assert await go(pace, Method.POST, "C1", times=40) == IN_A_CHANNEL.calls - 1


async def test_whoever_waits_when_a_pause_begins_does_not_go_out_in_it(pace: Pace, clock: StillClock) -> None:
    await paused(pace, Method.POST, "C1", pause_s=1)
    clock.skip(timedelta(seconds=1))
    gone = [await pace.turn(Method.POST, "C1", patience_s=0) for _ in range(IN_A_CHANNEL.calls)]
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(_refused(pace))
        await asyncio.sleep(0)
        pace.asked(Method.POST, "C1", 30, gone[-1])

    assert waiting.result() == pytest.approx(30)


async def _refused(pace: Pace) -> float | None:
    try:
        await pace.turn(Method.POST, "C1", patience_s=9)
    except TryLater as later:
        return later.after_s
    return None


def test_every_method_has_its_rate() -> None:
    assert set(RATES) == set(Method)


@asynccontextmanager
async def a_strict_slack(
    folder: Path, wiring: Mapping[str, str] | None = None
) -> AsyncIterator[tuple[Bench, LocalWorkspace]]:
    """Slack enforces its tiers, and time is real: its limiter knows no other. wiring: settings that differ."""
    clock = SystemClock()
    async with LocalWorkspace(clock) as local:
        own = {"INCIDENTBOT_PORT": "0", "INCIDENTBOT_RUNBOOKS": str(RUNBOOKS)}
        given = {**local.settings_for(folder), **own, **(wiring or {})}
        settings = Settings.from_environment(given, env_file=NOTHING, secrets_dir=NOTHING)
        async with open_house(settings, clock=clock) as house:
            await local.slack.wait_connected()
            local.slack.enforce_rates = True
            yield Bench(local.slack, house, StillClock(T0)), local


async def test_twenty_declarations_at_once_are_all_told_in_order_and_refused_in_the_first_wave_only(
    tmp_path: Path,
) -> None:
    async with a_strict_slack(tmp_path) as (bench, local):
        slack = bench.slack
        lines = [f"declare sev1 trouble {number}" for number in range(AT_ONCE)]
        await asyncio.gather(*(slack.slash("ana", "general", "/incident", line) for line in lines))
        for number in range(3):
            await slack.slash("bo", "general", "/incident", f"INC-1 update look {number}")
        await local.pagerduty.settled()
        rung_at = [call.at for call in local.pagerduty.calls if call.operation == "POST /incidents"]
        await slack.until(lambda: len(written(slack.workspace.channel("incidents"))) == AT_ONCE, timeout_s=60)
        await slack.until(lambda: len(written(slack.workspace.channel("on-call"))) == AT_ONCE, timeout_s=60)
        async with asyncio.timeout(60):
            await bench.house.deliverer.settled()

        refused = defaultdict(list)
        for call in slack.calls:
            if call.error == "ratelimited":
                refused[call.method, call.args.get("channel", "")].append(call.at)
        assert refused, "Slack was not strict"
        assert all((max(at) - min(at)).total_seconds() < SAME_WAVE_S for at in refused.values())
        assert len(rung_at) == AT_ONCE
        assert (max(rung_at) - min(rung_at)).total_seconds() < SAME_WAVE_S
        room = slack.workspace.channels[(await bench.incident()).room.channel or ""]
        assert [message.text[-6:] for message in written(room)[1:]] == ["look 0", "look 1", "look 2"]
        assert [(await bench.incident(number + 1)).failures for number in range(AT_ONCE)] == [{}] * AT_ONCE
