"""Tables whose rows are steps: a column of numbers, or one that says what to do. Any other table is only read."""

import re
from collections.abc import Sequence

from incidentbot.documents.runbooks.source.runbook_block import Block, Kind
from incidentbot.documents.runbooks.steps.runbook_words import starts_with_verb

_COUNTS = re.compile(
    r"^(?:#|№|no\.?|nr\.?|num(?:ber)?|steps?(?: (?:#|no\.?|number))?|order|seq(?:uence)?|schritt|paso|passo|[ée]tape)$",
    re.IGNORECASE,
)
_ASKS = re.compile(r"^(?:actions?|tasks?|steps?|instructions?|what to do|to do|activity)$", re.IGNORECASE)
_ANSWERS = re.compile(
    r"^(?:actions?(?: to take)?|what to do|to do|response|resolution|remediation|remedy|fix|solution|mitigation|next steps?"
    r"|how to (?:fix|resolve|respond)|recommended action|ma(?:ß|ss)nahme|behebung|l(?:ö|oe)sung|acci[óo]n|soluci[óo]n|solution|rem[èe]de)$",
    re.IGNORECASE,
)
_COUNT = re.compile(r"^(?:step\s*)?\d{1,3}[.)]?$", re.IGNORECASE)
_FEWEST = 2


def listed(block: Block) -> Block:
    """A table of steps as the ordered list it stands for; anything else as it is."""
    if block.kind is not Kind.TABLE or len(block.children) <= _FEWEST:
        return block
    head, *rows = block.children
    names = [cell.text.strip() for cell in head.children]
    if not names or not all(row.children for row in rows):
        return block
    numbered = bool(_COUNTS.match(names[0])) and all(_COUNT.match(row.children[0].text) for row in rows)
    if numbered and len(names) > 1:
        return _ordered(block, rows, since=1)
    asking = sum(starts_with_verb(row.children[0].text) for row in rows)
    return _ordered(block, rows, since=0) if _ASKS.match(names[0]) and asking * 2 >= len(rows) else block


def answered(block: Block) -> Block | None:
    """A table that says of each thing what to do (`Alert | Meaning | Action`) as the list it stands for, else None."""
    if block.kind is not Kind.TABLE or len(block.children) <= _FEWEST:
        return None
    head, *rows = block.children
    column = next((n for n, cell in enumerate(head.children) if n and _ANSWERS.match(cell.text.strip())), 0)
    told = [row.children[column].text for row in rows if column and len(row.children) > column]
    return (
        _ordered(block, rows, since=0) if told and sum(map(starts_with_verb, told)) * 2 >= len(rows) else None
    )


def _ordered(block: Block, rows: Sequence[Block], *, since: int) -> Block:
    items = tuple(
        Block(Kind.ITEM, row.line, row.end, number=number, children=row.children[since:])
        for number, row in enumerate(rows, start=1)
    )
    return Block(Kind.ORDERED, rows[0].line, block.end, children=items)
