"""The tree of headings of a runbook, each with the role its words give it. Finds no steps."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from incidentbot.documents.runbooks.source.runbook_block import Block, Kind
from incidentbot.documents.runbooks.source.runbook_inline import sentences
from incidentbot.documents.runbooks.steps.runbook_roles import Role, is_generic, role_named

_COUNTED = r"(?:\d+(?:\.\d+)*|one|two|three|four|five|six|seven|eight|nine|ten|[a-h](?![a-z]))"
_STEP_WORD = re.compile(
    rf"^(?:step|phase|part|stage|task|schritt|étape|etape|paso|passo|fase|stap|krok|шаг)\s*#?\s*{_COUNTED}\b"
    r"|^(?:手順|ステップ|步骤|第)\s*[\d一二三四五六七八九十]+(?:步|段階)?",
    re.IGNORECASE,
)
_STEP_LINE = re.compile(
    rf"^(?:step|schritt|étape|etape|paso|passo|stap)\s*#?\s*{_COUNTED}\s*[:.)–—-]", re.IGNORECASE
)
_NUMBER = re.compile(
    r"^[(\[]?\d{1,2}(?:\.\d{1,2})*(?:[.):\]]+\s*|\s+[-–—]\s*)"
    r"|^\d{1,2}(?:\.\d{1,2}){1,2}\s+(?=[A-Z])|^(?:[IVX]{1,4}|[A-H])[.)]\s+|^\d\ufe0f?\u20e3\s*"
)
_OPTION = re.compile(
    r"^(?:option|case|scenario|alternative|method|approach|variante?|fall)\s*#?\s*(?:\d+|[a-z](?![a-z]))",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"^\s*[-–—.:)]*\s*")
_LEADING = re.compile(r"^[^\w`$<(\[\"'/.]+")
_TRAILING = " \t:：*_"
_BOLD_LEVEL, _STEP_LEVEL = 7, 8  # below every real heading
_BOLD_WORDS = 4


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
        return not self.heading.bare or is_generic(self.heading.bare)


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
    title, bold = _title_line(blocks), _bold_headings(blocks)
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
        if level == _STEP_LEVEL and block.inline is not None and not block.inline.strong:
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
    if inline.strong and (_STEP_WORD.match(inline.plain) or _NUMBER.match(inline.plain)):
        return _STEP_LEVEL, inline.plain
    if block.line in bold:
        return _BOLD_LEVEL, inline.plain
    return (_STEP_LEVEL, sentences(inline.plain)[0]) if _STEP_LINE.match(inline.plain) else (0, "")


def _bold_headings(blocks: Sequence[Block]) -> frozenset[int]:
    """The lines of bold paragraphs that serve as headings: **Symptoms**, **Fix**.

    Only where one of them says that there is something to do, so that a bold "Prerequisites" swallows no command.
    """
    found: set[int] = set()
    run: list[Block] = []
    for block in [*blocks, None]:
        if block is None or block.kind is Kind.HEADING:
            acting = any(_says_to_do(each) for each in run)
            found.update(each.line for each in run if acting)
            run = []
        elif block.inline is not None and block.inline.strong and _names_role(block):
            run.append(block)
    return frozenset(found)


def _names_role(block: Block) -> bool:
    words = read_heading(block.text).bare
    return len(words.split()) <= _BOLD_WORDS and (
        is_generic(words) or role_named(words, Role.ACTION) is not Role.ACTION
    )


def _says_to_do(block: Block) -> bool:
    return is_generic(read_heading(block.text).bare)


def _give_roles(root: Section) -> None:
    waiting = [(root, child) for child in root.children]
    while waiting:
        parent, section = waiting.pop()
        section.path = (*parent.path, section.heading.text)
        section.role = role_named(section.heading.bare, parent.role)
        waiting.extend((section, child) for child in section.children)
