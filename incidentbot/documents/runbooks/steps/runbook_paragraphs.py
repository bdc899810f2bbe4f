"""Paragraphs that are steps by their own words: `First ...`, `Then ...`, or `**If it hangs:** ...`. Cuts no text, knows no sections."""

import re
from collections.abc import Sequence

from incidentbot.documents.runbooks.source.runbook_block import Block, Kind
from incidentbot.documents.runbooks.steps.runbook_pairs import Pair
from incidentbot.documents.runbooks.steps.runbook_words import starts_with_condition, starts_with_verb

_FIRST = re.compile(r"^(?:first(?:ly| of all)?|to (?:begin|start)(?: with)?)\b", re.IGNORECASE)
_NEXT = re.compile(
    r"^(?:second(?:ly)?|third(?:ly)?|next|then|after (?:that|this)|afterwards|finally|lastly)\b",
    re.IGNORECASE,
)
_FEWEST = 2


def told_in_order(blocks: Sequence[Block]) -> list[Pair]:
    """The paragraphs that say when they are due, each with what stands below it; [] where none says that it is the first."""
    places = [
        place
        for place, block in enumerate(blocks)
        if block.kind is Kind.PARAGRAPH and (_FIRST.match(block.text) or _NEXT.match(block.text))
    ]
    return _parted(blocks, places) if places and _FIRST.match(blocks[places[0]].text) else []


def labelled(blocks: Sequence[Block]) -> list[Pair]:
    """The paragraphs that open with a bold condition or a bold request, each with what stands below it."""
    return _parted(blocks, [place for place, block in enumerate(blocks) if _is_labelled(block)])


def _parted(blocks: Sequence[Block], starts: Sequence[int]) -> list[Pair]:
    if len(starts) < _FEWEST:
        return []
    ends = [*starts[1:], len(blocks)]
    return [
        Pair(blocks[start].line, tuple(blocks[start:end])) for start, end in zip(starts, ends, strict=True)
    ]


def _is_labelled(block: Block) -> bool:
    inline = block.inline
    if inline is None or block.kind is not Kind.PARAGRAPH or inline.strong or not inline.label:
        return False
    named = inline.label.endswith(":") or inline.plain.removeprefix(inline.label).startswith(":")
    return named and (starts_with_condition(inline.label) or starts_with_verb(inline.label))
