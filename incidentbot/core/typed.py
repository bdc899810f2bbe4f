"""What people type into commands, without the secrets that slipped in: before anything is decided, shown or stored."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from incidentbot.core import commands
from incidentbot.core.redaction import redact

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
    commands.FinishStep: ("reason",),
}
"""Command -> its fields that hold a person's own words."""

Asked = TypeVar("Asked")


def without_secrets(command: Asked) -> Asked:
    """The command with known secret formats, mail addresses and phone numbers taken out of its words."""
    typed = {name: getattr(command, name) for name in TYPED.get(type(command), ())}
    clean = {name: redact(text).text for name, text in typed.items()}
    return command if clean == typed else replace(command, **clean)  # type: ignore[type-var] # a dataclass, by the table
