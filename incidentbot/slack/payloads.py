"""Reading Slack's payloads without trusting their shape: what is missing or of another type is empty. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

Payload = Mapping[str, Any]


def part(payload: Any, *path: str) -> Payload:
    """The mapping at the end of the path, {} where there is none."""
    found = _at(payload, path)
    return found if isinstance(found, Mapping) else {}


def parts(payload: Any, *path: str) -> Sequence[Payload]:
    """The mappings in the list at the end of the path."""
    found = _at(payload, path)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def text(payload: Any, *path: str) -> str:
    """The text at the end of the path, "" where there is none."""
    found = _at(payload, path)
    return found if isinstance(found, str) else ""


def texts(payload: Any, *path: str) -> tuple[str, ...]:
    """The texts in the list at the end of the path, without empty ones."""
    found = _at(payload, path)
    return tuple(one for one in found if isinstance(one, str) and one) if isinstance(found, list) else ()


def _at(payload: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(payload, Mapping):
            return None
        payload = payload.get(name)
    return payload
