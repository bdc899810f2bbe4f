"""One block of a runbook as a small value with line numbers. Knows no parser and decides nothing."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from incidentbot.documents.runbooks.source.runbook_inline import Inline


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    CODE = "code"
    ORDERED = "ordered"
    BULLETS = "bullets"
    ITEM = "item"
    QUOTE = "quote"
    TABLE = "table"
    ROW = "row"
    RULE = "rule"


LISTS = frozenset({Kind.ORDERED, Kind.BULLETS})


class Block(NamedTuple):
    """One block. `line` and `end` count from 0, end excluded. A long file has thousands: a tuple is made four times faster.

    heading: `level`, `inline`. paragraph: `inline`. code: `code`, `info`, `closed` (False: its fence never ends),
    `fenced`. lists: `children` are items, `number` the first number. item: `children`, `number`, `ticked` (None where
    it is no task). table: `children` are rows, the first of them its head; row: `children` are cells.
    """

    kind: Kind
    line: int
    end: int
    level: int = 0
    inline: Inline | None = None
    code: str = ""
    info: str = ""
    closed: bool = True
    fenced: bool = False
    number: int = 1
    ticked: bool | None = None
    children: tuple["Block", ...] = ()

    @property
    def text(self) -> str:
        """The plain words of a heading, a paragraph, or the first paragraph of an item."""
        if self.inline is not None:
            return self.inline.plain
        first = self.children[0] if self.kind is Kind.ITEM and self.children else None
        return first.inline.plain if first is not None and first.inline is not None else ""


def last_words(block: Block) -> str:
    """The words right before what follows a block: of its last paragraph, "" where it ends in something else."""
    while block.inline is None and block.children:
        block = block.children[-1]
    return block.text


def walk(blocks: Sequence[Block]) -> Iterator[Block]:
    """Every block and what stands inside it, in the order of the file."""
    waiting = list(reversed(blocks))
    while waiting:
        block = waiting.pop()
        yield block
        if block.children:
            waiting.extend(reversed(block.children))
