"""The tree of headings of a runbook, each with the role its words give it. Finds no steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from incidentbot.documents.runbooks.source.runbook_block import Block, Kind
from incidentbot.documents.runbooks.source.runbook_inline import sentences
from incidentbot.documents.runbooks.steps.runbook_bold import bold_headings
from incidentbot.documents.runbooks.steps.runbook_headings import (
    Heading,
    is_bare_number,
    is_step_line,
    read_heading,
)
from incidentbot.documents.runbooks.steps.runbook_roles import Role, is_generic, role_named, states_goals
from incidentbot.documents.runbooks.steps.runbook_words import starts_with_verb

_BOLD_LEVEL, _STEP_LEVEL = 7, 8  # below every real heading
_LEVELS = frozenset("critical warning info informational error emergency high medium low major minor".split())  # noqa: SIM905 - a table of words is read best without quotes
"""Beside each other they say how bad it is, each with something to do; "Warning" alone warns."""


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
        return not self.heading.bare or is_generic(self.heading.bare)


def read_sections(blocks: Sequence[Block], lines: int) -> Section:
    """Hang every block under its heading, and give each section its role.

    The first H1 is the title and stays with the root, unless the file uses H1 for its sections as well.
    """
    root = Section(Heading("", ""), level=0, line=0, end=lines)
    open_sections = [root]
    title, bold = _title_line(blocks), bold_headings(blocks)
    for block in blocks:
        level, words = _as_heading(block, bold)
        if not level or block.line == title:
            open_sections[-1].blocks.append(block)
            continue
        while open_sections[-1].level >= level:
            open_sections.pop().end = block.line
        section = Section(read_heading(words), level, block.line)
        open_sections[-1].children.append(section)
        open_sections.append(section)
        if block.kind is Kind.PARAGRAPH and block.text.rstrip(":") != words.rstrip(":"):
            section.blocks.append(block)
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
    is_section = is_generic(words.bare) or role_named(words.bare, Role.ACTION) is not Role.ACTION
    return -1 if several and (is_section or words.numbering) else headings[0].line


def _as_heading(block: Block, bold: frozenset[int]) -> tuple[int, str]:
    """The level and words of a heading, 0 where it is none. Paragraphs that serve as headings stand below real ones."""
    if block.kind is Kind.HEADING:
        return block.level, block.text
    inline = block.inline
    if block.kind is not Kind.PARAGRAPH or inline is None:
        return 0, ""
    if inline.strong and (read_heading(inline.plain).numbering in {"step", "part", "number"}):
        return _STEP_LEVEL, inline.plain
    if block.line in bold:
        return _BOLD_LEVEL, inline.label or inline.plain
    if is_bare_number(inline.label):
        return _STEP_LEVEL, f"{inline.label} {next(iter(sentences(inline.plain[len(inline.label) :])), '')}"
    return (_STEP_LEVEL, sentences(inline.plain)[0]) if is_step_line(inline.plain) else (0, "")


def _give_roles(root: Section) -> None:
    below = len(_LEVELS.intersection(map(_level, root.children))) > 1
    waiting = [(root, child, below) for child in root.children]
    while waiting:
        parent, section, by_level = waiting.pop()
        section.path = (*parent.path, section.heading.text)
        counted = section.heading.numbering in {
            "step",
            "part",
            "option",
        }  # `Part 1` is work, whatever it stands under
        named = (by_level and _level(section) in _LEVELS) or states_goals(parent.heading.bare)
        inherited = Role.ACTION if counted and parent.role is Role.CONTEXT else parent.role
        section.role = parent.role if named else _role(section.heading, inherited)
        below = len(_LEVELS.intersection(map(_level, section.children))) > 1
        waiting.extend((section, child, below) for child in section.children)


def _role(heading: Heading, inherited: Role) -> Role:
    """`1. Understand the alert` is counted among the steps, `Understand the alert` is there to be read."""
    told = (
        heading.numbering == "number" and inherited is not Role.REFERENCE and starts_with_verb(heading.bare)
    )
    return Role.ACTION if told else role_named(heading.bare, inherited)


def _level(section: Section) -> str:
    return section.heading.bare.casefold()
