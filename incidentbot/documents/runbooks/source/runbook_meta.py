"""The front matter of a runbook: split off, read through a safe loader, salvaged when broken. Never raises."""

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from incidentbot.core.runbooks.runbook import Lint

_KEY = re.compile(r"^([A-Za-z_][\w-]*):(?:\s+(.*))?$")
_CLOSERS = ("---", "...")
_TOML = "+++"
_MOST_VALUES = 1000
_DEEPEST = 6
_LONGEST = 100_000  # characters; YAML is read slowly, and no front matter is that long
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
    """The YAML between two `---`, or TOML between two `+++`. Text between two rules that is no mapping stays text."""
    start = next((n for n, line in enumerate(lines) if line.strip()), None)
    if start is not None and lines[start].rstrip() == _TOML:
        return _toml(lines, start)
    if start is None or lines[start].rstrip() != "---":
        return FrontMatter()
    end = next((n for n in range(start + 1, len(lines)) if lines[n].rstrip() in _CLOSERS), None)
    if end is None:
        return FrontMatter()
    inner = lines[start + 1 : end]
    if sum(map(len, inner)) > _LONGEST:
        return FrontMatter()
    try:
        loaded = yaml.safe_load("\n".join(inner))
    except _BAD_YAML as problem:
        return _salvaged(inner, start, end, problem)
    if loaded is None:
        return FrontMatter(end + 1, {})
    if not isinstance(loaded, dict):
        return FrontMatter()
    return FrontMatter(end + 1, _Plain().mapping(loaded))


def _toml(lines: Sequence[str], start: int) -> FrontMatter:
    """What stands between two `+++`, as Hugo writes it."""
    end = next((n for n in range(start + 1, len(lines)) if lines[n].rstrip() == _TOML), None)
    if end is None or sum(map(len, lines[start:end])) > _LONGEST:
        return FrontMatter()
    try:
        loaded = tomllib.loads("\n".join(lines[start + 1 : end]))
    except (tomllib.TOMLDecodeError, RecursionError):
        remark = Lint("front-matter", start + 2, "The front matter is no valid TOML.")
        return FrontMatter(end + 1, {}, (remark,))
    return FrontMatter(end + 1, _Plain().mapping(loaded))


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


class _Plain:
    """Turns what YAML gave into words, numbers and lists of them, so that a kept runbook can be written as JSON."""

    def __init__(self) -> None:
        self._left = _MOST_VALUES

    def mapping(self, loaded: Mapping[Any, object], depth: int = 0) -> dict[str, object]:
        """Every key as a word, every value as plain data."""
        return {str(key): self._value(value, depth + 1) for key, value in loaded.items() if self._left > 0}

    def _value(self, value: object, depth: int) -> object:
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:  # aliases can make a few lines of YAML endless
            return None
        if isinstance(value, dict):
            return self.mapping(value, depth)
        if isinstance(value, list | tuple | set):
            return [self._value(each, depth + 1) for each in value if self._left > 0]
        if isinstance(value, date):  # a datetime is a date as well
            return value.isoformat()
        finite = isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))
        return value if value is None or finite else str(value)
