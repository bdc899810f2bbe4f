"""conversations.* that make, close and name channels, and bring people in and out. Never reads what was said."""

from incidentbot.playground.slack import membership
from incidentbot.playground.slack.methods.desk import (
    Body,
    Desk,
    must_be_member,
    must_be_open,
    must_not_be_direct,
)
from incidentbot.playground.slack.names import checked_line, checked_name
from incidentbot.playground.slack.people import BOT_USER_ID
from incidentbot.playground.slack.records import Channel
from incidentbot.playground.slack.refusals import SlackRefusal, explained
from incidentbot.playground.slack.strictness.arguments import Arguments

MOST_INVITED = 100  # https://docs.slack.dev/reference/methods/conversations.invite


def _free_name(desk: Desk, name: str) -> str:
    """The name, checked and not taken; archived channels keep theirs."""
    checked_name(name)
    if any(channel.name == name for channel in desk.workspace.channels.values()):
        raise SlackRefusal("name_taken")
    return name


def create(desk: Desk, arguments: Arguments) -> Body:
    """conversations.create"""
    kind = "group" if arguments.flag("is_private") else "channel"
    desk.needs_for("conversations.create", kind)
    name = _free_name(desk, arguments.text("name"))
    return {"channel": membership.created(desk.workspace, name, by=BOT_USER_ID, kind=kind).body()}


def join(desk: Desk, arguments: Arguments) -> Body:
    """conversations.join"""
    channel = desk.channel(arguments, "conversations.join")
    if channel.kind != "channel":
        raise SlackRefusal("method_not_supported_for_channel_type")
    must_be_open(channel)
    if BOT_USER_ID in channel.members:
        already = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
        return {"channel": channel.body(), **already}
    membership.joined(desk.workspace, channel, BOT_USER_ID)
    return {"channel": channel.body()}


def invite(desk: Desk, arguments: Arguments) -> Body:
    """conversations.invite: all of them or nobody, unless `force` lets the wrong ones be passed over."""
    channel = desk.channel(arguments, "conversations.invite")
    must_not_be_direct(channel)
    must_be_open(channel)
    must_be_member(channel)
    users = list(dict.fromkeys(arguments.words("users")))
    if len(users) > MOST_INVITED:
        raise explained(
            "invalid_arguments", [f"no more than {MOST_INVITED} items allowed [json-pointer:/users]"]
        )
    errors = [
        {"user": user, "ok": False, "error": error}
        for user in users
        if (error := _uninvitable(desk, channel, user))
    ]
    refused = {error["user"] for error in errors}
    welcome = [user for user in users if user not in refused]
    if errors and not (arguments.flag("force") and welcome):
        raise SlackRefusal(str(errors[0]["error"]), errors=errors)
    for user in welcome:
        membership.joined(desk.workspace, channel, user, inviter=BOT_USER_ID)
    return {"channel": channel.body(), **({"errors": errors} if errors else {})}


def _uninvitable(desk: Desk, channel: Channel, user: str) -> str | None:
    if user not in desk.workspace.people:
        return "user_not_found"
    if user == BOT_USER_ID:
        return "cant_invite_self"
    return "already_in_channel" if user in channel.members else None


def kick(desk: Desk, arguments: Arguments) -> Body:
    """conversations.kick"""
    channel = desk.channel(arguments, "conversations.kick")
    must_not_be_direct(channel)
    must_be_member(channel)
    user = arguments.text("user")
    if user == BOT_USER_ID:
        raise SlackRefusal("cant_kick_self")
    if user not in desk.workspace.people:
        raise SlackRefusal("user_not_found")
    if user not in channel.members:
        raise SlackRefusal("not_in_channel")
    if channel.is_general:
        raise SlackRefusal("cant_kick_from_general")
    membership.left(desk.workspace, channel, user)
    return {"errors": {}}


def leave(desk: Desk, arguments: Arguments) -> Body:
    """conversations.leave"""
    channel = desk.channel(arguments, "conversations.leave")
    must_not_be_direct(channel)
    must_be_open(channel)
    if BOT_USER_ID not in channel.members:
        return {"not_in_channel": True}
    if channel.is_general:
        raise SlackRefusal("cant_leave_general")
    membership.left(desk.workspace, channel, BOT_USER_ID)
    return {}


def archive(desk: Desk, arguments: Arguments) -> Body:
    """conversations.archive"""
    channel = desk.channel(arguments, "conversations.archive")
    must_not_be_direct(channel)
    must_be_member(channel)
    if channel.is_archived:
        raise SlackRefusal("already_archived")
    if channel.is_general:
        raise SlackRefusal("cant_archive_general")
    membership.archived(desk.workspace, channel, by=BOT_USER_ID)
    return {}


def unarchive(desk: Desk, arguments: Arguments) -> Body:
    """conversations.unarchive"""
    channel = desk.channel(arguments, "conversations.unarchive")
    must_not_be_direct(channel)
    if not channel.is_archived:
        raise SlackRefusal("not_archived")
    membership.unarchived(desk.workspace, channel, by=BOT_USER_ID)
    return {}


def rename(desk: Desk, arguments: Arguments) -> Body:
    """conversations.rename"""
    channel = desk.channel(arguments, "conversations.rename")
    must_not_be_direct(channel)
    must_be_open(channel)
    must_be_member(channel)
    if channel.creator != BOT_USER_ID:
        raise SlackRefusal("not_authorized")
    membership.renamed(desk.workspace, channel, _free_name(desk, arguments.text("name")), by=BOT_USER_ID)
    return {"channel": channel.body()}


def set_topic(desk: Desk, arguments: Arguments) -> Body:
    """conversations.setTopic"""
    channel = _lined(desk, arguments, "topic", "conversations.setTopic")
    return {"channel": channel.body()}


def set_purpose(desk: Desk, arguments: Arguments) -> Body:
    """conversations.setPurpose"""
    channel = _lined(desk, arguments, "purpose", "conversations.setPurpose")
    return {"purpose": channel.purpose.value, "channel": channel.body()}


def _lined(desk: Desk, arguments: Arguments, which: str, method: str) -> Channel:
    channel = desk.channel(arguments, method)
    must_not_be_direct(channel)
    must_be_open(channel)
    must_be_member(channel)
    membership.lined(desk.workspace, channel, which, checked_line(arguments.text(which)), by=BOT_USER_ID)
    return channel
