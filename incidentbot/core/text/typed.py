"""What people type into commands, cleaned before anything is decided, shown or stored. Judges no words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from incidentbot.core import commands
from incidentbot.core.afterwards import commands as after
from incidentbot.core.runbooks import run_commands
from incidentbot.core.text.redaction import redact
from incidentbot.core.text.visible import visible

TYPED: Mapping[type[Any], tuple[str, ...]] = {
    commands.Declare: ("title",),
    commands.Escalate: ("why",),
    commands.ChangeSeverity: ("why",),
    commands.Mitigate: ("how",),
    commands.Resolve: ("what", "verified_by"),
    commands.Reopen: ("why",),
    commands.PostUpdate: ("text",),
    commands.SetImpact: ("text",),
    commands.AddNote: ("text",),
    after.AddAction: ("text",),
    after.ChangeAction: ("why",),
    after.ChangeReview: ("why",),
    after.CorrectTime: ("why",),
    run_commands.FinishStep: ("reason",),
    run_commands.NoteStep: ("text",),
}
"""Command -> its fields that hold a person's own words."""

Asked = TypeVar("Asked")


def cleaned(command: Asked) -> Asked:
    """The command without what cannot be seen, known secret formats, mail addresses and phone numbers in its words.

    What cannot be seen goes first: a mark inside a secret must not hide it.
    """
    typed = {name: getattr(command, name) for name in TYPED.get(type(command), ())}
    clean = {name: redact(visible(text)).text for name, text in typed.items()}
    return command if clean == typed else replace(command, **clean)  # type: ignore[type-var] # a dataclass, by the table
