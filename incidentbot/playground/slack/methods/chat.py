"""chat.*: writing, editing, deleting, whispering and linking to messages. Never touches another's words."""

from incidentbot.playground.slack import posting
from incidentbot.playground.slack.methods.content import TEXT_EDITED, Content, content_of
from incidentbot.playground.slack.methods.desk import Body, Desk, must_be_member, must_be_open
from incidentbot.playground.slack.people import BOT_USER_ID
from incidentbot.playground.slack.records import Channel, Message
from incidentbot.playground.slack.refusals import SlackRefusal
from incidentbot.playground.slack.strictness.arguments import Arguments

_DRESSING = ("username", "icon_emoji", "icon_url")


def post(desk: Desk, arguments: Arguments) -> Body:
    """chat.postMessage"""
    _dressed_with_scope(desk, arguments)
    channel = _addressed(desk, arguments)
    must_be_open(channel)
    if BOT_USER_ID not in channel.members and "chat:write.public" not in desk.workspace.granted_scopes:
        raise SlackRefusal("not_in_channel")
    content = _some(content_of(arguments, desk.workspace))
    message = _new_message(desk, channel, content, thread_ts=_thread(channel, arguments))
    if message.thread_ts and arguments.flag("reply_broadcast"):
        message.subtype = "thread_broadcast"
    posting.post(desk.workspace, channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": message.body(metadata="with")}


def _addressed(desk: Desk, arguments: Arguments) -> Channel:
    """chat.postMessage takes a channel's id or name, or a person's id."""
    target = arguments.text("channel")
    if target in desk.workspace.people and target != BOT_USER_ID:
        return desk.workspace.direct_message(target)
    channel = desk.workspace.find_channel(target)
    if channel is None or not channel.readable_by(BOT_USER_ID):
        raise SlackRefusal("channel_not_found")
    return channel


def _dressed_with_scope(desk: Desk, arguments: Arguments) -> None:
    if any(name in arguments for name in _DRESSING):
        desk.needs(("chat:write.customize",))


def _thread(channel: Channel, arguments: Arguments) -> str | None:
    """The thread's first message; naming a reply means its thread."""
    asked = arguments.maybe("thread_ts")
    if asked is None:
        return None
    parent = channel.messages.get(asked)
    if parent is None:
        raise SlackRefusal("cannot_reply_to_message")
    return parent.thread_ts or parent.ts


def _new_message(desk: Desk, channel: Channel, content: Content, *, thread_ts: str | None) -> Message:
    return Message(
        channel.id,
        desk.workspace.next_ts(),
        BOT_USER_ID,
        content.text or "",
        blocks=content.blocks or [],
        attachments=content.attachments or [],
        metadata=content.metadata,
        thread_ts=thread_ts,
    )


def _some(content: Content) -> Content:
    if content.is_empty:
        raise SlackRefusal("no_text")
    return content


def update(desk: Desk, arguments: Arguments) -> Body:
    """chat.update: what the call does not speak of stays; empty blocks take the old ones away."""
    channel = desk.channel(arguments, "chat.update")
    message = desk.message(channel, arguments.text("ts"))
    if not message.by_bot:
        raise SlackRefusal("cant_update_message")
    if channel.is_archived:
        raise SlackRefusal("is_inactive")
    content = content_of(arguments, desk.workspace)
    if content.text is None and not content.blocks and not content.attachments:
        raise SlackRefusal("no_text")
    if len(content.text or "") > TEXT_EDITED:
        raise SlackRefusal("msg_too_long")
    if not (content.text or content.blocks or content.attachments or message.blocks):
        raise SlackRefusal("no_text")
    posting.edited(desk.workspace, channel, message, by=BOT_USER_ID, **content.fields())
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message.body(metadata="with"),
    }


def delete(desk: Desk, arguments: Arguments) -> Body:
    """chat.delete: the app's own messages only"""
    channel = desk.channel(arguments, "chat.delete")
    message = desk.message(channel, arguments.text("ts"))
    if not message.by_bot:
        raise SlackRefusal("cant_delete_message")
    posting.deleted(desk.workspace, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(desk: Desk, arguments: Arguments) -> Body:
    """chat.postEphemeral: both the app and the person must be in the channel"""
    _dressed_with_scope(desk, arguments)
    channel = desk.channel(arguments, "chat.postEphemeral")
    must_be_open(channel)
    must_be_member(channel)
    user = arguments.text("user")
    if user not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    content = _some(content_of(arguments, desk.workspace))
    message = _new_message(desk, channel, content, thread_ts=_thread(channel, arguments))
    message.visible_to = user
    posting.whisper(desk.workspace, channel, message)
    return {"message_ts": message.ts}


def get_permalink(desk: Desk, arguments: Arguments) -> Body:
    """chat.getPermalink"""
    channel = desk.channel(arguments, "chat.getPermalink")
    message = desk.message(channel, arguments.text("message_ts"))
    link = f"{desk.workspace.url}archives/{channel.id}/p{message.ts.replace('.', '')}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    return {"channel": channel.id, "permalink": link + thread}
