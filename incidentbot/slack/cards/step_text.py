"""What of a step's markdown is prose: without its number, its title and what the card shows by itself. Pure text."""

import re
from collections.abc import Sequence

from incidentbot.core.runbooks.runbook import Step

_MARKER = re.compile(r"(?:[0-9]{1,9}[.)]|[-*+])[ \t]+(?:\[[ xX]\][ \t]+)?")
_LEADING = re.compile(r"^[ \t]*(?:[0-9]{1,9}[.)]|[-*+])[ \t]+(?:\[[ xX]\][ \t]+)?")
_HEADING = re.compile(r"#{1,6}\s")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_MARKUP = re.compile(r"[*_`]")


def prose(step: Step) -> str:
    """The step's text without what stands elsewhere on its card: title, commands, expected output, warnings."""
    lines = _dedented(step.body_md.splitlines())
    while lines and (not lines[0].strip() or _HEADING.match(lines[0])):
        lines = _dedented(lines[1:])
    kept = _without_fences(lines, step)
    text = "\n".join(_without_warnings(kept, step)).strip()
    return re.sub(r"\n{3,}", "\n\n", _without_title(text, step.title))


def _dedented(lines: Sequence[str]) -> list[str]:
    """The lines of a list item as if they stood alone."""
    found = _MARKER.match(lines[0]) if lines else None
    if found is None:
        return list(lines)
    width = found.end()
    return [lines[0][width:], *(line[_indent(line, width) :] for line in lines[1:])]


def _indent(line: str, most: int) -> int:
    return min(most, len(line) - len(line.lstrip(" ")))


def _without_fences(lines: Sequence[str], step: Step) -> list[str]:
    """The lines without the code blocks that are commands or expected output, and without what leads in to output."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        opening = _FENCE.match(lines[at])
        if opening is None:
            kept.append(lines[at])
            at += 1
            continue
        end = _closing(lines, at, opening[1])
        inside = "\n".join(line.strip() for line in lines[at + 1 : end])
        if not _shown_elsewhere(inside, step):
            kept += lines[at : end + 1]
        elif not _is_command(inside, step):
            _drop_lead_in(kept)
        at = end + 1
    return [line for line in kept if not _is_bare_command(line, step)]


def _closing(lines: Sequence[str], at: int, fence: str) -> int:
    for index in range(at + 1, len(lines)):
        if lines[index].strip().startswith(fence) and not lines[index].strip().strip(fence[0]):
            return index
    return len(lines)


def _shown_elsewhere(inside: str, step: Step) -> bool:
    return _is_command(inside, step) or any(
        _first_line(one) in inside for one in step.expected if one.strip()
    )


def _is_command(inside: str, step: Step) -> bool:
    return any(_first_line(one.text) in inside for one in step.commands if one.text.strip())


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0].strip()


def _is_bare_command(line: str, step: Step) -> bool:
    """A paragraph that is only inline code, which the card shows as a command."""
    stripped = line.strip()
    return stripped.startswith("`") and any(stripped.strip("`") == one.text.strip() for one in step.commands)


def _drop_lead_in(kept: list[str]) -> None:
    """Take away "You should see:" above output that stands under its own heading on the card."""
    while kept and not kept[-1].strip():
        kept.pop()
    if kept and kept[-1].rstrip().endswith(":"):
        kept.pop()


def _without_warnings(lines: Sequence[str], step: Step) -> list[str]:
    """The lines without the quoted paragraphs that are warnings: the card shows them on top."""
    warned = [folded(warning) for warning in step.warnings if warning.strip()]
    return [line for line in lines if not (line.lstrip().startswith(">") and _warns(line, warned))]


def _warns(line: str, warned: Sequence[str]) -> bool:
    said = folded(line.lstrip(" >"))
    return not said or any(said in warning or warning in said for warning in warned)


def _without_title(text: str, title: str) -> str:
    """The text without the bold sentence that became the title."""
    first, _, rest = text.partition("\n")
    bold = re.match(r"\*\*(.+?)\*\*[.:]?\s*", first)
    if bold and folded(bold[1]).rstrip(".:") == folded(title).rstrip(".:…"):
        return f"{first[bold.end() :]}\n{rest}".strip()
    opening, _, after = text.partition(
        "\n\n"
    )  # a paragraph that is broken into lines is one sentence all the same
    said = folded(title).rstrip(".:…")
    if folded(opening).rstrip(".:") == said:
        return after.strip()
    return rest.strip() if folded(first).rstrip(".:") == said else text


def folded(text: str) -> str:
    """The words of a text alone, for comparing: no emphasis, no case, single spaces."""
    return " ".join(_MARKUP.sub("", text).split()).casefold()


def without_items(text: str, items: Sequence[str]) -> str:
    """The text without a list of these items, which stand as boxes below it; as it is where one stands there otherwise."""
    wanted = {folded(item) for item in items}
    found: set[str] = set()
    kept: list[str] = []
    for paragraph in _items(text.splitlines()):
        said = folded(" ".join([_LEADING.sub("", paragraph[0]), *paragraph[1:]]))
        is_item = _LEADING.match(paragraph[0]) is not None and said in wanted
        found |= {said} if is_item else set()
        kept += [] if is_item else paragraph
    return "\n".join(kept).strip() if found == wanted else text


def _items(lines: Sequence[str]) -> list[list[str]]:
    """Lines, those of a list item that is broken into several together."""
    groups: list[list[str]] = []
    for line in lines:
        goes_on = line.strip() and line[:1] == " " and not _LEADING.match(line)
        if goes_on and groups and _LEADING.match(groups[-1][0]):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups
