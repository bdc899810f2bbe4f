"""What a method of the Web API works with, and the checks that many of them share. Knows no HTTP."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from incidentbot.playground.slack.delivering.triggers import Triggers
from incidentbot.playground.slack.people import BOT_USER_ID
from incidentbot.playground.slack.records import Channel, Message
from incidentbot.playground.slack.refusals import SlackRefusal
from incidentbot.playground.slack.strictness.arguments import Arguments
from incidentbot.playground.slack.strictness.scopes import METHOD_SCOPES, SCOPES_BY_KIND
from incidentbot.playground.slack.workspace import Workspace

Item = TypeVar("Item")
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """The workspace and the trigger ids it has given out."""

    workspace: Workspace
    triggers: Triggers

    def needs(self, scopes: Sequence[str]) -> None:
        """Raises SlackRefusal missing_scope when none of the scopes is granted; no scopes, no need."""
        granted = self.workspace.granted_scopes
        if scopes and not granted.intersection(scopes):
            raise SlackRefusal("missing_scope", needed=scopes[0], provided=",".join(sorted(granted)))

    def needs_for(self, method: str, kind: str = "channel") -> None:
        """The scope of a method, for conversations of one kind where the kind matters."""
        self.needs(METHOD_SCOPES.get(method) or SCOPES_BY_KIND.get(method, {}).get(kind, ()))

    def channel(self, arguments: Arguments, method: str, *, name: str = "channel") -> Channel:
        """The conversation the call names by id, as far as the app can see it.

        Raises SlackRefusal channel_not_found or missing_scope.
        """
        channel = self.workspace.channels.get(arguments.text(name))
        if channel is None or not channel.readable_by(BOT_USER_ID):
            raise SlackRefusal("channel_not_found")
        self.needs_for(method, channel.kind)
        return channel

    def message(self, channel: Channel, ts: str) -> Message:
        """Raises SlackRefusal message_not_found."""
        message = channel.messages.get(ts)
        if message is None:
            raise SlackRefusal("message_not_found")
        return message


Method = Callable[[Desk, Arguments], Body]


def must_be_member(channel: Channel, code: str = "not_in_channel") -> None:
    """Raises SlackRefusal `code` when the app is not in the conversation."""
    if BOT_USER_ID not in channel.members:
        raise SlackRefusal(code)


def must_be_open(channel: Channel) -> None:
    """Raises SlackRefusal is_archived."""
    if channel.is_archived:
        raise SlackRefusal("is_archived")


def must_not_be_direct(channel: Channel) -> None:
    """Raises SlackRefusal method_not_supported_for_channel_type for direct messages."""
    if channel.kind == "im":
        raise SlackRefusal("method_not_supported_for_channel_type")


def page_of(
    items: Sequence[Item], arguments: Arguments, *, default: int, most: int
) -> tuple[list[Item], str]:
    """One page of a list and the cursor of the next, empty at the end.

    Raises SlackRefusal invalid_cursor for a cursor that was never given.
    """
    size = min(arguments.number("limit", default) or default, most)
    start = _place(arguments.text("cursor"))
    more = start + size < len(items)
    cursor = base64.b64encode(f"place:{start + size}".encode()).decode() if more else ""
    return list(items[start : start + size]), cursor


def _place(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word = base64.b64decode(cursor, validate=True).decode()
        return int(word.removeprefix("place:"))
    except (binascii.Error, ValueError) as error:
        raise SlackRefusal("invalid_cursor") from error
