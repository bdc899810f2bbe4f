"""Placeholders of a run: filled in once, changed by anybody, never with a secret. Knows no markdown."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from incidentbot.core.decision import Decision
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.moving import data_of, run_of, shown
from incidentbot.core.runbooks.run import Run, Value
from incidentbot.core.runbooks.run_commands import SetValues
from incidentbot.core.text.redaction import redact, redact_for_draft
from incidentbot.core.text.visible import visible
from incidentbot.core.text.words import person, safe

T = TypeVar("T")

LONGEST = 500
_MARKS = re.compile(r"[\s<>{}$_.:/-]+")
NO_SECRETS = frozenset({"email", "phone"})
"""What redaction takes out and is yet fit to stand in a command."""


def name_of(form: str) -> str:
    """A placeholder without its marks, case and separators: `<pod-name>`, `{{ pod_name }}` and `$POD_NAME` are one."""
    return _MARKS.sub("", form).casefold() or form


class ByName(Mapping[str, T]):
    """What is known of placeholders. Its keys are as somebody wrote them; it is asked by any way to write them."""

    def __init__(self, known: Mapping[str, T]) -> None:
        """known: of two ways to write one placeholder the later one holds."""
        self._known = {name_of(form): (form, value) for form, value in known.items()}

    def __getitem__(self, form: str) -> T:
        return self._known[name_of(form)][1]

    def __iter__(self) -> Iterator[str]:
        return (form for form, _ in self._known.values())

    def __len__(self) -> int:
        return len(self._known)


def each_once(forms: Iterable[str]) -> tuple[str, ...]:
    """Placeholders in their order, each as it was written first."""
    found: dict[str, str] = {}
    for form in forms:
        found.setdefault(name_of(form), form)
    return tuple(found.values())


def set_values(incident: Incident, command: SetValues, *, now: datetime) -> Decision:
    """Fill placeholders in for this incident. Raises Refused for a secret, or where somebody else filled it meanwhile."""
    run = run_of(incident, command.run)
    known = values_of(incident, run)
    given = {form: one_line(text) for form, text in command.values.items()}
    changes = {form: text for form, text in given.items() if text != _text(known.get(form))}
    for form, text in changes.items():
        _refuse(form, text, known.get(form), command)
    if not changes:
        raise Refused("Nothing was changed: the values are as they were.")
    named = set(map(name_of, changes))
    kept = {form: value for form, value in run.values.items() if name_of(form) not in named}
    filled = {form: Value(text, command.by, now) for form, text in changes.items()}
    changed = replace(run, values={**kept, **filled})
    said = ", ".join(_said(form, text) for form, text in changes.items())
    fact = Fact(FactKind.VALUE_SET, now, f"{person(command.by)} filled in {said}.", command.by, data_of(run))
    return shown(incident, changed, (fact,), now=now, by=command.by)


def values_of(incident: Incident, run: Run) -> ByName[Value]:
    """What is known of placeholders: of this run, and where it knows nothing, of the incident's other runs, newest first.

    An empty text was taken back, here.
    """
    every = [(form, value) for one in incident.runs.values() for form, value in one.values.items()]
    in_turn = [*sorted(every, key=lambda each: each[1].at), *run.values.items()]
    newest = {name_of(form): (form, value) for form, value in in_turn}
    return ByName({form: value for form, value in newest.values() if value.text})


def one_line(text: str) -> str:
    """What was typed, as it can stand in a command: on one line, without what cannot be seen."""
    return " ".join(visible(text).split())


def _refuse(form: str, text: str, before: Value | None, command: SetValues) -> None:
    if before is not None and before.by != command.by and before.at.isoformat() > command.seen:
        raise Refused(
            f"{person(before.by)} filled in {form} meanwhile. Open the window again: it shows what stands."
        )
    if len(text) > LONGEST:
        raise Refused(f"{form} takes {LONGEST} characters at most.")
    if text and is_secret(form, text):
        raise Refused(
            f"What you gave for {form} looks like a secret, and everybody here can read it. Leave it open and type it "
            "into your shell only."
        )


def is_secret(form: str, text: str) -> bool:
    """Whether a value looks like a secret: by its format, by the placeholder's name, or because it was drawn by lot."""
    name = form.strip("<>${} ").replace(" ", "_")
    found = {*redact(f"{name}={text}").counts, *redact_for_draft(text).counts}
    return bool(found - NO_SECRETS)


def _said(form: str, text: str) -> str:
    return f"{safe(form)} with “{safe(text)}”" if text else f"{safe(form)} with nothing"


def _text(value: Value | None) -> str:
    return value.text if value else ""
