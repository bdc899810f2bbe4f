"""Who owns which line of a runbook, and the text each owner gets. Every line has one owner, so none is lost."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from incidentbot.documents.runbooks.source.runbook_block import LISTS, Block, Kind
from incidentbot.documents.runbooks.source.runbook_text import Source
from incidentbot.documents.runbooks.steps.runbook_steps import CONTEXT, REFERENCE, Plan

_SHARED = frozenset({*LISTS, Kind.TABLE})
_LABEL = re.compile(r"\[([^\[\]]{1,200})\]")
_SPACES = re.compile(r"\s+")


class Ledger:
    """The lines of one file, shared out among its steps, its context and its references."""

    def __init__(
        self,
        source: Source,
        plan: Plan,
        aside: Iterable[int],
        definitions: Mapping[str, tuple[int, int, str]],
    ) -> None:
        """definitions: label -> (first line, end, target); their lines go to the references, and where they are used."""
        self._lines = source.lines
        self._owners = _owners(len(source.lines), plan.marks)
        for line in aside:
            if line < len(self._owners) and plan.drafts:
                self._owners[line] = CONTEXT
        self._definitions = {
            label.casefold(): self._lines[first:end] for label, (first, end, _) in definitions.items()
        }
        for first, end, _ in definitions.values():
            self._owners[first:end] = [REFERENCE] * (end - first)
        self._held: dict[int, list[int]] = {}
        for owner, run in groupby(range(len(self._owners)), key=self._owners.__getitem__):
            self._held.setdefault(owner, []).extend(run)
        self._starts = [draft.line for draft in plan.drafts]

    def body(self, owner: int) -> str:
        """The owner's lines as they stand, with the link definitions it needs at the end."""
        held = self._held.get(owner, [])
        text = "\n".join(map(self._lines.__getitem__, held)).strip("\n")
        if owner == REFERENCE or not self._definitions:
            return text
        labels = dict.fromkeys(_SPACES.sub(" ", label).strip().casefold() for label in _LABEL.findall(text))
        needed = [line for label in labels for line in self._definitions.get(label, ())]
        return "\n".join([text, "", *needed]).strip("\n") if needed else text

    def span(self, owner: int) -> tuple[int, int]:
        """The first and last line with text, from 1, of the run of lines that holds the step's own start."""
        held = self._held.get(owner, [])
        first = next((line for line in held if self._lines[line].strip()), self._starts[owner])
        last = next((line for line in reversed(held) if self._lines[line].strip()), first)
        return first + 1, last + 1

    def step_at(self, line: int) -> int:
        """The number of the step a line belongs to; negative for context and references."""
        return self._owners[line] if line < len(self._owners) else CONTEXT

    def share_out(self, blocks: Sequence[Block]) -> dict[int, list[Block]]:
        """The blocks of each step. A list that spans several steps is shared out by its items."""
        shared: dict[int, list[Block]] = {owner: [] for owner in range(len(self._starts))}
        for block in blocks:
            parts = block.children if block.kind in _SHARED else (block,)
            for part in parts:
                owner = self.step_at(part.line)
                if owner >= 0:
                    shared[owner].append(part)
        return shared


def _owners(count: int, marks: Sequence[tuple[int, int]]) -> list[int]:
    """One owner for each line: the last mark at or before it."""
    owners = [CONTEXT] * count
    for place, (line, owner) in enumerate(marks):
        end = marks[place + 1][0] if place + 1 < len(marks) else count
        owners[line:end] = [owner] * (end - line)
    return owners
