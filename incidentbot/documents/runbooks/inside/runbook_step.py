"""One step put together from its blocks: commands, expected output, branches, warnings. Knows nothing of other steps."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from incidentbot.core.runbooks.runbook import Step, StepCommand
from incidentbot.documents.runbooks.inside.runbook_commands import (
    is_diagram,
    language,
    read_command,
    read_transcript,
)
from incidentbot.documents.runbooks.inside.runbook_details import (
    branches_of,
    estimate_of,
    minutes,
    warnings_of,
)
from incidentbot.documents.runbooks.inside.runbook_placeholders import Placeholders, changes_production
from incidentbot.documents.runbooks.source.runbook_block import Block, Kind, last_words
from incidentbot.documents.runbooks.steps.runbook_pairs import is_command
from incidentbot.documents.runbooks.steps.runbook_steps import Draft
from incidentbot.documents.runbooks.steps.runbook_titles import cut

_OFF = frozenset({"false", "no", "0"})


class Place(NamedTuple):
    """Where a step stands: its id, its text, its first and last line from 1, and what its lines hold.

    `every`: the blocks with all that stands inside them.
    """

    id: str
    body: str
    span: tuple[int, int]
    blocks: Sequence[Block]
    every: Sequence[Block]


def build_step(draft: Draft, place: Place, said: Mapping[str, str], placeholders: Placeholders) -> Step:
    """The step of a draft.

    said: the words of a `step:` comment, which win over what is read. placeholders: asked in the order of the file.
    """
    commands, expected = _commands(place.blocks)
    estimate = said.get("estimate") or said.get("takes")
    return Step(
        id=place.id,
        title=cut(said.get("title", "")) or draft.title,
        kind=draft.kind,
        section=draft.section,
        body_md=place.body,
        commands=commands,
        expected=expected,
        checklist=draft.checklist,
        branches=branches_of(place.every),
        warnings=warnings_of(place.blocks),
        optional=_stated(said, "optional"),
        estimate_minutes=minutes(estimate) if estimate else estimate_of(place.blocks, place.every),
        source_lines=place.span,
        done=draft.done,
        placeholders=placeholders.of(commands),
        changes_production=_stated(said, "danger") or any(changes_production(c.text) for c in commands),
    )


def _commands(blocks: Sequence[Block]) -> tuple[tuple[StepCommand, ...], tuple[str, ...]]:
    """What to type, and what one should see."""
    commands: list[StepCommand] = []
    expected: list[str] = []
    for block, lead in _typed(blocks):
        if is_command(block, lead):
            command, output = _command(block)
            commands.extend([command] if command.text.strip() else [])
            expected.extend([output] if output.strip() else [])
        elif block.code.strip() and not is_diagram(block):
            expected.append(block.code.rstrip("\n"))
    return tuple(commands), tuple(expected)


def _typed(blocks: Sequence[Block], lead: str = "") -> Iterator[tuple[Block, str]]:
    """Every block that may be typed or be output, with the words right before it, at any depth."""
    before: Block | None = None
    for block in blocks:
        if block.kind is Kind.CODE or (block.inline is not None and block.inline.code):
            yield block, lead if before is None else last_words(before)
        elif block.kind is Kind.ITEM:
            yield from _typed(block.children)
        elif block.children:
            yield from _typed(block.children, lead if before is None else last_words(before))
        before = block


def _command(block: Block) -> tuple[StepCommand, str]:
    """What to type, and what the file shows as its answer."""
    if block.inline is not None:
        return StepCommand(block.inline.code), ""
    if not block.closed:
        return read_command(block), ""
    transcript = read_transcript(block.code)
    return StepCommand(transcript.command, language(block)), transcript.output


def _stated(said: Mapping[str, str], word: str) -> bool:
    return word in said and said[word].lower() not in _OFF
