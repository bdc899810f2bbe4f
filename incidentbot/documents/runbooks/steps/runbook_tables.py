"""Tables whose rows are steps: a column of numbers, or one called Action. Any other table is only read."""

import re
from collections.abc import Sequence

from incidentbot.documents.runbooks.source.runbook_block import Block, Kind
from incidentbot.documents.runbooks.steps.runbook_words import starts_with_verb

_COUNTS = re.compile(
    r"^(?:#|№|no\.?|nr\.?|num(?:ber)?|steps?(?: (?:#|no\.?|number))?|order|seq(?:uence)?|schritt|paso|passo|[ée]tape)$",
    re.IGNORECASE,
)
_ASKS = re.compile(r"^(?:actions?|tasks?|steps?|instructions?|what to do|to do|activity)$", re.IGNORECASE)
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


def _ordered(block: Block, rows: Sequence[Block], *, since: int) -> Block:
    items = tuple(
        Block(Kind.ITEM, row.line, row.end, number=number, children=row.children[since:])
        for number, row in enumerate(rows, start=1)
    )
    return Block(Kind.ORDERED, rows[0].line, block.end, children=items)
