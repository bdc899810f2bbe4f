"""YAML without its traps: plain integers, true and false, text, lists and mappings. Builds no object and runs nothing.

A bare `17:00` stays text (YAML 1.1 reads the number 1020), so do `on`, `no`, `1_0`, dates and decimals; a repeated key,
a key that is no text and an alias are refused, each with its line.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_TRUTH = {"true": True, "false": False}
MAX_DEPTH = 20
"""A profile is five levels deep; a file that is deeper is no profile."""


class BadYaml(ValueError):  # noqa: N818 - the name says what was found
    """The text is not the YAML we read. `line` counts from 1; None where the parser did not say."""

    def __init__(self, sentence: str, line: int | None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says. `lines` tells for each path of keys and indexes on which line it stands."""

    value: Any
    lines: dict[Path, int] = field(default_factory=dict)


def read(text: str) -> Document:
    """The document that `text` holds; an empty one is an empty mapping. Raises BadYaml."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise BadYaml(
            f"This is no YAML: {error.problem}.", None if mark is None else mark.line + 1
        ) from error
    except RecursionError as error:
        raise BadYaml("This is nested too deeply to be a profile.", None) from error
    except yaml.YAMLError as error:
        raise BadYaml(f"This is no YAML: {' '.join(str(error).split())}.", None) from error
    if root is None:
        return Document({})
    document = Document(None)
    seen: set[int] = set()
    return Document(_build(root, (), document.lines, seen), document.lines)


def _build(node: yaml.Node, path: Path, lines: dict[Path, int], seen: set[int]) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if id(node) in seen:
        raise BadYaml("An alias (*name) is not read here: write the value out.", line)
    seen.add(id(node))
    if len(path) > MAX_DEPTH:
        raise BadYaml("This is nested too deeply to be a profile.", line)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, seen)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, index), lines, seen) for index, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: Path, lines: dict[Path, int], seen: set[int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = _scalar(key_node) if isinstance(key_node, yaml.ScalarNode) else None
        if not isinstance(key, str):
            raise BadYaml("A key must be text; put quotes around it if it is a number or true/false.", line)
        if key in found:
            raise BadYaml(f'The key "{key}" stands here twice.', line)
        lines[(*path, key)] = line
        found[key] = _build(value_node, (*path, key), lines, seen)
    return found


def _scalar(node: yaml.Node) -> str | int | bool:
    """Quoted is text. Plain is a whole number or true/false where it is written exactly so, and text otherwise."""
    text = str(node.value)
    if getattr(node, "style", None) is not None:
        return text
    if text in _TRUTH:
        return _TRUTH[text]
    return int(text) if _INTEGER.fullmatch(text) else text
