"""Slack's events about messages as the timeline keeps them. Pure; which rooms count is the store's matter."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from incidentbot.core.messages import Message
from incidentbot.flows.ports import Captured, CaptureKind
from incidentbot.slack.payloads import Payload, part, parts, text

_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")

HEARD = ("message", "reaction_added", "reaction_removed", "pin_added", "pin_removed")
"""The events that are captured before they are acknowledged."""


def captured(body: Payload) -> Captured | None:
    """What an event does to a message; None for events that concern none, and for payloads of another shape."""
    event = part(body, "event")
    reader = READERS.get(text(event, "type"))
    event_id = text(body, "event_id")
    return reader(event_id, event) if reader and event_id else None


def _message(event_id: str, event: Payload) -> Captured | None:
    subtype = text(event, "subtype")
    if subtype == "message_changed":
        return _about(CaptureKind.CHANGED, event_id, event, part(event, "message"))
    if subtype == "message_deleted":
        gone = {**part(event, "previous_message"), "ts": text(event, "deleted_ts"), "text": ""}
        return _about(CaptureKind.DELETED, event_id, event, gone)
    return _about(CaptureKind.POSTED, event_id, event, event)


def _about(kind: CaptureKind, event_id: str, event: Payload, message: Payload) -> Captured | None:
    read = message_of(text(event, "channel"), message, kind)
    return Captured(event_id, kind, read) if read else None


def _reaction(kind: CaptureKind) -> Callable[[str, Payload], Captured | None]:
    def read(event_id: str, event: Payload) -> Captured | None:
        item = part(event, "item")
        message = _bare(text(item, "channel"), text(item, "ts"))
        if message is None:
            return None
        return Captured(event_id, kind, message, text(event, "reaction"), text(event, "user") or None)

    return read


def _pin(kind: CaptureKind) -> Callable[[str, Payload], Captured | None]:
    def read(event_id: str, event: Payload) -> Captured | None:
        item = part(event, "item")
        ts = text(item, "message", "ts") or text(item, "ts")
        message = _bare(text(event, "channel_id") or text(item, "channel"), ts)
        return Captured(event_id, kind, message, by=text(event, "user") or None) if message else None

    return read


def message_of(channel: str, message: Payload, kind: CaptureKind) -> Message | None:
    """The message in Slack's words for it; None for one without a place."""
    ts = text(message, "ts")
    if not channel or not _TS.fullmatch(ts):
        return None
    return Message(
        channel=channel,
        ts=ts,
        at=datetime.fromtimestamp(float(ts), UTC),
        user=text(message, "user") or None,
        text=_words(message),
        bot=bool(text(message, "bot_id")),
        thread_ts=text(message, "thread_ts") or None,
        subtype=text(message, "subtype") or None,
        edited=kind is CaptureKind.CHANGED,
        deleted=kind is CaptureKind.DELETED,
    )


def _words(message: Payload) -> str:
    """The text; of a message that is only files, their names; of an alert that is only attachments, their fallbacks."""
    said = text(message, "text")
    if said:
        return said
    files = [f"[file: {text(one, 'name') or 'without a name'}]" for one in parts(message, "files")]
    alerts = [text(one, "fallback") or text(one, "text") for one in parts(message, "attachments")]
    return " ".join(word for word in (*files, *alerts) if word)


def _bare(channel: str, ts: str) -> Message | None:
    """The message a reaction or a pin is about: only its name is known."""
    return message_of(channel, {"ts": ts}, CaptureKind.REACTION_ADDED)


READERS: Mapping[str, Callable[[str, Payload], Captured | None]] = {
    "message": _message,
    "reaction_added": _reaction(CaptureKind.REACTION_ADDED),
    "reaction_removed": _reaction(CaptureKind.REACTION_REMOVED),
    "pin_added": _pin(CaptureKind.PINNED),
    "pin_removed": _pin(CaptureKind.UNPINNED),
}
"""Event type -> how it is read. One row for each of HEARD."""
