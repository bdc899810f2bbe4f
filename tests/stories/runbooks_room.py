"""Runbooks of a team's own, and a room in which they are walked."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from incidentbot.core.incident import Incident
from incidentbot.core.runbooks.run import Run
from incidentbot.playground.slack.records import Message
from incidentbot.slack import names
from tests.stories.story import Story, a_story

QUEUE = """---
title: Queue stuck
owner: On-call secondary
last_reviewed_on: 2026-01-01
review_in: 3 months
---

# Queue stuck

## Diagnosis

1. **Look at the pods.** It takes about 5 minutes.

   ```bash
   kubectl -n <namespace> logs <pod>
   ```

   - If the pod is in a crash loop, see [Restart](#restart).
   - If the disk is full, use [disk full](disk-full.md).

2. **Check these.**
   - the queue shrinks
   - no error in the log

## Restart

1. **Restart it.** `kubectl` does it.

   ```bash
   kubectl -n <namespace> delete pod <pod>
   ```

2. **Watch it come back.**
"""
DISK = "# Disk full\n\n## Options\n\nThere are two options:\n\n- **Grow the disk.** Ask for more.\n- **Delete old files.** They are in /tmp.\n"
MENU = "# Alarms\n\n" + "\n".join(
    f"## {name}\n\n1. Open the page of {name}.\n2. Restart the {name}.\n"
    for name in ("Mailer", "Checkout", "Search")
)


@asynccontextmanager
async def a_room(
    folder: Path, *, wiring: Mapping[str, str] | None = None, **files: str
) -> AsyncIterator[Story]:
    """An incident's room, in a house that has these files as its runbooks."""
    books = folder / "books"
    books.mkdir()
    for name, text in files.items():
        (books / f"{name.replace('_', '-')}.md").write_text(text, encoding="utf-8")
    async with a_story(folder, wiring={"INCIDENTBOT_RUNBOOKS": str(books), **(wiring or {})}) as story:
        await story.slack("declare sev1 checkout is down")
        yield story


async def started(story: Story, name: str, action: str = names.RUN_DONE) -> Message:
    """The live card of a runbook that Dee starts."""
    await story.room(f"runbook start {name}")
    return story.newest(await story.room_id(), action)


def run_in(incident: Incident, title: str = "Queue stuck") -> Run:
    """The run of this title."""
    return next(run for run in incident.runs.values() if run.title == title)


def condition(card: Message, words: str) -> str:
    """The action id of the button that says that this condition holds."""
    row = next(block for block in card.blocks if str(block.get("block_id")).startswith("branches"))
    return next(str(one["action_id"]) for one in row["elements"] if words in str(one.get("text")))


def value_of(card: Message, action: str, label: str = "", beside: str = "") -> str:
    """The value of a button by its label, or by the words it stands beside."""
    for block in card.blocks:
        shown = str(block["text"]["text"]) if block["type"] == "section" else ""
        for element in [*block.get("elements", ()), block.get("accessory", {})]:
            if element.get("action_id") == action and label in str(element.get("text")) and beside in shown:
                return str(element["value"])
    raise AssertionError(f"no {action} {label} beside {beside}")
