"""Whether a stretch of text asks for anything at all, or is only there to be read. Looks at sentences, decides no steps."""

import re
from collections.abc import Sequence
from itertools import pairwise

from incidentbot.documents.runbooks.source.runbook_block import LISTS, Block, Kind, walk
from incidentbot.documents.runbooks.source.runbook_inline import Inline, sentences
from incidentbot.documents.runbooks.steps.runbook_items import acts, is_placeholder, only_links
from incidentbot.documents.runbooks.steps.runbook_leads import by_itself
from incidentbot.documents.runbooks.steps.runbook_pairs import holds_command
from incidentbot.documents.runbooks.steps.runbook_roles import names_work
from incidentbot.documents.runbooks.steps.runbook_words import starts_with_condition, starts_with_verb

_ASKS = re.compile(
    r"\b(?:should|must|needs? to|needed|ha(?:s|ve) to|make sure|please|try|ask|contact|(?:can|could|may|might) be (?!seen|caused|due|because|an?\b|the\b|in\b|as\b)"
    r"|, (?:please |then |so )?(?:check|investigate|restart|contact|verify|ensure|monitor|look|raise|escalate)"
    r"|(?:we|you)(?:'ll)? (?:can|could|may|might|will|are|want)|by \w+ing|instead|be sure|recommended)\b",
    re.IGNORECASE,
)
_LEADS_ON = re.compile(
    r"\b(?:(?:steps|procedures?|sections?|instructions|options) below|following|follow|these|this (?:section|page|guide|document|runbook|playbook)|sections?|steps?|scenarios?|options?|either|in order)\b"
    r"|\bone of\b",
    re.IGNORECASE,
)
_KNOWING = re.compile(
    r"^(?:identify(?:ing)?|recogni[sz](?:e|ing)|understand(?:ing)?|knowing|detecting) (?:when|whether|if|that|how|why)\b",
    re.IGNORECASE,
)
"""Such a heading asks for something only where its text does."""
_CAUTIONS = re.compile(
    r"^(?:please )?(?:avoid|note|remember|assign|read|see|refer|keep|use|choose|select|pick)\b", re.IGNORECASE
)
"""Words that open a warning, an aside or a menu."""
_ADDRESS = re.compile(r"^https?://\S+$", re.IGNORECASE)
_VALUE = re.compile(r"^[A-Z]\w{1,20}\.?$")
_DOING = re.compile(r"^(?!during\b)(?:re-)?\w+ing (?:the|an?|it|this|that|all|each|no)\b", re.IGNORECASE)


def only_introduces(blocks: Sequence[Block]) -> bool:
    """Whether what stands above sub-sections asks for nothing itself."""
    lone = (block.children for block in blocks if block.kind in LISTS)
    asks = any(
        len(items) == 1 and acts(items[0]) for items in lone
    )  # a longer list has been looked at already
    return not asks and not _orders(blocks) and not holds_command(blocks)


def _orders(blocks: Sequence[Block]) -> bool:
    """Whether the sentence above sub-sections is an order of its own, and none to read what follows."""
    told = sentences(blocks[0].text)
    if blocks[0].kind is not Kind.PARAGRAPH or not told or not starts_with_verb(told[0]):
        return False
    leads = told[0].endswith(":") and (len(blocks) == 1 or blocks[1].kind in LISTS)
    return not leads and not _CAUTIONS.match(told[0]) and not _LEADS_ON.search(told[0])


def only_points(heading: str, blocks: Sequence[Block]) -> bool:
    """Whether a section is nothing but lists of links, under a heading that asks for nothing: `Logging`, `Panels`."""
    if starts_with_verb(heading) or any(block.kind not in LISTS for block in blocks):
        return False
    return all(only_links(item) for block in blocks for item in block.children)


def asks_nothing(heading: str, blocks: Sequence[Block]) -> bool:
    """Whether a section only tells: its heading names no work, and no sentence, command or link asks for any."""
    left = _of_persons(blocks)
    if not left and blocks and not starts_with_verb(heading):
        return True
    if _is_value(blocks, heading):
        return True
    blocks = left
    conditional = " " in heading and starts_with_condition(heading)
    if (names_work(heading) and not _KNOWING.match(heading)) or conditional or heading.endswith("?"):
        return False
    if holds_command(blocks):
        return False
    inside = [block for top in blocks for block in walk(top.children)]
    if any(block.kind is Kind.CODE for block in inside):
        return False
    linked = any(_points(block.inline) for block in blocks if block.inline is not None)
    return not linked and not any(
        _asks(block.inline) for block in (*blocks, *inside) if block.inline is not None
    )


def _is_value(blocks: Sequence[Block], heading: str) -> bool:
    """Whether one word or one bare address is all there is, as on a service's data sheet: `Platform` and below `AWS`."""
    if len(blocks) != 1 or blocks[0].inline is None or blocks[0].inline.codes:
        return False
    value = blocks[0].inline.plain.strip("<>")
    if _ADDRESS.match(value):
        return not names_work(heading)
    return bool(_VALUE.match(value)) and not starts_with_verb(value) and not is_placeholder(value)


def _of_persons(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without the lists of what a machine does of itself, and the sentences that lead to them."""
    machine = {
        place + ahead
        for place, (lead, listing) in enumerate(pairwise(blocks))
        if listing.kind in LISTS and by_itself(lead.text)
        for ahead in (0, 1)
    }
    return [block for place, block in enumerate(blocks) if place not in machine]


def _points(inline: Inline) -> bool:
    """Whether a paragraph sends the reader to another page; a link within a list only says where a thing is."""
    return len(inline.links) > inline.images


def _asks(inline: Inline) -> bool:
    if _ASKS.search(inline.plain):
        return True
    _, _, rest = inline.plain.partition(":")
    starts = (*sentences(inline.plain), rest.strip())
    return any(
        each.endswith("?") or starts_with_verb(each) or starts_with_condition(each) or _DOING.match(each)
        for each in starts
    )
