"""Lists as a person reads them: what stands further in belongs to the item above, though markdown asks for more spaces.

`1. Prepare` with `  - the host` two columns in is, to markdown, two lists side by side. Never drops a block.
"""

from collections.abc import Sequence

from incidentbot.documents.runbooks.source.runbook_block import LISTS, Block, Kind

_FURTHER = 2


def nested(blocks: Sequence[Block], lines: Sequence[str]) -> tuple[Block, ...]:
    """The blocks of one container, each under-indented list moved into the item it stands under."""
    if not any(block.kind in LISTS for block in blocks):
        return tuple(blocks)
    kept: list[Block] = []
    for block in blocks:
        if block.kind in LISTS:
            block = _regrouped(block, lines)  # noqa: PLW2901 - the same list, better grouped
            if _stands_under(block, kept[-1] if kept else None, lines):
                kept[-1] = _with_last(kept[-1], block)
                continue
        kept.append(block)
    return tuple(kept)


def _regrouped(block: Block, lines: Sequence[str]) -> Block:
    """A list whose items differ in depth: the deeper ones become a list inside the item before them."""
    columns = [_column(item, lines) for item in block.children]
    if not columns or max(columns) - columns[0] < _FURTHER:
        return block
    kept: list[Block] = []
    deeper: list[Block] = []
    for item, column in zip(block.children, columns, strict=True):
        if kept and column - columns[0] >= _FURTHER:
            deeper.append(item)
            continue
        _close(kept, deeper, block)
        kept.append(item)
    _close(kept, deeper, block)
    return block._replace(children=tuple(kept))


def _close(kept: list[Block], deeper: list[Block], block: Block) -> None:
    """Hang the deeper items that were collected under the last item that was kept."""
    if deeper:
        first = deeper[0]
        inner = block._replace(
            line=first.line, end=deeper[-1].end, number=first.number, children=tuple(deeper)
        )
        kept[-1] = kept[-1]._replace(children=(*kept[-1].children, inner), end=inner.end)
        deeper.clear()


def _stands_under(block: Block, before: Block | None, lines: Sequence[str]) -> bool:
    if before is None or before.kind is not Kind.ORDERED or not before.children or not block.children:
        return False
    if block.kind is Kind.ORDERED and block.number > 1:
        return False
    return _column(block, lines) - _column(before.children[-1], lines) >= 1


def _with_last(listing: Block, inner: Block) -> Block:
    """A list whose last item holds one more list."""
    last = listing.children[-1]
    grown = last._replace(children=(*last.children, inner), end=inner.end)
    return listing._replace(children=(*listing.children[:-1], grown), end=inner.end)


def _column(block: Block, lines: Sequence[str]) -> int:
    """In which column a block starts; a tab reaches to the next fourth."""
    line = lines[block.line].expandtabs(4) if block.line < len(lines) else ""
    return len(line) - len(line.lstrip(" "))
