"""What a message shows, as a person reads it: its words, its buttons. Looks at no store."""

import re
from collections.abc import Iterator
from typing import Any

from incidentbot.playground.slack.records import Message

DATE = re.compile(r"<!date\^[^|]*\|([^>]*)>")


def words(shown: Any) -> str:
    """Every text of a message's blocks, in order, a line each; instants as a client in UTC shows them."""
    return DATE.sub(r"\1", "\n".join(_texts(shown.blocks)))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, list | tuple):
        for item in node:
            yield from _texts(item)
        return
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for value in node.values():
            yield from _texts(value)


def buttons(shown: Any) -> dict[str, str]:
    """The buttons and menus of a message: action id -> label ("" for a menu)."""
    found = {}
    for block in shown.blocks:
        elements = [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else [])]
        for element in elements:
            if "action_id" in element:
                found[element["action_id"]] = element.get("text", {}).get("text", "")
    return found


def carries(message: Message, action_id: str) -> bool:
    """Whether the message has this button."""
    return action_id in buttons(message)
