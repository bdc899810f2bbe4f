"""files.*: reserving an upload, sharing what was uploaded, looking at it. The bytes themselves come in `uploads`."""

from typing import Any

from incidentbot.clock import new_id
from incidentbot.playground.slack import posting
from incidentbot.playground.slack.methods.content import checked_blocks
from incidentbot.playground.slack.methods.desk import Body, Desk, must_be_member
from incidentbot.playground.slack.people import BOT_USER_ID
from incidentbot.playground.slack.records import Channel, Message, StoredFile
from incidentbot.playground.slack.refusals import SlackRefusal
from incidentbot.playground.slack.strictness.arguments import Arguments
from incidentbot.playground.slack.workspace import Workspace


def get_upload_url(desk: Desk, arguments: Arguments) -> Body:
    """files.getUploadURLExternal"""
    length = arguments.number("length", 0)
    if length < 1:
        raise SlackRefusal("missing_argument")
    workspace = desk.workspace
    stored = StoredFile(
        workspace.next_id("F"), arguments.text("filename"), length, new_id(), workspace.now_s()
    )
    workspace.files[stored.id] = stored
    return {"upload_url": f"{workspace.files_url}upload/v1/{stored.ticket}", "file_id": stored.id}


def complete_upload(desk: Desk, arguments: Arguments) -> Body:
    """files.completeUploadExternal"""
    wanted = arguments.structure("files", refusal="invalid_arguments")
    stored = [_uploaded(desk, one) for one in wanted if isinstance(one, dict)]
    targets = [*arguments.words("channel_id"), *arguments.words("channels")]
    channels = [_target(desk, one) for one in targets]
    blocks = checked_blocks(arguments.structure("blocks", refusal="invalid_blocks"), desk.workspace)
    for channel in channels:
        _share(desk, channel, stored, blocks or [], arguments)
    return {"files": [file_body(desk.workspace, one) for one in stored]}


def _uploaded(desk: Desk, wanted: dict[str, Any]) -> StoredFile:
    stored = desk.workspace.files.get(str(wanted.get("id")))
    if stored is None or stored.content is None:
        raise SlackRefusal("file_not_found")
    stored.title = str(wanted.get("title") or stored.name)
    return stored


def _target(desk: Desk, identity: str) -> Channel:
    channel = desk.workspace.channels.get(identity)
    if channel is None or not channel.readable_by(BOT_USER_ID):
        raise SlackRefusal("channel_not_found")
    must_be_member(channel)
    return channel


def _share(
    desk: Desk, channel: Channel, stored: list[StoredFile], blocks: list[dict[str, Any]], arguments: Arguments
) -> None:
    for one in stored:
        one.channels.append(channel.id)
    thread = channel.messages.get(arguments.text("thread_ts"))
    message = Message(
        channel.id,
        desk.workspace.next_ts(),
        BOT_USER_ID,
        arguments.text("initial_comment"),
        blocks=blocks,
        subtype="file_share",
        thread_ts=thread.ts if thread else None,
        files=[file_body(desk.workspace, one) for one in stored],
    )
    posting.post(desk.workspace, channel, message)


def file_info(desk: Desk, arguments: Arguments) -> Body:
    """files.info"""
    stored = desk.workspace.files.get(arguments.text("file"))
    if stored is None or stored.content is None:
        raise SlackRefusal("file_not_found")
    return {
        "file": file_body(desk.workspace, stored),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


def file_body(workspace: Workspace, stored: StoredFile) -> dict[str, Any]:
    """The file object."""
    address = f"{workspace.files_url}files/{stored.id}/{stored.name}"
    kind = stored.name.rpartition(".")[2] if "." in stored.name else "text"
    return {
        "id": stored.id,
        "created": stored.created,
        "timestamp": stored.created,
        "name": stored.name,
        "title": stored.title,
        "filetype": kind,
        "mode": "hosted",
        "size": len(stored.content or b""),
        "user": BOT_USER_ID,
        "is_external": False,
        "is_public": True,
        "url_private": address,
        "url_private_download": address,
        "permalink": f"{workspace.url}files/{BOT_USER_ID}/{stored.id}/{stored.name}",
        "channels": list(stored.channels),
        "groups": [],
        "ims": [],
    }
