"""Every method of Slack's Web API that the bot calls, and what each needs. One table; it calls nothing.

Scopes: each method's page on docs.slack.dev, August 2026. The manifest and `doctor` are made from this table.
"""

from collections.abc import Mapping
from enum import StrEnum


class Method(StrEnum):
    """The methods that may be called; a call takes one of these and nothing else."""

    API_TEST = "api.test"
    AUTH_TEST = "auth.test"
    SOCKET_OPEN = "apps.connections.open"
    CHANNEL_CREATE = "conversations.create"
    CHANNEL_LIST = "conversations.list"
    CHANNEL_JOIN = "conversations.join"
    CHANNEL_INVITE = "conversations.invite"
    CHANNEL_TOPIC = "conversations.setTopic"
    DIRECT_OPEN = "conversations.open"
    HISTORY = "conversations.history"
    REPLIES = "conversations.replies"
    POST = "chat.postMessage"
    UPDATE = "chat.update"
    PIN = "pins.add"
    CHANNEL_INFO = "conversations.info"
    CANVAS_CREATE = "conversations.canvases.create"
    CANVAS_EDIT = "canvases.edit"
    FILE_RESERVE = "files.getUploadURLExternal"
    FILE_SHARE = "files.completeUploadExternal"
    VIEW_OPEN = "views.open"
    HOME_PUBLISH = "views.publish"
    USER = "users.info"
    USER_BY_EMAIL = "users.lookupByEmail"
    GROUP_MEMBERS = "usergroups.users.list"


SCOPES: Mapping[Method, tuple[str, ...]] = {
    Method.API_TEST: (),
    Method.AUTH_TEST: (),
    Method.SOCKET_OPEN: (),  # the app-level token's connections:write, which no manifest can ask for
    Method.CHANNEL_CREATE: ("channels:manage", "groups:write"),
    Method.CHANNEL_LIST: ("channels:read", "groups:read"),
    Method.CHANNEL_JOIN: ("channels:join",),
    Method.CHANNEL_INVITE: ("channels:manage", "groups:write"),
    Method.CHANNEL_TOPIC: ("channels:manage", "groups:write"),
    Method.DIRECT_OPEN: ("im:write",),
    Method.HISTORY: ("channels:history", "groups:history", "im:history"),
    Method.REPLIES: ("channels:history", "groups:history"),
    Method.POST: ("chat:write",),
    Method.UPDATE: ("chat:write",),
    Method.PIN: ("pins:write",),
    Method.CHANNEL_INFO: ("channels:read", "groups:read"),
    Method.CANVAS_CREATE: ("canvases:write",),
    Method.CANVAS_EDIT: ("canvases:write",),
    Method.FILE_RESERVE: ("files:write",),
    Method.FILE_SHARE: ("files:write",),
    Method.VIEW_OPEN: (),
    Method.HOME_PUBLISH: (),
    Method.USER: ("users:read",),
    Method.USER_BY_EMAIL: ("users:read", "users:read.email"),
    Method.GROUP_MEMBERS: ("usergroups:read",),
}
"""Method -> the scopes it needs: all of them, for public channels, private rooms and a private incidents channel."""

EVENT_SCOPES: Mapping[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "pin_added": ("pins:read",),
    "pin_removed": ("pins:read",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
}
"""Subscription -> the scopes without which Slack does not send it."""

COMMAND_SCOPES = ("commands",)
"""What slash commands and shortcuts need."""


FOR_CANVASES = frozenset({"canvases:write"})
"""What only profiles with `postmortem: {canvas: true}` need: an app that was installed before can do without."""


def bot_scopes() -> tuple[str, ...]:
    """Every scope that the bot token may need, in order."""
    needed = {
        scope for scopes in (*SCOPES.values(), *EVENT_SCOPES.values(), COMMAND_SCOPES) for scope in scopes
    }
    return tuple(sorted(needed))
