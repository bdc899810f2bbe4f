"""Whether Slack would take what we made: by its own SDK's rules and by the stand-in's stricter ones."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from incidentbot.playground.slack.strictness.blocks import complaints
from incidentbot.slack.cards.blocks import Shown

_PINGS = re.compile(r"<!(?:channel|here|everyone|subteam)|<(?!@[UW]|!date\^|#C|https?://)")


def texts(node: Any) -> Iterator[str]:
    """Every formatted text in the blocks."""
    if isinstance(node, Mapping):
        if node.get("type") == "mrkdwn":
            yield str(node["text"])
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for one in node:
            yield from texts(one)


def assert_slack_takes(shown: Shown) -> None:
    """The message is legal, within limits, and pings nobody but people."""
    assert shown.text.strip()
    assert len(shown.text) <= 4000
    assert complaints(shown.blocks) == []
    pinging = [text for text in [shown.text, *texts(shown.blocks)] if _PINGS.search(text)]
    assert pinging == []


def assert_slack_opens(view: Mapping[str, Any]) -> None:
    """The window is legal."""
    assert complaints(view["blocks"], surface="modal") == []
    assert len(view["title"]["text"]) <= 24
    assert len(view.get("submit", {"text": ""})["text"]) <= 24
    assert len(view.get("private_metadata", "")) <= 3000


def elements(node: Any) -> Iterator[Mapping[str, Any]]:
    """Everything that can be pressed."""
    if isinstance(node, Mapping):
        if "action_id" in node:
            yield node
        for value in node.values():
            yield from elements(value)
    elif isinstance(node, list):
        for one in node:
            yield from elements(one)


def pressable(shown: Shown) -> list[str]:
    """The labels of the buttons."""
    return [str(one["text"]["text"]) for one in elements(shown.blocks) if one["type"] == "button"]


def words(shown: Shown) -> str:
    """All that a reader sees, in one text."""
    return "\n".join([shown.text, *_all_texts(shown.blocks)])


def _all_texts(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for value in node.values():
            yield from _all_texts(value)
    elif isinstance(node, list):
        for one in node:
            yield from _all_texts(one)
