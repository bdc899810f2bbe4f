"""Whether a stretch of text asks for anything at all, or is only there to be read. Looks at sentences, decides no steps."""

import re
from collections.abc import Sequence

from incidentbot.documents.runbooks.source.runbook_block import LISTS, Block, Kind, walk
from incidentbot.documents.runbooks.source.runbook_inline import Inline, sentences
from incidentbot.documents.runbooks.steps.runbook_items import acts, only_links
from incidentbot.documents.runbooks.steps.runbook_pairs import holds_command
from incidentbot.documents.runbooks.steps.runbook_roles import names_work
from incidentbot.documents.runbooks.steps.runbook_words import starts_with_condition, starts_with_verb

_ASKS = re.compile(
    r"\b(?:should|must|needs? to|needed|ha(?:s|ve) to|make sure|please|try|ask|contact|(?:can|could|may|might) be"
    r"|(?:we|you)(?:'ll)? (?:can|could|may|might|will|are|want)|by \w+ing|instead|be sure|recommended)\b",
    re.IGNORECASE,
)
_DOING = re.compile(r"^(?!during\b)(?:re-)?\w+ing (?:the|an?|it|this|that|all|each|no)\b", re.IGNORECASE)


def only_introduces(blocks: Sequence[Block]) -> bool:
    """Whether what stands above sub-sections asks for nothing itself."""
    lone = (block.children for block in blocks if block.kind in LISTS)
    asks = any(
        len(items) == 1 and acts(items[0]) for items in lone
    )  # a longer list has been looked at already
    return not asks and not holds_command(blocks)


def only_points(heading: str, blocks: Sequence[Block]) -> bool:
    """Whether a section is nothing but lists of links, under a heading that asks for nothing: `Logging`, `Panels`."""
    if starts_with_verb(heading) or any(block.kind not in LISTS for block in blocks):
        return False
    return all(only_links(item) for block in blocks for item in block.children)


def asks_nothing(heading: str, blocks: Sequence[Block]) -> bool:
    """Whether a section only tells: its heading names no work, and no sentence, command or link asks for any."""
    conditional = " " in heading and starts_with_condition(heading)
    if names_work(heading) or conditional or heading.endswith("?"):
        return False
    if holds_command(blocks):
        return False
    inside = [block for top in blocks for block in walk(top.children)]
    if any(block.kind is Kind.CODE for block in inside):
        return False
    return not any(block.inline is not None and _asks(block.inline) for block in (*blocks, *inside))


def _asks(inline: Inline) -> bool:
    if len(inline.links) > inline.images or _ASKS.search(inline.plain):
        return True
    _, _, rest = inline.plain.partition(":")
    starts = (*sentences(inline.plain), rest.strip())
    return any(
        each.endswith("?") or starts_with_verb(each) or starts_with_condition(each) or _DOING.match(each)
        for each in starts
    )
