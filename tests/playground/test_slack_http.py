"""Signed HTTP deliveries, response_url, and the plan of faults, each over a real loopback connection."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.slack import SlackStandIn
from tests.playground.slack_bench import served


class Receiver:
    """A request URL: keeps what came, answers as told."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[tuple[dict[str, str], str]] = asyncio.Queue()
        self.answers: list[web.Response] = []

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.text()
        await self.came.put((dict(request.headers), body))
        if "url_verification" in body:
            return web.json_response({"challenge": json.loads(body)["challenge"]})
        return self.answers.pop(0) if self.answers else web.Response()

    async def next(self) -> tuple[dict[str, str], str]:
        return await asyncio.wait_for(self.came.get(), 3)


@pytest.fixture
async def receiver(slack: SlackStandIn) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    async with served(receiver.receive, "/slack/events") as url:
        slack.deliver_over_http(url)
        yield receiver


async def test_a_command_is_a_signed_form(slack: SlackStandIn, receiver: Receiver):
    receiver.answers.append(web.Response(text="plain words"))

    answer = await slack.slash("ana", "#incidents", "/incident", "status")

    headers, body = await receiver.next()
    stamp = headers["X-Slack-Request-Timestamp"]
    signed = hmac.new(
        slack.signing_secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256
    ).hexdigest()
    assert headers["X-Slack-Signature"] == f"v0={signed}"
    assert parse_qs(body)["command"] == ["/incident"]
    assert answer.text == "plain words"


async def test_a_refused_or_unanswered_event_comes_again_with_its_number(
    slack: SlackStandIn, receiver: Receiver
):
    slack.redelivery_delays_s = (0.0, 0.01, 0.01)
    receiver.answers = [web.Response(status=500), web.Response(status=404, headers={"x-slack-no-retry": "1"})]

    await slack.invite("ana", "#incidents", "incident-bot")
    slack.events.subscriptions.clear()
    came = [await receiver.next() for _ in range(3)]

    retried = [headers for headers, _ in came if "X-Slack-Retry-Num" in headers]
    assert [headers["X-Slack-Retry-Reason"] for headers in retried] == ["http_error"]
    assert {headers["X-Slack-Retry-Num"] for headers in retried} == {"1"}


async def test_the_request_url_is_verified_by_its_challenge(slack: SlackStandIn, receiver: Receiver):
    assert await slack.http.verify_url() is True


async def test_a_response_url_serves_five_times_within_half_an_hour(
    slack: SlackStandIn, receiver: Receiver, client: AsyncWebClient
):
    await slack.slash("ana", "#incidents", "/incident", "status")
    url = parse_qs((await receiver.next())[1])["response_url"][0]

    async def say(**body: Any) -> tuple[int, str]:
        assert client.session is not None
        async with client.session.post(url, json=body) as answer:
            return answer.status, await answer.text()

    first = [
        await say(text="one"),
        await say(text="two", replace_original=True),
        await say(delete_original=True),
    ]
    wrong = await say(text="x", blocks=[{"type": "curtain"}])
    fifth = await say(text="for all", response_type="in_channel")
    sixth = await say(text="too many")

    assert first == [(200, "ok")] * 3
    assert (wrong[0], json.loads(wrong[1])["error"]) == (400, "invalid_blocks")
    assert fifth == (200, "ok")
    assert (sixth[0], json.loads(sixth[1])["error"]) == (404, "used_url")
    assert [one.text for one in slack.workspace.messages("#incidents", reader="U0ANA")] == ["for all"]


async def test_a_response_url_expires_by_the_clock(
    slack: SlackStandIn, receiver: Receiver, client: AsyncWebClient
):
    await slack.slash("ana", "#incidents", "/incident", "status")
    url = parse_qs((await receiver.next())[1])["response_url"][0]

    slack.clock.skip(timedelta(minutes=31))

    assert client.session is not None
    async with client.session.post(url, json={"text": "late"}) as answer:
        assert (answer.status, (await answer.json())["error"]) == (404, "expired_url")


async def test_a_planned_status_is_answered_without_effect(slack: SlackStandIn, client: AsyncWebClient):
    slack.faults.plan("chat.postMessage", Fault(Failure.STATUS, status=429, retry_after_s=7))

    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="#incidents", text="x")

    assert refused.value.response["error"] == "ratelimited"
    assert refused.value.response.headers["Retry-After"] == "7"
    assert slack.workspace.messages("#incidents") == []


@pytest.mark.parametrize(("failure", "posted"), [(Failure.CUT_BEFORE, 0), (Failure.CUT_AFTER, 1)])
async def test_a_cut_connection_hides_whether_it_took_effect(
    slack: SlackStandIn, client: AsyncWebClient, failure: Failure, posted: int
):
    slack.faults.plan("*", Fault(failure))

    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="#incidents", text="x")

    assert len(slack.workspace.messages("#incidents")) == posted
    assert [(call.method, call.error, call.status) for call in slack.calls] == [
        ("chat.postMessage", "cut", 0)
    ]


async def test_a_hanging_call_takes_effect_although_the_caller_gave_up(
    slack: SlackStandIn, client: AsyncWebClient
):
    slack.faults.plan("chat.postMessage", Fault(Failure.HANG, hang_s=0.1))
    posted = asyncio.Event()
    slack.on_change(lambda change: posted.set() if change.kind == "message" else None)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.chat_postMessage(channel="#incidents", text="x"), 0.02)

    await asyncio.wait_for(posted.wait(), 3)
    assert [one.text for one in slack.workspace.messages("#incidents")] == ["x"]


async def test_hooks_stand_before_and_after_the_effect(slack: SlackStandIn, client: AsyncWebClient):
    seen: list[int] = []

    async def look(method: str, body: Any) -> None:
        seen.append(len(slack.workspace.messages("#incidents")))

    slack.faults.before_apply.append(look)
    slack.faults.after_apply.append(look)
    await client.chat_postMessage(channel="#incidents", text="x")

    assert seen == [0, 1]


async def test_rates_are_kept_when_asked_for(slack: SlackStandIn, client: AsyncWebClient):
    slack.enforce_rates = True
    for number in range(5):
        await client.chat_postMessage(channel="C0INCIDENTS", text=str(number))

    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C0INCIDENTS", text="one too many")
    elsewhere = await client.chat_postMessage(channel="C0ALERTS", text="another channel")

    assert refused.value.response.status_code == 429
    assert 1 <= int(refused.value.response.headers["Retry-After"]) <= 5
    assert elsewhere["ok"]


async def test_calls_over_one_kept_connection_share_its_number(slack: SlackStandIn, client: AsyncWebClient):
    await client.auth_test()
    await client.auth_test()
    fresh = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    await fresh.auth_test()

    numbers = [call.connection for call in slack.calls]
    assert numbers[0] == numbers[1] != numbers[2]
    assert [call.ok for call in slack.calls] == [True] * 3
