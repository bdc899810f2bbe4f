"""Channels, messages, pins, bookmarks, files: what the Web API changes is there, and is told."""

import re
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from incidentbot.playground.slack import Change, SlackStandIn
from tests.playground.slack_bench import T0


async def refusal(call: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as refused:
        await call
    return dict(refused.value.response.data)


def told(slack: SlackStandIn) -> list[str]:
    return [body["event"].get("subtype", body["event"]["type"]) for body in slack.events.sent]


async def test_a_room_is_made_filled_described_and_archived(slack: SlackStandIn, client: AsyncWebClient):
    room = (await client.conversations_create(name="inc-7-checkout"))["channel"]
    await client.conversations_invite(channel=room["id"], users=["U0ANA", "U0BO"])
    await client.conversations_setTopic(channel=room["id"], topic="sev1 & more")
    await client.conversations_archive(channel=room["id"])

    shown = (await client.conversations_info(channel=room["id"], include_num_members=True))["channel"]
    assert (shown["topic"]["value"], shown["num_members"], shown["is_archived"]) == ("sev1 & more", 3, True)
    assert (shown["creator"], shown["created"]) == ("U0BOT", int(T0.timestamp()))
    assert told(slack).count("member_joined_channel") == 3
    assert told(slack)[-2:] == ["channel_archive", "channel_archive"]
    assert (await refusal(client.conversations_create(name="inc-7-checkout")))["error"] == "name_taken"
    assert (await refusal(client.chat_postMessage(channel=room["id"], text="x")))["error"] == "is_archived"
    assert (await refusal(client.conversations_archive(channel=room["id"])))["error"] == "already_archived"


async def test_one_wrong_guest_keeps_everybody_out_unless_forced(slack: SlackStandIn, client: AsyncWebClient):
    room = (await client.conversations_create(name="inc-8"))["channel"]["id"]
    guests = ["U0ANA", "U0NOBODY", "U0BOT"]

    refused = await refusal(client.conversations_invite(channel=room, users=guests))
    outside = list(slack.workspace.channel(room).members)
    forced = await client.conversations_invite(channel=room, users=guests, force=True)

    assert refused["error"] == "user_not_found"
    assert [one["error"] for one in refused["errors"]] == ["user_not_found", "cant_invite_self"]
    assert outside == ["U0BOT"]
    assert [one["user"] for one in forced["errors"]] == ["U0NOBODY", "U0BOT"]
    assert slack.workspace.channel(room).members == ["U0BOT", "U0ANA"]
    again = await refusal(client.conversations_invite(channel=room, users="U0ANA"))
    assert again["error"] == "already_in_channel"


async def test_a_private_room_is_unseen_by_others(slack: SlackStandIn, client: AsyncWebClient):
    room = (await client.conversations_create(name="quiet", is_private=True))["channel"]

    public = await client.conversations_list(exclude_archived=True)
    both = await client.conversations_list(types="public_channel,private_channel", limit=2)

    assert room["is_private"] is True
    assert "quiet" not in [one["name"] for one in public["channels"]]
    assert both["response_metadata"]["next_cursor"]
    names = [one["name"] async for page in both for one in page["channels"]]
    assert "quiet" in names
    assert len(names) == 6


async def test_message_stamps_follow_the_clock_and_never_repeat(slack: SlackStandIn, client: AsyncWebClient):
    first = (await client.chat_postMessage(channel="#incidents", text="1"))["ts"]
    second = (await client.chat_postMessage(channel="#incidents", text="2"))["ts"]
    slack.clock.skip(timedelta(minutes=5))
    third = (await client.chat_postMessage(channel="#incidents", text="3"))["ts"]

    assert re.fullmatch(r"\d{10}\.\d{6}", first)
    assert first < second
    assert int(float(third)) == int((T0 + timedelta(minutes=5)).timestamp())


async def test_posting_to_a_public_channel_without_joining_needs_its_scope(
    slack: SlackStandIn, client: AsyncWebClient
):
    slack.granted_scopes.discard("chat:write.public")

    assert (await refusal(client.chat_postMessage(channel="C0ALERTS", text="x")))["error"] == "not_in_channel"
    await client.conversations_join(channel="C0ALERTS")
    assert (await client.chat_postMessage(channel="C0ALERTS", text="x"))["ok"]
    assert (await client.conversations_join(channel="C0ALERTS"))["warning"] == "already_in_channel"


async def test_metadata_is_found_again_when_asked_for(slack: SlackStandIn, client: AsyncWebClient):
    await client.conversations_join(channel="C0INCIDENTS")
    metadata = {"event_type": "effect", "event_payload": {"id": "7"}}
    posted = await client.chat_postMessage(channel="C0INCIDENTS", text="x", metadata=metadata)

    without = await client.conversations_history(channel="C0INCIDENTS", limit=1)
    with_it = await client.conversations_history(
        channel="C0INCIDENTS", include_all_metadata=True, oldest=posted["ts"], inclusive=True
    )

    assert "metadata" not in without["messages"][0]
    assert [one["metadata"] for one in with_it["messages"]] == [metadata]
    assert without["has_more"] is True


async def test_an_update_keeps_what_it_does_not_name(slack: SlackStandIn, client: AsyncWebClient):
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "old"}}]
    posted = await client.chat_postMessage(channel="C0INCIDENTS", text="old", blocks=blocks)
    message = slack.workspace.message("#incidents", posted["ts"])
    own = await slack.say("ana", "#incidents", "mine")

    await client.chat_update(channel="C0INCIDENTS", ts=posted["ts"], text="new")
    kept = len(message.blocks)
    await client.chat_update(channel="C0INCIDENTS", ts=posted["ts"], text="bare", blocks=[])

    assert (kept, message.text, message.blocks) == (1, "bare", [])
    not_mine = client.chat_update(channel="C0INCIDENTS", ts=own, text="x")
    assert (await refusal(not_mine))["error"] == "cant_update_message"
    too_long = client.chat_update(channel="C0INCIDENTS", ts=posted["ts"], text="x" * 4001)
    assert (await refusal(too_long))["error"] == "msg_too_long"
    assert (await refusal(client.chat_delete(channel="C0INCIDENTS", ts=own)))[
        "error"
    ] == "cant_delete_message"


async def test_a_thread_is_read_from_its_first_message(slack: SlackStandIn, client: AsyncWebClient):
    await client.conversations_join(channel="C0INCIDENTS")
    root = await slack.say("ana", "#incidents", "what happened?")
    reply = await slack.say("bo", "#incidents", "disk full", thread_ts=root)
    await client.chat_postMessage(channel="C0INCIDENTS", text="noted", thread_ts=reply)

    thread = (await client.conversations_replies(channel="C0INCIDENTS", ts=root))["messages"]
    history = (await client.conversations_history(channel="C0INCIDENTS"))["messages"]

    assert [one["text"] for one in thread] == ["what happened?", "disk full", "noted"]
    assert (thread[0]["reply_count"], thread[0]["reply_users_count"]) == (2, 2)
    assert "disk full" not in [one["text"] for one in history]
    assert (await refusal(client.conversations_replies(channel="C0INCIDENTS", ts="1.000001")))["error"] == (
        "thread_not_found"
    )


async def test_pings_are_written_down(slack: SlackStandIn, client: AsyncWebClient):
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "<@U0BO> and &lt;!channel&gt;"}},
        {"type": "header", "text": {"type": "plain_text", "text": "<!channel>"}},
    ]
    loud = await client.chat_postMessage(
        channel="C0INCIDENTS", text="<!here> <!subteam^S0ONCALL>", blocks=blocks
    )
    await client.conversations_join(channel="C0INCIDENTS")

    assert slack.workspace.message("#incidents", loud["ts"]).pings == ["!here", "!subteam^S0ONCALL", "@U0BO"]
    joined = slack.workspace.messages("#incidents")[-1]
    assert (joined.subtype, joined.pings) == ("channel_join", [])


async def test_pins_bookmarks_and_reactions_are_kept(slack: SlackStandIn, client: AsyncWebClient):
    slack.granted_scopes.update({"reactions:write", "bookmarks:read"})
    await client.conversations_join(channel="C0INCIDENTS")
    ts = (await client.chat_postMessage(channel="C0INCIDENTS", text="card"))["ts"]
    place = {"channel": "C0INCIDENTS", "timestamp": ts}
    await client.pins_add(**place)
    await client.reactions_add(name="eyes", **place)
    link = (
        await client.bookmarks_add(
            channel_id="C0INCIDENTS", title="Runbook", type="link", link="https://x.example"
        )
    )["bookmark"]
    await client.bookmarks_edit(channel_id="C0INCIDENTS", bookmark_id=link["id"], title="Book")

    assert (await refusal(client.pins_add(**place)))["error"] == "already_pinned"
    assert (await refusal(client.reactions_add(name="eyes", **place)))["error"] == "already_reacted"
    pins = (await client.pins_list(channel="C0INCIDENTS"))["items"]
    assert [(one["message"]["text"], one["created_by"]) for one in pins] == [("card", "U0BOT")]
    assert (await client.reactions_get(**place))["message"]["reactions"] == [
        {"name": "eyes", "users": ["U0BOT"], "count": 1}
    ]
    bookmarks = (await client.bookmarks_list(channel_id="C0INCIDENTS"))["bookmarks"]
    assert [(one["title"], one["link"]) for one in bookmarks] == [("Book", "https://x.example")]
    assert told(slack)[-2:] == ["pin_added", "reaction_added"]


async def test_a_file_is_reserved_uploaded_and_shared(slack: SlackStandIn, client: AsyncWebClient):
    await client.conversations_join(channel="C0INCIDENTS")

    await client.files_upload_v2(
        channel="C0INCIDENTS", filename="pm.md", content="# Why", initial_comment="Draft"
    )

    message = slack.workspace.messages("#incidents")[-1]
    assert (message.text, message.files[0]["name"], message.files[0]["size"]) == ("Draft", "pm.md", 5)
    assert slack.workspace.files[message.files[0]["id"]].content == b"# Why"


async def test_people_are_found_by_address_and_by_group(slack: SlackStandIn, client: AsyncWebClient):
    ana = (await client.users_lookupByEmail(email="ana@example.com"))["user"]
    group = (await client.usergroups_list())["usergroups"][0]
    members = (await client.usergroups_users_list(usergroup=group["id"]))["users"]
    slack.granted_scopes.discard("users:read.email")

    assert (ana["id"], ana["tz"], ana["profile"]["display_name"]) == ("U0ANA", "America/Sao_Paulo", "ana")
    assert members == ["U0ANA", "U0BO"]
    assert "email" not in (await client.users_info(user="U0ANA"))["user"]["profile"]


async def test_pages_are_told_what_changed_and_for_whom(slack: SlackStandIn, client: AsyncWebClient):
    seen: list[Change] = []
    slack.on_change(seen.append)
    await client.conversations_join(channel="C0INCIDENTS")
    await client.chat_postEphemeral(channel="C0INCIDENTS", user="U0ANA", text="psst")

    assert seen[-1] == Change("ephemeral", "C0INCIDENTS", ("U0ANA",))
    assert Change("members", "C0INCIDENTS") in seen
    gone = client.chat_postEphemeral(channel="C0INCIDENTS", user="U0NOBODY", text="x")
    assert (await refusal(gone))["error"] == "user_not_in_channel"
