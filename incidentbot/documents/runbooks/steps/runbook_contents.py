"""Lists that repeat the headings of the file: a table of contents, an overview, or a checklist with details below."""

import re
from collections.abc import Sequence

from incidentbot.documents.runbooks.source.runbook_block import LISTS, Block
from incidentbot.documents.runbooks.steps.runbook_items import head, only_links
from incidentbot.documents.runbooks.steps.runbook_roles import Role
from incidentbot.documents.runbooks.steps.runbook_sections import Section, every

_WORD = re.compile(r"[a-z0-9]+")


class Contents:
    """The headings of one runbook, to be looked up by their words."""

    def __init__(self, root: Section) -> None:
        self._by_words: dict[str, Section] = {}
        for section in every(root):
            if section is not root:
                for words in {section.heading.bare, section.heading.text}:
                    self._by_words.setdefault(_key(words), section)
        self._by_words.pop("", None)

    def details(self, items: Sequence[Block], titles: Sequence[str]) -> dict[int, int] | None:
        """The line of the section that tells more about each item, by the item's line.

        titles: those of the items. None: at least half of the items merely name numbered sections, or link to sections,
        which are the steps.
        """
        named = {
            item.line: self._by_words.get(_key(title)) for item, title in zip(items, titles, strict=True)
        }
        known = {line: section for line, section in named.items() if section is not None}
        if not known or len(known) * 2 < len(items):
            return {}
        if any(section.heading.numbering for section in known.values()) or any(map(_jumps, items)):
            return None
        later = {line: section for line, section in known.items() if section.line > line}
        return {line: section.line for line, section in later.items() if section.role is Role.ACTION}

    def only_repeats(self, blocks: Sequence[Block]) -> bool:
        """Whether these blocks are one list that names the headings of the file, with at most the sentence that leads to it."""
        *before, listing = blocks
        if listing.kind not in LISTS or any(not block.text.endswith(":") for block in before):
            return False
        return all(_key(item.text) in self._by_words for item in listing.children)


def _jumps(item: Block) -> bool:
    """Whether an item is only a link into the same page."""
    inline = head(item)
    return (
        inline is not None and only_links(item) and all(link.target.startswith("#") for link in inline.links)
    )


def _key(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))
