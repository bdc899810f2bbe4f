"""Block Kit's pieces as small functions that keep Slack's limits. Knows no incident.

Limits: https://docs.slack.dev/reference/block-kit; the total is the figure of bolt-js issue 2509, less a margin.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]

SECTION = 3000
FIELD = 2000
HEADER = 150
LABEL = 75
VALUE = 2000
BLOCKS = 50
TOTAL = 13_000
CONTEXT = 10
PLACEHOLDER = 150
MOST_OPTIONS = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A message: the line a notification shows, already escaped, and the blocks."""

    text: str
    blocks: list[Block]


def cut(text: str, limit: int) -> str:
    """Plain text of at most `limit` characters, its loss marked with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def cut_mrkdwn(text: str, limit: int) -> str:
    """Escaped text of at most `limit` characters that ends in no half mention, link or entity."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    if kept.rfind("<") > kept.rfind(">"):
        kept = kept[: kept.rfind("<")]
    if kept.rfind("&") > kept.rfind(";"):
        kept = kept[: kept.rfind("&")]
    return kept.rstrip() + "…"


def mrkdwn(text: str, limit: int = SECTION) -> Block:
    """A text object; text must be escaped already. Nothing at all becomes a space, which Slack takes."""
    return {"type": "mrkdwn", "text": cut_mrkdwn(text, limit) if text.strip() else "\u00a0"}


def plain(text: str, limit: int = LABEL) -> Block:
    """A text object without formatting; emoji are shown."""
    return {"type": "plain_text", "text": cut(text, limit) if text.strip() else "\u00a0", "emoji": True}


def header(text: str) -> Block:
    """The large line at the top."""
    return {"type": "header", "text": plain(text, HEADER)}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph, with a button beside it if given."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block if accessory is None else {**block, "accessory": accessory}


def fields(texts: Sequence[str], accessory: Block | None = None) -> Block:
    """Up to ten short texts, two to a row where there is room."""
    block: Block = {"type": "section", "fields": [mrkdwn(text, FIELD) for text in texts[:10]]}
    return block if accessory is None else {**block, "accessory": accessory}


def context(*texts: str) -> Block:
    """Small grey text."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts[:CONTEXT]]}


def code(text: str, limit: int = SECTION) -> Block:
    """Text to copy, exactly as it is: nothing in it is formatting."""
    element: Block = {"type": "text", "text": cut(text, limit) or " "}
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [element]}]}


def actions(elements: Sequence[Block], block_id: str = "") -> Block:
    """A row of buttons and menus."""
    block: Block = {"type": "actions", "elements": list(elements)}
    return {**block, "block_id": block_id} if block_id else block


def button(label: str, action_id: str, value: str, style: str = "") -> Block:
    """A button. style: "primary", "danger" or none."""
    element: Block = {"type": "button", "text": plain(label), "action_id": action_id, "value": value[:VALUE]}
    return {**element, "style": style} if style else element


def link_button(label: str, action_id: str, url: str) -> Block:
    """A button that opens a page; its press means nothing."""
    return {"type": "button", "text": plain(label), "action_id": action_id, "url": url}


def confirmed(element: Block, title: str, text: str, yes: str) -> Block:
    """The same button, with a question before it acts."""
    dialog = {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30)}
    return {**element, "confirm": {**dialog, "deny": plain("Not yet", 30)}}


def overflow(action_id: str, options: Sequence[tuple[str, str]]) -> Block:
    """The menu behind three dots: (value, label), at most five."""
    return {
        "type": "overflow",
        "action_id": action_id,
        "options": [option(value, label) for value, label in options[:5]],
    }


def menu(action_id: str, asked: str, options: Sequence[Block]) -> Block:
    """A menu on a message. asked: what stands in it before anything is chosen; Slack takes a hundred groups of a hundred."""
    element: Block = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(asked, PLACEHOLDER),
    }
    if len(options) <= MOST_OPTIONS:
        return {**element, "options": list(options)}
    starts = range(0, min(len(options), MOST_OPTIONS**2), MOST_OPTIONS)
    chunks = [list(options[start : start + MOST_OPTIONS]) for start in starts]
    return {
        **element,
        "option_groups": [
            {"label": plain(f"Part {number}"), "options": chunk} for number, chunk in enumerate(chunks, 1)
        ],
    }


def option(value: str, label: str, description: str = "") -> Block:
    """One choice of a menu."""
    choice: Block = {"text": plain(label), "value": value[:LABEL]}
    return {**choice, "description": plain(description)} if description else choice


def ticked_option(value: str, text: str, description: str = "") -> Block:
    """One box to tick, its text formatted and escaped already; description: small words below it."""
    choice: Block = {"text": mrkdwn(text, LABEL), "value": value[:LABEL]}
    return {**choice, "description": mrkdwn(description, LABEL)} if description else choice


def checkboxes(action_id: str, options: Sequence[Block], ticked: Sequence[Block]) -> Block:
    """Boxes to tick, at most ten."""
    element: Block = {"type": "checkboxes", "action_id": action_id, "options": list(options)}
    return {**element, "initial_options": list(ticked)} if ticked else element


def size(blocks: Iterable[Block]) -> int:
    """Characters of every text in the blocks: what Slack counts against the total."""
    return sum(_characters(block) for block in blocks)


def _characters(node: Any) -> int:
    if isinstance(node, dict):
        own = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return own + sum(_characters(value) for value in node.values() if not isinstance(value, str))
    return sum(_characters(one) for one in node) if isinstance(node, list) else 0


def fit(
    blocks: Sequence[Block],
    end: Sequence[Block] = (),
    more: str = "There is more than fits here.",
    *,
    most: int = BLOCKS,
    total: int = TOTAL,
) -> list[Block]:
    """As many of `blocks` as one message takes together with `end`, which always stays; a loss is said."""
    if len(blocks) + len(end) <= most and size(blocks) + size(end) <= total:
        return [*blocks, *end]
    said = context(more)
    left = total - size(end) - size([said])
    kept: list[Block] = []
    for block in blocks[: most - len(end) - 1]:
        left -= size([block])
        if left < 0:
            break
        kept.append(block)
    return [*kept, said, *end]


def fit_to_press(blocks: Sequence[Block], end: Sequence[Block], said: Block) -> list[Block]:
    """As `fit`, but what can be pressed stays: the last of what is only read gives way first. said: stands for it."""
    kept, at = list(blocks), 0
    if _fits([*kept, *end]):
        return [*kept, *end]
    while not _fits([*kept, said, *end]):
        read = [place for place, block in enumerate(kept) if not _is_pressed(block)]
        if not read:
            return fit(kept, [said, *end])
        at = read[-1]
        del kept[at]
    return [*kept[:at], said, *kept[at:], *end]


def _fits(blocks: Sequence[Block]) -> bool:
    return len(blocks) <= BLOCKS and size(blocks) <= TOTAL


def _is_pressed(block: Block) -> bool:
    return block["type"] == "actions" or "accessory" in block


def paragraphs(lines: Iterable[str]) -> list[Block]:
    """Lines packed into as few sections as they fit."""
    packed: list[str] = []
    for line in lines:
        short = cut_mrkdwn(line, SECTION)
        if packed and len(packed[-1]) + len(short) + 1 <= SECTION:
            packed[-1] = f"{packed[-1]}\n{short}"
        else:
            packed.append(short)
    return [section(text) for text in packed]
