"""The real Bolt and slack_sdk against the stand-in, over Socket Mode and over signed HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from incidentbot.clock import StillClock
from incidentbot.playground.slack import SlackStandIn
from tests.playground.slack_bench import installed

T0 = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)

FORM = {
    "type": "modal",
    "callback_id": "declare",
    "title": {"type": "plain_text", "text": "Declare"},
    "submit": {"type": "plain_text", "text": "Go"},
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": {"type": "plain_text", "text": "What is wrong?"},
            "element": {"type": "plain_text_input", "action_id": "title", "max_length": 40},
        },
        {
            "type": "input",
            "block_id": "level",
            "label": {"type": "plain_text", "text": "Severity"},
            "element": {
                "type": "static_select",
                "action_id": "level",
                "options": [
                    {"text": {"type": "plain_text", "text": one}, "value": one} for one in ("sev1", "sev2")
                ],
            },
        },
    ],
}

BUTTON = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "action_id": "finish",
            "text": {"type": "plain_text", "text": "Done"},
            "value": "7",
        }
    ],
}


@dataclass(slots=True)
class Heard:
    """What the listeners were given, and a way to wait for it."""

    bodies: list[dict[str, Any]] = field(default_factory=list)
    more: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def note(self, body: dict[str, Any]) -> None:
        async with self.more:
            self.bodies.append(body)
            self.more.notify_all()

    async def at_least(self, count: int) -> list[dict[str, Any]]:
        async with self.more:
            await asyncio.wait_for(self.more.wait_for(lambda: len(self.bodies) >= count), 5)
        return self.bodies


@dataclass(slots=True)
class Room:
    slack: SlackStandIn
    client: AsyncWebClient
    heard: Heard


def _app(slack: SlackStandIn, client: AsyncWebClient, heard: Heard) -> AsyncApp:
    app = AsyncApp(client=client, signing_secret=slack.signing_secret, authorize=installed(slack))

    async def message(body: dict[str, Any]) -> None:
        await heard.note(body)

    app.command("/incident")(_declare)
    app.action("finish")(_finish)
    app.view("declare")(_submitted)
    app.event("message")(message)
    app.use(_noting(heard))
    return app


def _noting(heard: Heard) -> Callable[..., Awaitable[None]]:
    async def note(body: dict[str, Any], next: Callable[[], Awaitable[None]]) -> None:  # noqa: A002 - Bolt's name
        if body.get("type") != "event_callback":
            await heard.note(body)
        await next()

    return note


async def _declare(ack: Any, body: dict[str, Any], client: AsyncWebClient, respond: Any) -> None:
    if body["text"] == "form":
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
    elif body["text"] == "later":
        await ack()
        await respond(text="Here you are", response_type="in_channel")
    elif body["text"] != "silence":
        await ack(f"You said {body['text']}")


async def _finish(ack: Any, respond: Any) -> None:
    await ack()
    await respond(text="Finished", replace_original=True)


async def _submitted(ack: Any, body: dict[str, Any]) -> None:
    if body["view"]["state"]["values"]["title"]["title"]["value"] == "bad":
        await ack(response_action="errors", errors={"title": "Say more"})
    else:
        await ack()


@asynccontextmanager
async def _connected(app: AsyncApp, slack: SlackStandIn, how: str) -> AsyncIterator[None]:
    if how == "socket":
        handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=1)
        await handler.connect_async()
        await slack.wait_connected()
        yield
        await handler.close_async()
        return
    runner = web.AppRunner(app.web_app("/slack/events"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_over_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield
    await runner.cleanup()


@pytest.fixture(params=["socket", "http"])
async def room(request: pytest.FixtureRequest) -> AsyncIterator[Room]:
    slack = SlackStandIn(StillClock(T0))
    await slack.start()
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], session=session
        )
        heard = Heard()
        async with _connected(_app(slack, client, heard), slack, request.param):
            yield Room(slack, client, heard)
    await slack.stop()


async def test_a_command_is_acknowledged_with_a_text_that_only_the_person_sees(room: Room):
    answer = await room.slack.slash("ana", "#incidents", "/incident", "ask @bo about #alerts & <!channel>")

    heard = "ask <@U0BO|bo> about <#C0ALERTS|alerts> &amp; &lt;!channel&gt;"
    assert (answer.acked, answer.text) == (True, f"You said {heard}")
    assert [one.text for one in room.slack.workspace.messages("#incidents", reader="U0ANA")] == [answer.text]
    assert room.slack.workspace.messages("#incidents", reader="U0BO") == []


async def test_a_form_is_opened_filled_in_and_sent(room: Room):
    await room.slack.slash("ana", "#incidents", "/incident", "form")
    form = await room.slack.until(lambda: room.slack.form_of("ana"))
    assert form is not None
    view = form.id

    empty = await room.slack.submit("ana", view, {"title": "Checkout"})
    refused = await room.slack.submit("ana", view, {"title": "bad", "level": "sev1"})
    taken = await room.slack.submit("ana", view, {"title": "Checkout is down", "level": "sev2"})

    assert (empty.sent, set(empty.errors)) == (False, {"level"})
    assert (refused.errors, refused.view_id) == ({"title": "Say more"}, view)
    assert (taken.acked, taken.view_id) == (True, None)
    state = room.heard.bodies[-1]["view"]["state"]["values"]
    assert state["level"]["level"]["selected_option"]["value"] == "sev2"


async def test_a_button_is_pressed_and_its_message_replaced_by_response_url(room: Room):
    posted = await room.client.chat_postMessage(channel="C0INCIDENTS", text="Step", blocks=[BUTTON])
    message = room.slack.workspace.message("#incidents", posted["ts"])

    answer = await room.slack.press("ana", "#incidents", posted["ts"], "finish")
    await room.slack.until(lambda: message.text == "Finished")

    body = room.heard.bodies[-1]
    assert answer.acked
    assert (body["actions"][0]["value"], body["user"]["id"]) == ("7", "U0ANA")
    assert message.blocks == []


async def test_a_command_is_answered_later_for_everyone(room: Room):
    await room.slack.slash("ana", "#incidents", "/incident", "later")
    await room.slack.until(lambda: room.slack.workspace.messages("#incidents"))

    said = room.slack.workspace.messages("#incidents")[0]
    assert (said.text, said.visible_to, said.body()["bot_id"]) == ("Here you are", None, "B0BOT")


async def test_a_command_nobody_acknowledges_times_out_for_the_person(room: Room):
    room.slack.ack_timeout_s = 0.2

    answer = await room.slack.slash("ana", "#incidents", "/incident", "silence")

    assert (answer.acked, answer.error) == (False, "operation_timeout")


async def test_a_message_reaches_the_app_only_where_it_is_a_member(room: Room):
    await room.client.conversations_join(channel="C0INCIDENTS")
    await room.slack.say("bo", "#alerts", "nobody hears this")
    await room.slack.say("bo", "#incidents", "it is slow")

    bodies = await room.heard.at_least(1)

    assert [body["event"]["text"] for body in bodies] == ["it is slow"]


async def test_an_event_that_is_delivered_twice_is_heard_twice_with_one_id(room: Room):
    await room.slack.invite("ana", "#incidents", "incident-bot")
    room.slack.events.deliveries_per_event = 2

    await room.slack.say("bo", "#incidents", "it is slow")
    bodies = await room.heard.at_least(2)

    assert len({body["event_id"] for body in bodies}) == 1
