"""Commands to copy out of blocks of code: no prompts, no output. The file's own text is never changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from incidentbot.core.runbooks.runbook import StepCommand
from incidentbot.documents.runbooks.source.runbook_block import Block
from incidentbot.documents.runbooks.steps.runbook_words import COMMANDS, is_shell

_DIAGRAMS = frozenset({"mermaid", "plantuml", "dot", "graphviz", "ditaa"})
_PLAIN = frozenset({"text", "txt", "output", "log", "logs", "plaintext", "none"})
_PROMPT = re.compile(
    r"^\s{0,8}(?:"
    r"\$ +"  # the plain shell prompt
    r"|\[[\w.-]+@[\w.-]+[^\]]{0,60}\][#$] *"  # [root@host dir]#
    r"|(?:\([\w.-]+\) ?)?[\w.-]+@[\w.-]+(?::[^\s#$]{0,80})?[#$] +"  # user@host:~$
    r"|[\w.-]{1,40}\$ +"  # host$
    r"|(?:irb|pry)\([^)]{0,30}\)(?::\d+)*[>*] +"
    r"|>>> +"
    r"|[\w.-]{1,30}(?:\[[\w.:/-]{0,40}\])?[=-]?[#>] (?=\S)"  # db>, redis 1.2.3.4:6379>, gitlabhq=#
    r"|[\w.-]{1,60}:\d{2,5}(?:\[\d+\])?> +"
    r"|PS [A-Z]:[^>]{0,80}> *"
    r")(?P<command>.*)$"
)
_PROMPT_MARKS = ("$", "#", ">", "*")  # no prompt is without one
_COMMENT = re.compile(r"\s{0,8}# (?P<words>\w.*)\n\s{0,8}[^#\s]")
_ROOT_PROMPT = re.compile(r"^\s{0,8}# +(?P<command>\S.*)$")
_BECOMES_ROOT = re.compile(r"^sudo (?:su|-i|-s)\b|^su\b")
_CONTINUES = re.compile(r"^\s{0,8}> (?P<command>.*)$")
_HEREDOC = re.compile(r"<<-?\s*['\"]?(?P<end>[A-Za-z_]+)")

_HEREDOC_LINES = 400
_QUOTED_LINES = 20  # a quote that closes further down is more likely an apostrophe in the output


@dataclass(frozen=True, slots=True)
class Transcript:
    """A block of code taken apart: what to type and what it printed."""

    command: str
    output: str = ""


def is_diagram(block: Block) -> bool:
    """Whether a fence draws something instead of being typed somewhere."""
    return language(block) in _DIAGRAMS


def is_plain_text(block: Block) -> bool:
    """Whether a fence says of itself that it is text and no command."""
    return language(block) in _PLAIN


def language(block: Block) -> str:
    """The info string's first word, without attributes in braces."""
    return _language(block.info)


@lru_cache(maxsize=256)
def _language(info: str) -> str:
    words = info.split("{", 1)[0].split()
    return words[0].lower().strip(",") if words else ""


def read_command(block: Block) -> StepCommand:
    """What to copy out of a block. An unclosed fence gives what stands before its first empty line."""
    code = block.code if block.closed else block.code.split("\n\n", 1)[0]
    return StepCommand(read_transcript(code).command, language(block))


def said_in(block: Block) -> str:
    """The comment a block opens with, which says what it does as a paragraph would; "" for none. No root prompt is one."""
    found = _COMMENT.match(block.code)
    return found["words"].strip() if found and not is_shell(found["words"]) else ""


def first_command(block: Block) -> str:
    """The first line to type in a block, "" where it holds nothing."""
    lines = (line.strip() for line in read_command(block).text.split("\n"))
    return next((line for line in lines if line and not line.startswith("#")), "")


def read_transcript(code: str) -> Transcript:
    """Split what was typed from what was printed. A block without prompts is all command."""
    lines = code.rstrip("\n").split("\n")
    if any(map(code.__contains__, _PROMPT_MARKS)):
        prompted = [_prompted(line) for line in lines]
        if any(command is not None for command in prompted) or _roots_only(lines):
            return _split(lines, prompted)
    return Transcript("\n".join(line.rstrip() for line in lines).strip("\n"))


def _prompted(line: str) -> str | None:
    """What was typed after a prompt, None where the line has no prompt."""
    found = _PROMPT.match(line) if any(map(line.__contains__, _PROMPT_MARKS)) else None
    return found["command"] if found else None


def _roots_only(lines: Sequence[str]) -> bool:
    """Whether every `# ` of a block is a root prompt: commands after it, and output between."""
    roots = [found["command"] for line in lines if (found := _ROOT_PROMPT.match(line))]
    others = [line.split()[0] for line in lines if line.strip() and not line.lstrip().startswith("#")]
    return bool(roots) and all(map(is_shell, roots)) and COMMANDS.isdisjoint(others)


def _split(lines: Sequence[str], prompted: Sequence[str | None]) -> Transcript:
    """Keep the lines after prompts, with the lines that continue them; all else was printed."""
    typed: list[str] = []
    printed: list[str] = []
    number, as_root, stops = 0, False, _next_prompts(prompted)
    while number < len(lines):
        command = prompted[number]
        if command is None:
            command = _root_command(lines[number], as_root=as_root)
        if command is None:
            printed.append(lines[number].rstrip())
            number += 1
            continue
        as_root = as_root or bool(_BECOMES_ROOT.match(command))
        end = _continued_to(lines, number, stops[number], command)
        typed.extend(line.rstrip() for line in [command, *map(_continuation, lines[number + 1 : end])])
        number = end
    return Transcript("\n".join(typed).strip("\n"), "\n".join(printed).strip("\n"))


def _root_command(line: str, *, as_root: bool) -> str | None:
    found = _ROOT_PROMPT.match(line)
    return found["command"] if found and (as_root or is_shell(found["command"])) else None


def _continuation(line: str) -> str:
    found = _CONTINUES.match(line)
    return found["command"] if found else line


def _next_prompts(prompted: Sequence[str | None]) -> list[int]:
    """For each line, the first line after it that has a prompt."""
    stops, following = [0] * len(prompted), len(prompted)
    for number in range(len(prompted) - 1, -1, -1):
        stops[number] = following
        following = number if prompted[number] is not None else following
    return stops


def _continued_to(lines: Sequence[str], start: int, stop: int, command: str) -> int:
    """The first line that no longer belongs to the command typed at `start`; never beyond `stop`."""
    heredoc = _HEREDOC.search(command)
    if heredoc:
        ends = (
            n + 1
            for n in range(start + 1, min(stop, start + _HEREDOC_LINES))
            if _continuation(lines[n]).strip() == heredoc["end"]
        )
        return next(ends, start + 1)
    quote = next((mark for mark in "'\"" if command.count(mark) % 2), "")
    if quote:
        closing = (
            n + 1 for n in range(start + 1, min(stop, start + _QUOTED_LINES)) if lines[n].count(quote) % 2
        )
        return next(closing, start + 1)
    end = start + 1
    while end < stop and (command.endswith("\\") or _CONTINUES.match(lines[end])):
        command = lines[end].rstrip()
        end += 1
    return end
