"""Paragraphs and the commands they lead to; what is expected output and what is typed. Reads blocks, cuts no text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from incidentbot.documents.runbooks.inside.runbook_commands import is_diagram, is_plain_text, said_in
from incidentbot.documents.runbooks.source.runbook_block import LISTS, Block, Kind, last_words
from incidentbot.documents.runbooks.source.runbook_inline import sentences
from incidentbot.documents.runbooks.steps.runbook_items import is_placeholder
from incidentbot.documents.runbooks.steps.runbook_words import is_shell, starts_with_verb

_SHOWS = re.compile(
    r"\b(?:example|sample|expected|following|typical|similar)\s+(?:\w+\s+)?(?:output|results?|errors?|response|logs?|alerts?)\b"
    r"|\b(?:looks? like|should see|you(?:'ll| will| may| might)? see|would see|similar to|will output|as shown|errors? like)\b"
    r"|\boutput(?: is)?:?$|\bfor example, the output\b|^(?:the |this )?(?:\w+ )?(?:output|result|response)\b"
    r"|^which (?:will |should |then )?(?:drops?|shows?|prints?|returns?|gives?|outputs?|looks?|produces?)\b",
    re.IGNORECASE,
)
_MAY_SHOW = re.compile(
    r"\b(?:should (?:return|show|be|look)\b[^.]{0,40}:$|(?:outputs?|returns?|prints?|displays?|shows?)(?: \w+){0,5}:?$)",
    re.IGNORECASE,
)
_TYPED = re.compile(
    r"\b(?:run|running|execute|executing|use|using|type|enter|command|query)\b[^.]{0,60}:$", re.IGNORECASE
)

_SPEAKING = frozenset({Kind.PARAGRAPH, Kind.ITEM, *LISTS})
_STUB_WORDS = 3
_EXAMPLE = re.compile(
    r"^(?:for |an? |one )?(?:example|instance)s?\b|^(?:e\.g\.|like this|such as|or)\b", re.IGNORECASE
)


class _Told(Enum):
    """What a sentence says of the block of code below it."""

    NOTHING = 0
    OUTPUT = 1
    PERHAPS_OUTPUT = 2


@dataclass(frozen=True, slots=True)
class Pair:
    """One paragraph with the commands under it: where it starts and what it holds."""

    line: int
    blocks: tuple[Block, ...]


def shows_output(lead: str, block: Block) -> bool:
    """Whether a block of code is what the reader should see. lead: the paragraph right before it, "" for none.

    A block that reads like a command is output only where the lead says so plainly.
    """
    first = block.code.lstrip().split("\n", 1)[0]
    if first.startswith("$ "):
        return False
    if is_plain_text(block):
        return True
    told = _told(lead)
    return told is _Told.OUTPUT or (told is _Told.PERHAPS_OUTPUT and not is_shell(first))


@lru_cache(maxsize=1024)
def _told(lead: str) -> _Told:
    """What the sentence right before a block says of it."""
    last = next(reversed(sentences(lead)), "")
    if not last or _TYPED.search(last):
        return _Told.NOTHING
    if _SHOWS.search(last):
        return _Told.OUTPUT
    if starts_with_verb(last):  # "Show the events:" asks for what follows
        return _Told.NOTHING
    return _Told.PERHAPS_OUTPUT if _MAY_SHOW.search(last) else _Told.NOTHING


def leads(blocks: Sequence[Block]) -> Iterator[tuple[Block, str]]:
    """Every block with the paragraph right before it, "" where something else stands there."""
    before = ""
    for block in blocks:
        yield block, before
        before = last_words(block) if block.kind in _SPEAKING else ""


def is_command(block: Block, lead: str) -> bool:
    """Whether a block is there to be typed: code, or a paragraph that is nothing but inline code."""
    if block.kind is Kind.CODE:
        return bool(block.code.strip()) and not is_diagram(block) and not shows_output(lead, block)
    return (
        block.kind is Kind.PARAGRAPH
        and block.inline is not None
        and bool(block.inline.code)
        and not is_placeholder(block.inline.code)
    )


def holds_command(blocks: Sequence[Block]) -> bool:
    """Whether there is anything to type among these blocks."""
    return any(is_command(block, lead) for block, lead in leads(blocks))


def command_pairs(blocks: Sequence[Block]) -> list[Pair]:
    """S5: the paragraphs that each lead to a command; [] when there are fewer than two."""
    starts: list[int] = []
    paragraph = -1
    for place, (block, lead) in enumerate(leads(blocks)):
        if is_command(block, lead) and block.kind is Kind.CODE:
            if paragraph >= 0 or said_in(block):
                starts.append(paragraph if paragraph >= 0 else place)
            paragraph = -1
        elif block.kind is Kind.PARAGRAPH and not is_command(block, lead):
            starts_pair = paragraph < 0 and not (starts and _EXAMPLE.match(block.text))
            paragraph = place if starts_pair or not _is_stub(block) else paragraph
    if len(starts) < 2:  # noqa: PLR2004 - one pair is the section itself
        return []
    ends = [*starts[1:], len(blocks)]
    return [
        Pair(blocks[start].line, tuple(blocks[start:end])) for start, end in zip(starts, ends, strict=True)
    ]


def _is_stub(block: Block) -> bool:
    """Whether a paragraph such as "For example:" is too short to say what its command does."""
    return block.text.endswith(":") and len(block.text.split()) <= _STUB_WORDS
