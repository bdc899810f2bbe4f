"""What goes into a room as a file: commands that are too long for a card, the post-mortem. Sends nothing, runs nothing."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from incidentbot.core.file_effects import ShareDraft
from incidentbot.core.incident import Incident
from incidentbot.core.runbooks.run import LONGEST_SHOWN, Run
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.slack.cards.run_view import Around, RunView
from incidentbot.slack.cards.wording import short

ENDINGS = {
    "bash": "sh",
    "shell": "sh",
    "sh": "sh",
    "console": "sh",
    "sql": "sql",
    "python": "py",
    "yaml": "yaml",
    "json": "json",
}
"""What a language is called at the end of a file's name."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text file. name: by which it is found again, so it must be its own; said: the line above it, escaped."""

    name: str
    title: str
    said: str
    content: str


def document(incident: Incident, effect: ShareDraft, text: str) -> Snippet:
    """The post-mortem's Markdown as a file of its own."""
    own = hashlib.sha256(f"{incident.id}:{effect.key}".encode()).hexdigest()[:8]
    name = f"{incident.name.lower()}-postmortem-{own}.md"
    return Snippet(name, f"{incident.name} post-mortem", effect.said, text)


def snippets(incident: Incident, run: Run, book: Runbook | None, step_id: str) -> Iterator[Snippet]:
    """The long commands of a step as a file, with what is filled in by now; none where the text is gone."""
    view = RunView(incident, run, book, Around())
    found = next((n for n, one in enumerate(run.steps) if one.id == step_id), None)
    step = view.text_of(run.steps[found]) if found is not None else None
    long = [command for command in step.commands if len(command.text) > LONGEST_SHOWN] if step else []
    if step is None or found is None or not long:
        return
    own = hashlib.sha256(f"{run.id}:{step_id}".encode()).hexdigest()[:8]
    ending = ENDINGS.get(long[0].language.casefold(), "txt")
    name = f"{incident.name.lower()}-step-{found + 1}-{own}.{ending}"
    said = f"Step {found + 1} of {short(run.title, 150)}: its long command, whole."
    yield Snippet(name, name, said, "\n\n".join(view.filled(command.text) for command in long) + "\n")
