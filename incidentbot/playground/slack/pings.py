"""Who a message would notify, and how typed mentions become Slack's own words. Knows no channel's state."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_MENTION = re.compile(r"<(@[UW][A-Z0-9]+|!channel|!here|!everyone|!subteam\^S[A-Z0-9]+)(?:\|[^>]*)?>")
_TYPED_LINK = re.compile(r"(https?://[^\s<>|]+)|(?<![\w@#/])([@#])([\w][\w.-]*)")
_BROADCASTS = frozenset({"channel", "here", "everyone"})


def escaped(text: str) -> str:
    """The three characters Slack escapes, and no others."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_slack_encodes(text: str, names: Mapping[str, str], *, label: str = "") -> str:
    """What a person typed, as an app receives it: escaped, with known @names, #names and links encoded.

    names: from the typed word (`@ana`, `#incidents`) to the id with its sign (`@U0ANA`, `#C0X`, `!subteam^S0X`).
    label: "names" adds `|name`, as slash commands do; the empty text leaves it off, as messages do.
    """
    out: list[str] = []
    rest = 0
    for found in _TYPED_LINK.finditer(text):
        out.append(escaped(text[rest : found.start()]))
        out.append(_encoded(found, names, label=label))
        rest = found.end()
    return "".join([*out, escaped(text[rest:])])


def _encoded(found: re.Match[str], names: Mapping[str, str], *, label: str) -> str:
    link, sign, word = found.groups()
    if link:
        return f"<{escaped(link)}>"
    if sign == "@" and word in _BROADCASTS:
        return f"<!{word}>"
    name = word.rstrip(".-")
    target = names.get(sign + name)
    if target is None:
        return escaped(found.group())
    shown = f"@{name}" if target.startswith("!") else name
    tail = f"|{shown}" if label or target.startswith("!") else ""
    return f"<{target}{tail}>{word[len(name) :]}"


def pings_in(text: str, blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    """Everyone the message would notify, in order and once each: `@U0ANA`, `!here`, `!subteam^S0ONCALL`."""
    found: dict[str, None] = dict.fromkeys(_mentions(text))
    for block in blocks:
        found.update(dict.fromkeys(_pings_of(block)))
    return list(found)


def _mentions(text: str) -> list[str]:
    return [match.group(1) for match in _MENTION.finditer(text)]


def _pings_of(node: Any) -> Iterator[str]:
    """Walks a block: only mrkdwn, markdown and rich text can notify; plain text never does."""
    if isinstance(node, list):
        for item in node:
            yield from _pings_of(item)
    if not isinstance(node, dict):
        return
    if node.get("type") in {"mrkdwn", "markdown"}:
        yield from _mentions(str(node.get("text", "")))
        return
    if node.get("type") == "user":
        yield f"@{node.get('user_id')}"
    if node.get("type") == "broadcast":
        yield f"!{node.get('range')}"
    for value in node.values():
        yield from _pings_of(value)
