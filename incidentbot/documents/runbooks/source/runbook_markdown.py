"""markdown-it's own rules for blocks, each tried only at a line it can begin. Finds what the library finds, in half the time.

The library tries ten rules at every line and goes through every paragraph twice, though the first character of nearly any
line tells what it may be (docs/decisions/0026). tests/documents/test_runbook_markdown.py holds the two against each other.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.parser_block import ParserBlock
from markdown_it.ruler import Ruler
from markdown_it.rules_block import (
    StateBlock,
    blockquote,
    code,
    fence,
    heading,
    hr,
    lheading,
    list_block,
    paragraph,
    reference,
    table,
)
from markdown_it.token import Token

_Rule = Callable[[StateBlock, int, int, bool], bool]

_PLAIN_ADDRESS = re.compile(
    r"(?:https?://[A-Za-z0-9.-]{1,63}(?::[0-9]+)?(?=[/?#]|\Z)|(?!//)(?!.*:))"
    r"(?:[A-Za-z0-9;/?:@&=+$,_.!~*'()#-]|%[0-9A-Fa-f]{2})*+",
)
_CODE_INDENT = 4
_BELOW_HEADS = ("|", "-", ":")
"""What the line below the head of a table opens with."""
_MARKED: Mapping[str, tuple[_Rule, ...]] = {
    "`": (fence,),
    "~": (fence,),
    ">": (blockquote,),
    "_": (hr,),
    "*": (hr, list_block),
    "-": (hr, list_block),
    "+": (list_block,),
    "#": (heading,),
    "[": (reference,),
    **dict.fromkeys("0123456789", (list_block,)),
}
"""The rules a line may begin, by its first character, in the library's order."""


class _Mark(Token):
    """A token made in a third of the library's time: what most tokens leave as it is belongs to all of them."""

    attrs: dict[str, str | int | float] = {}  # noqa: RUF012 - the rules replace it, and never change it
    map = None
    children = None
    content = markup = info = ""
    meta: dict[Any, Any] = {}  # noqa: RUF012 - see attrs
    block = True
    hidden = False

    def __init__(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1], level: int) -> None:
        self.type = ttype
        self.tag = tag
        self.nesting = nesting
        self.level = level


class _Lines(StateBlock):
    """The lines of one text, and the tokens found in them."""

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        """Note one more token, which opens (1) something, closes (-1) it, or stands for itself (0)."""
        if nesting < 0:
            self.level -= 1
        token = _Mark(ttype, tag, nesting, self.level)
        if nesting > 0:
            self.level += 1
        self.tokens.append(token)
        return token

    def getLines(self, begin: int, end: int, indent: int, keepLastLF: bool) -> str:  # noqa: FBT001, N802, N803 - the library calls it so
        """The lines without so many columns of indentation; tabs, and lines that stand further out, are the library's."""
        cut = []
        for line in range(begin, end):
            start, shift = self.bMarks[line], self.tShift[line]
            breaks = keepLastLF or line + 1 < end
            if not shift:
                cut.append(self.src[start : self.eMarks[line] + breaks])
            elif shift >= indent and "\t" not in self.src[start : start + indent]:
                cut.append(self.src[start + indent : self.eMarks[line] + breaks])
            else:
                cut.append(super().getLines(line, line + 1, indent, breaks))
        return "".join(cut)


def _ends(*rules: _Rule, tables: bool = False) -> _Rule:
    """One rule that asks those of `rules` that a line may begin whether they end what stands above it."""
    marked = {mark: kept for mark, all_ in _MARKED.items() if (kept := tuple(r for r in all_ if r in rules))}

    def ends(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - the library calls it so
        place = state.bMarks[line] + state.tShift[line]
        first = state.src[place : place + 1]
        for rule in marked.get(first, ()):
            if rule(state, line, end, True):
                return True
        return tables and _may_head(state, line) and table(state, line, end, True)

    return ends


def _may_head(state: StateBlock, line: int) -> bool:
    """Whether a line may be the head of a table, by the one below it."""
    return state.src.startswith(_BELOW_HEADS, state.bMarks[line + 1] + state.tShift[line + 1])


_ends_paragraph = _ends(fence, blockquote, hr, list_block, heading, tables=True)


def _words(state: StateBlock, start: int, end: int) -> None:
    """A paragraph, or a heading that is underlined, in one walk. Paragraphs get no tokens around their words."""
    if end != state.lineMax:  # the two look differently far
        if not lheading(state, start, end, False):
            paragraph(state, start, end, False)
        return
    line = start + 1
    state.parentType = "paragraph"
    while line < end and not state.isEmpty(line):
        column = state.sCount[line]
        if 0 <= column - state.blkIndent < _CODE_INDENT and _underlines(state, line):
            lheading(state, start, end, False)
            return
        if (
            column >= 0
            and column - state.blkIndent < _CODE_INDENT
            and _ends_paragraph(state, line, end, True)
        ):
            break
        line += 1
    token = state.push("inline", "", 0)
    token.content = mdTrim(state.getLines(start, line, state.blkIndent, False))
    token.map = [start, line]
    state.line = line


def _underlines(state: StateBlock, line: int) -> bool:
    """Whether a line is nothing but `===` or `---`."""
    words = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip(" \t")
    return not words.strip("=") or not words.strip("-")


class _Blocks(ParserBlock):
    """The library's parser of blocks, with its rules looked up by how a line begins."""

    def __init__(self) -> None:
        super().__init__()
        self.ruler = Ruler()
        self.ruler.push("code", code)
        self.ruler.push("ends paragraph", _ends_paragraph, {"alt": ["paragraph", "reference"]})
        self.ruler.push("ends list", _ends(fence, blockquote, hr), {"alt": ["list"]})
        quote = _ends(fence, blockquote, hr, list_block, heading)
        self.ruler.push("ends quote", quote, {"alt": ["blockquote"]})

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803 - the library calls it so
        """The blocks of a range of lines, as the library walks over it."""
        line, blank, deepest = startLine, False, state.md.options.maxNesting
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= deepest:
                state.line = endLine
                break
            _block(state, line, endLine)
            state.tight = not blank  # an empty line before the last block loosens a list
            line = state.line
            blank = blank or (line - 1 < endLine and state.isEmpty(line - 1))
            if line < endLine and state.isEmpty(line):
                blank = True
                line += 1
                state.line = line


def _block(state: StateBlock, line: int, end: int) -> None:
    """The one block that starts at a line."""
    if state.is_code_block(line):
        code(state, line, end, False)
        return
    if _may_head(state, line) and table(state, line, end, False):
        return
    first = state.src[state.bMarks[line] + state.tShift[line]]
    for rule in _MARKED.get(first, ()):
        if rule(state, line, end, False):
            return
    _words(state, line, end)


class _Markdown(MarkdownIt):
    """The library without its care for addresses that need none."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library calls it so
        """An address as it can be followed: what is not plain is escaped, one letter at a time."""
        return url if _PLAIN_ADDRESS.fullmatch(url) else super().normalizeLink(url)


def _parser() -> MarkdownIt:
    """CommonMark with tables and strikethrough. HTML stays text: placeholders such as <pod> look like tags."""
    parser = _Markdown("commonmark", {"html": False}).enable("strikethrough")
    parser.disable(["html_inline", "fragments_join"])  # joining neighbouring texts matters to a renderer only
    parser.block = _Blocks()
    return parser


_PARSER = _parser()


def block_tokens(text: str, env: dict[str, Any]) -> list[Token]:
    """The tokens of a text whose lines end in plain newlines, words not yet taken apart. env: gets its link definitions."""
    state = _Lines(text, _PARSER, env, [])
    _PARSER.block.tokenize(state, 0, state.lineMax)
    return state.tokens


def word_tokens(words: str, env: dict[str, Any]) -> list[Token]:
    """The tokens of a paragraph, heading or cell. env: the one its blocks were found with."""
    return _PARSER.inline.parse(words, _PARSER, env, [])
