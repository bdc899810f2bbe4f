"""Reads the chats of `rooms/*.txt`, written for these tests, into the shape of the published incidents.

A line is `keys|HH:MM|who|text`: keys are the numbers of the key events that it is evidence of, an app's name ends with `!`,
a `\\n` in the text breaks the line.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "rooms"
DAY = datetime(2026, 3, 3, tzinfo=UTC)


def names() -> list[str]:
    """The chats, by name."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def chat(name: str) -> dict[str, Any]:
    """One of them as a fixture: messages, and the key events with the messages that show them."""
    title, *lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    messages, evidence = [], dict[str, list[str]]()
    for number, line in enumerate(lines, start=1):
        keys, clock, who, text = line.split("|", 3)
        at = DAY + timedelta(
            hours=int(clock[:2]), minutes=int(clock[3:]), milliseconds=number
        )  # no two at one time
        messages.append(_message(f"m{number:03}", at, who, text))
        for key in keys.split():
            evidence.setdefault(key, []).append(f"m{number:03}")
    return {
        "id": name,
        "title": title.removeprefix("# "),
        "channels": [name],
        "messages": messages,
        "bot_events": [],
        "key_events": [
            {"id": f"K{key}", "in_chat": True, "kind": "event", "message_ids": ids}
            for key, ids in evidence.items()
        ],
    }


def _message(number: str, at: datetime, who: str, text: str) -> dict[str, Any]:
    return {
        "id": number,
        "ts": f"{at.timestamp():.6f}",
        "user": who.removesuffix("!"),
        "bot": who.endswith("!"),
        "text": text.replace("\\n", "\n"),
        "reactions": [],
        "pinned": False,
    }
