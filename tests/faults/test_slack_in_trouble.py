"""Slack asks for pauses, fails, hangs, cuts the line and goes away: nothing is lost or said twice, and pages do not wait."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from incidentbot.pagerduty.oncall import Roster
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.slack import SlackStandIn
from incidentbot.playground.slack.calling import Call
from incidentbot.slack.web_api.scopes import Method
from tests.faults.life import Life, a_life, seen
from tests.faults.matrix import Effort, Part, effort, runs
from tests.faults.outcomes import CUT, FAILURES, SIDE_BY_SIDE, Outcome, outcome, untroubled_in
from tests.faults.report import Tally
from tests.stories.story import Story

HANG_S = 30.0
HUNG = Fault(Failure.HANG, hang_s=HANG_S)
"""Takes effect, and is answered when nobody waits any more."""

PAUSES_S = (1, 30)
WAYS = (*FAILURES.values(), HUNG)


AT_A_START = {
    Method.AUTH_TEST,
    Method.API_TEST,
    Method.CHANNEL_LIST,
    Method.USER_BY_EMAIL,
    Method.GROUP_MEMBERS,
}
"""Asked when the bot starts, side by side, and hardly ever later."""

SAME_INSTANT = timedelta(microseconds=1)
"""What was on its way already when Slack asked for the pause."""

LOOKED_UP = {
    Method.HISTORY: Method.POST,
    Method.REPLIES: Method.POST,
    Method.CHANNEL_INFO: Method.CANVAS_CREATE,
}
"""Asked where it is not known whether another call took effect."""


async def troubled(folder: Path, method: Method, fault: Fault, owed: Counter[str]) -> Outcome:
    """A life in which one call of this method fails once."""
    async with a_life(folder, http=method is not Method.SOCKET_OPEN) as story:
        slack, life = story.workspace.slack, Life(story)

        def trouble() -> None:
            if method in LOOKED_UP:
                slack.faults.plan(LOOKED_UP[method].value, CUT)
            if fault is HUNG:
                hang_once(slack, method)
            else:
                slack.faults.plan(method.value, fault)

        if method is not Method.REPLIES:
            trouble()
        if method in AT_A_START:
            await story.restart()
            await a_minute_passes(story)
        if method is Method.SOCKET_OPEN:
            await reconnected(slack, fault)
        await life.lived()
        await life.lived_in_a_thread(trouble if method is Method.REPLIES else lambda: None)
        unused = slack.faults.take(method.value)
        return outcome(
            await seen(story), owed, life, suffered=unused is None, early=early(slack.calls, fault)
        )


def hang_once(slack: SlackStandIn, method: Method) -> None:
    """The next call of this method takes effect and is not answered. It is planned, so that it is known to be used up."""
    slack.faults.plan(method.value, Fault(Failure.HANG))

    async def hang(name: str, _: object) -> None:
        if name == method.value:
            slack.faults.after_apply.remove(hang)
            await asyncio.sleep(HANG_S)  # not to wait for anything: Slack takes so long

    slack.faults.after_apply.append(hang)


async def a_minute_passes(story: Story) -> None:
    """After which the bot asks again who is who; it does so on the machine's clock."""
    await story.fast_forward(minutes=1)
    roster = story.house.desk.oncall
    assert isinstance(roster, Roster)
    await roster.refresh()


async def reconnected(slack: SlackStandIn, fault: Fault) -> None:
    """The socket is dropped, and opened again after Slack's pause."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    slack.drop_sockets()
    await slack.wait_connected(HANG_S * 2)
    assert loop.time() - began_s >= (fault.retry_after_s or 0)


def early(calls: Sequence[Call], fault: Fault) -> list[str]:
    """Calls that were made before the pause was over that Slack had asked for."""
    pause = timedelta(seconds=fault.retry_after_s or 0)
    found = []
    for place, refused in enumerate(calls):
        if refused.status == 429 and refused.method != Method.SOCKET_OPEN:
            same = (one for one in calls[place + 1 :] if counted(one) == counted(refused))
            since = refused.at + SAME_INSTANT if refused.method in AT_A_START else refused.at
            found += [f"{one.method} at {one.at}" for one in same if since <= one.at < refused.at + pause]
    return found


def counted(call: Call) -> tuple[str, str]:
    """What Slack counts it with: its method, and for posts the channel."""
    return call.method, str(call.args.get("channel", "")) if call.method == Method.POST else ""


async def all_troubled(
    folder: Path, wanted: Sequence[tuple[Method, Fault]], owed: Counter[str]
) -> Mapping[tuple[Method, Fault], Outcome]:
    """A life for each, some at a time."""
    some = asyncio.Semaphore(SIDE_BY_SIDE)
    found: dict[tuple[Method, Fault], Outcome] = {}

    async def one(number: int, method: Method, fault: Fault) -> None:
        async with some:
            found[method, fault] = await troubled(folder / str(number), method, fault, owed)

    async with asyncio.TaskGroup() as group:
        for number, (method, fault) in enumerate(wanted):
            group.create_task(one(number, method, fault))
    return found


def judged(tally: Tally, part: Part, outcomes: Mapping[tuple[Method, Fault], Outcome]) -> None:
    """Counted, and nothing wrong with any."""
    every = outcomes.values()
    lost, doubled = (sum((getattr(one, name) for one in every), Counter()) for name in ("lost", "doubled"))
    tally(
        part, len(outcomes), lost=lost.total(), doubled=doubled.total(), seen=sum(one.shown for one in every)
    )
    wrong = [
        f"{method} {fault}: {one}"
        for (method, fault), one in outcomes.items()
        if one.lost or one.doubled or one.early or not one.suffered
    ]
    assert not wrong, "\n".join(wrong)


async def test_a_pause_that_slack_asks_for_is_kept_and_what_waits_for_it_is_told_once(
    tmp_path: Path, tally: Tally
):
    untroubled = await untroubled_in(tmp_path / "untroubled")
    wanted = [
        (method, Fault(Failure.STATUS, status=429, retry_after_s=pause_s))
        for pause_s in PAUSES_S
        for method in Method
    ]
    judged(
        tally,
        Part.EACH_METHOD_BUSY,
        await all_troubled(tmp_path, few(wanted, Part.EACH_METHOD_BUSY), untroubled),
    )


async def test_a_call_that_fails_once_in_any_way_loses_and_doubles_nothing(tmp_path: Path, tally: Tally):
    untroubled = await untroubled_in(tmp_path / "untroubled")
    wanted = [(method, fault) for fault in WAYS for method in Method]
    judged(
        tally,
        Part.EACH_METHOD_FAILS,
        await all_troubled(tmp_path, few(wanted, Part.EACH_METHOD_FAILS), untroubled),
    )


def few(wanted: list[tuple[Method, Fault]], part: Part) -> list[tuple[Method, Fault]]:
    """As many of them as are to be run, chosen at random, and always the same; all of them where all are asked for."""
    if effort() is Effort.FULL:
        return wanted
    chance = random.Random(part.value.row)  # noqa: S311 - the same each time
    return chance.sample(wanted, min(runs(part), len(wanted)))
