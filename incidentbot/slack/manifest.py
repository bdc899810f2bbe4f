"""The manifest a Slack app is created from, made from what the bot listens to and calls. Sends nothing.

Schema: https://github.com/slackapi/manifest-schema, version 2.
"""

from typing import Any

from incidentbot.slack import names
from incidentbot.slack.listening.http import PATH
from incidentbot.slack.web_api.scopes import EVENT_SCOPES, bot_scopes

Manifest = dict[str, Any]

SIGNED_IN = "/sign-in/slack"
"""Where the pages have Slack send people back to; a test holds the pages to it."""


def app_manifest(*, http_url: str = "") -> Manifest:
    """The manifest for Socket Mode or, with the bot's public address, for signed HTTP."""
    request_url = f"{http_url.rstrip('/')}{PATH}" if http_url else ""
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Incident Bot",
            "description": "Runs an incident from the first page to the post-mortem",
            "background_color": "#b3261e",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "incident-bot", "always_online": True},
            "slash_commands": [_with_url(_COMMAND, "url", request_url)],
            "shortcuts": list(_SHORTCUTS),
        },
        "oauth_config": _oauth(http_url),
        "settings": {
            "event_subscriptions": _with_url({"bot_events": list(EVENT_SCOPES)}, "request_url", request_url),
            "interactivity": _with_url({"is_enabled": True}, "request_url", request_url),
            "org_deploy_enabled": False,
            "socket_mode_enabled": not http_url,
            "token_rotation_enabled": False,
        },
    }


def _oauth(http_url: str) -> Manifest:
    """With a public address, people may sign in at the pages with Slack."""
    if not http_url:
        return {"scopes": {"bot": list(bot_scopes())}}
    return {
        "redirect_urls": [f"{http_url.rstrip('/')}{SIGNED_IN}"],
        "scopes": {"user": ["openid", "profile"], "bot": list(bot_scopes())},
    }


def _with_url(part: Manifest, name: str, request_url: str) -> Manifest:
    return {**part, name: request_url} if request_url else dict(part)


_COMMAND: Manifest = {
    "command": names.COMMAND,
    "description": "Declare, update and resolve incidents",
    "usage_hint": "declare sev1 title | ack | escalate | update | runbook | resolve | postmortem | help",
    "should_escape": True,
}

_SHORTCUTS: tuple[Manifest, ...] = (
    {
        "name": "Declare an incident",
        "type": "global",
        "callback_id": names.DECLARE_SHORTCUT,
        "description": "Open the declare form",
    },
    {
        "name": "Add to the timeline",
        "type": "message",
        "callback_id": names.TIMELINE_SHORTCUT,
        "description": "Put this message on the incident's timeline",
    },
    {
        "name": "Note as an action",
        "type": "message",
        "callback_id": names.ACTION_SHORTCUT,
        "description": "Note this message as something to be done",
    },
)
