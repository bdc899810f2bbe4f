"""What happens when a message is written, edited, deleted, reacted to or pinned: the change, the event, the news. No rights are checked."""

from typing import Any

from incidentbot.clock import new_id
from incidentbot.playground.slack.people import BOT_USER_ID
from incidentbot.playground.slack.pings import pings_in
from incidentbot.playground.slack.records import Channel, Message, Pin
from incidentbot.playground.slack.workspace import Workspace


def post(workspace: Workspace, channel: Channel, message: Message) -> Message:
    """Put the message into the channel, under its thread, and tell everyone."""
    message.pings = pings_in(message.text, message.blocks) if message.written else []
    _hang_in_thread(channel, message)
    channel.messages[message.ts] = message
    workspace.emit(_message_event(channel, message.body(metadata="with")), channel)
    if f"@{BOT_USER_ID}" in message.pings and not message.by_bot:
        mention = {key: value for key, value in message.body().items() if key != "subtype"}
        told = {"type": "app_mention", "channel": channel.id, "event_ts": message.ts}
        workspace.emit(mention | told, channel)
    workspace.changed("message", channel.id)
    return message


def _hang_in_thread(channel: Channel, message: Message) -> None:
    if message.thread_ts is None:
        return
    parent = channel.messages[message.thread_ts]
    parent.replies.append(message.ts)
    parent.repliers.append(message.user)
    message.parent_user = parent.user


def system_line(
    workspace: Workspace, channel: Channel, subtype: str, *, user: str, text: str, **more: Any
) -> None:
    """One of the lines Slack itself writes: who joined, what the topic became."""
    ts = workspace.next_ts()
    post(workspace, channel, Message(channel.id, ts, user, text, subtype=subtype, extra=more))


def say(
    workspace: Workspace, channel: Channel, user: str, text: str, *, thread_ts: str | None = None
) -> Message:
    """A person's own message; `text` is already encoded as Slack stores it."""
    ts = workspace.next_ts()
    said = Message(channel.id, ts, user, text, thread_ts=thread_ts, client_msg_id=new_id())
    return post(workspace, channel, said)


def edited(workspace: Workspace, channel: Channel, message: Message, *, by: str, **new: Any) -> None:
    """Give the message new words (`text`, `blocks`, `attachments`, `metadata`) and tell everyone."""
    before = message.body(metadata="with")
    for name, value in new.items():
        setattr(message, name, value)
    stamp = workspace.next_ts()
    message.edited = {"user": by, "ts": stamp}
    message.pings = pings_in(message.text, message.blocks)
    event = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": message.body(metadata="with"),
        "previous_message": before,
        "channel": channel.id,
        "channel_type": channel.kind,
        "ts": stamp,
        "event_ts": stamp,
    }
    workspace.emit(event, channel)
    workspace.changed("message_changed", channel.id)


def deleted(workspace: Workspace, channel: Channel, message: Message) -> None:
    """Take the message away, with its pin, and tell everyone."""
    stamp = workspace.next_ts()
    del channel.messages[message.ts]
    channel.pins = [pin for pin in channel.pins if pin.ts != message.ts]
    parent = channel.messages.get(message.thread_ts or "")
    if parent is not None:
        index = parent.replies.index(message.ts)
        del parent.replies[index], parent.repliers[index]
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": message.ts,
        "previous_message": message.body(),
        "channel": channel.id,
        "channel_type": channel.kind,
        "ts": stamp,
        "event_ts": stamp,
    }
    workspace.emit(event, channel)
    workspace.changed("message_deleted", channel.id)


def whisper(workspace: Workspace, channel: Channel, message: Message) -> Message:
    """Show a message to one person only; nothing is sent to apps."""
    message.pings = pings_in(message.text, message.blocks)
    channel.ephemerals.append(message)
    workspace.changed("ephemeral", channel.id, (message.visible_to or "",))
    return message


def reacted(workspace: Workspace, channel: Channel, message: Message, *, user: str, name: str) -> None:
    """Add one person's emoji."""
    message.reactions.setdefault(name, []).append(user)
    _tell_reaction(workspace, channel, message, user=user, name=name, kind="reaction_added")


def unreacted(workspace: Workspace, channel: Channel, message: Message, *, user: str, name: str) -> None:
    """Take one person's emoji away again."""
    message.reactions[name].remove(user)
    if not message.reactions[name]:
        del message.reactions[name]
    _tell_reaction(workspace, channel, message, user=user, name=name, kind="reaction_removed")


def _tell_reaction(
    workspace: Workspace, channel: Channel, message: Message, *, user: str, name: str, kind: str
) -> None:
    event = {
        "type": kind,
        "user": user,
        "reaction": name,
        "item_user": message.user,
        "item": {"type": "message", "channel": channel.id, "ts": message.ts},
        "event_ts": workspace.next_ts(),
    }
    workspace.emit(event, channel)
    workspace.changed("reaction", channel.id)


def pinned(workspace: Workspace, channel: Channel, message: Message, *, user: str) -> None:
    """Pin the message for everyone."""
    pin = Pin(message.ts, user, workspace.now_s())
    channel.pins.append(pin)
    message.pinned = True
    _tell_pin(workspace, channel, message, pin=pin, user=user, kind="pin_added")


def unpinned(workspace: Workspace, channel: Channel, message: Message, *, user: str) -> None:
    """Take the pin away."""
    pin = next(pin for pin in channel.pins if pin.ts == message.ts)
    channel.pins.remove(pin)
    message.pinned = False
    _tell_pin(workspace, channel, message, pin=pin, user=user, kind="pin_removed")


def _tell_pin(
    workspace: Workspace, channel: Channel, message: Message, *, pin: Pin, user: str, kind: str
) -> None:
    event = {
        "type": kind,
        "user": user,
        "channel_id": channel.id,
        "item": pin_body(channel, message, pin),
        "item_user": message.user,
        "pin_count": len(channel.pins),
        "pinned_info": {"channel": channel.id, "pinned_by": pin.by, "pinned_ts": pin.created},
        "event_ts": workspace.next_ts(),
    }
    if kind == "pin_removed":
        event["has_pins"] = bool(channel.pins)
    workspace.emit(event, channel)
    workspace.changed("pin", channel.id)


def pin_body(channel: Channel, message: Message, pin: Pin) -> dict[str, Any]:
    """The pinned item as events and pins.list show it."""
    return {
        "type": "message",
        "channel": channel.id,
        "message": message.body(),
        "created": pin.created,
        "created_by": pin.by,
    }


def _message_event(channel: Channel, body: dict[str, Any]) -> dict[str, Any]:
    return body | {"channel": channel.id, "channel_type": channel.kind, "event_ts": body["ts"]}
