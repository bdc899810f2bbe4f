"""docs/effects.md as the tests read it: which effects make which calls, and every call that it names at all."""

import re
from pathlib import Path

TABLE = Path(__file__).parents[2] / "docs" / "effects.md"
ROW = re.compile(r"^\| `(?P<effect>\w+)` \| (?P<calls>[^|]+) \|", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")
EVENT = "enqueue."
"""How the stand-in names Events v2: enqueue.trigger is the `trigger` of the table."""


def calls_by_effect() -> dict[str, set[str]]:
    """Effect -> the calls in its row."""
    text = TABLE.read_text(encoding="utf-8")
    return {row["effect"]: set(CODE.findall(row["calls"])) for row in ROW.finditer(text)}


def named(operation: str) -> str:
    """What the table calls an operation of a stand-in, or a call of an act: its method without what it was about."""
    if operation.startswith(EVENT):
        return operation.removeprefix(EVENT)
    verb, *rest = operation.split(" ")
    return f"{verb} {rest[0]}" if rest and rest[0].startswith("/") else verb


def unnamed(operations: set[str]) -> set[str]:
    """The operations that the page names nowhere."""
    known = set(CODE.findall(TABLE.read_text(encoding="utf-8")))
    return {operation for operation in operations if named(operation) not in known}
