"""A small Slack app for the pages' tests: it answers a command, takes presses and forms, and publishes a home."""

import re
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from incidentbot.playground.slack import SlackStandIn
from tests.playground.slack_bench import installed


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def button(text: str, action: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), "action_id": action, "value": f"about {action}", **more}


def options(*names: str) -> list[dict[str, Any]]:
    return [{"text": plain(name.title()), "value": name} for name in names]


ASK = {
    "title": plain("Resolve it?"),
    "text": plain("All timers end."),
    "confirm": plain("Yes"),
    "deny": plain("No"),
}
CARD = [
    {"type": "header", "text": plain("INC-7 :fire:")},
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "*Checkout* is down"},
        "accessory": button("Lead", "lead"),
    },
    {
        "type": "actions",
        "elements": [
            button("Take it", "take", style="primary"),
            button("Resolve", "resolve", confirm=ASK),
            {"type": "static_select", "action_id": "stage", "options": options("triage", "fix")},
            {"type": "overflow", "action_id": "more", "options": options("timeline", "postmortem")},
        ],
    },
]
FORM = {
    "type": "modal",
    "callback_id": "declare",
    "title": plain("Declare"),
    "submit": plain("Go"),
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": plain("What is wrong?"),
            "element": {"type": "plain_text_input", "action_id": "title"},
        },
        {
            "type": "input",
            "block_id": "level",
            "label": plain("Severity"),
            "element": {"type": "static_select", "action_id": "level", "options": options("sev1", "sev2")},
        },
        {
            "type": "input",
            "block_id": "also",
            "optional": True,
            "label": plain("Also"),
            "element": {"type": "checkboxes", "action_id": "also", "options": options("drill", "quiet")},
        },
    ],
}


class SmallApp:
    """said: what reached the app, as (what, content), in order."""

    def __init__(self) -> None:
        self.said: list[tuple[str, Any]] = []

    def bolt(self, slack: SlackStandIn, client: AsyncWebClient) -> AsyncApp:
        app = AsyncApp(client=client, signing_secret=slack.signing_secret, authorize=installed(slack))
        app.command("/incident")(self.command)
        app.action(re.compile(".*"))(self.pressed)
        app.view("declare")(self.submitted)
        app.shortcut(re.compile(".*"))(self.chosen)
        app.event("app_home_opened")(self.home)
        for kind in ("message", "member_joined_channel"):
            app.event(kind)(self.heard)
        return app

    async def command(self, ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        self.said.append(("command", body["text"]))
        if body["text"] == "form":
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        else:
            await ack(f"You said {body['text']}")

    async def pressed(self, ack: Any, action: dict[str, Any], respond: Any) -> None:
        chosen = action.get("selected_option") or {}
        self.said.append((action["action_id"], chosen.get("value") or action.get("value")))
        await ack()
        await respond(
            text=f"Pressed {action['action_id']}", replace_original=False, response_type="ephemeral"
        )

    async def submitted(self, ack: Any, body: dict[str, Any]) -> None:
        values = body["view"]["state"]["values"]
        self.said.append(("form", values))
        refused = values["title"]["title"]["value"] == "bad"
        await (ack(response_action="errors", errors={"title": "Say more"}) if refused else ack())

    async def chosen(self, ack: Any, body: dict[str, Any]) -> None:
        self.said.append((body["callback_id"], body.get("message", {}).get("text")))
        await ack()

    async def home(self, event: dict[str, Any], client: AsyncWebClient) -> None:
        view = {"type": "home", "blocks": [{"type": "header", "text": plain(f"Open for {event['user']}")}]}
        await client.views_publish(user_id=event["user"], view=view)

    async def heard(self) -> None:
        """Other events need no answer."""
