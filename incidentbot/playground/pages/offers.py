"""What stands in an element when it is drawn: its choices and its present value. Draws nothing itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from incidentbot.playground.pages.reader import Reader
from incidentbot.playground.slack.delivering.asking import State
from incidentbot.playground.slack.strictness.choices import value_of

Node = Mapping[str, Any]

TEMPLATES: Mapping[str, str] = {
    "button": "button",
    "overflow": "overflow",
    "image": "image",
    "checkboxes": "checks",
    "radio_buttons": "checks",
    "datepicker": "text",
    "timepicker": "text",
    "datetimepicker": "text",
    "plain_text_input": "text",
    "email_text_input": "text",
    "url_text_input": "text",
    "number_input": "text",
    "rich_text_input": "text",
    "external_select": "text",
}
"""Element type -> its template; every other select shares one."""

INPUT_TYPES: Mapping[str, str] = {
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "datetime-local",
    "email_text_input": "email",
    "url_text_input": "url",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Choices under a label; the empty label for those that stand in no group."""

    label: str
    options: Sequence[Node]


def element_template(element: Node) -> str:
    """The name of the template that draws the element."""
    kind = str(element["type"])
    known = TEMPLATES.get(kind, "select" if kind.endswith("_select") else "unknown")
    return f"kit/el_{known}.html"


def groups(element: Node, reader: Reader) -> list[Group]:
    """What a select offers: its own options, or the people and conversations of the workspace."""
    kind = str(element["type"])
    if "option_groups" in element:
        return [Group(one["label"]["text"], one["options"]) for one in element["option_groups"]]
    if kind.endswith("users_select"):
        return [
            Group(
                "",
                [
                    _option(one.id, one.real_name)
                    for one in reader.workspace.people.values()
                    if not one.is_bot
                ],
            )
        ]
    if kind.endswith(("channels_select", "conversations_select")):
        return [Group("", list(_rooms(reader)))]
    return [Group("", element.get("options") or [])]


def _rooms(reader: Reader) -> Iterator[Node]:
    for room in reader.workspace.channels.values():
        if room.kind != "im" and not room.is_archived and room.readable_by(reader.person.id):
            yield _option(room.id, f"#{room.name}")


def _option(value: str, label: str) -> Node:
    return {"value": value, "text": {"type": "plain_text", "text": label}}


def present(state: State, block: Node, element: Node, reader: Reader) -> list[str]:
    """The values that stand in the element now: none, one, or several."""
    kept = state.get(block["block_id"], {}).get(element["action_id"])
    value = value_of(kept) if kept else None
    if value in (None, "", []):
        return []
    if element["type"] == "datetimepicker":
        return [f"{datetime.fromtimestamp(int(str(value)), ZoneInfo(reader.person.tz)):%Y-%m-%dT%H:%M}"]
    if element["type"] == "rich_text_input":
        return ["".join(_plain_words(value))]
    several = value if isinstance(value, list) else [value]
    return [str(one["value"]) if isinstance(one, Mapping) else str(one) for one in several]


def _plain_words(node: Any) -> Iterator[str]:
    for one in node.get("elements") or []:
        yield str(one.get("text") or "")
        yield from _plain_words(one)
