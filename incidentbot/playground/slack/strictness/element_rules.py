"""Block Kit's elements as tables: buttons, selects, pickers and inputs with their limits. Pure data.

Limits: https://docs.slack.dev/reference/block-kit/block-elements
"""

from collections.abc import Iterator, Mapping
from typing import Any

from incidentbot.playground.slack.strictness.rules import (
    Rule,
    anything,
    at_least_one,
    by_type,
    flag,
    listing,
    matching,
    number,
    one_of,
    plain,
    shape,
    string,
    text,
    url,
    wrong,
)

ID_LENGTH = 255
_OPTION_VALUE = 75  # the stricter of the two published figures; the older one is 150

_DATE = matching(r"\d{4}-\d{2}-\d{2}", "a date as YYYY-MM-DD")
_TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "a time as HH:mm")
_IDS = listing(string(ID_LENGTH), 100, least=0)

CONFIRM = shape(
    {
        "title": plain(100),
        "text": text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": one_of("primary", "danger"),
    },
    "title",
    "text",
    "confirm",
    "deny",
)


def _option(words: Rule, *, with_url: str = "") -> Rule:
    fields = {"text": words, "value": string(_OPTION_VALUE), "description": plain(75)}
    described = fields | {"description": text(75)} if with_url == "" else fields | {"url": url()}
    return shape(described, "text", "value")


OPTION = _option(plain(75))
CHOICE = _option(text(75))  # checkboxes and radio buttons may use mrkdwn
OVERFLOW_OPTION = _option(plain(75), with_url="with")
_GROUP = shape({"label": plain(75), "options": listing(OPTION, 100)}, "label", "options")

_COMMON: Mapping[str, Rule] = {"type": anything, "action_id": string(ID_LENGTH)}
_ASKING: Mapping[str, Rule] = {**_COMMON, "confirm": CONFIRM, "focus_on_load": flag}
_PICKING: Mapping[str, Rule] = {**_ASKING, "placeholder": plain(150)}
_SEVERAL: Mapping[str, Rule] = {**_PICKING, "max_selected_items": number}
_TYPING: Mapping[str, Rule] = {
    **_COMMON,
    "focus_on_load": flag,
    "placeholder": plain(150),
    "dispatch_action_config": shape(
        {"trigger_actions_on": listing(one_of("on_enter_pressed", "on_character_entered"), 2)}
    ),
}
_OPTIONS: Mapping[str, Rule] = {"options": listing(OPTION, 100), "option_groups": listing(_GROUP, 100)}
_FILTER = shape(
    {
        "include": listing(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    }
)


def _static(rule: Rule) -> Rule:
    """A static select carries options or groups, not both, and starts with one of its own options."""

    def check(value: Any, path: str) -> Iterator[str]:
        yield from at_least_one(rule, "options", "option_groups")(value, path)
        if value.get("options") is not None and value.get("option_groups") is not None:
            yield wrong("must provide only one of: options, option_groups", path)
        yield from _starts_inside(value, path)

    return check


def _starts_inside(value: Mapping[str, Any], path: str) -> Iterator[str]:
    groups = [group for group in value.get("option_groups") or [] if isinstance(group, Mapping)]
    offered = [
        *(value.get("options") or []),
        *(one for group in groups for one in group.get("options") or []),
    ]
    first = value.get("initial_option")
    started = [*(value.get("initial_options") or []), *([first] if first else [])]
    if any(option not in offered for option in started):
        yield wrong("initial options must be among the options", path)


def _choices(rule: Rule) -> Rule:
    def check(value: Any, path: str) -> Iterator[str]:
        yield from rule(value, path)
        yield from _starts_inside(value, path)

    return check


_PEOPLE_SELECTS: Mapping[str, Rule] = {
    "users_select": shape({**_PICKING, "initial_user": string(ID_LENGTH)}),
    "multi_users_select": shape({**_SEVERAL, "initial_users": _IDS}),
    "channels_select": shape(
        {**_PICKING, "initial_channel": string(ID_LENGTH), "response_url_enabled": flag}
    ),
    "multi_channels_select": shape({**_SEVERAL, "initial_channels": _IDS}),
    "conversations_select": shape(
        {
            **_PICKING,
            "initial_conversation": string(ID_LENGTH),
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": _FILTER,
        }
    ),
    "multi_conversations_select": shape(
        {
            **_SEVERAL,
            "initial_conversations": _IDS,
            "default_to_current_conversation": flag,
            "filter": _FILTER,
        }
    ),
}

_SELECTS: Mapping[str, Rule] = {
    "static_select": _static(shape({**_PICKING, **_OPTIONS, "initial_option": OPTION})),
    "multi_static_select": _static(shape({**_SEVERAL, **_OPTIONS, "initial_options": listing(OPTION, 100)})),
    "external_select": shape({**_PICKING, "initial_option": OPTION, "min_query_length": number}),
    "multi_external_select": shape(
        {
            **_SEVERAL,
            "initial_options": listing(OPTION, 100),
            "min_query_length": number,
        }
    ),
    "checkboxes": _choices(
        shape({**_ASKING, "options": listing(CHOICE, 10), "initial_options": listing(CHOICE, 10)}, "options")
    ),
    "radio_buttons": _choices(
        shape({**_ASKING, "options": listing(CHOICE, 10), "initial_option": CHOICE}, "options")
    ),
    "overflow": shape({**_COMMON, "confirm": CONFIRM, "options": listing(OVERFLOW_OPTION, 5)}, "options"),
}

_PICKERS: Mapping[str, Rule] = {
    "datepicker": shape({**_PICKING, "initial_date": _DATE}),
    "timepicker": shape({**_PICKING, "initial_time": _TIME, "timezone": string(100)}),
    "datetimepicker": shape({**_ASKING, "initial_date_time": number}),
}

_INPUTS: Mapping[str, Rule] = {
    "plain_text_input": shape(
        {
            **_TYPING,
            "initial_value": string(3000),
            "multiline": flag,
            "min_length": number,
            "max_length": number,
        }
    ),
    "email_text_input": shape({**_TYPING, "initial_value": string(3000)}),
    "url_text_input": shape({**_TYPING, "initial_value": string(3000)}),
    "number_input": shape(
        {
            **_TYPING,
            "is_decimal_allowed": flag,
            "initial_value": string(100),
            "min_value": string(100),
            "max_value": string(100),
        },
        "is_decimal_allowed",
    ),
    "rich_text_input": shape({**_TYPING, "initial_value": anything}),
    "file_input": shape({**_COMMON, "filetypes": listing(string(20), 100), "max_files": number}),
}

_BUTTON = shape(
    {
        **_COMMON,
        "text": plain(75),
        "value": string(2000),
        "url": url(),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
    "text",
)

_IMAGE = shape(
    {"type": anything, "image_url": url(), "slack_file": anything, "alt_text": string(2000)}, "alt_text"
)

ELEMENTS: Mapping[str, Rule] = {
    "button": _BUTTON,
    "image": _IMAGE,
    **_PEOPLE_SELECTS,
    **_SELECTS,
    **_PICKERS,
    **_INPUTS,
}

MULTI_SELECTS = tuple(kind for kind in ELEMENTS if kind.startswith("multi_"))
PRESSABLE = ("button", *_PEOPLE_SELECTS, *_SELECTS, *_PICKERS)

ACTION_ELEMENT = by_type(ELEMENTS, *(kind for kind in PRESSABLE if kind not in MULTI_SELECTS))
ACCESSORY = by_type(ELEMENTS, *(kind for kind in PRESSABLE if kind != "datetimepicker"), "image")
ENTRY = by_type(ELEMENTS, *(kind for kind in (*PRESSABLE, *_INPUTS) if kind not in {"button", "overflow"}))
