"""Placeholders in commands: found, asked for once, filled in. Never runs anything and keeps no value."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence

from incidentbot.core.runbooks.runbook import StepCommand
from incidentbot.documents.runbooks.steps.runbook_words import COMMANDS

_ANGLE = r"<[A-Za-z][\w .:/-]{0,60}>"
_BRACES = r"\{\{\s*[A-Za-z_][\w .-]{0,60}\}\}"
_YOURS = r"\b(?:YOUR|MY)_[A-Z0-9_]+\b"
_VARIABLE = r"\$\{?[A-Za-z_][A-Za-z0-9_]*\}?"
_FORM = re.compile(f"{_ANGLE}|{_BRACES}|{_YOURS}|{_VARIABLE}")
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
# `-e TOKEN=$TOKEN` hands a value on and sets none; a quote opens the command of an inner shell: `sh -c 'N=5; ...'`.
_ASSIGNED = re.compile(
    rf"(?:^|[\s;&|(']|-c\s+\")(?:export\s+|for\s+|local\s+)?(?P<name>{_NAME})"
    r"(?:=(?![\"']?\$(?:(?P=name)\b|\{(?P=name)\}))|\s+in\b)"
)
_SUBSTITUTED = re.compile(r"\$\([^()]*\)")
_INNER = re.compile(r"(?:(?<=[\s;&|])|^)\([^()]*\)|(?<=\s)(?:'[^']*'|\"[^\"]*\")", re.MULTILINE)
"""An inner shell: a list in brackets, or a word in quotes that is a command of its own. What it sets ends with it."""
_OPENS = ("(", "'", '"')  # no inner shell is without one
_READ = re.compile(
    rf"\b(?:read|mapfile|readarray)\s+(?:-[A-Za-z]+\s+(?:\"[^\"]*\"\s+|'[^']*'\s+|\d+\s+)?)*({_NAME}(?:[ \t]+{_NAME})*)"
)
_POWERSHELL = re.compile(rf"^[ \t]*\$({_NAME})[ \t]*=\s", re.MULTILINE)
_READS = ("read", "mapfile")
_SETS = ("=", " in", *_READS)  # nothing is set without one of these
_GIVEN = frozenset(
    "HOME USER PATH PWD SHELL HOSTNAME RANDOM OLDPWD LANG TERM EDITOR TMPDIR UID IFS NF NR FNR".split()  # noqa: SIM905 - a table of words is read best without quotes
)
"""What a shell, or awk between its quotes, knows by itself."""

_CHANGING = frozenset(
    """
    apply cordon delete destroy detach disable drain drop evict failover flushall flushdb force-unlock halt kill killall
    patch pkill poweroff promote prune purge reboot replace reset restart revoke rm rmdir rollback scale shutdown stop
    terminate terminate-instances truncate undo uninstall update-ref
    """.split()  # noqa: SIM905 - a table of words is read best without quotes
)
_CHANGING_BY = ("delete-", "remove-")
_BETWEEN = re.compile(r"[\s;|&()]+")
_MARKS = ("<", "{{", "$", "YOUR_", "MY_")


def find_placeholders(command: str, assigned: Iterable[str] = ()) -> tuple[str, ...]:
    """The placeholders of one command as they are written, in order, none twice.

    assigned: names of variables that earlier commands of the file set.
    """
    if not any(map(command.__contains__, _MARKS)):
        return ()
    found = dict.fromkeys(_FORM.findall(command))
    if "$" not in command:
        return tuple(found)
    known = {*assigned, *assigned_in(command)}
    return tuple(
        form for form in found if not form.startswith("$") or not _is_given(form.strip("${}"), known)
    )


def _is_given(name: str, known: Container[str]) -> bool:
    return name in known or name in _GIVEN or name in COMMANDS


def assigned_in(command: str) -> frozenset[str]:
    """The variables a command sets, within inner shells, too."""
    if not any(map(command.__contains__, _SETS)):
        return frozenset()
    read = _READ.findall(command) if any(map(command.__contains__, _READS)) else ()
    shell = _POWERSHELL.findall(command) if "$" in command else ()
    return frozenset(_ASSIGNED.findall(command)).union(shell, *map(str.split, read))


def assigned_after(command: str) -> frozenset[str]:
    """The variables a command leaves set for those after it: what an inner shell sets ends with that."""
    found = assigned_in(command)
    if not found or not any(map(command.__contains__, _OPENS)):
        return found
    return found & assigned_in(_INNER.sub(" ", _SUBSTITUTED.sub("$_", command)))


class Placeholders:
    """What is still to be asked for, step by step in the order of the file."""

    def __init__(self) -> None:
        self._assigned: set[str] = set()

    def of(self, commands: Sequence[StepCommand]) -> tuple[str, ...]:
        """The placeholders of the next step: those that no earlier command of the file sets."""
        forms: dict[str, None] = {}
        for command in commands:
            forms.update(dict.fromkeys(find_placeholders(command.text, self._assigned)))
            self._assigned |= assigned_after(command.text)
        return tuple(forms)


def fill(text: str, values: Mapping[str, str]) -> str:
    """A command with the values a person gave, in one pass, so that a value is never filled in again.

    values: found by the placeholder as the command writes it; see `ByName` for a mapping that knows other ways.
    """
    return _FORM.sub(lambda form: values.get(form.group(), form.group()), text)


def changes_production(command: str) -> bool:
    """Whether a command holds a verb that changes what it talks to: delete, drain, restart, scale, revoke ..."""
    lower = command.lower()
    words = _BETWEEN.split(lower)
    if not _CHANGING.isdisjoint(words):
        return True
    return any(map(lower.__contains__, _CHANGING_BY)) and any(word.startswith(_CHANGING_BY) for word in words)
