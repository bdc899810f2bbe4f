"""Whether Slack would take a modal or a home view, and why not. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from incidentbot.playground.slack.refusals import SlackRefusal, explained
from incidentbot.playground.slack.strictness.blocks import complaints
from incidentbot.playground.slack.strictness.element_rules import ID_LENGTH
from incidentbot.playground.slack.strictness.rules import anything, flag, one_of, plain, shape, string, wrong

VIEW_BYTES = 250_000  # error view_too_large: "the provided view is greater than 250kb"

_BOTH = {
    "type": one_of("modal", "home"),
    "blocks": anything,
    "callback_id": string(ID_LENGTH),
    "private_metadata": string(3000, least=0),
    "external_id": string(ID_LENGTH, least=0),
}
_SHAPES = {
    "modal": shape(
        {
            **_BOTH,
            "title": plain(24),
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": flag,
            "notify_on_close": flag,
            "submit_disabled": flag,
        },
        "title",
        "blocks",
    ),
    "home": shape(_BOTH, "blocks"),
}


def checked_view(view: Any, *, surface: str) -> dict[str, Any]:
    """The view itself when Slack would take it on this surface (`modal` or `home`).

    Raises SlackRefusal view_too_large, or invalid_arguments with the reasons.
    """
    if not isinstance(view, Mapping):
        raise explained("invalid_arguments", [wrong("must provide an object", "/view")])
    if len(json.dumps(view)) > VIEW_BYTES:
        raise SlackRefusal("view_too_large")
    if view.get("type") != surface:
        raise explained("invalid_arguments", [wrong(f"unsupported type: {view.get('type')}", "/view/type")])
    found = list(_SHAPES[surface](view, "/view"))
    found += complaints(view.get("blocks"), surface=surface, root="/view/blocks")
    if surface == "modal" and not view.get("submit") and _has_inputs(view):
        found.append(wrong("missing required field: submit (the modal has input blocks)", "/view"))
    if found:
        raise explained("invalid_arguments", found)
    return dict(view)


def _has_inputs(view: Mapping[str, Any]) -> bool:
    blocks = view.get("blocks")
    return isinstance(blocks, list) and any(
        isinstance(block, Mapping) and block.get("type") == "input" for block in blocks
    )
