"""One step put together from its blocks: commands, expected output, branches, warnings. Knows nothing of other steps."""

from collections.abc import Iterator, Mapping, Sequence

from incidentbot.core.runbooks.runbook import Step, StepCommand
from incidentbot.documents.runbooks.inside.runbook_commands import is_diagram, read_command, read_transcript
from incidentbot.documents.runbooks.inside.runbook_details import (
    branches_of,
    estimate_of,
    minutes,
    warnings_of,
)
from incidentbot.documents.runbooks.source.runbook_block import Block, Kind, last_words
from incidentbot.documents.runbooks.steps.runbook_pairs import is_command
from incidentbot.documents.runbooks.steps.runbook_steps import Draft
from incidentbot.documents.runbooks.steps.runbook_titles import cut

_OFF = frozenset({"false", "no", "0"})


def build_step(draft: Draft, blocks: Sequence[Block], said: Mapping[str, str]) -> Step:
    """The step of a draft, without its id, body and lines.

    blocks: what its lines hold. said: the words of a `step:` comment, which win over what is read.
    """
    commands: list[StepCommand] = []
    expected: list[str] = []
    for block, lead in _typed(blocks):
        if is_command(block, lead):
            command, output = _command(block)
            commands.extend([command] if command.text.strip() else [])
            expected.extend([output] if output.strip() else [])
        elif block.code.strip() and not is_diagram(block):
            expected.append(block.code.rstrip("\n"))
    return Step(
        id="",
        title=cut(said.get("title", "")) or draft.title,
        kind=draft.kind,
        section=draft.section,
        commands=tuple(commands),
        expected=tuple(expected),
        checklist=draft.checklist,
        branches=branches_of(blocks),
        warnings=warnings_of(blocks),
        optional=_stated(said, "optional"),
        estimate_minutes=minutes(said["estimate"]) if "estimate" in said else estimate_of(blocks),
        done=draft.done,
        changes_production=_stated(said, "danger"),
    )


def _typed(blocks: Sequence[Block], lead: str = "") -> Iterator[tuple[Block, str]]:
    """Every block that may be typed or be output, with the words right before it, at any depth."""
    for block in blocks:
        if block.kind is Kind.CODE or (block.inline is not None and block.inline.code):
            yield block, lead
        elif block.children:
            yield from _typed(block.children, lead if block.kind is not Kind.ITEM else "")
        lead = last_words(block)


def _command(block: Block) -> tuple[StepCommand, str]:
    """What to type, and what the file shows as its answer."""
    if block.inline is not None:
        return StepCommand(block.inline.code), ""
    command = read_command(block)
    return command, read_transcript(block.code).output if block.closed else ""


def _stated(said: Mapping[str, str], word: str) -> bool:
    return word in said and said[word].lower() not in _OFF
