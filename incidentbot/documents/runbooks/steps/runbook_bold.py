"""Paragraphs that serve as headings: **Symptoms**, **Restart the pod**, **Fix:** do this, a plain `Diagnosis` above its list.

Finds lines, moves nothing.
"""

from collections.abc import Sequence
from itertools import pairwise

from incidentbot.documents.runbooks.source.runbook_block import LISTS, Block, Kind
from incidentbot.documents.runbooks.steps.runbook_headings import read_heading
from incidentbot.documents.runbooks.steps.runbook_roles import Role, is_generic, role_named

_LABEL_WORDS = 4
_TITLE_WORDS = 12
_FEWEST = 2
_ASIDES = frozenset(
    """
    attention caution danger example examples expected hint important info information note notes notice optional output
    result results tip tldr warning
    """.split()  # noqa: SIM905 - a table of words is read best without quotes
)


def bold_headings(blocks: Sequence[Block]) -> frozenset[int]:
    """The lines of bold paragraphs that serve as headings, between one real heading and the next."""
    found: set[int] = set()
    run: list[Block] = []
    for block in blocks:
        if block.kind is Kind.HEADING:
            found |= _in(run)
            run = []
        else:
            run.append(block)
    return frozenset(found | _in(run))


def _in(run: Sequence[Block]) -> set[int]:
    """Labels count where one of them says that there is something to do, so that a bold "Prerequisites" swallows no command.

    Other bold titles count from two on, and where no numbered list goes on across them.
    """
    labels = [block for block in run if _names_role(block)] or _plain_labels(run)
    if any(is_generic(_words(block)) for block in labels):
        return {block.line for block in labels} | {block.line for block in _titles(run)}
    return {block.line for block in _titles(run)}


def _plain_labels(run: Sequence[Block]) -> list[Block]:
    """Two or more paragraphs that only name a section each, right above a list: `Diagnosis`, `Mitigations:`."""
    found = [
        block
        for block, following in pairwise(run)
        if block.kind is Kind.PARAGRAPH
        and following.kind in LISTS
        and len(block.text.split()) <= _LABEL_WORDS
        and _has_role(block.text.rstrip(":"))
    ]
    return found if len(found) >= _FEWEST else []


def _titles(run: Sequence[Block]) -> list[Block]:
    if any(block.kind is Kind.ORDERED and block.number > 1 for block in run):
        return []
    titles = [block for block, following in pairwise(run) if _is_title(block) and not _is_title(following)]
    return titles if len(titles) >= _FEWEST else []


def _is_title(block: Block) -> bool:
    if block.inline is None or not block.inline.strong or block.text.endswith((".", "!")):
        return False
    words = _words(block).lower().split()
    return 0 < len(words) <= _TITLE_WORDS and words[0].strip(":") not in _ASIDES


def _names_role(block: Block) -> bool:
    """Whether a paragraph opens with a bold label that names a section: `**Impact:** orders wait`."""
    inline = block.inline
    if inline is None or not inline.label:
        return False
    rest = inline.plain.removeprefix(inline.label)
    words = _words(block)
    return (
        (inline.strong or inline.label.endswith(":") or rest.startswith(":"))
        and 0 < len(words.split()) <= _LABEL_WORDS
        and words.lower() not in _ASIDES
        and _has_role(words)
    )


def _has_role(words: str) -> bool:
    return is_generic(words) or role_named(words, Role.ACTION) is not Role.ACTION


def _words(block: Block) -> str:
    return read_heading(block.inline.label or block.text).bare if block.inline is not None else ""
