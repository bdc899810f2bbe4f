"""What Slack must grant and send, what a person is told when it does not, and what forged payloads may not do."""

import json
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core.refusals import Refused, TryLater
from incidentbot.flows.ports import StoreAway
from incidentbot.slack.addresses import may_talk_to
from incidentbot.slack.listening.boundary import Sorry, attempted
from incidentbot.slack.listening.events import HEARD
from incidentbot.slack.listening.shortcuts import SHORTCUTS
from incidentbot.slack.listening.slash.writers_time import instant_of
from incidentbot.slack.manifest import app_manifest
from incidentbot.slack.web_api.refusal_words import SENTENCES, sentence
from incidentbot.slack.web_api.scopes import SCOPES, Method, bot_scopes
from tests.needs import shared
from tests.slack.bench import Bench


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


async def test_the_doctor_misses_the_scope_of_canvases_only_where_the_profile_asks_for_them(
    bench: Bench,
) -> None:
    bench.slack.granted_scopes.discard("canvases:write")
    slack, channels = bench.house.slack, bench.house.desk.policy.channels

    assert [one for one in await slack.examine(channels) if not one.ok] == []
    (missing,) = [one for one in await slack.examine(channels, canvas=True) if not one.ok]
    assert missing.sentence.startswith("Missing: canvases:write. Add them to the app")


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
