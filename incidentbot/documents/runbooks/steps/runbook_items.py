"""What one list item is: something to do, a definition, a link, a placeholder. Knows nothing of its neighbours."""

import re
from collections.abc import Iterator, Sequence

from incidentbot.documents.runbooks.source.runbook_block import LISTS, Block, Kind, walk
from incidentbot.documents.runbooks.source.runbook_inline import Inline, sentences
from incidentbot.documents.runbooks.steps.runbook_titles import block_title, cut
from incidentbot.documents.runbooks.steps.runbook_words import (
    VERBS,
    is_shell,
    starts_with_condition,
    starts_with_verb,
)

_PLACEHOLDER = re.compile(
    r"^(?:todo|tbd|tbc|wip|n/?a|none|fixme|coming soon|to be (?:written|done|defined|completed|added)"
    r"|work in progress|under construction|placeholder|empty)\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_PROMISES = ("TODO", "TBD", "TBC", "WIP", "FIXME")  # in capitals the whole paragraph is a promise
_DEFINITION = re.compile(
    r"^(?P<term>[^:–—]{1,60}?)(?:\s[-–—]\s|:\s|\s(?:is|are)\s(?!\w+ed\b)|\s(?:means|indicates|defines|returns|contains|shows)\s)"
)
_EXPLAINS = re.compile(r"^\S+(?: \S+){0,2} [-–—] (?:an?|the|one|some|any|every)\b", re.IGNORECASE)
"""`Retry - a second try` is a term with its meaning, whatever its first word is."""
_STATES = re.compile(
    r"^[A-Z]\S*(?: [\w'’/()-]+){0,7}? (?:will|won't|is|are|was|were|do|does|has|have|can|cannot|may|includes?)\b"
)
_POINTING = frozenset(
    """
    a also and article at check consult details doc docs documentation follow following for found from guide here how in
    information is link more of on or page please procedure refer runbook section see the this to using via
    """.split()  # noqa: SIM905 - a table of words is read best without quotes
)
_COPULAS = frozenset({"is", "are", "was", "were", "responsible", "used"})
_NAME = re.compile(r"^[A-Za-z0-9][\w/&.-]*(?: [\w/&.-]+)?$", re.ASCII)
_TERM_WORDS = 5
_LINES_OF_DETAIL = 300


def head(item: Block) -> Inline | None:
    """The first paragraph of an item, None where it opens with something else."""
    first = item.children[0] if item.children else None
    return first.inline if first is not None and first.kind is Kind.PARAGRAPH else None


def is_placeholder(text: str) -> bool:
    """Whether a text only says that it will be written: TODO, TBD, WIP, N/A."""
    bare = text.strip(" *_`-–([<")
    found = _PLACEHOLDER.match(bare)
    if found is None:
        return False
    return not found["rest"].strip(" .:)]>*_`-–!") or bare.startswith(_PROMISES)


def acts(item: Block) -> bool:
    """Whether an item asks for something: a verb, a condition, a question, or a command typed out."""
    inline = head(item)
    if inline is None:
        return bool(item.children) and item.children[0].kind is Kind.CODE
    if inline.lead_code and is_shell(inline.lead_code):
        return True
    if _EXPLAINS.match(inline.plain):
        return False
    label, colon, rest = inline.plain.partition(":")
    rest = rest.strip()
    labelled = bool(colon) and len(label.split()) <= _TERM_WORDS
    after_label = labelled and (starts_with_verb(rest) or (" " in rest and rest in inline.codes))
    first = next(iter(sentences(inline.plain)), "")
    asks = first.endswith("?") or starts_with_condition(first)
    ordering = label[:1].isupper() and starts_with_verb(label)
    if labelled and inline.label and not ordering and _describes(rest):
        return False
    termed = labelled and label in {inline.label, inline.label.rstrip(":")} and " " not in label
    return asks or after_label or (not termed and starts_with_verb(inline.plain))


def _describes(rest: str) -> bool:
    """Whether the words behind a bold label say what the thing does or is: `**cache**: keeps answers`."""
    first = rest.partition(" ")[0].lower()
    return first in _COPULAS or (first.endswith("s") and (first[:-1] in VERBS or first[:-2] in VERBS))


def defines(item: Block) -> bool:
    """Whether an item explains a term: `age - seconds in the cache`, `code` is ..."""
    inline = head(item)
    if inline is None or acts(item):
        return False
    found = _DEFINITION.match(inline.plain)
    return bool(inline.lead_code) or (found is not None and len(found["term"].split()) <= _TERM_WORDS)


def states(item: Block) -> bool:
    """Whether an item is one whole sentence about how things are: `Shared plans are not backed up.`"""
    inline = head(item)
    return (
        inline is not None
        and len(item.children) == 1
        and inline.plain.endswith(".")
        and not acts(item)
        and bool(_STATES.match(inline.plain))
    )


def only_names(item: Block) -> bool:
    """Whether an item is a word or two that name something: `checkout`, `Payment service`."""
    inline = head(item)
    if inline is None or len(item.children) > 1 or inline.codes or inline.links or acts(item):
        return False
    return bool(_NAME.match(inline.plain))


def only_links(item: Block) -> bool:
    """Whether an item has nothing of its own beside a link: `See [X](x.md)`."""
    inline = head(item)
    if inline is None or not inline.links or len(item.children) > 1:
        return False
    linked = {word for link in inline.links for word in _words(f"{link.text} {link.target}")}
    return all(word in linked or word in _POINTING for word in _words(inline.plain))


def item_title(item: Block) -> str:
    """The item's first sentence, or its first command."""
    return block_title(item.children)


def nested_lists(blocks: Sequence[Block]) -> Iterator[Block]:
    """The lists directly inside these blocks."""
    return (block for block in blocks if block.kind in LISTS)


def checklist_of(blocks: Sequence[Block]) -> tuple[str, ...]:
    """The items of the lists inside a step, one line each; what is nested deeper is flattened into its line."""
    found = (_checklist_line(item) for each in nested_lists(blocks) for item in each.children)
    return tuple(line for line in found if line)


def _checklist_line(item: Block) -> str:
    own = item.text
    deeper = [inner.text for inner in walk(item.children) if inner.kind is Kind.ITEM and inner.text]
    line = f"{own.rstrip(':')}: {'; '.join(deeper)}" if deeper else own
    return cut(line, _LINES_OF_DETAIL)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())
