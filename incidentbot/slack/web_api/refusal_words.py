"""What Slack's error codes mean for a person, and which of them pass by themselves. Tables and one function.

Codes: the error lists of each method on docs.slack.dev, August 2026.
"""

from collections.abc import Mapping
from typing import Any

PASSING = frozenset(
    {
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "ratelimited",
    }
)
"""Codes of Slack's own troubles: the same call may work later."""

SENTENCES: Mapping[str, str] = {
    "missing_scope": "The Slack app lacks the permission `{needed}`. Add it to the app and install it again.",
    "not_allowed_token_type": "The Slack token is of the wrong kind: `SLACK_BOT_TOKEN` begins with `xoxb-`.",
    "invalid_auth": "Slack does not know the bot's token. Check `SLACK_BOT_TOKEN`.",
    "not_authed": "The bot has no Slack token. Set `SLACK_BOT_TOKEN`.",
    "account_inactive": "The bot was removed from this Slack workspace. Install the app again.",
    "token_revoked": "The bot's Slack token was revoked. Install the app again.",
    "token_expired": "The bot's Slack token has expired. Install the app again.",
    "channel_not_found": "Slack cannot find the channel, or the bot may not see it. Invite the bot if it is private.",
    "is_archived": "The channel is archived. Unarchive it to go on there.",
    "is_inactive": "The channel is archived. Unarchive it to go on there.",
    "not_in_channel": "The bot is not in that channel. Invite it there.",
    "cant_invite_self": "The bot cannot invite itself.",
    "restricted_action": "This workspace does not let apps do that. Ask a workspace admin.",
    "restricted_action_read_only_channel": "Only some people may post in that channel. Let the bot post there too.",
    "restricted_action_thread_only_channel": "That channel takes replies only.",
    "restricted_action_non_threadable_channel": "That channel takes no threads.",
    "user_is_restricted": "A guest may not be brought into this channel.",
    "name_taken": "A channel of that name exists already, and it is not the bot's.",
    "too_many_pins": "The channel has as many pins as Slack allows.",
    "msg_too_long": "The message is too long for Slack.",
    "msg_blocks_too_long": "The message is too long for Slack.",
    "invalid_blocks": "Slack does not take the form of this message: a mistake of mine.",
    "expired_trigger_id": "Slack did not open the window in time. Please press again.",
    "exchanged_trigger_id": "The window was opened already.",
    "ekm_access_denied": "A workspace admin has suspended access to messages.",
    "user_not_found": "Slack does not know that person.",
    "no_such_subteam": "Slack knows no user group of that id. Mend it in the team file.",
    "canvas_disabled_user_team": "This workspace has canvases switched off. The post-mortem is in the room as a file; take `canvas` out of the profile, or ask a workspace admin.",
    "team_tier_cannot_create_channel_canvases": "This Slack plan has no canvases for channels. The post-mortem is in the room as a file; take `canvas` out of the profile.",
    "canvas_too_large": "The post-mortem is too large for a canvas. It is in the room as a file.",
    "enterprise_is_restricted": "The organisation does not let apps do that. Ask a workspace admin.",
    "team_access_not_granted": "The app is not installed in this workspace. Ask a workspace admin.",
}
"""Code -> what is wrong and what to do."""

INVITING: Mapping[str, str] = {
    "user_not_found": "Slack does not know them",
    "user_disabled": "their account is deactivated",
    "user_is_restricted": "they are a guest",
    "user_is_ultra_restricted": "they are a single-channel guest",
    "user_is_bot": "it is an app",
    "cant_invite": "they cannot be invited",
    "ura_max_channels": "they are a guest of one channel",
    "user_not_visible": "the bot may not see them",
    "cannot_dm_bot": "it is an app",
    "user_team_not_in_channel": "their workspace is not in the channel",
}
"""Per person: why the invitation did not work."""


def sentence(code: str, body: Mapping[str, Any], method: str) -> str:
    """What a person reads about a code: what is wrong and what to do."""
    if code in SENTENCES:
        return SENTENCES[code].format(needed=body.get("needed", "unknown"))
    details = body.get("response_metadata")
    messages = details.get("messages") if isinstance(details, Mapping) else None
    detail = str(messages[0]) if isinstance(messages, list) and messages else str(body.get("detail") or "")
    detail = f" ({detail[:200]})" if detail else ""
    return f"Slack refused {method}: {code.replace('_', ' ')}{detail}."
