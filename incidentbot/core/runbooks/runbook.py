"""A runbook as data: what a reader of markdown found in it. Knows neither markdown nor Slack.

Source: the shapes of `incidentbot runbook steps --json` (docs/runbooks.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StepCommand:
    """One command to copy, without prompts and output. `language` is "" where the file names none."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class StepBranch:
    """An "If ..." of a step: the condition as a label and, where the file links one, its target."""

    label: str
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `source_lines` are the first and last line in the file, from 1.

    `kind`: "step", "task" (a check box; `done` when the file has it ticked) or "choice" (one of several ways).
    `placeholders`: as they are written in the commands, and not set by an earlier one. `changes_production`: a command
    deletes, restarts, scales ..., or the author says so.
    """

    id: str
    title: str
    kind: str = "step"
    section: tuple[str, ...] = ()
    body_md: str = ""
    commands: tuple[StepCommand, ...] = ()
    expected: tuple[str, ...] = ()
    checklist: tuple[str, ...] = ()
    branches: tuple[StepBranch, ...] = ()
    warnings: tuple[str, ...] = ()
    optional: bool = False
    estimate_minutes: int | None = None
    source_lines: tuple[int, int] = (1, 1)
    done: bool = False
    placeholders: tuple[str, ...] = ()
    changes_production: bool = False


@dataclass(frozen=True, slots=True)
class Lint:
    """One remark on a file: the rule's name, the line from 1, and a sentence. `about`: the link it speaks of, else ""."""

    rule: str
    line: int
    message: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link found in the file."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Runbook:
    """A file, read. `path` is relative to the folder it was found in; `sha256` is of its text.

    estimate_minutes: how long its author thinks that all of it takes, None where the file does not say.
    """

    title: str
    path: str
    sha256: str
    text: str
    context_md: str = ""
    reference_md: str = ""
    steps: tuple[Step, ...] = ()
    links: tuple[Link, ...] = ()
    lint: tuple[Lint, ...] = ()
    meta: Mapping[str, object] = field(default_factory=dict)
    estimate_minutes: int | None = None
