"""conversations.* that only look: info, list, members, history, replies; and open, which finds a direct message. Nothing is told."""

from decimal import Decimal, InvalidOperation
from typing import Any

from incidentbot.playground.slack.methods.desk import Body, Desk, must_be_member, page_of
from incidentbot.playground.slack.people import BOT_USER_ID
from incidentbot.playground.slack.records import Channel, Message
from incidentbot.playground.slack.refusals import SlackRefusal
from incidentbot.playground.slack.strictness.arguments import Arguments

_KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
_MOST_LISTED = 1000
_MOST_HISTORY = 999
_MOST_IN_A_GROUP = 8


def info(desk: Desk, arguments: Arguments) -> Body:
    """conversations.info"""
    channel = desk.channel(arguments, "conversations.info")
    body = channel.body()
    if arguments.flag("include_num_members"):
        body["num_members"] = len(channel.members)
    if canvas := desk.workspace.canvases.get(channel.id):
        body["properties"] = canvas.properties()
    return {"channel": body}


def listed(desk: Desk, arguments: Arguments) -> Body:
    """conversations.list"""
    types = arguments.words("types") or ["public_channel"]
    if not set(types) <= set(_KINDS):
        raise SlackRefusal("invalid_types")
    kinds = {_KINDS[word] for word in types}
    for kind in sorted(kinds & {"channel", "group", "im"}):
        desk.needs_for("conversations.list", kind)
    limit_or_refuse(arguments)
    shown = [
        channel
        for channel in desk.workspace.channels.values()
        if channel.kind in kinds
        and channel.readable_by(BOT_USER_ID)
        and not (channel.is_archived and arguments.flag("exclude_archived"))
    ]
    page, cursor = page_of(shown, arguments, default=100, most=_MOST_LISTED)
    bodies = [
        channel.body() | ({} if channel.im_user else {"num_members": len(channel.members)})
        for channel in page
    ]
    return {"channels": bodies, "response_metadata": {"next_cursor": cursor}}


def limit_or_refuse(arguments: Arguments) -> None:
    """Raises SlackRefusal invalid_limit above 1000 or below zero."""
    if not 0 <= arguments.number("limit", 100) <= _MOST_LISTED:
        raise SlackRefusal("invalid_limit")


def members(desk: Desk, arguments: Arguments) -> Body:
    """conversations.members"""
    channel = desk.channel(arguments, "conversations.members")
    limit_or_refuse(arguments)
    page, cursor = page_of(channel.members, arguments, default=100, most=_MOST_LISTED)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def history(desk: Desk, arguments: Arguments) -> Body:
    """conversations.history: newest first, without the replies that hang in threads."""
    channel = desk.channel(arguments, "conversations.history")
    must_be_member(channel)
    roots = [
        one for one in channel.messages.values() if one.thread_ts is None or one.subtype == "thread_broadcast"
    ]
    chosen = sorted(_between(roots, arguments), key=lambda one: one.ts, reverse=True)
    return _told(chosen, arguments) | {"pin_count": len(channel.pins)}


def replies(desk: Desk, arguments: Arguments) -> Body:
    """conversations.replies: the thread's first message, then its replies, oldest first."""
    channel = desk.channel(arguments, "conversations.replies")
    must_be_member(channel)
    asked = channel.messages.get(arguments.text("ts"))
    if asked is None:
        raise SlackRefusal("thread_not_found")
    root = channel.messages.get(asked.thread_ts or asked.ts, asked)
    thread = [channel.messages[ts] for ts in root.replies if ts in channel.messages]
    return _told([root, *_between(thread, arguments)], arguments)


def _told(messages: list[Message], arguments: Arguments) -> Body:
    metadata = "with" if arguments.flag("include_all_metadata") else "without"
    page, cursor = page_of(messages, arguments, default=100, most=_MOST_HISTORY)
    body: dict[str, Any] = {
        "messages": [message.body(metadata=metadata) for message in page],
        "has_more": bool(cursor),
    }
    return body | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _between(messages: list[Message], arguments: Arguments) -> list[Message]:
    oldest = _stamp(arguments, "oldest")
    latest = _stamp(arguments, "latest")
    inclusive = arguments.flag("inclusive")

    def inside(message: Message) -> bool:
        at = Decimal(message.ts)
        if inclusive and at in {oldest, latest}:
            return True
        return (oldest is None or at > oldest) and (latest is None or at < latest)

    return [message for message in messages if inside(message)]


def _stamp(arguments: Arguments, name: str) -> Decimal | None:
    word = arguments.text(name)
    if word in {"", "now"}:
        return None
    try:
        return Decimal(word)
    except InvalidOperation as error:
        raise SlackRefusal(f"invalid_ts_{name}") from error


def open_direct(desk: Desk, arguments: Arguments) -> Body:
    """conversations.open: a direct message with one person; groups of people are not modelled."""
    users = arguments.words("users")
    if not users:
        channel = desk.workspace.channels.get(arguments.text("channel"))
        if channel is None:
            raise SlackRefusal("channel_not_found" if "channel" in arguments else "users_list_not_supplied")
        return {"channel": _opened(channel, arguments), "no_op": True, "already_open": True}
    if len(users) > _MOST_IN_A_GROUP:
        raise SlackRefusal("too_many_users")
    if not set(users) <= set(desk.workspace.people):
        raise SlackRefusal("user_not_found")
    if any(desk.workspace.people[user].deleted for user in users):
        raise SlackRefusal("user_disabled")
    if len(users) > 1 or users == [BOT_USER_ID]:
        raise SlackRefusal("invalid_user_combination")
    return {"channel": _opened(desk.workspace.direct_message(users[0]), arguments)}


def _opened(channel: Channel, arguments: Arguments) -> Body:
    return channel.body() if arguments.flag("return_im") else {"id": channel.id}
