"""Which blocks and forms Slack would take, and which it would refuse."""

import json
from typing import Any

import pytest

from incidentbot.playground.slack.refusals import SlackRefusal
from incidentbot.playground.slack.strictness.blocks import complaints
from incidentbot.playground.slack.strictness.view_rules import checked_view
from tests.playground.slack_bench import mrkdwn, plain, section


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def option(text: str = "One", value: str = "1") -> dict[str, Any]:
    return {"text": plain(text), "value": value}


def select(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "pick", "options": [option()], **more}


def entry(element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "label": plain("Label"), "element": element, **more}


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("Title"), "blocks": [section("Hi")], **more}


FITTING = [
    section("x" * 3000),
    {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "context", "elements": [mrkdwn("x")] * 10},
    actions(*(button(action_id=f"a{n}") for n in range(25))),
    actions(button(value="x" * 2000, style="danger", url="https://x.example")),
    actions(select(options=[option(value=str(n)) for n in range(100)])),
    {"type": "markdown", "text": "x" * 12_000},
    {"type": "divider", "block_id": "b" * 255},
    entry({"type": "plain_text_input", "action_id": "t", "multiline": True}),
    {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
    },
]


@pytest.mark.parametrize("block", FITTING, ids=lambda block: block["type"])
def test_a_block_that_just_fits_is_taken(block: dict[str, Any]):
    assert complaints([block]) == []


TOO_MUCH = [
    section("x" * 3001),
    {"type": "section"},
    {"type": "section", "fields": [mrkdwn("x" * 2001)]},
    {"type": "section", "fields": [mrkdwn("x")] * 11},
    {"type": "header", "text": plain("x" * 151)},
    {"type": "header", "text": mrkdwn("x")},
    {"type": "header", "text": plain("")},
    {"type": "context", "elements": [mrkdwn("x")] * 11},
    {"type": "context", "elements": []},
    {"type": "divider", "block_id": "b" * 256},
    {"type": "divider", "colour": "red"},
    {"type": "curtain"},
    {"text": "no type"},
    actions(*(button(action_id=f"a{n}") for n in range(26))),
    actions(button(), button()),
    actions(button(action_id="a" * 256)),
    actions(button(text=plain("x" * 76))),
    actions(button(text=mrkdwn("x"))),
    actions(button(value="x" * 2001)),
    actions(button(style="loud")),
    actions(button(url="not an address")),
    actions(button(onclick="x")),
    actions(
        button(
            confirm={"title": plain("x" * 101), "text": plain("x"), "confirm": plain("y"), "deny": plain("n")}
        )
    ),
    actions(
        button(
            confirm={"title": plain("x"), "text": plain("x"), "confirm": plain("y" * 31), "deny": plain("n")}
        )
    ),
    actions(select(options=[option(value=str(n)) for n in range(101)])),
    actions(select(options=[option(text="x" * 76)])),
    actions(select(options=[option(value="x" * 76)])),
    actions(select(options=[])),
    actions(select(option_groups=[{"label": plain("g"), "options": [option()]}])),
    actions(select(initial_option=option(value="other"))),
    actions(select(placeholder=plain("x" * 151))),
    actions(select(placeholder=mrkdwn("x"))),
    actions({"type": "checkboxes", "action_id": "c", "options": [option(value=str(n)) for n in range(11)]}),
    actions({"type": "overflow", "action_id": "o", "options": [option(value=str(n)) for n in range(6)]}),
    actions({"type": "multi_users_select", "action_id": "m"}),
    actions({"type": "plain_text_input", "action_id": "t"}),
    {"type": "section", "text": mrkdwn("x"), "accessory": {"type": "plain_text_input", "action_id": "t"}},
    {"type": "markdown", "text": "x" * 12_001},
    {"type": "image", "image_url": "https://x.example/i.png"},
    entry(button()),
    entry({"type": "file_input", "action_id": "f"}),
    {"type": "input", "label": mrkdwn("x"), "element": {"type": "plain_text_input", "action_id": "t"}},
]


@pytest.mark.parametrize("block", TOO_MUCH, ids=lambda block: json.dumps(block)[:60])
def test_a_block_that_slack_would_refuse_is_refused(block: dict[str, Any]):
    assert len(complaints([block])) >= 1


def test_a_message_takes_fifty_blocks_with_ids_of_their_own():
    assert complaints([section("x")] * 50) == []
    assert complaints([section("x")] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    twice = [{"type": "divider", "block_id": "same"}] * 2
    assert complaints(twice) == ["block_id must be unique: same [json-pointer:/blocks/1/block_id]"]


MODALS = [
    (modal(), True),
    (
        modal(
            title=plain("x" * 24), submit=plain("x" * 24), close=plain("x" * 24), private_metadata="x" * 3000
        ),
        True,
    ),
    (modal(blocks=[section("x")] * 100), True),
    (modal(title=plain("x" * 25)), False),
    (modal(submit=plain("x" * 25)), False),
    (modal(close=mrkdwn("x")), False),
    (modal(private_metadata="x" * 3001), False),
    (modal(callback_id="x" * 256), False),
    (modal(blocks=[section("x")] * 101), False),
    (modal(blocks=[{"type": "markdown", "text": "x"}]), False),
    (modal(blocks=[entry({"type": "plain_text_input", "action_id": "t"})]), False),
    (modal(colour="red"), False),
    ({"type": "home", "blocks": []}, False),
    ("a form", False),
]


@pytest.mark.parametrize(("view", "fits"), MODALS, ids=lambda value: json.dumps(value)[:50])
def test_a_modal_keeps_slacks_limits(view: Any, fits: bool):  # noqa: FBT001 - the table's second column
    if fits:
        assert checked_view(view, surface="modal") == view
        return
    with pytest.raises(SlackRefusal) as refused:
        checked_view(view, surface="modal")
    assert refused.value.code == "invalid_arguments"


def test_a_view_above_250_kilobytes_is_refused():
    with pytest.raises(SlackRefusal) as refused:
        checked_view(modal(blocks=[section("x" * 3000)] * 90), surface="modal")

    assert refused.value.code == "view_too_large"
