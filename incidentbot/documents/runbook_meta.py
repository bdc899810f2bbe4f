"""The front matter of a runbook: split off, read through a safe loader, salvaged when broken. Never raises."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

from incidentbot.core.runbook import Lint

_KEY = re.compile(r"^([A-Za-z_][\w-]*):(?:\s+(.*))?$")
_CLOSERS = ("---", "...")
# PyYAML's safe constructors raise more than YAMLError on odd scalars (`!!bool x`, `2026-13-45`, `!!int ""`).
_BAD_YAML = (
    yaml.YAMLError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`lines`: how many lines at the top of the file it takes, fences included; 0 where there is none."""

    lines: int = 0
    meta: Mapping[str, object] | None = None
    lint: tuple[Lint, ...] = ()


def read_front_matter(lines: Sequence[str]) -> FrontMatter:
    """The YAML between two `---` at the top of a file. Text between two rules that is no mapping stays text."""
    start = next((n for n, line in enumerate(lines) if line.strip()), None)
    if start is None or lines[start].rstrip() != "---":
        return FrontMatter()
    end = next((n for n in range(start + 1, len(lines)) if lines[n].rstrip() in _CLOSERS), None)
    if end is None:
        return FrontMatter()
    inner = lines[start + 1 : end]
    try:
        loaded = yaml.safe_load("\n".join(inner))
    except _BAD_YAML as problem:
        return _salvaged(inner, start, end, problem)
    if loaded is None:
        return FrontMatter(end + 1, {})
    if not isinstance(loaded, dict):
        return FrontMatter()
    return FrontMatter(end + 1, {str(key): value for key, value in loaded.items()})


def _salvaged(inner: Sequence[str], start: int, end: int, problem: Exception) -> FrontMatter:
    """Keep the plain `key: value` lines of a front matter that YAML refuses; a colon in a title is the usual cause."""
    first = next((line for line in inner if line.strip()), "")
    if not _KEY.match(first):
        return FrontMatter()
    pairs = (_KEY.match(line.rstrip()) for line in inner)
    meta = {pair[1]: (pair[2] or "").strip().strip("\"'") for pair in pairs if pair}
    where = getattr(problem, "problem_mark", None)
    line = start + 2 + (where.line if where is not None else 0)
    message = "The front matter is no valid YAML; quote values that hold a colon."
    return FrontMatter(end + 1, meta, (Lint("front-matter", line, message),))
