"""What happens when a conversation is made, joined, left, renamed or archived: the change, the event, the news. No rights are checked."""

from typing import Any

from incidentbot.playground.slack.people import TEAM_ID
from incidentbot.playground.slack.posting import system_line
from incidentbot.playground.slack.records import Channel, Line
from incidentbot.playground.slack.workspace import Workspace

_LETTER = {"channel": "C", "group": "G"}


def created(workspace: Workspace, name: str, *, by: str, kind: str = "channel") -> Channel:
    """A new conversation with its creator in it."""
    identity = workspace.next_id("C")
    channel = Channel(identity, name, by, workspace.now_s(), is_private=kind == "group")
    workspace.channels[identity] = channel
    joined(workspace, channel, by)
    workspace.changed("channel", identity)
    return channel


def joined(workspace: Workspace, channel: Channel, user: str, *, inviter: str | None = None) -> None:
    """Bring one person in and say so."""
    channel.members.append(user)
    invited: dict[str, Any] = {"inviter": inviter} if inviter else {}
    line = "channel_join" if channel.kind == "channel" else "group_join"
    text = f"<@{user}> has joined the channel"
    system_line(workspace, channel, line, user=user, text=text, **invited)
    _tell_member(workspace, channel, user, "member_joined_channel", **invited)


def left(workspace: Workspace, channel: Channel, user: str) -> None:
    """Let one person go and say so; apps in the channel learn it before the person is out."""
    line = "channel_leave" if channel.kind == "channel" else "group_leave"
    system_line(workspace, channel, line, user=user, text=f"<@{user}> has left the channel")
    _tell_member(workspace, channel, user, "member_left_channel")
    channel.members.remove(user)


def _tell_member(workspace: Workspace, channel: Channel, user: str, kind: str, **more: Any) -> None:
    event = {
        "type": kind,
        "user": user,
        "channel": channel.id,
        "channel_type": _LETTER[channel.kind],
        "team": TEAM_ID,
        "event_ts": workspace.next_ts(),
        **more,
    }
    workspace.emit(event, channel)
    workspace.changed("members", channel.id)


def archived(workspace: Workspace, channel: Channel, *, by: str) -> None:
    """Close the conversation; its name stays taken."""
    line = f"{channel.kind}_archive"
    system_line(workspace, channel, line, user=by, text=f"<@{by}> archived the channel")
    channel.is_archived = True
    _tell_channel(workspace, channel, line, {"user": by, "channel": channel.id, "is_moved": 0})


def unarchived(workspace: Workspace, channel: Channel, *, by: str) -> None:
    """Open an archived conversation again."""
    line = f"{channel.kind}_unarchive"
    channel.is_archived = False
    system_line(workspace, channel, line, user=by, text=f"<@{by}> un-archived the channel")
    _tell_channel(workspace, channel, line, {"user": by, "channel": channel.id})


def renamed(workspace: Workspace, channel: Channel, name: str, *, by: str) -> None:
    """Give the conversation another name."""
    old, channel.name = channel.name, name
    channel.previous_names.insert(0, old)
    text = f'<@{by}> has renamed the channel from "{old}" to "{name}"'
    line = f"{channel.kind}_name"
    system_line(workspace, channel, line, user=by, text=text, old_name=old, name=name)
    shown = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
    _tell_channel(workspace, channel, f"{channel.kind}_rename", {"channel": shown})


def _tell_channel(workspace: Workspace, channel: Channel, event_type: str, fields: dict[str, Any]) -> None:
    workspace.emit({"type": event_type, **fields, "event_ts": workspace.next_ts()}, channel)
    workspace.changed("channel", channel.id)


def lined(workspace: Workspace, channel: Channel, which: str, value: str, *, by: str) -> None:
    """Set the `topic` or the `purpose`; Slack writes a line about it into the channel."""
    setattr(channel, which, Line(value, by, workspace.now_s()))
    subtype = f"{channel.kind}_{which}"
    text = f"<@{by}> set the channel {which}: {value}" if value else f"<@{by}> cleared the channel {which}"
    system_line(workspace, channel, subtype, user=by, text=text, **{which: value})
    workspace.changed("channel", channel.id)
