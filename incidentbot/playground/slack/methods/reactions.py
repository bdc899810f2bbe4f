"""reactions.*: the emoji under a message. Only the app's own ones are added or taken away."""

import re

from incidentbot.playground.slack import posting
from incidentbot.playground.slack.methods.desk import Body, Desk, must_be_open
from incidentbot.playground.slack.methods.pins_bookmarks import stamped_message
from incidentbot.playground.slack.people import BOT_USER_ID
from incidentbot.playground.slack.refusals import SlackRefusal
from incidentbot.playground.slack.strictness.arguments import Arguments

_NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def _named(arguments: Arguments) -> str:
    name = arguments.text("name").strip(":")
    if not _NAME.fullmatch(name):
        raise SlackRefusal("invalid_name")
    return name


def add(desk: Desk, arguments: Arguments) -> Body:
    """reactions.add"""
    channel = desk.channel(arguments, "reactions.add")
    must_be_open(channel)
    message = stamped_message(desk, channel, arguments)
    name = _named(arguments)
    if BOT_USER_ID in message.reactions.get(name, []):
        raise SlackRefusal("already_reacted")
    posting.reacted(desk.workspace, channel, message, user=BOT_USER_ID, name=name)
    return {}


def remove(desk: Desk, arguments: Arguments) -> Body:
    """reactions.remove"""
    channel = desk.channel(arguments, "reactions.remove")
    message = stamped_message(desk, channel, arguments)
    name = _named(arguments)
    if BOT_USER_ID not in message.reactions.get(name, []):
        raise SlackRefusal("no_reaction")
    posting.unreacted(desk.workspace, channel, message, user=BOT_USER_ID, name=name)
    return {}


def get(desk: Desk, arguments: Arguments) -> Body:
    """reactions.get"""
    channel = desk.channel(arguments, "reactions.get")
    message = stamped_message(desk, channel, arguments)
    return {"type": "message", "channel": channel.id, "message": message.body()}
