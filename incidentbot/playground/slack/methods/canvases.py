"""conversations.canvases.create and canvases.edit: one canvas for each channel, filled and replaced. Others are not modelled.

Pages: docs.slack.dev/reference/methods/conversations.canvases.create and /canvases.edit, August 2026.
"""

from typing import Any

from incidentbot.playground.slack.methods.desk import Body, Desk
from incidentbot.playground.slack.people import BOT_USER_ID
from incidentbot.playground.slack.records import Canvas, Channel
from incidentbot.playground.slack.refusals import SlackRefusal, explained
from incidentbot.playground.slack.strictness.arguments import Arguments
from incidentbot.playground.slack.strictness.canvas_rules import checked_content

_CREATING, _EDITING = "canvas_creation_failed", "canvas_editing_failed"
_ADDING = frozenset({"insert_at_start", "insert_at_end"})
_BY_SECTION = frozenset({"insert_before", "insert_after", "delete"})


def create(desk: Desk, arguments: Arguments) -> Body:
    """conversations.canvases.create"""
    channel = desk.channel(arguments, "conversations.canvases.create", name="channel_id")
    _allowed(desk, channel)
    workspace = desk.workspace
    if channel.id in workspace.canvases:
        raise SlackRefusal("channel_canvas_already_exists")
    content = arguments.structure("document_content", refusal="invalid_arguments")
    markdown = "" if content is None else checked_content(content, _CREATING)
    canvas = Canvas(workspace.next_id("F"), channel.id, arguments.text("title"), markdown, BOT_USER_ID)
    workspace.canvases[channel.id] = canvas
    workspace.changed("canvas", channel.id)
    return {"canvas_id": canvas.id}


def edit(desk: Desk, arguments: Arguments) -> Body:
    """canvases.edit: one change a call"""
    wanted = arguments.text("canvas_id")
    canvas = next((one for one in desk.workspace.canvases.values() if one.id == wanted), None)
    if canvas is None or not desk.workspace.channels[canvas.channel].readable_by(BOT_USER_ID):
        raise SlackRefusal("canvas_not_found")
    channel = desk.workspace.channels[canvas.channel]
    _allowed(desk, channel)
    _change(canvas, _only(arguments.structure("changes", refusal="invalid_arguments")))
    desk.workspace.changed("canvas", channel.id)
    return {}


def _allowed(desk: Desk, channel: Channel) -> None:
    """Raises SlackRefusal for a plan or a workspace without canvases, and where the app may not write."""
    if refusal := desk.workspace.canvas_refusal:
        raise SlackRefusal(refusal)
    if BOT_USER_ID not in channel.members or channel.is_archived:
        raise SlackRefusal("restricted_action")


def _only(changes: Any) -> dict[str, Any]:
    if not isinstance(changes, list) or not changes or not isinstance(changes[0], dict):
        raise explained("invalid_arguments", ["must be a list of changes [json-pointer:/changes]"])
    if len(changes) > 1:
        raise explained("invalid_arguments", ["no more than 1 items allowed [json-pointer:/changes]"])
    change: dict[str, Any] = changes[0]
    if unknown := set(change) - {"operation", "section_id", "document_content", "title_content"}:
        raise explained("invalid_arguments", [f"unknown property: {name}" for name in sorted(unknown)])
    return change


def _change(canvas: Canvas, change: dict[str, Any]) -> None:
    operation = change.get("operation")
    if operation == "rename":
        canvas.title = checked_content(change.get("title_content"), _EDITING)
        return
    if operation in _BY_SECTION or "section_id" in change:
        raise SlackRefusal(_EDITING, detail="sections are not modelled here")
    if operation not in {"replace", *_ADDING}:
        raise explained("invalid_arguments", ["must be an operation [json-pointer:/changes/0/operation]"])
    markdown = checked_content(change.get("document_content"), _EDITING)
    before, after = (
        (markdown, canvas.markdown) if operation == "insert_at_start" else (canvas.markdown, markdown)
    )
    canvas.markdown = markdown if operation == "replace" else f"{before}\n\n{after}".strip()
