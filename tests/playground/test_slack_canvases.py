"""Canvases in the stand-in: one for each channel, of markdown that Slack takes, and shown beside the messages."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from incidentbot.playground.slack.refusals import SlackRefusal
from incidentbot.playground.slack.strictness.canvas_rules import checked_content
from tests.playground.pages_bench import ROOM, Bench, a_bench

CHANNEL = "C0INCIDENTS"


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """The app is in #incidents."""
    async with a_bench() as found:
        yield found


def content(markdown: str) -> dict[str, Any]:
    return {"type": "markdown", "markdown": markdown}


def replacing(markdown: str) -> list[dict[str, Any]]:
    return [{"operation": "replace", "document_content": content(markdown)}]


async def made(client: AsyncWebClient, markdown: str = "# INC-7\n\nIt **burned**.") -> str:
    body = await client.conversations_canvases_create(
        channel_id=CHANNEL, title="INC-7 post-mortem", document_content=content(markdown)
    )
    return str(body["canvas_id"])


async def refused(client: AsyncWebClient, method: str, **arguments: Any) -> Any:
    with pytest.raises(SlackApiError) as refusal:
        await client.api_call(method, json=arguments)
    return refusal.value.response


async def test_a_channel_has_one_canvas_and_says_which(bench: Bench):
    canvas = await made(bench.client)
    again = await refused(bench.client, "conversations.canvases.create", channel_id=CHANNEL)
    about = (await bench.client.conversations_info(channel=CHANNEL))["channel"]["properties"]

    assert again["error"] == "channel_canvas_already_exists"
    assert about["canvas"]["file_id"] == canvas
    assert about["canvas"]["is_empty"] is False
    assert [(tab["type"], tab["label"], tab["data"]["file_id"]) for tab in about["tabs"]] == [
        ("canvas", "INC-7 post-mortem", canvas)
    ]


async def test_a_canvas_is_replaced_whole_and_added_to(bench: Bench):
    canvas = await made(bench.client)
    await bench.client.canvases_edit(canvas_id=canvas, changes=replacing("new"))
    more = [{"operation": "insert_at_end", "document_content": content("- more")}]
    await bench.client.canvases_edit(canvas_id=canvas, changes=more)

    assert bench.slack.workspace.canvases[CHANNEL].markdown == "new\n\n- more"


@pytest.mark.parametrize(
    ("markdown", "why"),
    [
        ("> - x", "Unsupported block type (List) within block quote"),
        ("> ```\n> x\n> ```", "Unsupported block type (CodeBlock) within block quote"),
        ("- x\n    - [ ] y", "Unsupported list type (checklist) within bullet list"),
        ("1. x\n    - y", "Unsupported list type (bullet) within ordered list"),
        ("#### deep", "Unsupported heading level (h4)"),
        ("|a|b|\n|-|-|\n" + "|x|y|\n" * 150, "Tables have at most 300 cells"),
    ],
)
async def test_what_no_canvas_takes_is_refused_whole_with_its_line(bench: Bench, markdown: str, why: str):
    canvas = await made(bench.client)
    answer = await refused(bench.client, "canvases.edit", canvas_id=canvas, changes=replacing(markdown))

    assert answer["error"] == "canvas_editing_failed"
    assert answer["detail"].endswith(f": {why}")
    assert bench.slack.workspace.canvases[CHANNEL].markdown == "# INC-7\n\nIt **burned**."


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (replacing("a") * 2, "invalid_arguments"),
        ([], "invalid_arguments"),
        ([{"operation": "paint", "document_content": content("a")}], "invalid_arguments"),
        ([{"operation": "replace", "document_content": {"type": "html", "html": "a"}}], "invalid_arguments"),
        ([{"operation": "replace", "document_content": content("a"), "why": "so"}], "invalid_arguments"),
    ],
)
async def test_a_change_of_the_wrong_form_is_refused(bench: Bench, changes: Any, code: str):
    canvas = await made(bench.client)

    assert (await refused(bench.client, "canvases.edit", canvas_id=canvas, changes=changes))["error"] == code


def test_a_text_of_more_than_a_mebibyte_is_refused():
    assert checked_content(content("x" * 1_048_576), "canvas_editing_failed")
    with pytest.raises(SlackRefusal, match="invalid_arguments"):
        checked_content(content("x" * 1_048_577), "canvas_editing_failed")


async def test_scopes_plans_and_strangers_are_refused_with_slacks_word(bench: Bench):
    client, workspace = bench.client, bench.slack.workspace
    asked = "conversations.canvases.create"

    assert (await refused(client, asked, channel_id="C0ALERTS"))["error"] == "restricted_action"
    assert (await refused(client, "canvases.edit", canvas_id="F0", changes=[]))["error"] == "canvas_not_found"
    workspace.canvas_refusal = "canvas_disabled_user_team"
    assert (await refused(client, asked, channel_id=CHANNEL))["error"] == "canvas_disabled_user_team"
    bench.slack.granted_scopes.discard("canvases:write")
    assert (await refused(client, asked, channel_id=CHANNEL))["needed"] == "canvases:write"


async def test_people_read_it_in_a_tab_beside_the_messages_and_strangers_nowhere(bench: Bench):
    assert (await bench.get(f"{ROOM}/canvas"))[0] == 404
    await made(bench.client, "# INC-7\n\nIt **burned**\n\n| a | b |\n|---|---|\n| 1 | 2 |")

    _, room = await bench.get(ROOM)
    assert f'href="{ROOM}/canvas"' in room
    assert "INC-7 post-mortem</a>" in room
    status, page = await bench.get(f"{ROOM}/canvas")
    assert status == 200
    assert "<strong>burned</strong>" in page
    assert "<td>1</td>" in page
    workspace = bench.slack.workspace
    channel = workspace.channel(CHANNEL)
    channel.is_private = True
    channel.members.remove("U0ELI")
    assert (await bench.get(f"/eli/{CHANNEL}/canvas"))[0] == 404
