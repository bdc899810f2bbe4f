"""What people do in the stand-in, and what it lets them do only when it is in front of them."""

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from incidentbot.clock import StillClock
from incidentbot.playground.slack import NotThereError, SlackStandIn
from incidentbot.playground.slack.pings import as_slack_encodes
from tests.playground.slack_bench import PLAIN, T0, App


def buttons(*values: str) -> dict[str, Any]:
    return {
        "type": "actions",
        "block_id": "steps",
        "elements": [
            {"type": "button", "action_id": f"done{n}", "text": PLAIN, "value": value}
            for n, value in enumerate(values)
        ],
    }


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("hi @ana, see #incidents.", "hi <@U0ANA>, see <#C0INCIDENTS>."),
        ("@nobody #nowhere a@ana.example", "@nobody #nowhere a@ana.example"),
        ("<!channel> & <@U0BO>", "&lt;!channel&gt; &amp; &lt;@U0BO&gt;"),
        ("@here look: https://x.example/?a=1&b=2", "<!here> look: <https://x.example/?a=1&amp;b=2>"),
        ("@on-call-team", "<!subteam^S0ONCALL|@on-call-team>"),
    ],
)
def test_what_is_typed_becomes_slacks_own_words(typed: str, stored: str):
    names = SlackStandIn(StillClock(T0)).workspace.names()

    assert as_slack_encodes(typed, names) == stored


async def test_people_cannot_do_what_is_not_in_front_of_them(slack: SlackStandIn, client: AsyncWebClient):
    posted = await client.chat_postMessage(channel="C0INCIDENTS", text="x", blocks=[buttons("7")])
    private = (await client.conversations_create(name="quiet", is_private=True))["channel"]["id"]
    ts = str(posted["ts"])

    for deed in (
        slack.press("ana", "#incidents", ts, "other"),
        slack.press("ana", "#incidents", ts, "done0", value="8"),
        slack.press("ana", "#incidents", "1.000001", "done0"),
        slack.edit("ana", "#incidents", ts, "mine now"),
        slack.unpin("ana", "#incidents", ts),
        slack.say("ana", private, "hello"),
        slack.say("zoe", "#incidents", "hello"),
        slack.submit("ana", "V0NONE", {}),
    ):
        with pytest.raises(LookupError):
            await deed


async def test_an_ephemeral_button_is_pressed_by_its_reader_only(
    slack: SlackStandIn, client: AsyncWebClient, app: App
):
    await client.conversations_join(channel="C0INCIDENTS")
    sent = await client.chat_postEphemeral(
        channel="C0INCIDENTS", user="U0ANA", text="x", blocks=[buttons("7")]
    )

    answer = await slack.press("ana", "#incidents", sent["message_ts"], "done0")

    payload = app.payloads[-1]
    assert answer.acked
    assert (payload["container"]["is_ephemeral"], "message" in payload) == (True, False)
    with pytest.raises(NotThereError):
        await slack.press("bo", "#incidents", sent["message_ts"], "done0")


async def test_checkboxes_in_a_message_keep_their_state(
    slack: SlackStandIn, client: AsyncWebClient, app: App
):
    options = [{"text": PLAIN, "value": value} for value in ("a", "b")]
    boxes = {"type": "checkboxes", "action_id": "list", "options": options, "initial_options": options[:1]}
    posted = await client.chat_postMessage(
        channel="C0INCIDENTS",
        text="x",
        blocks=[{"type": "actions", "block_id": "l", "elements": [boxes]}, buttons("7")],
    )

    await slack.press("ana", "#incidents", posted["ts"], "done0")
    await slack.press("ana", "#incidents", posted["ts"], "list", selected=["a", "b"])
    with pytest.raises(NotThereError):
        await slack.press("ana", "#incidents", posted["ts"], "list", selected=["c"])

    shown = [payload["state"]["values"]["l"]["list"]["selected_options"] for payload in app.payloads]
    assert [[one["value"] for one in options] for options in shown] == [["a"], ["a", "b"]]
    assert app.payloads[-1]["actions"][0]["selected_options"] == options


async def test_the_home_is_published_opened_and_pressed(
    slack: SlackStandIn, client: AsyncWebClient, app: App
):
    nothing = await slack.open_home("ana")
    await client.views_publish(user_id="U0ANA", view={"type": "home", "blocks": [buttons("7")]})
    view = await slack.open_home("ana")
    assert view is not None

    answer = await slack.press("ana", "", view, "done0")

    assert (nothing, answer.acked) == (None, True)
    assert app.payloads[-1]["container"] == {"type": "view", "view_id": view}


async def test_shortcuts_carry_their_message_and_a_trigger(slack: SlackStandIn, app: App):
    ts = await slack.say("bo", "#incidents", "disk full")
    await slack.message_shortcut("ana", "#incidents", ts, "timeline_add")
    await slack.global_shortcut("ana", "declare_incident")

    on_message, anywhere = app.payloads
    assert (on_message["type"], on_message["message"]["text"]) == ("message_action", "disk full")
    assert (anywhere["type"], anywhere["callback_id"]) == ("shortcut", "declare_incident")
    assert slack.triggers.look(anywhere["trigger_id"]).user == "U0ANA"


async def test_nobody_writes_directly_to_a_deactivated_account(slack: SlackStandIn, client: AsyncWebClient):
    people = slack.workspace.people
    people["U0BO"] = replace(people["U0BO"], deleted=True)

    with pytest.raises(SlackApiError, match="user_disabled"):
        await client.conversations_open(users=["U0BO"])
