"""Callouts that plain markdown does not know (`!!! warning`, `:::note`), turned into quotes. Never drops a line."""

import re

_ADMONITION = re.compile(r"^(?:!!!|\?\?\?\+?)\s+([A-Za-z-]+)(.*)$")
_CONTAINER = re.compile(r"^:::+\s*([A-Za-z-]+)(.*)$")
_INDENT = "    "
_OPENERS = ("!!!", "???", ":::")


def quote_callouts(text: str) -> str:
    """The same number of lines, with callouts written as quotes that open with their kind in bold."""
    if not any(opener in text for opener in _OPENERS):
        return text
    lines = text.split("\n")
    kept: list[str] = []
    inside = ""
    last_closer = max((n for n, line in enumerate(lines) if line.rstrip() == ":::"), default=-1)
    for number, line in enumerate(lines):
        if inside == "!!!" and line.strip() and not line.startswith(_INDENT):
            inside = ""
        if inside == ":::" and line.rstrip() == ":::":
            inside = ""
            kept.append("")
        elif inside:
            kept.append(_quoted(line.removeprefix(_INDENT) if inside == "!!!" else line))
        elif opened := _ADMONITION.match(line):
            inside = "!!!"
            kept.append(_opening(opened))
        elif number < last_closer and (opened := _CONTAINER.match(line)):
            inside = ":::"
            kept.append(_opening(opened))
        else:
            kept.append(line)
    return "\n".join(kept)


def _opening(opened: re.Match[str]) -> str:
    title = opened[2].strip().strip('"')
    return f"> **{opened[1].capitalize()}**: {title}".rstrip(": ") + ("" if title else ":")


def _quoted(line: str) -> str:
    return f"> {line}" if line.strip() else ""
