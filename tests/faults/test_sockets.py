"""The socket refused, stale and wedged: it heals by itself, says meanwhile that it is deaf, and answers each command once."""

import asyncio
from collections.abc import Callable

import pytest

from incidentbot.playground.slack import SlackStandIn
from tests.faults.matrix import Part, runs
from tests.faults.report import Tally
from tests.slack.socket_bench import QUICK, Line

TYPED = 3
"""So often somebody types something while the socket is away: Slack shows an error each time."""

SILENT_S = 180.0
PATIENCE_S = 15.0
ACK_WITHIN_S = 0.3
"""How long Slack waits for each here: nobody listens."""


def refuse(slack: SlackStandIn, *, heal: bool) -> None:
    """Slack gives addresses, and refuses whoever comes to them."""
    slack.refuse_sockets = not heal
    if not heal:
        slack.drop_sockets()


def forget(slack: SlackStandIn, *, heal: bool) -> None:
    """The address that the socket came from is not taken a second time: Slack gives each away once."""
    if not heal:
        slack.drop_sockets()


def mute(slack: SlackStandIn, *, heal: bool) -> None:
    """The socket stays open, and nothing comes over it any more, not even the answer to a ping."""
    slack.sockets.mute_sockets = not heal


@pytest.mark.parametrize(
    ("part", "trouble"),
    [(Part.SOCKET_REFUSED, refuse), (Part.SOCKET_STALE, forget), (Part.SOCKET_WEDGED, mute)],
    ids=["refused", "stale", "wedged"],
)
async def test_a_socket_in_trouble_is_replaced_and_whoever_types_meanwhile_is_shown_an_error(
    part: Part, trouble: Callable[..., None], tally: Tally
):
    lost, doubled, seen = 0, 0, 0
    async with Line() as line:
        await acked(line.slack)
        for _ in range(runs(part)):
            handled, opened = line.answered, line.slack.sockets.connections
            trouble(line.slack, heal=False)
            errors = [await typed(line.slack) for _ in range(TYPED)]
            line.elapsed_s += SILENT_S
            deaf = not await line.line.connected() and await line.line.silent_s() >= SILENT_S
            trouble(line.slack, heal=True)
            shown = sum(errors) + await acked(line.slack)
            seen += shown + deaf
            answers = TYPED + 1 - sum(errors)
            lost += max(0, answers - (line.answered - handled))
            doubled += max(0, line.answered - handled - answers)
            assert line.slack.sockets.connections > opened
            await healed(line)
    tally(part, runs(part), lost=lost, doubled=doubled, seen=seen)
    assert (lost, doubled) == (0, 0)


async def healed(line: Line) -> None:
    """Wait until the bot is not deaf any more. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE_S):
        while await line.line.silent_s():  # noqa: ASYNC110 - what a slow machine misses once rings no bell
            await asyncio.sleep(QUICK.probe_s)


async def typed(slack: SlackStandIn) -> bool:
    """Whether Slack showed an error to whoever typed it."""
    slack.ack_timeout_s = ACK_WITHIN_S
    answer = await slack.slash("ana", "general", "/ping", "")
    return not answer.acked


async def acked(slack: SlackStandIn) -> int:
    """Type it until it is taken. How often Slack showed an error first."""
    errors = 0
    async with asyncio.timeout(PATIENCE_S):
        while await typed(slack):
            errors += 1
            await slack.wait_connected(PATIENCE_S)
    return errors
