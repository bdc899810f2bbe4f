"""One heading taken apart: its words, and the number before them. Knows no sections."""

import re
from dataclasses import dataclass

_COUNTED = r"(?:\d+(?:\.\d+)*|one|two|three|four|five|six|seven|eight|nine|ten|[a-h](?![a-z]))"
_STEP_WORD = re.compile(
    rf"^(?:step|phase|stage|task|schritt|étape|etape|paso|passo|fase|stap|krok|шаг)\s*#?\s*{_COUNTED}\b"
    r"|^(?:手順|ステップ|步骤|第)\s*[\d一二三四五六七八九十]+(?:步|段階)?",
    re.IGNORECASE,
)
_PART = re.compile(rf"^part\s*#?\s*{_COUNTED}\b", re.IGNORECASE)
_STEP_LINE = re.compile(
    rf"^(?:step|schritt|étape|etape|paso|passo|stap)\s*#?\s*{_COUNTED}\s*[:.)–—-]", re.IGNORECASE
)
_NUMBER = re.compile(
    r"^[(\[]?\d{1,2}(?:\.\d{1,2})*(?:[.):\]]+\s*|\s+[-–—]\s*)"
    r"|^\d{1,2}(?:\.\d{1,2}){1,2}\s+(?=[A-Z])|^(?:[IVX]{1,4}|[A-H])[.)]\s+|^\d\ufe0f?\u20e3\s*"
)
_OPTION = re.compile(
    r"^(?:option|case|alternative|method|approach|variante?|fall)\s*#?\s*(?:\d+|[a-z](?![a-z]))",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"(?:step\s*)?\d{1,2}\s*[.):]*", re.IGNORECASE)
_SEPARATOR = re.compile(r"^\s*[-–—.:)]*\s*")
_LEADING = re.compile(r"^[^\w`$<(\[\"'/.]+")
_TRAILING = " \t:：*_"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's words: as written, without its number, and how it was numbered ("", "step", "part", "number", "option")."""

    text: str
    bare: str
    numbering: str = ""


def read_heading(text: str) -> Heading:
    """Take the numbering off a heading: `Step 3: Restart` is `Restart`, numbered as a step."""
    bare = _LEADING.sub("", text).rstrip(_TRAILING)
    for numbering, pattern in (
        ("step", _STEP_WORD),
        ("part", _PART),
        ("option", _OPTION),
        ("number", _NUMBER),
    ):
        found = pattern.match(bare)
        if found:
            rest = _SEPARATOR.sub("", bare[found.end() :], count=1)
            return Heading(text, _LEADING.sub("", rest).rstrip(_TRAILING), numbering)
    return Heading(text, bare)


def is_bare_number(label: str) -> bool:
    """Whether bold words that open a paragraph are nothing but its number: `**2)** Restart it.`"""
    return bool(_BARE_NUMBER.fullmatch(label))


def is_step_line(text: str) -> bool:
    """Whether a paragraph opens as a step does: `Step 2: Restart it.`"""
    return bool(_STEP_LINE.match(text))
