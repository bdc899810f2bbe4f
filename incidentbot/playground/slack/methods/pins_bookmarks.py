"""pins.* and bookmarks.*: what stays at the top of a channel. Never changes a message."""

import re
from typing import Any

from incidentbot.playground.slack import posting
from incidentbot.playground.slack.methods.desk import Body, Desk, must_be_member
from incidentbot.playground.slack.people import APP_ID, BOT_USER_ID, TEAM_ID
from incidentbot.playground.slack.records import Channel, Message
from incidentbot.playground.slack.refusals import SlackRefusal, explained
from incidentbot.playground.slack.strictness.arguments import Arguments

MOST_PINS = 100
MOST_BOOKMARKS = 100
_TITLE_LENGTH = 256
_LINK_LENGTH = 2048
_STAMP = re.compile(r"\d{1,16}\.\d{6}")
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")


def stamped_message(desk: Desk, channel: Channel, arguments: Arguments) -> Message:
    """The message that `timestamp` names.

    Raises SlackRefusal no_item_specified, bad_timestamp or message_not_found.
    """
    stamp = arguments.text("timestamp")
    if not stamp:
        raise SlackRefusal("no_item_specified")
    if not _STAMP.fullmatch(stamp):
        raise SlackRefusal("bad_timestamp")
    return desk.message(channel, stamp)


def add_pin(desk: Desk, arguments: Arguments) -> Body:
    """pins.add"""
    channel = desk.channel(arguments, "pins.add")
    must_be_member(channel)
    message = stamped_message(desk, channel, arguments)
    if message.pinned:
        raise SlackRefusal("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise SlackRefusal("too_many_pins")
    posting.pinned(desk.workspace, channel, message, user=BOT_USER_ID)
    return {}


def remove_pin(desk: Desk, arguments: Arguments) -> Body:
    """pins.remove"""
    channel = desk.channel(arguments, "pins.remove")
    message = stamped_message(desk, channel, arguments)
    if not message.pinned:
        raise SlackRefusal("no_pin")
    posting.unpinned(desk.workspace, channel, message, user=BOT_USER_ID)
    return {}


def list_pins(desk: Desk, arguments: Arguments) -> Body:
    """pins.list: the newest pin first"""
    channel = desk.channel(arguments, "pins.list")
    items = [posting.pin_body(channel, channel.messages[pin.ts], pin) for pin in reversed(channel.pins)]
    return {"items": items}


def add_bookmark(desk: Desk, arguments: Arguments) -> Body:
    """bookmarks.add: links only"""
    channel = _own_channel(desk, arguments, "bookmarks.add")
    if arguments.text("type") != "link":
        raise SlackRefusal("invalid_bookmark_type")
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise SlackRefusal("too_many_bookmarks")
    bookmark: dict[str, Any] = {
        "id": desk.workspace.next_id("Bk"),
        "channel_id": channel.id,
        "title": _title(arguments),
        "link": _link(arguments),
        "emoji": _emoji(arguments),
        "icon_url": None,
        "type": "link",
        "entity_id": None,
        "date_created": desk.workspace.now_s(),
        "date_updated": 0,
        "rank": f"{len(channel.bookmarks):04d}",
        "last_updated_by_user_id": BOT_USER_ID,
        "last_updated_by_team_id": TEAM_ID,
        "shortcut_id": None,
        "app_id": APP_ID,
    }
    channel.bookmarks[bookmark["id"]] = bookmark
    desk.workspace.changed("bookmark", channel.id)
    return {"bookmark": bookmark}


def edit_bookmark(desk: Desk, arguments: Arguments) -> Body:
    """bookmarks.edit"""
    channel = _own_channel(desk, arguments, "bookmarks.edit")
    bookmark = _bookmark(channel, arguments)
    readers = {"title": _title, "link": _link, "emoji": _emoji}
    bookmark |= {name: read(arguments) for name, read in readers.items() if name in arguments}
    bookmark["date_updated"] = desk.workspace.now_s()
    desk.workspace.changed("bookmark", channel.id)
    return {"bookmark": bookmark}


def list_bookmarks(desk: Desk, arguments: Arguments) -> Body:
    """bookmarks.list"""
    channel = _own_channel(desk, arguments, "bookmarks.list")
    return {"bookmarks": list(channel.bookmarks.values())}


def remove_bookmark(desk: Desk, arguments: Arguments) -> Body:
    """bookmarks.remove"""
    channel = _own_channel(desk, arguments, "bookmarks.remove")
    del channel.bookmarks[_bookmark(channel, arguments)["id"]]
    desk.workspace.changed("bookmark", channel.id)
    return {}


def _own_channel(desk: Desk, arguments: Arguments, method: str) -> Channel:
    channel = desk.channel(arguments, method, name="channel_id")
    must_be_member(channel, "access_denied")
    return channel


def _bookmark(channel: Channel, arguments: Arguments) -> dict[str, Any]:
    bookmark = channel.bookmarks.get(arguments.text("bookmark_id"))
    if bookmark is None:
        raise SlackRefusal("not_found")
    return bookmark


def _title(arguments: Arguments) -> str:
    title = arguments.text("title")
    if not 0 < len(title) <= _TITLE_LENGTH:
        most = f"must be less than {_TITLE_LENGTH + 1} characters [json-pointer:/title]"
        raise explained("invalid_arguments", [most])
    return title


def _link(arguments: Arguments) -> str:
    link = arguments.text("link")
    if not link.startswith(("http://", "https://")):
        raise SlackRefusal("invalid_link")
    if len(link) > _LINK_LENGTH:
        most = f"must be less than {_LINK_LENGTH + 1} characters [json-pointer:/link]"
        raise explained("invalid_arguments", [most])
    return link


def _emoji(arguments: Arguments) -> str:
    emoji = arguments.text("emoji")
    if emoji and not _EMOJI.fullmatch(emoji):
        raise SlackRefusal("invalid_emoji")
    return emoji
