"""Between a form of the page and Block Kit's elements: names of fields, and what was entered in them. Sends nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from incidentbot.playground.slack.answers import NotThereError
from incidentbot.playground.slack.delivering.asking import State
from incidentbot.playground.slack.strictness.blocks import elements_of
from incidentbot.playground.slack.strictness.choices import STATEFUL, Given, entered, value_of

Node = Mapping[str, Any]
_UNHEARD = frozenset({"file_input", "rich_text_input", "datetimepicker"})
_PRESS_PARTS = 3


class Form(Protocol):
    """What a browser posted: fields with one or several values."""

    def get(self, key: str, default: str) -> Any:
        """The first value of the field."""
        ...

    def getall(self, key: str, default: list[str]) -> list[Any]:
        """Every value of the field."""
        ...


@dataclass(frozen=True, slots=True)
class Press:
    """Which element was used. chosen: a button's value, or the entry picked in an overflow menu."""

    block_id: str
    action_id: str
    chosen: str


def field_name(block: Node, element: Node) -> str:
    """The name of the element's field in the page's form."""
    return json.dumps([block["block_id"], element["action_id"]])


def press_value(block: Node, element: Node, chosen: str = "") -> str:
    """What a form sends in `press` when this element is used."""
    return json.dumps([block["block_id"], element["action_id"], chosen])


def press_of(text: str) -> Press:
    """The reverse of `press_value`.

    Raises NotThereError for anything a page would not send.
    """
    try:
        words = json.loads(text)
    except ValueError:
        words = None
    if (
        not isinstance(words, list)
        or len(words) != _PRESS_PARTS
        or not all(isinstance(one, str) for one in words)
    ):
        raise NotThereError("this button is not known here")
    return Press(*words)


def pressed_element(blocks: Sequence[Node], press: Press) -> Node:
    """The element itself.

    Raises NotThereError when the message has changed since the page was drawn.
    """
    for block in blocks:
        for element in elements_of(block):
            if (block["block_id"], element["action_id"]) == (press.block_id, press.action_id):
                return element
    raise NotThereError("this message has changed; look again")


def keep(blocks: Sequence[Node], typed: State, form: Form, *, zone: str) -> None:
    """Put what stands in the form's fields into the state of the message or view, as Slack's client keeps it.

    zone: of the person, for pickers of an instant. Raises NotThereError for an option that is not offered.
    """
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in STATEFUL:
                texts = [str(one) for one in form.getall(field_name(block, element), [])]
                place = typed.setdefault(block["block_id"], {})
                place[element["action_id"]] = _state(element, [one for one in texts if one], zone)


def _state(element: Node, texts: list[str], zone: str) -> dict[str, Any]:
    kind = str(element["type"])
    if kind in _UNHEARD:
        return _special(kind, texts[0] if texts else "", zone)
    if kind.startswith("multi_") or kind == "checkboxes":
        return entered(element, texts)
    return entered(element, texts[0].replace("\r\n", "\n") if texts else None)


def _special(kind: str, text: str, zone: str) -> dict[str, Any]:
    if kind == "file_input":
        return {"type": kind, "files": []}
    if kind == "datetimepicker":
        return {"type": kind, "selected_date_time": _instant(text, zone) if text else None}
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": text.replace("\r\n", "\n")}]}
    return {"type": kind, "rich_text_value": {"type": "rich_text", "elements": [words]} if text else None}


def _instant(text: str, zone: str) -> int:
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())
    except ValueError as error:
        raise NotThereError(f"{text} is no date and time") from error


def given_of(state: Node) -> Given:
    """What was entered, in the words in which people name it: values, ids, dates."""
    value = value_of(state)
    if isinstance(value, Mapping):
        return str(value["value"]) if "value" in value else None
    if isinstance(value, list):
        return [str(one["value"]) if isinstance(one, Mapping) else str(one) for one in value]
    return value if isinstance(value, str | int) else None
