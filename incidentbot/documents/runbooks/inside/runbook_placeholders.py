"""Placeholders in commands: found, asked for once, filled in. Never runs anything and keeps no value."""

import re
from collections.abc import Iterable, Mapping, Sequence

from incidentbot.core.runbooks.runbook import StepCommand
from incidentbot.documents.runbooks.steps.runbook_words import COMMANDS

_ANGLE = r"<[A-Za-z][\w .:/-]{0,60}>"
_BRACES = r"\{\{\s*[A-Za-z_][\w .-]{0,60}\}\}"
_YOURS = r"\b(?:YOUR|MY)_[A-Z0-9_]+\b"
_VARIABLE = r"\$\{?[A-Za-z_][A-Za-z0-9_]*\}?"
_FORM = re.compile(f"{_ANGLE}|{_BRACES}|{_YOURS}|{_VARIABLE}")
_ASSIGNED = re.compile(
    r"(?:^|[\s;&|(])(?:export\s+|read\s+(?:-\w+\s+)*|for\s+|local\s+)?([A-Za-z_][A-Za-z0-9_]*)(?==|\s+in\b)"
)
_READ = re.compile(r"\bread\s+(?:-\w+\s+)*([A-Za-z_][A-Za-z0-9_]*)")
_GIVEN = frozenset("HOME USER PATH PWD SHELL HOSTNAME RANDOM OLDPWD LANG TERM EDITOR TMPDIR UID IFS".split())  # noqa: SIM905 - a table of words is read best without quotes

_CHANGES = re.compile(
    r"(?:^|[\s;|&(])(?:delete|drain|restart|cordon|revoke|rm|rmdir|drop|truncate|destroy|terminate|terminate-instances|kill"
    r"|pkill|killall|reboot|shutdown|halt|poweroff|evict|purge|flushall|flushdb|failover|rollback|apply|patch|scale|uninstall"
    r"|force-unlock|delete-[a-z-]+|remove-[a-z-]+|stop|disable|promote|detach|undo|replace|update-ref|prune|reset)(?=[\s;|&)]|$)",
    re.IGNORECASE | re.MULTILINE,
)


def find_placeholders(command: str, assigned: Iterable[str] = ()) -> tuple[str, ...]:
    """The placeholders of one command as they are written, in order, none twice.

    assigned: names of variables that earlier commands of the file set.
    """
    known = {*_GIVEN, *COMMANDS, *assigned, *assigned_in(command)}
    found = dict.fromkeys(match.group() for match in _FORM.finditer(command))
    return tuple(form for form in found if not form.startswith("$") or form.strip("${}") not in known)


def assigned_in(command: str) -> frozenset[str]:
    """The variables a command sets for those after it."""
    return frozenset(_ASSIGNED.findall(command)) | frozenset(_READ.findall(command))


def placeholders_in_order(steps: Sequence[Sequence[StepCommand]]) -> list[tuple[str, ...]]:
    """The placeholders of each step, given the commands of all of them in the order of the file."""
    assigned: set[str] = set()
    found = []
    for commands in steps:
        forms: dict[str, None] = {}
        for command in commands:
            forms.update(dict.fromkeys(find_placeholders(command.text, assigned)))
            assigned |= assigned_in(command.text)
        found.append(tuple(forms))
    return found


def fill(text: str, values: Mapping[str, str]) -> str:
    """A command with the values a person gave, in one pass, so that a value is never filled in again."""
    return _FORM.sub(lambda form: values.get(form.group(), form.group()), text)


def changes_production(command: str) -> bool:
    """Whether a command holds a verb that changes what it talks to: delete, drain, restart, scale, revoke ..."""
    return bool(_CHANGES.search(command))
