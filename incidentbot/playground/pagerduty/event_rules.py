"""What Events v2 refuses: a table of checks over one event. Knows no alert and no incident."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeGuard

ROUTING_KEY_LENGTH = 32
SUMMARY_LIMIT = 1024
DEDUP_KEY_LIMIT = 255
EVENT_LIMIT_BYTES = 512 * 1024
ACTIONS = ("trigger", "acknowledge", "resolve")
SEVERITIES = ("critical", "error", "warning", "info")
EVENT_FIELDS = frozenset(
    {"routing_key", "event_action", "dedup_key", "payload", "client", "client_url", "links", "images"}
)
PAYLOAD_TEXTS = ("source", "component", "group", "class")
PAYLOAD_FIELDS = frozenset({"summary", "severity", "timestamp", "custom_details", *PAYLOAD_TEXTS})

Check = Callable[[Mapping[str, Any]], list[str]]


def problems(event: Mapping[str, Any]) -> list[str]:
    """Every sentence PagerDuty would put into `errors`; empty when the event is well made.

    Source: the Events v2 overview and specification; unknown fields are our own strictness, because the
    real service drops them in silence.
    """
    return [sentence for check in CHECKS for sentence in check(event)]


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value.strip())


def _unknown_fields(event: Mapping[str, Any]) -> list[str]:
    payload = event.get("payload")
    inside = set(payload) - PAYLOAD_FIELDS if isinstance(payload, Mapping) else set()
    return [
        *(f"'{name}' is not a field of an event" for name in sorted(set(event) - EVENT_FIELDS)),
        *(f"'payload.{name}' is not a field of a payload" for name in sorted(inside)),
    ]


def _routing_key(event: Mapping[str, Any]) -> list[str]:
    key = event.get("routing_key")
    if not _is_text(key):
        return ["'routing_key' is missing or blank"]
    if len(key) != ROUTING_KEY_LENGTH:
        return [f"Length of 'routing_key' is incorrect (should be {ROUTING_KEY_LENGTH} characters)"]
    return []


def _action(event: Mapping[str, Any]) -> list[str]:
    action = event.get("event_action")
    if action is None:
        return ["'event_action' is missing or blank"]
    return [] if action in ACTIONS else [f"'event_action' is invalid (must be one of {', '.join(ACTIONS)})"]


def _dedup_key(event: Mapping[str, Any]) -> list[str]:
    key = event.get("dedup_key")
    if key is None:
        needed = event.get("event_action") in {"acknowledge", "resolve"}
        return ["'dedup_key' is missing or blank"] if needed else []
    if not _is_text(key):
        return ["'dedup_key' is missing or blank"]
    return [] if len(key) <= DEDUP_KEY_LIMIT else [f"'dedup_key' is longer than {DEDUP_KEY_LIMIT} characters"]


def _payload(event: Mapping[str, Any]) -> list[str]:
    payload = event.get("payload")
    if payload is None:
        return ["'payload' is missing or blank"] if event.get("event_action") == "trigger" else []
    if not isinstance(payload, Mapping):
        return ["'payload' must be an object"]
    return [
        *_summary(payload),
        *_severity(payload),
        *_texts(payload),
        *_timestamp(payload),
        *_custom_details(payload),
    ]


def _summary(payload: Mapping[str, Any]) -> list[str]:
    summary = payload.get("summary")
    if not _is_text(summary):
        return ["'payload.summary' is missing or blank"]
    if len(summary) > SUMMARY_LIMIT:
        return [f"'payload.summary' is longer than {SUMMARY_LIMIT} characters"]
    return []


def _severity(payload: Mapping[str, Any]) -> list[str]:
    if payload.get("severity") in SEVERITIES:
        return []
    return [f"'payload.severity' is invalid (must be one of {', '.join(SEVERITIES)})"]


def _texts(payload: Mapping[str, Any]) -> list[str]:
    missing = [] if _is_text(payload.get("source")) else ["'payload.source' is missing or blank"]
    odd = [name for name in PAYLOAD_TEXTS[1:] if not isinstance(payload.get(name, ""), str)]
    return [*missing, *(f"'payload.{name}' must be a string" for name in odd)]


def _timestamp(payload: Mapping[str, Any]) -> list[str]:
    given = payload.get("timestamp")
    if given is None:
        return []
    try:
        aware = datetime.fromisoformat(given).tzinfo is not None
    except (TypeError, ValueError):
        aware = False
    return [] if aware else ["'payload.timestamp' must be an ISO 8601 date and time with its offset"]


def _custom_details(payload: Mapping[str, Any]) -> list[str]:
    given = payload.get("custom_details", {})
    return [] if isinstance(given, Mapping) else ["'payload.custom_details' must be an object"]


def _client(event: Mapping[str, Any]) -> list[str]:
    names = [name for name in ("client", "client_url") if not isinstance(event.get(name, ""), str)]
    return [f"'{name}' must be a string" for name in names]


def _links(event: Mapping[str, Any]) -> list[str]:
    return _listed(event, "links", needed="href", allowed={"href", "text"})


def _images(event: Mapping[str, Any]) -> list[str]:
    sentences = _listed(event, "images", needed="src", allowed={"src", "href", "alt"})
    if sentences:
        return sentences
    plain = [image for image in event.get("images", []) if not image["src"].startswith("https://")]
    return ["'images.src' must be served by https"] if plain else []


def _listed(event: Mapping[str, Any], name: str, *, needed: str, allowed: set[str]) -> list[str]:
    given = event.get(name, [])
    if not isinstance(given, list):
        return [f"'{name}' must be a list"]
    for item in given:
        if not isinstance(item, Mapping) or not _is_text(item.get(needed)):
            return [f"'{name}.{needed}' is missing or blank"]
        if set(item) - allowed or not all(isinstance(value, str) for value in item.values()):
            return [f"'{name}' takes only the strings {', '.join(sorted(allowed))}"]
    return []


CHECKS: tuple[Check, ...] = (
    _unknown_fields,
    _routing_key,
    _action,
    _dedup_key,
    _payload,
    _client,
    _links,
    _images,
)
