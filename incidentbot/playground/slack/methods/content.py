"""What a message says: text, blocks, attachments and metadata read from a call and checked against Slack's limits. Posts nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from incidentbot.playground.slack.pings import as_slack_encodes
from incidentbot.playground.slack.refusals import SlackRefusal, explained
from incidentbot.playground.slack.strictness.arguments import Arguments
from incidentbot.playground.slack.strictness.blocks import TOTAL_CHARACTERS, characters, complaints, with_ids
from incidentbot.playground.slack.workspace import Workspace

TEXT_KEPT = (
    40_000  # longer text is cut: https://docs.slack.dev/changelog/2018-truncating-really-long-messages
)
TEXT_EDITED = 4_000  # msg_too_long of chat.update
MARKDOWN_LENGTH = 12_000  # https://docs.slack.dev/reference/methods/chat.postMessage
MOST_ATTACHMENTS = 100
METADATA_LENGTH = 8_000  # the page names metadata_too_large without a figure; this one is ours


@dataclass(frozen=True, slots=True)
class Content:
    """What was written; None means that the call did not speak of it."""

    text: str | None
    blocks: list[dict[str, Any]] | None
    attachments: list[dict[str, Any]] | None
    metadata: dict[str, Any] | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.text or self.blocks or self.attachments)

    def fields(self) -> dict[str, Any]:
        """Only what the call spoke of."""
        spoken = {
            "text": self.text,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "metadata": self.metadata,
        }
        return {name: value for name, value in spoken.items() if value is not None}


def content_of(arguments: Arguments, workspace: Workspace) -> Content:
    """The content of a chat.* call.

    Raises SlackRefusal markdown_text_conflict, invalid_blocks, invalid_blocks_format, msg_blocks_too_long,
    too_many_attachments, invalid_metadata_format or metadata_too_large.
    """
    if "markdown_text" in arguments and ("text" in arguments or "blocks" in arguments):
        raise SlackRefusal("markdown_text_conflict")
    return Content(
        text=_text(arguments, workspace),
        blocks=checked_blocks(arguments.structure("blocks", refusal="invalid_blocks_format"), workspace),
        attachments=_attachments(arguments),
        metadata=_metadata(arguments),
    )


def _text(arguments: Arguments, workspace: Workspace) -> str | None:
    if "markdown_text" in arguments:
        markdown = arguments.text("markdown_text")
        if len(markdown) > MARKDOWN_LENGTH:
            most = f"must be less than {MARKDOWN_LENGTH + 1} characters [json-pointer:/markdown_text]"
            raise explained("invalid_arguments", [most])
        return markdown
    if "text" not in arguments:
        return None
    text = arguments.text("text")[:TEXT_KEPT]
    if arguments.flag("link_names") or arguments.text("parse") == "full":
        return as_slack_encodes(text, workspace.names())
    return text


def checked_blocks(blocks: Any, workspace: Workspace) -> list[dict[str, Any]] | None:
    """The blocks of a message with their ids; None stays None.

    Raises SlackRefusal invalid_blocks with the reasons, or msg_blocks_too_long.
    """
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise SlackRefusal("invalid_blocks_format")
    if found := complaints(blocks):
        refusal = explained("invalid_blocks", found)
        refusal.extra["errors"] = list(found)
        raise refusal
    if characters(blocks) > TOTAL_CHARACTERS:
        raise SlackRefusal("msg_blocks_too_long")
    return with_ids(blocks, workspace.next_id("b"))


def _attachments(arguments: Arguments) -> list[dict[str, Any]] | None:
    attachments = arguments.structure("attachments", refusal="invalid_arguments")
    if attachments is None:
        return None
    if not isinstance(attachments, list):
        raise explained("invalid_arguments", ["must be an array [json-pointer:/attachments]"])
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackRefusal("too_many_attachments")
    return attachments


def _metadata(arguments: Arguments) -> dict[str, Any] | None:
    metadata = arguments.structure("metadata", refusal="invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, Mapping) or not isinstance(metadata.get("event_type"), str):
        raise SlackRefusal("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), Mapping):
        raise SlackRefusal("invalid_metadata_format")
    if set(metadata) - {"event_type", "event_payload", "entities"}:
        raise SlackRefusal("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA_LENGTH:
        raise SlackRefusal("metadata_too_large")
    return dict(metadata)
