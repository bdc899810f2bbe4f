"""The pieces of windows (modals) and how what was filled in is read back. Knows no incident and sends nothing.

Limits: https://docs.slack.dev/surfaces/modals; title, submit and close take 24 characters each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from incidentbot.slack.cards.blocks import Block, cut, option, plain
from incidentbot.slack.names import Target, target
from incidentbot.slack.payloads import Payload, part, parts, text

TITLE = 24
METADATA = 3000
LONGEST_INPUT = 3000
MOST_OPTIONS = 100
LABEL = 2000

View = dict[str, Any]


def modal(
    callback_id: str, title: str, submit: str, blocks: Sequence[Block], about: Target | None = None
) -> View:
    """A window with a button that sends it."""
    view = window(title, blocks)
    return {
        **view,
        "callback_id": callback_id,
        "submit": plain(submit, TITLE),
        "private_metadata": about.value[:METADATA] if about else "",
    }


def window(title: str, blocks: Sequence[Block], close: str = "Close") -> View:
    """A window that only shows something."""
    return {
        "type": "modal",
        "title": plain(title, TITLE),
        "close": plain(close, TITLE),
        "blocks": list(blocks),
    }


def text_input(
    name: str,
    label: str,
    *,
    initial: str = "",
    longest: int = LONGEST_INPUT,
    lines: str = "many",
    optional: bool = False,
) -> Block:
    """A field to type into. lines: "one" or "many"."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": lines == "many",
        "max_length": min(longest, LONGEST_INPUT),
    }
    if initial:
        element["initial_value"] = cut(initial, longest)
    return _input(name, label, element, optional=optional)


def select(
    name: str, label: str, options: Sequence[Block], *, initial: str | None = None, optional: bool = False
) -> Block:
    """A menu of choices, one of them chosen already where `initial` is its value."""
    element: Block = {"type": "static_select", "action_id": name, "options": list(options[:MOST_OPTIONS])}
    chosen = next((one for one in element["options"] if one["value"] == initial), None)
    if chosen is not None:
        element["initial_option"] = chosen
    return _input(name, label, element, optional=optional)


def grouped_select(name: str, label: str, groups: Mapping[str, Sequence[Block]]) -> Block:
    """A menu of choices under headings, at most a hundred of a hundred each (Slack's limits)."""
    listed = [
        {"label": plain(heading), "options": list(options[:MOST_OPTIONS])}
        for heading, options in list(groups.items())[:MOST_OPTIONS]
    ]
    return _input(
        name, label, {"type": "static_select", "action_id": name, "option_groups": listed}, optional=False
    )


def person_select(name: str, label: str) -> Block:
    """A menu of the workspace's people, nobody chosen."""
    return _input(name, label, {"type": "users_select", "action_id": name}, optional=True)


def boxes(name: str, label: str, options: Sequence[tuple[str, str]], ticked: Sequence[str] = ()) -> Block:
    """Boxes to tick: (value, label); none has to be."""
    listed = [option(value, text) for value, text in options]
    element: Block = {"type": "checkboxes", "action_id": name, "options": listed}
    initial = [one for one in listed if one["value"] in ticked]
    if initial:
        element["initial_options"] = initial
    return _input(name, label, element, optional=True)


def _input(name: str, label: str, element: Block, *, optional: bool) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label, LABEL),
        "element": element,
        "optional": optional,
    }


@dataclass(frozen=True, slots=True)
class Filled:
    """A window that was sent: which one, what it is about, and its fields (several ticks joined by a comma)."""

    callback_id: str
    about: Target
    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """A field's value, "" where it was left empty or the window had none of that name."""
        return self.values.get(name, "")

    def ticked(self, name: str, value: str) -> bool:
        """Whether this box was ticked."""
        return value in self[name].split(",")


def filled(view: Payload) -> Filled:
    """Read the `view` of a submission; a payload of another shape gives empty fields."""
    values = {
        name: _value(part(fields, name))
        for fields in (part(view, "state", "values", block) for block in part(view, "state", "values"))
        for name in fields
    }
    return Filled(text(view, "callback_id"), target(text(view, "private_metadata")), values)


def _value(element: Payload) -> str:
    ticked = [text(one, "value") for one in parts(element, "selected_options")]
    if ticked:
        return ",".join(ticked)
    chosen = text(element, "selected_option", "value")
    return chosen or text(element, "value").strip() or text(element, "selected_user")


def first_field(view: Payload) -> str | None:
    """The block of the first field: where a refusal of the whole window is shown."""
    inputs = [text(block, "block_id") for block in parts(view, "blocks") if text(block, "type") == "input"]
    return inputs[0] if inputs else None
