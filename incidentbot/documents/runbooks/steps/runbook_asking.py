"""Whether a stretch of text asks for anything at all, or is only there to be read. Looks at sentences, decides no steps."""

import re
from collections.abc import Sequence

from incidentbot.documents.runbooks.source.runbook_block import Block, Kind, walk
from incidentbot.documents.runbooks.source.runbook_inline import Inline, sentences
from incidentbot.documents.runbooks.steps.runbook_pairs import holds_command
from incidentbot.documents.runbooks.steps.runbook_roles import names_work
from incidentbot.documents.runbooks.steps.runbook_words import starts_with_condition, starts_with_verb

_ASKS = re.compile(
    r"\b(?:should|must|needs? to|needed|ha(?:s|ve) to|make sure|please|try|ask|contact|(?:can|could|may|might) be"
    r"|(?:we|you)(?:'ll)? (?:can|could|may|might|will|are|want)|by \w+ing|instead|be sure|recommended)\b",
    re.IGNORECASE,
)
_DOING = re.compile(r"^(?!during\b)(?:re-)?\w+ing (?:the|an?|it|this|that|all|each|no)\b", re.IGNORECASE)


def asks_nothing(heading: str, blocks: Sequence[Block]) -> bool:
    """Whether a section only tells: its heading names no work, and no sentence, command, link or picture asks for any."""
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
    if inline.links or inline.images or _ASKS.search(inline.plain):
        return True
    _, _, rest = inline.plain.partition(":")
    starts = (*sentences(inline.plain), rest.strip())
    return any(
        each.endswith("?") or starts_with_verb(each) or starts_with_condition(each) or _DOING.match(each)
        for each in starts
    )
