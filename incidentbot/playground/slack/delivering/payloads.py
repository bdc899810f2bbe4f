"""The payloads of commands, clicks, forms and shortcuts, as Slack sends them. Builds dictionaries and sends nothing."""

from typing import Any

from incidentbot.playground.slack.people import APP_ID, TEAM_DOMAIN, TEAM_ID, Person
from incidentbot.playground.slack.records import Channel, Message

_TOKEN = "legacy-token"
_CHANNEL_NAMES = {"im": "directmessage", "group": "privategroup"}


def _who(person: Person) -> dict[str, Any]:
    return {
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": TEAM_ID},
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "api_app_id": APP_ID,
        "token": _TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _where(channel: Channel) -> dict[str, Any]:
    return {"id": channel.id, "name": _CHANNEL_NAMES.get(channel.kind, channel.name)}


def command(
    person: Person, channel: Channel, *, name: str, text: str, links: dict[str, str]
) -> dict[str, Any]:
    """A slash command. links: `trigger_id` and `response_url`."""
    return {
        "token": _TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": _where(channel)["name"],
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        **links,
    }


def message_click(
    person: Person,
    channel: Channel,
    message: Message,
    *,
    action: dict[str, Any],
    state: dict[str, Any],
    links: dict[str, str],
) -> dict[str, Any]:
    """block_actions in a message; an ephemeral one is not shown to the app again."""
    whispered = message.visible_to is not None
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": whispered,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    shown = {} if whispered else {"message": message.body(metadata="with")}
    return {
        "type": "block_actions",
        **_who(person),
        "container": container,
        "channel": _where(channel),
        **shown,
        "state": {"values": state},
        "actions": [action],
        **links,
    }


def view_click(
    person: Person, view: dict[str, Any], *, action: dict[str, Any], trigger_id: str
) -> dict[str, Any]:
    """block_actions in a form or on the home."""
    return {
        "type": "block_actions",
        **_who(person),
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [action],
        "trigger_id": trigger_id,
    }


def submission(
    person: Person, view: dict[str, Any], *, trigger_id: str, response_urls: list[dict[str, str]]
) -> dict[str, Any]:
    """view_submission."""
    return {
        "type": "view_submission",
        **_who(person),
        "trigger_id": trigger_id,
        "view": view,
        "response_urls": response_urls,
    }


def closing(person: Person, view: dict[str, Any], *, cleared: str) -> dict[str, Any]:
    """view_closed. cleared: "cleared" when the whole stack went."""
    return {"type": "view_closed", **_who(person), "view": view, "is_cleared": bool(cleared)}


def shortcut(person: Person, *, callback_id: str, trigger_id: str, at: str) -> dict[str, Any]:
    """A global shortcut."""
    return {
        "type": "shortcut",
        **_who(person),
        "callback_id": callback_id,
        "trigger_id": trigger_id,
        "action_ts": at,
    }


def message_action(
    person: Person, channel: Channel, message: Message, *, callback_id: str, at: str, links: dict[str, str]
) -> dict[str, Any]:
    """A message shortcut."""
    return {
        "type": "message_action",
        **_who(person),
        "callback_id": callback_id,
        "channel": _where(channel),
        "message_ts": message.ts,
        "message": message.body(metadata="with"),
        "action_ts": at,
        **links,
    }
