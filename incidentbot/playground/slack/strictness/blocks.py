"""Whether Slack would take a list of blocks, and why not. Pure; says nothing about where the blocks go.

Limits: https://docs.slack.dev/reference/block-kit/blocks; the total is the figure of bolt-js issue 2509.
"""

import copy
import logging
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from incidentbot.playground.slack.strictness.element_rules import (
    ACCESSORY,
    ACTION_ELEMENT,
    ELEMENTS,
    ENTRY,
    ID_LENGTH,
)
from incidentbot.playground.slack.strictness.rules import (
    Rule,
    anything,
    at_least_one,
    flag,
    listing,
    plain,
    shape,
    string,
    text,
    url,
    wrong,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
TOTAL_CHARACTERS = 13_200

_COMMON: Mapping[str, Rule] = {"type": anything, "block_id": string(ID_LENGTH)}


def _context_item(value: Any, path: str) -> Iterator[str]:
    kind = value.get("type") if isinstance(value, Mapping) else None
    yield from (ELEMENTS["image"] if kind == "image" else text(3000))(value, path)


BLOCKS: Mapping[str, Rule] = {
    "section": at_least_one(
        shape(
            {
                **_COMMON,
                "text": text(3000),
                "fields": listing(text(2000), 10),
                "accessory": ACCESSORY,
                "expand": flag,
            }
        ),
        "text",
        "fields",
    ),
    "divider": shape(_COMMON),
    "header": shape({**_COMMON, "text": plain(150)}, "text"),
    "context": shape({**_COMMON, "elements": listing(_context_item, 10)}, "elements"),
    "actions": shape({**_COMMON, "elements": listing(ACTION_ELEMENT, 25)}, "elements"),
    "markdown": shape({**_COMMON, "text": string(12_000)}, "text"),
    "image": at_least_one(
        shape(
            {
                **_COMMON,
                "image_url": url(),
                "slack_file": anything,
                "alt_text": string(2000),
                "title": plain(2000),
            },
            "alt_text",
        ),
        "image_url",
        "slack_file",
    ),
    "input": shape(
        {
            **_COMMON,
            "label": plain(2000),
            "hint": plain(2000),
            "optional": flag,
            "dispatch_action": flag,
            "element": ENTRY,
        },
        "label",
        "element",
    ),
}

_ANYWHERE = (*(kind for kind in BLOCKS if kind != "markdown"), "rich_text", "video")
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "message": (
        *_ANYWHERE,
        "markdown",
        "context_actions",
        "table",
        "file",
        "card",
        "carousel",
        "alert",
        "plan",
        "task_card",
        "container",
    ),
    "modal": _ANYWHERE,
    "home": _ANYWHERE,
}


def complaints(blocks: Any, *, surface: str = "message", root: str = "/blocks") -> list[str]:
    """Everything Slack would refuse; empty when it would take the blocks.

    surface: `message`, `modal` or `home`. root: the JSON pointer of the list.
    """
    if not isinstance(blocks, list):
        return [wrong("must be an array", root)]
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    found = [wrong(f"no more than {most} items allowed", root)] if len(blocks) > most else []
    for index, block in enumerate(blocks):
        found += _of_block(block, f"{root}/{index}", surface)
    return found + list(_repeated_ids(blocks, root))


def _of_block(block: Any, path: str, surface: str) -> list[str]:
    kind = block.get("type") if isinstance(block, Mapping) else None
    if kind not in ALLOWED[surface]:
        return [wrong(f"unsupported type: {kind}", f"{path}/type")]
    own = list(BLOCKS[kind](block, path)) if kind in BLOCKS else []
    own += _input_only_where_it_may(block, path, surface)
    return own or _of_the_sdk(block, path)


def _input_only_where_it_may(block: Mapping[str, Any], path: str, surface: str) -> list[str]:
    element = block.get("element")
    kind = element.get("type") if isinstance(element, Mapping) else None
    if kind == "file_input" and surface != "modal":
        return [wrong(f"unsupported type: {kind}", f"{path}/element/type")]
    return []


def _of_the_sdk(block: Any, path: str) -> list[str]:
    """What slack_sdk's own models refuse: they know the rarer blocks, too."""
    quiet = logging.getLogger("slack_sdk")
    before, quiet.disabled = quiet.disabled, True
    try:
        parsed = Block.parse(copy.deepcopy(block))
        if parsed is None:
            return [wrong(f"unsupported type: {block.get('type')}", f"{path}/type")]
        parsed.to_dict()
    except (SlackObjectFormationError, TypeError, AttributeError, KeyError, ValueError) as error:
        return [wrong(str(error), path)]
    finally:
        quiet.disabled = before
    return []


def _repeated_ids(blocks: list[Any], root: str) -> Iterator[str]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        if not isinstance(block, Mapping):
            continue
        name = block.get("block_id")
        if name and name in seen:
            yield wrong(f"block_id must be unique: {name}", f"{root}/{index}/block_id")
        seen.add(name or "")
        yield from _repeated_actions(block, f"{root}/{index}")


def _repeated_actions(block: Mapping[str, Any], path: str) -> Iterator[str]:
    elements = block.get("elements")
    names = (
        [one.get("action_id") for one in elements if isinstance(one, Mapping)]
        if isinstance(elements, list)
        else []
    )
    for name in {name for name in names if name and names.count(name) > 1}:
        yield wrong(f"action_id must be unique within its block: {name}", f"{path}/elements")


def characters(node: Any) -> int:
    """How many characters of text the blocks carry together."""
    if isinstance(node, list):
        return sum(characters(item) for item in node)
    if not isinstance(node, Mapping):
        return 0
    own = sum(len(value) for key, value in node.items() if key == "text" and isinstance(value, str))
    return own + sum(characters(value) for value in node.values())


def elements_of(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The interactive elements of a block, wherever they stand."""
    single = [block[key] for key in ("accessory", "element") if isinstance(block.get(key), dict)]
    several = block.get("elements")
    many = [one for one in several if isinstance(one, dict)] if isinstance(several, list) else []
    return [one for one in (*single, *many) if one.get("type") in INTERACTIVE]


INTERACTIVE = frozenset(kind for kind in ELEMENTS if kind != "image")


def with_ids(blocks: list[dict[str, Any]], new_id: str) -> list[dict[str, Any]]:
    """The blocks as Slack stores them: every block and interactive element has an id.

    new_id: a text that makes the given ids unique; the block's place is put behind it.
    """
    return [_named(block, f"{new_id}{index}") for index, block in enumerate(blocks)]


def _named(block: dict[str, Any], name: str) -> dict[str, Any]:
    named = {**block, "block_id": block.get("block_id") or name}
    for key in ("accessory", "element"):
        if isinstance(named.get(key), dict) and named[key].get("type") in INTERACTIVE:
            named[key] = {"action_id": f"{name}a", **named[key]}
    if isinstance(named.get("elements"), list) and block["type"] == "actions":
        named["elements"] = [{"action_id": f"{name}a{i}", **one} for i, one in enumerate(named["elements"])]
    return named
