"""A wrong call of the Web API is refused with Slack's own word."""

import json
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.slack_bench import plain, section

ROOM = "C0INCIDENTS"


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("Title"), "blocks": [section("Hi")], **more}


REFUSED = [
    ("conversations.create", {"name": ""}, "invalid_name_required"),
    ("conversations.create", {"name": "a" * 81}, "invalid_name_maxlength"),
    ("conversations.create", {"name": "Inc-7"}, "invalid_name_specials"),
    ("conversations.create", {"name": "inc 7"}, "invalid_name_specials"),
    ("conversations.create", {"name": "--"}, "invalid_name_punctuation"),
    ("conversations.create", {"name": "alerts"}, "name_taken"),
    ("conversations.create", {"name": "new", "colour": "red"}, "invalid_arguments"),
    ("conversations.info", {"channel": "C0NOWHERE"}, "channel_not_found"),
    ("conversations.info", {}, "invalid_arguments"),
    ("conversations.setTopic", {"channel": ROOM, "topic": "short"}, "not_in_channel"),
    ("conversations.history", {"channel": ROOM}, "not_in_channel"),
    ("conversations.invite", {"channel": ROOM, "users": "U0ANA"}, "not_in_channel"),
    ("conversations.list", {"types": "secret"}, "invalid_types"),
    ("conversations.list", {"limit": 1001}, "invalid_limit"),
    ("conversations.list", {"cursor": "nonsense"}, "invalid_cursor"),
    ("conversations.open", {}, "users_list_not_supplied"),
    ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
    ("users.lookupByEmail", {"email": "nobody@example.com"}, "users_not_found"),
    ("usergroups.users.list", {"usergroup": "S0NONE"}, "no_such_subteam"),
    ("chat.postMessage", {"channel": ROOM}, "no_text"),
    ("chat.postMessage", {"channel": "#nowhere", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": ROOM, "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
    ("chat.postMessage", {"channel": ROOM, "markdown_text": "y" * 12_001}, "invalid_arguments"),
    ("chat.postMessage", {"channel": ROOM, "blocks": "[{"}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": ROOM, "blocks": json.dumps([section("")])}, "invalid_blocks"),
    (
        "chat.postMessage",
        {"channel": ROOM, "text": "x", "blocks": json.dumps([section("y" * 2700)] * 5)},
        "msg_blocks_too_long",
    ),
    (
        "chat.postMessage",
        {"channel": ROOM, "text": "x", "metadata": '{"event_type": 1}'},
        "invalid_metadata_format",
    ),
    ("chat.postMessage", {"channel": ROOM, "text": "x", "thread_ts": "1.000001"}, "cannot_reply_to_message"),
    ("chat.postMessage", {"channel": ROOM, "text": "x", "username": "boss"}, "missing_scope"),
    ("chat.update", {"channel": ROOM, "ts": "1.000001", "text": "x"}, "message_not_found"),
    ("chat.postEphemeral", {"channel": ROOM, "user": "U0ANA", "text": "x"}, "not_in_channel"),
    ("chat.getPermalink", {"channel": ROOM, "message_ts": "1.000001"}, "message_not_found"),
    ("pins.add", {"channel": ROOM, "timestamp": "1.000001"}, "not_in_channel"),
    (
        "bookmarks.add",
        {"channel_id": ROOM, "title": "t", "type": "link", "link": "https://x.example"},
        "access_denied",
    ),
    ("bookmarks.list", {"channel_id": ROOM}, "missing_scope"),
    ("reactions.add", {"channel": ROOM, "timestamp": "1.000001", "name": "eyes"}, "missing_scope"),
    ("reactions.get", {"channel": ROOM}, "no_item_specified"),
    ("reactions.get", {"channel": ROOM, "timestamp": "yesterday"}, "bad_timestamp"),
    ("views.open", {"trigger_id": "1.2", "view": json.dumps(modal())}, "invalid_trigger_id"),
    ("views.update", {"view_id": "V0NONE", "view": json.dumps(modal())}, "not_found"),
    ("views.publish", {"user_id": "U0NOBODY", "view": '{"type": "home", "blocks": []}'}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"filename": "a.md", "length": 0}, "missing_argument"),
    ("files.completeUploadExternal", {"files": '[{"id": "F0NONE"}]'}, "file_not_found"),
    ("chat.shout", {}, "unknown_method"),
    ("apps.connections.open", {}, "not_allowed_token_type"),
]


@pytest.mark.parametrize(("method", "args", "code"), REFUSED)
async def test_a_wrong_call_is_refused_with_slacks_word(
    client: AsyncWebClient, method: str, args: dict[str, Any], code: str
):
    with pytest.raises(SlackApiError) as refused:
        await client.api_call(method, params=args)

    assert refused.value.response["error"] == code


async def test_a_call_without_a_token_or_with_a_wrong_one_is_refused(client: AsyncWebClient):
    for token, code in (("", "not_authed"), ("xoxb-wrong", "invalid_auth")):
        stranger = AsyncWebClient(
            token=token, base_url=client.base_url, retry_handlers=[], session=client.session
        )
        with pytest.raises(SlackApiError) as refused:
            await stranger.auth_test()
        assert refused.value.response["error"] == code


async def test_an_unknown_argument_is_named_in_the_refusal(client: AsyncWebClient):
    with pytest.raises(SlackApiError) as refused:
        await client.api_call("auth.test", params={"team_id": "T0PLAY", "verbose": "1"})

    assert refused.value.response["response_metadata"]["messages"] == ["[ERROR] unknown argument: verbose"]


async def test_a_missing_scope_names_what_is_needed(client: AsyncWebClient):
    with pytest.raises(SlackApiError) as refused:
        await client.bookmarks_list(channel_id=ROOM)

    assert refused.value.response["needed"] == "bookmarks:read"
    assert "bookmarks:write" in refused.value.response["provided"].split(",")
