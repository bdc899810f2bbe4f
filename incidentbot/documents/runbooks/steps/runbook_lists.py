"""Which lists of a section are its steps. Looks at the lists and the sentence before them, at nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from incidentbot.documents.runbooks.source.runbook_block import LISTS, Block, Kind
from incidentbot.documents.runbooks.steps.runbook_items import (
    acts,
    defines,
    is_placeholder,
    only_links,
    only_names,
    states,
)
from incidentbot.documents.runbooks.steps.runbook_leads import (
    announces_steps,
    by_itself,
    enumerates,
    notes,
    offers,
    tells_of_page,
    wants_gathered,
)
from incidentbot.documents.runbooks.steps.runbook_tables import answered, listed

_FEWEST = 2


class Chosen(NamedTuple):
    """An item that is a step. `line`: where its lines start, the sentence that leads to its list included."""

    item: Block
    line: int
    kind: str = "step"
    section_line: int = -1


@dataclass(frozen=True, slots=True)
class _Led:
    """A list and the paragraph right before it."""

    listing: Block
    lead: Block | None

    @property
    def lead_text(self) -> str:
        return self.lead.text if self.lead is not None else ""

    @property
    def is_tasks(self) -> bool:
        return any(item.ticked is not None for item in self.listing.children)


def explicit_items(blocks: Sequence[Block], *, generic: bool = True) -> list[Chosen]:
    """S2 and S3: the items of ordered lists of two or more, after merging, and of task lists.

    generic: the section's name says that there is something to do, so that even a list of names counts.
    """
    chosen: list[Chosen] = []
    lists = _led(blocks)
    for run in _merged(lists):
        items = [item for led in run for item in led.listing.children]
        names = not generic and all(map(only_names, items))
        if run[0].is_tasks or (len(items) >= _FEWEST and not names and not _enumerates(run[0], items)):
            chosen.extend(pick for led in run for pick in _chosen(led))
    if not chosen:
        return []
    beside = [pick for led in lists if _is_procedure(led) for pick in _chosen(led)]
    return sorted([*chosen, *beside], key=lambda pick: pick.line)


def orders(blocks: Sequence[Block]) -> list[Chosen]:
    """The bullets above the first heading, where each of three or more asks for something, and none tells of the page."""
    return [
        pick
        for led in _led(blocks)
        if led.listing.kind is Kind.BULLETS
        and len(led.listing.children) > _FEWEST
        and all(map(acts, led.listing.children))
        and not tells_of_page(led.lead_text)
        for pick in _chosen(led)
    ]


def _is_procedure(led: _Led) -> bool:
    """Whether bullets are announced as steps, so that they count beside an ordered list."""
    if led.listing.kind is not Kind.BULLETS or led.is_tasks:
        return False
    return announces_steps(led.lead_text) and _asks(led)


def bullet_items(blocks: Sequence[Block], *, generic: bool) -> list[Chosen]:
    """S4: bullets that mostly ask for something, or are offered as options.

    generic: the section's name only says that there is something to do, so that any bullet but a definition counts.
    """
    bullets = [
        led
        for led in _led(blocks)
        if led.listing.kind is Kind.BULLETS and not all(map(only_links, led.listing.children))
    ]
    asking = [_asks(led) for led in bullets]
    plain = generic and not any(asking)  # beside a list that asks, one that only tells is there to be read
    chosen = [
        pick
        for led, asks in zip(bullets, asking, strict=True)
        if asks or offers(led.lead_text) or (plain and _may_ask(led))
        for pick in _chosen(led)
    ]
    return chosen if len(chosen) >= _FEWEST else []


def answering_rows(blocks: Sequence[Block]) -> list[Chosen]:
    """The rows of tables that say of each thing what to do."""
    tables = (table for block in blocks if (table := answered(block)) is not None)
    return [Chosen(item, item.line, "step") for table in tables for item in table.children]


def _asks(led: _Led) -> bool:
    """Whether at least half of the items ask for something."""
    return sum(map(acts, led.listing.children)) * 2 >= len(led.listing.children)


def _may_ask(led: _Led) -> bool:
    """Whether the items may ask for something: neither causes nor definitions."""
    defined = sum(map(defines, led.listing.children))
    aside = enumerates(led.lead_text) or by_itself(led.lead_text) or notes(led.lead_text)
    return not aside and defined * 2 <= len(led.listing.children)


def only_tells(blocks: Sequence[Block]) -> bool:
    """Whether these blocks do nothing but name things or explain terms: lists or tables, with the sentences that lead to them."""
    others = [block for block in blocks if block.kind not in LISTS and block.kind is not Kind.TABLE]
    items = [item for block in blocks if block.kind in LISTS for item in block.children]
    if not all(block.kind is Kind.PARAGRAPH and block.text.endswith(":") for block in others):
        return False
    if not items:
        return len(others) < len(blocks)
    tells = all(map(defines, items)) or all(map(only_names, items))
    return tells and not any(map(_is_linked, items))


def _is_linked(item: Block) -> bool:
    inline = item.children[0].inline if item.children else None
    return inline is not None and bool(inline.links)


def without_promises(blocks: Sequence[Block]) -> tuple[list[Block], list[int]]:
    """The blocks that say something: no promise to write something, and no sentence that only leads to one.

    With them, the lines of the items and paragraphs that are such promises.
    """
    parts = [block.children or (block,) for block in blocks]
    lines = [[part.line for part in each if is_placeholder(part.text)] for each in parts]
    if not any(lines):
        return list(blocks), []
    promises = [len(found) == len(each) for found, each in zip(lines, parts, strict=True)]
    kept = []
    for place, block in enumerate(blocks):
        leads = (
            block.kind is Kind.PARAGRAPH
            and block.text.endswith(":")
            and place + 1 < len(blocks)
            and promises[place + 1]
        )
        if not promises[place] and not leads:
            kept.append(block)
    return kept, [line for found in lines for line in found]


def _led(blocks: Sequence[Block]) -> list[_Led]:
    """Every list at the top of a section, with the paragraph before it."""
    found = []
    for place, each in enumerate(blocks):
        block = listed(each)
        if block.kind in LISTS:
            before = blocks[place - 1] if place else None
            found.append(
                _Led(block, before if before is not None and before.kind is Kind.PARAGRAPH else None)
            )
    return found


def _merged(lists: Sequence[_Led]) -> list[list[_Led]]:
    """Ordered lists that were one before something unindented broke them, and every task list for itself."""
    runs: list[list[_Led]] = []
    following = 0
    single = False
    for led in lists:
        if led.listing.kind is Kind.BULLETS:
            if led.is_tasks:
                runs.append([led])
            continue
        count, start = len(led.listing.children), led.listing.number
        joins = following and (start == following or start > 1 or (single and count == 1))
        if joins:
            runs[-1].append(led)
        else:
            runs.append([led])
        following = (following if joins and start == 1 else start) + count
        single = count == 1 and start == 1 and (single or not joins)
    return runs


def broken_lists(blocks: Sequence[Block]) -> list[int]:
    """The lines where a list goes on after something unindented broke it."""
    return [led.listing.line for run in _merged(_led(blocks)) for led in run[1:]]


def _enumerates(led: _Led, items: Sequence[Block]) -> bool:
    """Whether a numbered list only names causes, or what is to be gathered, or tells how things are."""
    acting = sum(map(acts, items))
    if by_itself(led.lead_text) or (
        not acting and (wants_gathered(led.lead_text) or all(map(states, items)))
    ):
        return True
    return enumerates(led.lead_text) and acting * 2 < len(items)


def _chosen(led: _Led) -> Iterator[Chosen]:
    """The items of one list; its lead-in goes with the first when it ends in a colon."""
    leads = led.lead is not None and led.lead_text.rstrip().endswith(":")
    kind = "choice" if offers(led.lead_text) and led.listing.kind is Kind.BULLETS else "step"
    for place, item in enumerate(led.listing.children):
        if is_placeholder(item.text) or (
            led.listing.kind is Kind.BULLETS and item.ticked is None and only_links(item)
        ):
            continue
        line = led.lead.line if leads and led.lead is not None and place == 0 else item.line
        yield Chosen(item, line, "task" if item.ticked is not None else kind)
