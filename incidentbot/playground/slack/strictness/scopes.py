"""Which scope each method and event needs. Tables only; who holds which scope is the workspace's business."""

from collections.abc import Mapping

MANIFEST_SCOPES: frozenset[str] = frozenset(
    {
        "app_mentions:read",
        "bookmarks:write",
        "canvases:write",
        "channels:history",
        "channels:join",
        "channels:manage",
        "channels:read",
        "chat:write",
        "chat:write.public",
        "commands",
        "files:write",
        "groups:history",
        "groups:read",
        "groups:write",
        "im:history",
        "im:write",
        "pins:read",
        "pins:write",
        "reactions:read",
        "team:read",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)

# Any one of the scopes is enough. `kind` methods ask by the conversation's kind below.
METHOD_SCOPES: Mapping[str, tuple[str, ...]] = {
    "bots.info": ("users:read",),
    "team.info": ("team:read",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "conversations.join": ("channels:join",),
    "conversations.open": ("im:write", "channels:manage", "groups:write", "mpim:write"),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "pins.add": ("pins:write",),
    "pins.remove": ("pins:write",),
    "pins.list": ("pins:read",),
    "bookmarks.add": ("bookmarks:write",),
    "bookmarks.edit": ("bookmarks:write",),
    "bookmarks.remove": ("bookmarks:write",),
    "bookmarks.list": ("bookmarks:read",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "reactions.get": ("reactions:read",),
    "conversations.canvases.create": ("canvases:write",),
    "canvases.edit": ("canvases:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.completeUploadExternal": ("files:write",),
    "files.info": ("files:read",),
}

_READ = {"channel": ("channels:read",), "group": ("groups:read",), "im": ("im:read",)}
_HISTORY = {"channel": ("channels:history",), "group": ("groups:history",), "im": ("im:history",)}
_MANAGE = {"channel": ("channels:manage",), "group": ("groups:write",), "im": ("im:write",)}
_TOPIC = {
    "channel": ("channels:manage", "channels:write.topic"),
    "group": ("groups:write", "groups:write.topic"),
    "im": ("im:write", "im:write.topic"),
}
_INVITES = {
    "channel": ("channels:manage", "channels:write.invites"),
    "group": ("groups:write", "groups:write.invites"),
    "im": ("im:write",),
}

# method -> kind of conversation (channel, group, im) -> any one of these
SCOPES_BY_KIND: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "conversations.info": _READ,
    "conversations.list": _READ,
    "conversations.members": _READ,
    "conversations.history": _HISTORY,
    "conversations.replies": _HISTORY,
    "conversations.create": _MANAGE,
    "conversations.archive": _MANAGE,
    "conversations.unarchive": _MANAGE,
    "conversations.rename": _MANAGE,
    "conversations.kick": {"channel": ("channels:manage",), "group": ("groups:write",)},
    "conversations.leave": _MANAGE,
    "conversations.setTopic": _TOPIC,
    "conversations.setPurpose": _TOPIC,
    "conversations.invite": _INVITES,
}

# Name of the subscription -> scope without which Slack does not send it; "" where none is needed.
EVENT_SCOPES: Mapping[str, str] = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "app_mention": "app_mentions:read",
    "app_home_opened": "",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "pin_added": "pins:read",
    "pin_removed": "pins:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_rename": "channels:read",
    "group_archive": "groups:read",
    "group_unarchive": "groups:read",
    "group_rename": "groups:read",
}

MESSAGE_SUBSCRIPTIONS: Mapping[str, str] = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
}
