"""Files that only say where the runbook is now. Looks at words and links, finds no steps."""

import re
from collections.abc import Sequence

from incidentbot.documents.runbooks.source.runbook_block import Block, Kind
from incidentbot.documents.runbooks.source.runbook_inline import sentences

_MOST_WORDS = 110
_WORK = frozenset({Kind.CODE, Kind.ORDERED})
_POINTS = re.compile(
    r"\b(?:moved (?:in|un)?to|has moved|have moved|now (?:lives?|located|found|at|in|part of)|replaced by|superseded|deprecated|obsolete|no longer (?:maintained|used|valid|needed|in use)|^(?:please )?see\b|refer to"
    r"|can be found|is documented|are documented|please (?:use|read|follow|visit)|instead|redirect|documented (?:in|at)"
    r"|follow the (?:steps|instructions|runbook|guide)|available (?:at|in|here))",
    re.IGNORECASE,
)


def only_points_elsewhere(every: Sequence[Block]) -> bool:
    """Whether a short file without code and lists of work says nothing but where to look. every: what `walk` finds in it."""
    if any(block.kind in _WORK or (block.inline is not None and block.inline.images) for block in every):
        return False
    texts = [block for block in every if block.kind is Kind.PARAGRAPH and block.inline is not None]
    words = sum(len(block.text.split()) for block in texts)
    if not texts or words >= _MOST_WORDS:
        return False
    if any(block.inline is not None and block.inline.code for block in texts):
        return False
    told = [sentence for block in texts for sentence in sentences(block.text)]
    linked = any(block.inline is not None and block.inline.links for block in texts)
    return linked and all(_POINTS.search(sentence) or _is_link(sentence, texts) for sentence in told)


def _is_link(sentence: str, texts: Sequence[Block]) -> bool:
    """Whether a sentence is the text of a link and nothing else."""
    bare = sentence.strip(" .:")
    return any(
        link.text == bare for block in texts if block.inline is not None for link in block.inline.links
    )
