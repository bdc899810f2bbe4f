"""What Slack must grant and send, what a person is told when it does not, and what forged payloads may not do."""

import asyncio
import hmac
import json
from contextlib import AsyncExitStack
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from aiohttp import ClientSession
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.clock import SystemClock
from incidentbot.core.refusals import Refused, TryLater
from incidentbot.flows.ports import StoreAway
from incidentbot.slack import names
from incidentbot.slack.addresses import may_talk_to
from incidentbot.slack.boundary import Sorry, attempted
from incidentbot.slack.events import HEARD
from incidentbot.slack.manifest import app_manifest
from incidentbot.slack.shortcuts import SHORTCUTS
from incidentbot.slack.web_api.calls import open_session
from incidentbot.slack.web_api.refusal_words import SENTENCES, sentence
from incidentbot.slack.web_api.scopes import SCOPES, Method, bot_scopes
from incidentbot.slack.writers_time import instant_of
from tests.needs import shared
from tests.slack.bench import Bench, a_bench


def spec(name: str) -> Any:
    """A file of Slack's own descriptions, from outside the project."""
    return json.loads(shared("specs", name).read_text())


@pytest.mark.parametrize("http_url", ["", "https://bot.example.com"])
def test_the_manifest_is_one_slack_takes(http_url: str) -> None:
    schema = spec("slack-app-manifest.schema.2.0.0.json")

    jsonschema.validate(app_manifest(http_url=http_url), schema)


def test_the_manifest_follows_what_is_listened_to() -> None:
    manifest = app_manifest(http_url="https://bot.example.com/")

    subscribed = {name.split(".")[0] for name in manifest["settings"]["event_subscriptions"]["bot_events"]}
    assert subscribed == {*HEARD, "app_home_opened"}
    assert {one["callback_id"] for one in manifest["features"]["shortcuts"]} == set(SHORTCUTS)
    assert manifest["features"]["slash_commands"][0]["url"] == "https://bot.example.com/slack/events"
    assert manifest["settings"]["socket_mode_enabled"] is False
    assert app_manifest()["settings"]["socket_mode_enabled"] is True


def test_every_method_is_in_the_table_with_scopes_slack_knows() -> None:
    assert set(SCOPES) == set(Method)
    methods = spec("slack-methods-docs-2026-08-20.json")
    known = methods if isinstance(methods, dict) else {one["name"]: one for one in methods}
    for method in Method:
        assert method.value in str(known), method


async def test_the_granted_scopes_are_enough_for_a_whole_incident(bench: Bench) -> None:
    bench.slack.granted_scopes.clear()
    bench.slack.granted_scopes.update(bot_scopes())
    room = await bench.declare()
    await bench.type("ack INC-1")
    await bench.type("note done at 10:00", channel=room.id)

    assert (await bench.incident()).failures == {}
    assert [call for call in bench.slack.calls if call.error == "missing_scope"] == []


async def test_the_doctor_finds_all_well_and_then_what_is_missing(bench: Bench) -> None:
    channels = bench.house.desk.policy.channels
    well = await bench.house.slack.examine(channels)
    assert [one for one in well if not one.ok] == []
    bench.slack.granted_scopes.discard("pins:write")
    bench.slack.workspace.channel("ops-team").name = "elsewhere"

    found = {one.what: one.sentence for one in await bench.house.slack.examine(channels) if not one.ok}
    assert "pins:write" in found["slack scopes"]
    assert "There is no channel #ops-team" in found["slack channel ops"]


@pytest.mark.parametrize("code", SENTENCES)
def test_every_code_is_told_in_a_whole_sentence(code: str) -> None:
    told = sentence(code, {"needed": "pins:write"}, "pins.add")

    assert told.endswith(".")
    assert "{" not in told
    assert "unknown_thing".replace("_", " ") in sentence("unknown_thing", {}, "pins.add")


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://hooks.slack.com/actions/1", True),
        ("wss://wss-primary.slack.com/link", True),
        ("http://127.0.0.1:9/actions/1", True),
        ("ws://127.0.0.1:9/link", True),
        ("http://hooks.slack.com/actions/1", False),
        ("https://slack.com.evil.example/", False),
        ("https://evilslack.com/", False),
        ("https://hooks.slack.com@evil.example/", False),
        ("https://user@hooks.slack.com/", False),
        ("http://127.0.0.1:10/actions/1", False),
        ("https://hooks.slack.com:8443/", False),
        ("https://[broken/", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_slacks_own_addresses_are_talked_to(url: str, allowed: bool) -> None:  # noqa: FBT001 - a table
    assert may_talk_to(url, "http://127.0.0.1:9/api/") is allowed


@given(st.text(max_size=60))
def test_no_address_raises(url: str) -> None:
    assert may_talk_to(url, "https://slack.com/api/") in {True, False}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Refused("No."), "No."),
        (TryLater("Slack is slow."), "Slack is slow."),
        (StoreAway(), "My database did not answer in time."),
        (ZeroDivisionError("1/0"), "Something broke on my side (ref "),
    ],
)
async def test_nothing_escapes_the_boundary(error: Exception, told: str) -> None:
    async def work() -> None:
        raise error

    result = await attempted("test", work())
    assert isinstance(result, Sorry)
    assert result.sentence.startswith(told)


@pytest.mark.parametrize(
    ("now", "at", "zone", "instant"),
    [
        ("2026-11-23T14:00", time(10, 30), "America/Sao_Paulo", "2026-11-23T13:30"),
        ("2026-11-23T14:00", time(11, 30), "America/Sao_Paulo", "2026-11-22T14:30"),
        ("2026-11-23T14:00", time(11, 0), "America/Sao_Paulo", "2026-11-23T14:00"),
        ("2026-11-23T00:05", time(23, 50), "UTC", "2026-11-22T23:50"),
        ("2026-11-23T17:00", time(0, 5), "Asia/Ho_Chi_Minh", "2026-11-22T17:05"),
    ],
)
def test_a_time_of_day_is_the_latest_such_time_in_the_writers_zone(
    now: str, at: time, zone: str, instant: str
) -> None:
    told = instant_of(at, ZoneInfo(zone), datetime.fromisoformat(now).replace(tzinfo=UTC))

    assert told == datetime.fromisoformat(instant).replace(tzinfo=UTC)


TEXT = st.sampled_from(
    [
        "",
        "U0ANA",
        "C1",
        "x|y|z",
        names.ACK,
        names.MORE,
        names.RUN_DONE,
        names.DECLARE_FORM,
        names.SKIP_FORM,
        "P0",
        "1.5",
    ]
)
SHAPE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "user",
                    "channel",
                    "actions",
                    "action_id",
                    "value",
                    "view",
                    "state",
                    "values",
                    "blocks",
                    "ts",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)
KINDS = st.sampled_from(
    ["block_actions", "view_submission", "shortcut", "message_action", "event_callback", "command"]
)


BODY = st.dictionaries(
    st.sampled_from(["user", "actions", "view", "event", "channel", "message", "team", "authorizations"]),
    SHAPE,
)


def a_request(kind: str, body: dict[str, Any], name: str, secret: str) -> tuple[bytes, dict[str, str]]:
    """A signed request of this kind with a body of any shape."""
    made = {"type": kind, "team": {"id": "T0PLAY"}, "team_id": "T0PLAY", **body}
    form = {"content-type": "application/x-www-form-urlencoded"}
    if kind == "command":
        flat = {"command": "/incident", "text": name, "user_id": "U1", "trigger_id": "1"}
        sent, headers = urlencode(flat).encode(), form
    elif kind == "event_callback":
        sent, headers = json.dumps({**made, "event_id": "Ev1"}).encode(), {"content-type": "application/json"}
    else:
        sent, headers = urlencode({"payload": json.dumps(made)}).encode(), form
    stamp = str(int(SystemClock().now().timestamp()))
    signed = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + sent, "sha256").hexdigest()
    return sent, {**headers, "x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={signed}"}


def test_no_forged_payload_makes_the_bot_break(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def opened() -> tuple[Bench, ClientSession]:
            bench = await stack.enter_async_context(a_bench(tmp_path, http=True))
            return bench, await stack.enter_async_context(open_session())

        bench, session = runner.run(opened())

        async def answered(sent: bytes, headers: dict[str, str]) -> int:
            url = f"{bench.house.base_url}/slack/events"
            async with session.post(url, data=sent, headers=headers) as response:
                return response.status

        @given(kind=KINDS, body=BODY, name=TEXT)
        @settings(max_examples=300, deadline=None)
        def is_survived(kind: str, body: dict[str, Any], name: str) -> None:
            sent, headers = a_request(kind, body, name, bench.slack.signing_secret)
            assert runner.run(answered(sent, headers)) < 500
            assert runner.run(answered(sent, {**headers, "x-slack-signature": "v0=00"})) in {400, 401}

        try:
            is_survived()
        finally:
            runner.run(stack.aclose())
