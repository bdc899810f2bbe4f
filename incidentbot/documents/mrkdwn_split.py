"""mrkdwn cut into pieces that Slack accepts. Never cuts inside a link or an escaped sign, never leaves a fence open."""

import re
from collections.abc import Iterator

MORE = "\n…"
FENCE = "```"
_ATOM = re.compile(r"```|<[^<>\n]*>|&(?:amp|lt|gt);|\s+|[^\s<&`]+|.", re.DOTALL)
_LABEL = re.compile(r"^<[^|>]*\|([^<>]*)>$")
SMALLEST = 16  # room for a fence opened and closed, and something between


def split_sections(text: str, limit: int = 3000) -> list[str]:
    """The text in pieces of at most `limit` characters, cut between lines where possible. Empty text gives no piece.

    Raises ValueError for a limit under 16: a fence and its end need as much.
    """
    if limit < SMALLEST:
        raise ValueError(f"A piece of mrkdwn needs {SMALLEST} characters at least, not {limit}.")
    if not text.strip():
        return []
    if len(text) <= limit and text.count(FENCE) % 2 == 0:
        return [text]
    return [piece for piece in _pieces(text, limit) if piece.replace(FENCE, "").strip()]


def _pieces(text: str, limit: int) -> Iterator[str]:
    """Fill one piece after the other, line by line."""
    room = limit - len(FENCE) - 1
    piece, fenced = "", False
    for line in text.split("\n"):
        for part in _parts(line, room - len(FENCE) - 1):
            if piece and len(piece) + 1 + len(part) > room:
                yield f"{piece}\n{FENCE}" if fenced else piece
                if fenced and part == FENCE:  # the fence that would be opened again ends here
                    piece, fenced = "", False
                    continue
                piece = FENCE if fenced else ""
            piece = f"{piece}\n{part}" if piece else part
            fenced ^= part.count(FENCE) % 2 == 1
    if piece:
        yield f"{piece}\n{FENCE}" if fenced else piece


def _parts(line: str, room: int) -> Iterator[str]:
    """A line in parts that fit, cut between words; a link too long for any part gives way to its label."""
    if len(line) <= room:
        yield line
        return
    part = ""
    for atom in _ATOM.findall(line):
        for bit in _bits(atom, room):
            if len(part) + len(bit) > room:
                yield part.rstrip()
                part = ""
            part += bit
    if part.strip():
        yield part


def _bits(atom: str, room: int) -> Iterator[str]:
    """One word, in slices where even one word is too long."""
    if len(atom) <= room:
        yield atom
        return
    if atom.startswith("<"):
        label = _LABEL.match(atom)
        for inner in _ATOM.findall(label[1] if label else atom.strip("<>")):
            yield from _bits(inner, room)
        return
    for start in range(0, len(atom), room):
        yield atom[start : start + room]
