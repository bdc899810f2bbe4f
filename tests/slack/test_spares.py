"""Spare connections: made beside the call that makes a room, never for a call that found one, and never many."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from incidentbot.clock import SystemClock
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.slack import Call, SlackStandIn
from incidentbot.slack.web_api.calls import Calls, open_session, web_client
from incidentbot.slack.web_api.scopes import Method
from incidentbot.slack.web_api.spares import SPARES


@asynccontextmanager
async def a_line() -> AsyncIterator[tuple[SlackStandIn, Calls]]:
    slack = SlackStandIn(SystemClock())
    slack.faults.latency_s = 0.02
    await slack.start()
    try:
        async with open_session() as session:
            yield slack, Calls(web_client(slack.bot_token, slack.api_url, session))
    finally:
        await slack.stop()


def spares(slack: SlackStandIn) -> Sequence[Call]:
    return [call for call in slack.calls if call.method == "api.test"]


async def test_a_room_made_after_a_long_silence_finds_connections_for_all_that_follows():
    async with a_line() as (slack, calls):
        await calls.call(Method.CHANNEL_CREATE, name="inc-1-checkout")
        await slack.until(lambda: len(spares(slack)) == SPARES)
        await calls.call(Method.CHANNEL_LIST)  # by its answer those before it have arrived
        before = {call.connection for call in slack.calls}

        room = slack.workspace.channel("inc-1-checkout").id
        post = {"channel": room, "text": "hello"}
        await asyncio.gather(*(calls.call(Method.POST, **post) for _ in range(SPARES + 1)))

        posted = [call.connection for call in slack.calls if call.method == "chat.postMessage"]
        assert len(set(posted)) == SPARES + 1
        assert set(posted) <= before


async def test_a_room_made_on_a_connection_that_is_kept_opens_none():
    async with a_line() as (slack, calls):
        await calls.call(Method.CHANNEL_LIST)
        await calls.call(Method.CHANNEL_CREATE, name="inc-1-checkout")
        await calls.call(Method.CHANNEL_LIST)

        assert spares(slack) == []
        assert len({call.connection for call in slack.calls}) == 1


async def test_rooms_made_at_once_share_the_spare_ones():
    async with a_line() as (slack, calls):
        names = [f"inc-{number}-checkout" for number in range(10)]
        await asyncio.gather(*(calls.call(Method.CHANNEL_CREATE, name=name) for name in names))
        await slack.until(lambda: len(spares(slack)) == SPARES)

        made = Counter(call.method for call in slack.calls)
        assert made == {"conversations.create": len(names), "api.test": SPARES}


async def test_a_spare_one_that_cannot_be_opened_is_nobodys_failure():
    async with a_line() as (slack, calls):
        slack.faults.plan("api.test", Fault(Failure.CUT_BEFORE), times=SPARES)

        await calls.call(Method.CHANNEL_CREATE, name="inc-1-checkout")
        await slack.until(lambda: [call.error for call in spares(slack)] == ["cut"] * SPARES)

        assert (await calls.call(Method.CHANNEL_LIST))["ok"]
