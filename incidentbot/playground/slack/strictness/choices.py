"""What a person can enter into an element, and how payloads carry it. Pure; sends nothing."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from incidentbot.playground.slack.answers import NotThereError

Given = str | int | Sequence[str] | None
Entered = dict[str, Any]

# element type -> (key in the payload, key of the initial value)
_KEYS: Mapping[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", ""),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}

STATEFUL = frozenset(_KEYS) - {"overflow"}
REQUIRED = "Please complete this required field."
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def entered(element: Mapping[str, Any], given: Given) -> Entered:
    """The element's value as payloads carry it, for what the person chose.

    given: text, an option's value, an id, a date; a sequence of them for those that take several; None clears.
    Raises NotThereError for an option the element does not offer.
    """
    kind = str(element["type"])
    key, _ = _KEYS[kind]
    if key.startswith("selected_option"):
        return {"type": kind, key: _chosen(element, given, several="several" if key.endswith("s") else "")}
    if key.endswith("s") and key != "files":
        return {"type": kind, key: _several(given)}
    return {"type": kind, key: given}


def _several(given: Given) -> list[str]:
    if given is None:
        return []
    return (
        [given]
        if isinstance(given, str)
        else [str(one) for one in given]
        if isinstance(given, Sequence)
        else []
    )


def _chosen(element: Mapping[str, Any], given: Given, *, several: str) -> Any:
    found = [_option(element, value) for value in _several(given)]
    if several:
        return found
    return found[0] if found else None


def _option(element: Mapping[str, Any], value: str) -> dict[str, Any]:
    if str(element["type"]).endswith("external_select"):
        return {"text": {"type": "plain_text", "text": value, "emoji": True}, "value": value}
    grouped = [one for group in element.get("option_groups") or [] for one in group["options"]]
    for option in [*(element.get("options") or []), *grouped]:
        if option["value"] == value:
            return dict(option)
    raise NotThereError(f"{element.get('action_id')} does not offer {value!r}")


def initial(element: Mapping[str, Any]) -> Entered | None:
    """What stands in the element before anybody touches it; None for those that keep no state."""
    kind = str(element["type"])
    if kind not in STATEFUL:
        return None
    key, first = _KEYS[kind]
    empty: Any = [] if key.endswith("s") else None
    return {"type": kind, key: element.get(first, empty) if first else empty}


def value_of(state: Mapping[str, Any]) -> Any:
    """What was entered, without the wrapping."""
    return state.get(_KEYS[str(state["type"])][0])


def complaint(element: Mapping[str, Any], state: Mapping[str, Any], *, optional: str) -> str | None:
    """What Slack's own client would say under the field before it sends anything.

    optional: "optional" lets it stay empty.
    """
    value = value_of(state)
    if value is None or value in ("", []):
        return None if optional else REQUIRED
    check = _CHECKS.get(str(element["type"]))
    return check(element, str(value)) if check else None


def _length(element: Mapping[str, Any], value: str) -> str | None:
    if len(value) < int(element.get("min_length") or 0):
        return f"Please enter at least {element['min_length']} characters."
    if len(value) > int(element.get("max_length") or 3000):
        return f"Please enter at most {element.get('max_length') or 3000} characters."
    return None


def _email(element: Mapping[str, Any], value: str) -> str | None:
    return None if _EMAIL.fullmatch(value) else "Please enter a valid email address."


def _url(element: Mapping[str, Any], value: str) -> str | None:
    return None if value.startswith(("http://", "https://")) else "Please enter a valid URL."


def _number(element: Mapping[str, Any], value: str) -> str | None:
    if not _NUMBER.fullmatch(value) or ("." in value and not element["is_decimal_allowed"]):
        return "Please enter a number."
    if float(value) < float(element.get("min_value", value)):
        return f"Please enter at least {element['min_value']}."
    if float(value) > float(element.get("max_value", value)):
        return f"Please enter at most {element['max_value']}."
    return None


_CHECKS: Mapping[str, Callable[[Mapping[str, Any], str], str | None]] = {
    "plain_text_input": _length,
    "email_text_input": _email,
    "url_text_input": _url,
    "number_input": _number,
}
