"""The tree of headings of a runbook, each with the role its words give it. Finds no steps."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from incidentbot.documents.runbooks.source.runbook_blocks import Block, Kind
from incidentbot.documents.runbooks.steps.runbook_words import GENERIC, Role, role_named

_STEP_WORD = re.compile(r"^(?:step|phase|part|stage|task)\s*#?\s*\d+(?:\.\d+)*\b", re.IGNORECASE)
_NUMBER = re.compile(r"^\d{1,2}(?:\.\d{1,2})*(?:[.):]\s*|\s+[-–—]\s*)")
_OPTION = re.compile(
    r"^(?:option|case|scenario|alternative|method|approach)\s*#?\s*(?:\d+|[a-z](?![a-z]))", re.IGNORECASE
)
_SEPARATOR = re.compile(r"^\s*[-–—.:)]*\s*")
_LEADING = re.compile(r"^[^\w`$<(\[\"'/.]+")
_TRAILING = " \t:：*_"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's words: as written, without its number, and how it was numbered ("", "step", "number", "option")."""

    text: str
    bare: str
    numbering: str = ""


@dataclass(slots=True)
class Section:
    """A heading, what stands under it before the next one (`blocks`), and its sub-sections.

    `line` and `end` span the whole subtree, from 0, end excluded; the root starts at 0 and carries the title.
    """

    heading: Heading
    level: int
    line: int
    role: Role = Role.ACTION
    end: int = 0
    path: tuple[str, ...] = ()
    blocks: list[Block] = field(default_factory=list)
    children: list["Section"] = field(default_factory=list)

    @property
    def generic(self) -> bool:
        """Whether the heading says no more than that there is something to do."""
        return not self.heading.bare or bool(GENERIC.match(self.heading.bare))


def read_heading(text: str) -> Heading:
    """Take the numbering off a heading: `Step 3: Restart` is `Restart`, numbered as a step."""
    bare = _LEADING.sub("", text).rstrip(_TRAILING)
    for numbering, pattern in (("step", _STEP_WORD), ("option", _OPTION), ("number", _NUMBER)):
        found = pattern.match(bare)
        if found:
            rest = _SEPARATOR.sub("", bare[found.end() :], count=1)
            return Heading(text, _LEADING.sub("", rest).rstrip(_TRAILING), numbering)
    return Heading(text, bare)


def read_sections(blocks: Sequence[Block], lines: int) -> Section:
    """Hang every block under its heading, and give each section its role.

    The first H1 is the title and stays with the root, unless the file uses H1 for its sections as well.
    """
    root = Section(Heading("", ""), level=0, line=0, end=lines)
    open_sections = [root]
    title = _title_line(blocks)
    for block in blocks:
        level, words = _as_heading(block, open_sections)
        if not level or block.line == title:
            open_sections[-1].blocks.append(block)
            continue
        while open_sections[-1].level >= level:
            open_sections.pop().end = block.line
        section = Section(read_heading(words), level, block.line)
        open_sections[-1].children.append(section)
        open_sections.append(section)
    for section in open_sections:
        section.end = lines
    _give_roles(root)
    return root


def every(section: Section) -> Iterator[Section]:
    """A section and all below it, in the order of the file."""
    waiting = [section]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.children))


def _title_line(blocks: Sequence[Block]) -> int:
    """The line of the H1 that is the title, -1 where none is."""
    headings = [block for block in blocks if block.kind is Kind.HEADING]
    if not headings or headings[0].level != 1:
        return -1
    words = read_heading(headings[0].text)
    several = sum(heading.level == 1 for heading in headings) > 1
    is_section = bool(GENERIC.match(words.bare)) or role_named(words.bare, Role.ACTION) is not Role.ACTION
    return -1 if several and (is_section or words.numbering) else headings[0].line


def _as_heading(block: Block, open_sections: Sequence[Section]) -> tuple[int, str]:
    """The level and words of a heading; a bold paragraph such as **Step 2: Drain** counts, one level deeper."""
    if block.kind is Kind.HEADING:
        return block.level, block.text
    inline = block.inline
    if (
        block.kind is Kind.PARAGRAPH
        and inline is not None
        and inline.strong
        and _STEP_WORD.match(inline.plain)
    ):
        under = next((s.level for s in reversed(open_sections) if s.level < 7), 0)  # noqa: PLR2004 - below every real heading
        return max(under + 1, 7), inline.plain
    return 0, ""


def _give_roles(root: Section) -> None:
    waiting = [(root, child) for child in root.children]
    while waiting:
        parent, section = waiting.pop()
        section.path = (*parent.path, section.heading.text)
        section.role = role_named(section.heading.bare, parent.role)
        waiting.extend((section, child) for child in section.children)
