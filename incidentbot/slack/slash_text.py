"""Words and options out of what somebody typed into Slack. Knows no verbs and refuses only misspelt options."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from incidentbot.core.refusals import Refused
from incidentbot.core.text.incident_name import number_of
from incidentbot.core.text.visible import visible

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})
_OPTION = re.compile(r"(?<!\S)(?:--|—|–)([A-Za-z][A-Za-z-]*)(?:=(\"[^\"]*\"|\S+))?")
_VALUE = re.compile(r"\s+(\"[^\"]*\"|\S+)")
_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,})(?:\|[^<>]*)?>")
_GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|[^<>]*)?>")
_LIKE_AN_OPTION = 0.75
"""How near a word after two dashes must be to an option to be called misspelt rather than part of the text."""


@dataclass(frozen=True, slots=True)
class Optioned:
    """A text without its options, and the options: name -> value ("" for a flag)."""

    text: str
    options: Mapping[str, str]


def fold(text: str) -> str:
    """What was typed and is seen: Slack's three escapes undone once, curly quotes made straight, the ends trimmed."""
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return visible(plain.translate(_QUOTES)).strip()


def split_first(text: str) -> tuple[str, str]:
    """The first word and the rest, line breaks in the rest kept."""
    parts = text.split(maxsplit=1)
    return (parts[0], parts[1] if len(parts) > 1 else "") if parts else ("", "")


def split_last(text: str) -> tuple[str, str]:
    """All but the last word, and that word."""
    parts = text.rsplit(maxsplit=1)
    if len(parts) < 2:  # noqa: PLR2004 - a text of one word is its own last word
        return "", text.strip()
    return parts[0], parts[1]


def reference(word: str) -> int | None:
    """The number in `INC-7` or `INC-7:`, or None. A bare number is part of the text: "7 hosts are down"."""
    return None if word[:1].isdigit() else number_of(word.rstrip(".,:;"))


def mention(text: str) -> tuple[str | None, str]:
    """The Slack id of a person mentioned at the very start, and the rest."""
    found = _MENTION.match(text)
    return (found[1], text[found.end() :].strip()) if found else (None, text)


def group_mention(text: str) -> tuple[str | None, str]:
    """The Slack id of a user group mentioned at the very start, and the rest."""
    found = _GROUP.match(text)
    return (found[1], text[found.end() :].strip()) if found else (None, text)


def unquoted(text: str) -> str:
    """A text that stands in one pair of quotes, without them; "" where nothing of it is drawn."""
    one_pair = len(text) > 1 and text[0] == text[-1] == '"' and text.count('"') == 2  # noqa: PLR2004 - a pair
    return visible(text[1:-1].strip() if one_pair else text)


def take_options(text: str, known: Mapping[str, str]) -> Optioned:
    """Cut the known options out of a text. known: name -> "value" or "flag".

    What stands after two dashes and resembles no option stays text ("rm --force broke it").
    Raises Refused for a misspelt option and for one without its value.
    """
    options: dict[str, str] = {}
    kept: list[str] = []
    at = 0
    while (found := _OPTION.search(text, at)) is not None:
        name = found[1].lower()
        kept.append(text[at : found.start()])
        at = found.end()
        if name not in known:
            _refuse_misspelt(name, known)
            kept.append(found[0])
            continue
        value = found[2] or ""
        if known[name] == "value" and not value:
            following = _VALUE.match(text, at)
            if following is None:
                raise Refused(f"`--{name}` needs a word after it.")
            value, at = following[1], following.end()
        options[name] = value.strip('"')
    kept.append(text[at:])
    return Optioned(_tidy(kept), options)


def _refuse_misspelt(name: str, known: Mapping[str, str]) -> None:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=_LIKE_AN_OPTION)
    if near:
        raise Refused(f"I do not know `--{name}`. Did you mean `--{near[0]}`? Nothing was done.")


def _tidy(parts: list[str]) -> str:
    joined = "".join(parts)
    return re.sub(r"[ \t]{2,}", " ", joined).strip() if len(parts) > 1 else joined.strip()


def quoted(text: str) -> str:
    """Typed text inside a code span of a reply: cut, on one line, and unable to end the span or ping anybody."""
    line = " ".join(text.split()).replace("`", "'")
    cut = line if len(line) <= 80 else line[:79] + "…"  # noqa: PLR2004 - fits a phone's line or two
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
