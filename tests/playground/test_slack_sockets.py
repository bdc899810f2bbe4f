"""Socket Mode as its clients see it: tickets, hello, envelopes, acks, pings, redelivery."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType

from incidentbot.clock import StillClock
from incidentbot.playground.slack import SlackStandIn

T0 = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    slack = SlackStandIn(StillClock(T0))
    await slack.start()
    await slack.invite("ana", "#incidents", "incident-bot")
    yield slack
    await slack.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def link(slack: SlackStandIn, session: aiohttp.ClientSession) -> str:
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    async with session.post(f"{slack.api_url}apps.connections.open", headers=headers) as answer:
        return str((await answer.json())["url"])


@asynccontextmanager
async def connected(
    slack: SlackStandIn, session: aiohttp.ClientSession
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with session.ws_connect(await link(slack, session), autoping=False) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        yield socket


async def next_envelope(socket: aiohttp.ClientWebSocketResponse, text: str) -> dict[str, Any]:
    """The next event whose message says `text`; the others are acknowledged."""
    while True:
        envelope = await socket.receive_json(timeout=3)
        if envelope["payload"]["event"].get("text") == text:
            return dict(envelope)
        await socket.send_json({"envelope_id": envelope["envelope_id"]})


async def test_a_ticket_opens_one_socket_only(slack: SlackStandIn, session: aiohttp.ClientSession):
    url = await link(slack, session)
    async with session.ws_connect(url) as socket:
        hello = await socket.receive_json()
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(url)

    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": "A0BOT"}


async def test_a_ping_comes_back_with_its_own_words(slack: SlackStandIn, session: aiohttp.ClientSession):
    async with connected(slack, session) as socket:
        await socket.ping(b"sdk-ping-pong:1")
        while (pong := await socket.receive()).type is not WSMsgType.PONG:
            pass

    assert pong.data == b"sdk-ping-pong:1"


async def test_without_a_socket_a_command_fails_at_once(slack: SlackStandIn):
    answer = await slack.slash("ana", "#incidents", "/incident", "help")

    assert (answer.acked, answer.error) == (False, "dispatch_failed")


async def test_a_command_is_a_flat_envelope_and_its_ack_may_carry_words(
    slack: SlackStandIn, session: aiohttp.ClientSession
):
    async with connected(slack, session) as socket:
        await next_envelope_of_join(socket)
        asking = asyncio.ensure_future(slack.slash("bo", "#alerts", "/incident", "help"))
        envelope = await socket.receive_json(timeout=3)
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "Help"}})
        answer = await asking

    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    payload = envelope["payload"]
    assert (payload["user_id"], payload["channel_name"], payload["is_enterprise_install"]) == (
        "U0BO",
        "alerts",
        "false",
    )
    assert (answer.acked, answer.text) == (True, "Help")


async def next_envelope_of_join(socket: aiohttp.ClientWebSocketResponse) -> None:
    """The app was invited before it connected: those two events waited for it."""
    for _ in range(2):
        envelope = await socket.receive_json(timeout=3)
        assert envelope["payload"]["event"]["user"] == "U0BOT"
        await socket.send_json({"envelope_id": envelope["envelope_id"]})


async def test_events_wait_for_a_socket(slack: SlackStandIn, session: aiohttp.ClientSession):
    await slack.say("ana", "#incidents", "hello?")

    async with connected(slack, session) as socket:
        envelope = await next_envelope(socket, "hello?")

    assert (envelope["type"], envelope["retry_attempt"], envelope["retry_reason"]) == ("events_api", 0, "")
    body = envelope["payload"]
    assert (body["type"], body["event"]["channel_type"]) == ("event_callback", "channel")
    assert body["event_id"].startswith("Ev")
    assert body["event_time"] == int(T0.timestamp())


async def test_an_event_that_is_not_acknowledged_comes_again_with_the_same_id(
    slack: SlackStandIn, session: aiohttp.ClientSession
):
    slack.ack_timeout_s = 0.05
    slack.redelivery_delays_s = (0.0, 0.01)
    async with connected(slack, session) as socket:
        await slack.say("ana", "#incidents", "again")
        seen = [await next_envelope(socket, "again") for _ in range(3)]

    assert [(one["retry_attempt"], one["retry_reason"]) for one in seen] == [
        (0, ""),
        (1, "timeout"),
        (2, "timeout"),
    ]
    assert len({one["payload"]["event_id"] for one in seen}) == 1


async def test_an_event_can_be_delivered_twice_without_need(
    slack: SlackStandIn, session: aiohttp.ClientSession
):
    slack.events.deliveries_per_event = 2
    async with connected(slack, session) as socket:
        await slack.say("ana", "#incidents", "double")
        first, second = [await next_envelope(socket, "double") for _ in range(2)]

    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert first["envelope_id"] != second["envelope_id"]


async def test_several_sockets_share_the_events(slack: SlackStandIn, session: aiohttp.ClientSession):
    async with connected(slack, session) as one, connected(slack, session) as other:
        assert slack.sockets.open_sockets == 2
        for text in ("first", "second"):
            await slack.say("ana", "#incidents", text)
        seen = {
            (await asyncio.wait_for(socket.receive_json(), 3))["payload"]["event"]["text"]
            for socket in (one, other)
        }

    assert len(seen) == 2


async def test_the_eleventh_socket_is_sent_away(slack: SlackStandIn, session: aiohttp.ClientSession):
    sockets = [await session.ws_connect(await link(slack, session)) for _ in range(11)]
    first_words = [(await socket.receive_json())["type"] for socket in sockets]
    for socket in sockets:
        await socket.close()

    assert first_words == ["hello"] * 10 + ["disconnect"]


async def test_sockets_can_be_refused_stalled_dropped_and_asked_to_leave(
    slack: SlackStandIn, session: aiohttp.ClientSession
):
    slack.refuse_sockets = True
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await session.ws_connect(await link(slack, session))
    slack.refuse_sockets = False
    async with connected(slack, session) as socket:
        await next_envelope_of_join(socket)
        slack.stall_sockets = True
        slack.ack_timeout_s = 0.05
        stalled = await slack.slash("ana", "#incidents", "/incident", "help")
        await slack.sockets.ask_to_reconnect("warning")
        asked = await socket.receive_json()
        slack.drop_sockets()
        dropped = await socket.receive()
        gone = await slack.slash("ana", "#incidents", "/incident", "help")

    assert refused.value.status == 503
    assert stalled.error == "operation_timeout"
    assert (asked["type"], asked["reason"]) == ("disconnect", "warning")
    assert dropped.type in {WSMsgType.CLOSED, WSMsgType.ERROR, WSMsgType.CLOSING}
    assert gone.error == "dispatch_failed"


async def test_nothing_is_delivered_that_the_app_did_not_subscribe_to_or_may_not_read(slack: SlackStandIn):
    before = len(slack.events.sent)
    ts = await slack.say("ana", "#incidents", "told")
    slack.events.subscriptions.discard("reaction_added")
    await slack.react("bo", "#incidents", ts, "eyes")
    slack.granted_scopes.discard("channels:history")
    await slack.say("ana", "#incidents", "not told")
    await slack.say("ana", "#alerts", "nor here")

    told = [body["event"].get("text") for body in slack.events.sent[before:]]
    assert told == ["told"]
