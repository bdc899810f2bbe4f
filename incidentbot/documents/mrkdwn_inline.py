"""Words, links and emphasis as mrkdwn, on one line. Escapes everything that was not markup."""

import re
from collections.abc import Sequence
from urllib.parse import urljoin

from markdown_it.token import Token

_MASS_MENTION = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_JOINER = "\u2060"  # invisible; keeps "@here" a word that nobody is called by
_BREAK_TAG = re.compile(r"<br\s{0,3}/?>", re.IGNORECASE)
_LINKABLE = re.compile(r"^(?:https?://|mailto:|tel:)\S", re.IGNORECASE)
_UNSAFE_IN_URL = {ord(sign): f"%{ord(sign):02X}" for sign in '<>|\\^`{}" \t\n'}
_MARKS = {
    "strong_open": "*",
    "strong_close": "*",
    "em_open": "_",
    "em_close": "_",
    "s_open": "~",
    "s_close": "~",
}


def escape(text: str) -> str:
    """Text a person typed, so that it can be shown: `<!channel>` becomes words, `@here` calls nobody."""
    return _MASS_MENTION.sub(f"@{_JOINER}", escape_code(text))


def escape_code(text: str) -> str:
    """The three signs Slack wants escaped, and nothing else: commands must survive copying."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(target: str, label: str, *, base_url: str = "") -> str:
    """`<url|label>`, or the label alone when the target leads nowhere from Slack. label: escaped already."""
    absolute = target if _LINKABLE.match(target) or target.startswith("#") else _joined(base_url, target)
    if not _LINKABLE.match(absolute):
        return (
            f"{label} ({escape(target)})"
            if target and not target.startswith("#") and ":" not in target
            else label
        )
    url = absolute.translate(_UNSAFE_IN_URL).replace("&", "&amp;")
    label = " ".join(label.split())
    return f"<{url}|{label}>" if label and label != url else f"<{url}>"


def _joined(base_url: str, target: str) -> str:
    try:
        return urljoin(base_url, target) if base_url else target
    except ValueError:  # an address such as http://[x cannot be taken apart
        return target


def inline(children: Sequence[Token], *, base_url: str = "") -> str:
    """The children of an inline token. Lines are joined; only hard breaks and `<br>` stay."""
    parts: list[str] = []
    targets: list[tuple[str, int]] = []
    for child in children:
        if child.type == "link_open":
            targets.append((str(child.attrs.get("href", "")), len(parts)))
        elif child.type == "link_close" and targets:
            target, since = targets.pop()
            label = "".join(parts[since:])
            parts[since:] = [link(target, label, base_url=base_url)]
        else:
            parts.append(_piece(child, inside_link=bool(targets), base_url=base_url))
    return "".join(parts).strip()


def _piece(child: Token, *, inside_link: bool, base_url: str) -> str:
    match child.type:
        case "text":
            return "\n".join(escape(part) for part in _BREAK_TAG.split(child.content))
        case "code_inline":
            return f"`{escape_code(child.content).replace('`', 'ˋ')}`"
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "image":
            label = escape(child.content or "image")
            return label if inside_link else link(str(child.attrs.get("src", "")), label, base_url=base_url)
        case "html_inline" if "checkbox" in child.content:
            return "☑" if 'checked="checked"' in child.content else "☐"
        case _:
            return _MARKS.get(child.type, escape(child.content))
