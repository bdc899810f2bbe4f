"""What authors tell the reader in comments: `step:`, `not-a-step`, `steps: off`. Unknown words are left alone."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from incidentbot.documents.runbooks.source.runbook_block import Block, Kind
from incidentbot.documents.runbooks.source.runbook_text import Note, Source

_NOT_A_STEP = re.compile(r"^not-a-step$", re.IGNORECASE)
_SWITCH = re.compile(r"^steps:\s*(off|on)$", re.IGNORECASE)
_STEP = re.compile(r"^step:\s*(?P<words>.*)$", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A `step:` comment: the line it speaks of, from 0, and its words; a word without `=` is its own value."""

    line: int
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Steering:
    """Where no steps are to be found: lines that are context, and lines at which something is declared no step."""

    aside: frozenset[int] = frozenset()
    not_steps: frozenset[int] = frozenset()
    annotations: tuple[Annotation, ...] = field(default=())

    def excludes(self, block: Block) -> bool:
        """Whether a block of a section is out of the run: folded away, switched off, or declared no step."""
        return block.line in self.aside or (block.line in self.not_steps and block.kind is not Kind.HEADING)


def read_notes(source: Source, lines: Sequence[str]) -> Steering:
    """Turn the comments of a file into steering. A comment alone on its line speaks of its heading or item, or of what follows."""
    places = _Places(lines if source.notes else ())  # most files have no comments, and need no places
    aside = set(source.aside)
    not_steps: set[int] = set()
    annotations: list[Annotation] = []
    off_since = -1
    for note in source.notes:
        line = places.meant_by(note)
        if _NOT_A_STEP.match(note.words):
            not_steps.add(line)
        elif switch := _SWITCH.match(note.words):
            if switch[1].lower() == "off":
                off_since = note.line if off_since < 0 else off_since
            elif off_since >= 0:
                aside.update(range(off_since, note.line))
                off_since = -1
        elif found := _STEP.match(note.words):
            annotations.append(Annotation(line, _words(found["words"])))
    if off_since >= 0:
        aside.update(range(off_since, len(lines)))
    return Steering(frozenset(aside), frozenset(not_steps), tuple(annotations))


class _Places:
    """The lines with text, to find what a comment speaks of."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._next = list(range(len(lines)))
        self._previous = list(range(len(lines)))
        for number in range(len(lines) - 2, -1, -1):
            if not lines[number].strip():
                self._next[number] = self._next[number + 1]
        for number in range(1, len(lines)):
            if not lines[number].strip():
                self._previous[number] = self._previous[number - 1]

    def meant_by(self, note: Note) -> int:
        """The heading right above, the item a comment is indented into, else the next line with text."""
        if not note.alone:
            return note.line
        before, after = self._previous[note.line], self._next[note.line]
        if self._lines[before].startswith("#") and not self._lines[after].startswith("#"):
            return before
        after_indent = len(self._lines[after]) - len(self._lines[after].lstrip())
        return before if note.indent > after_indent else after


def _words(text: str) -> dict[str, str]:
    """`title="Drain it" estimate=5m optional` as a mapping."""
    try:
        parts = shlex.split(text)
    except ValueError:  # an apostrophe or an open quote: take the words as they stand
        parts = text.split()
    pairs = (part.partition("=") for part in parts)
    return {key: value if mark else key for key, mark, value in pairs if key}
