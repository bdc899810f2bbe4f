"""Whether a request has the shape Slack's have, as far as Bolt's own code relies on it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from incidentbot.slack.payloads import Payload

OBJECTS = ("event", "view", "message", "container")
OBJECTS_OR_NULL = ("team", "user", "channel")
"""Parts at the top that are objects where they are there; an organisation's app has no team."""

TEXTS: Sequence[tuple[str, ...]] = (
    ("type",),
    ("callback_id",),
    ("event", "type"),
    ("event", "subtype"),
    ("view", "type"),
    ("view", "callback_id"),
)
"""Parts that Bolt compares as text."""


def readable(body: Payload) -> bool:
    """False for a payload that Bolt would break on: forged, or of a Slack we do not know."""
    objects = [body.get(name, {}) for name in OBJECTS] + [body.get(name) or {} for name in OBJECTS_OR_NULL]
    if not all(isinstance(one, Mapping) for one in objects):
        return False
    if "view" in body and "type" not in body["view"]:
        return False
    if "actions" in body and not _are_actions(body["actions"]):
        return False
    return all(isinstance(_inside(body, path), str | None) for path in TEXTS)


def _are_actions(actions: Any) -> bool:
    return isinstance(actions, list) and bool(actions) and all(map(_is_action, actions))


def _is_action(action: Any) -> bool:
    return isinstance(action, Mapping) and isinstance(action.get("action_id"), str)


def _inside(body: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body
