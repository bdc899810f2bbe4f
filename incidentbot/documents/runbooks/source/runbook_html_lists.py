"""Lists written in HTML, line by line, as the markdown they stand for. Keeps every line in its place; nests as deep as people read."""

import re

_OPENS = re.compile(r"^\s*<(?P<tag>[ou]l)(?:\s[^<>]{0,200})?>", re.IGNORECASE)
_CLOSES = re.compile(r"</[ou]l>\s*$", re.IGNORECASE)
_ITEM = re.compile(r"^\s*<li(?:\s[^<>]{0,200})?>\s*(?P<words>.*)$", re.IGNORECASE)
_ENDS = re.compile(r"</li>\s*$", re.IGNORECASE)
_PARAGRAPH = re.compile(r"^\s*<p>|</p>\s*$", re.IGNORECASE)
_HEADING = re.compile(r"^(?:#{1,6}\s|\s*<h[1-6])", re.IGNORECASE)
_MARKS = {"ol": "1. ", "ul": "- "}
_DEEPEST = 6
_MOST_TAGS = 8
"""Tags at one end of a line that are looked at."""


def without_list_tags(line: str, open_lists: list[str]) -> str:
    """One line of prose. open_lists: the marks of the lists it stands in, outermost first; changed to those after it."""
    if _HEADING.match(line):  # a list that nobody closed ends there
        open_lists.clear()
    if "<" not in line or not (open_lists or _OPENS.match(line)):
        return f"{_indent(open_lists)}{line}" if open_lists and line.strip() else line
    for _ in range(_MOST_TAGS):
        if not (opened := _OPENS.match(line)):
            break
        open_lists.append(_MARKS[opened["tag"].lower()])
        line = line[opened.end() :]
    inside = list(open_lists)
    for _ in range(_MOST_TAGS):
        line = _ENDS.sub("", line)
        if not (closed := _CLOSES.search(line)):
            break
        line = line[: closed.start()]
        del open_lists[-1:]
    return _item(line, inside)


def _item(line: str, inside: list[str]) -> str:
    found = _ITEM.match(line)
    words = _PARAGRAPH.sub("", found["words"] if found else line).strip()
    if not words or not inside:
        return words
    return f"{_indent(inside[:-1])}{inside[-1]}{words}" if found else f"{_indent(inside)}{words}"


def _indent(marks: list[str]) -> str:
    return "".join(" " * len(mark) for mark in marks[:_DEEPEST])
