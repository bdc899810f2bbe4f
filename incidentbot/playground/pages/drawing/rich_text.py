"""rich_text blocks as HTML: sections, lists, quotes and code with styled words. Only the tags written here come out."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from incidentbot.playground.pages.drawing import mrkdwn
from incidentbot.playground.pages.drawing.emoji import emoji
from incidentbot.playground.pages.reader import Reader

Node = Mapping[str, Any]

_STYLES = {"code": "code", "strike": "s", "italic": "em", "bold": "strong", "underline": "u"}


def rich_text(block: Node, reader: Reader) -> Markup:
    """The whole block as a fragment."""
    return _joined(_BLOCKS.get(str(one.get("type")), _section)(one, reader) for one in _nodes(block))


def _nodes(node: Node) -> list[Node]:
    found = node.get("elements")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def _inline(node: Node, reader: Reader) -> Markup:
    return _joined(_word(one, reader) for one in _nodes(node))


def _section(node: Node, reader: Reader) -> Markup:
    return Markup('<div class="lines">{}</div>').format(_inline(node, reader))


def _quote(node: Node, reader: Reader) -> Markup:
    return Markup('<blockquote class="lines">{}</blockquote>').format(_inline(node, reader))


def _code(node: Node, reader: Reader) -> Markup:
    return Markup("<pre>{}</pre>").format(_inline(node, reader))


def _list(node: Node, reader: Reader) -> Markup:
    items = _joined(Markup("<li>{}</li>").format(_inline(one, reader)) for one in _nodes(node))
    depth = min(int(node.get("indent") or 0), 8)
    if node.get("style") == "ordered":
        start = int(node.get("offset") or 0) + 1
        return Markup('<ol start="{}" class="deep-{}">{}</ol>').format(start, depth, items)
    return Markup('<ul class="deep-{}">{}</ul>').format(depth, items)


_BLOCKS: Mapping[str, Callable[[Node, Reader], Markup]] = {
    "rich_text_section": _section,
    "rich_text_list": _list,
    "rich_text_quote": _quote,
    "rich_text_preformatted": _code,
}


def _word(node: Node, reader: Reader) -> Markup:
    draw = _WORDS.get(str(node.get("type")))
    drawn = draw(node, reader) if draw else escape(str(node.get("text") or node.get("fallback") or ""))
    style = node.get("style")
    worn = style if isinstance(style, Mapping) else {}
    for name, tag in _STYLES.items():
        if worn.get(name):
            drawn = Markup("<{0}>{1}</{0}>").format(tag, drawn)
    return drawn


def _link(node: Node, reader: Reader) -> Markup:
    url = str(node.get("url") or "")
    return mrkdwn.link(url, str(node.get("text") or url), reader)


def _emoji(node: Node, reader: Reader) -> Markup:
    return escape(emoji(str(node.get("name") or "")))


def _date(node: Node, reader: Reader) -> Markup:
    form = str(node.get("format") or "{date} {time}")
    return mrkdwn.broadcast(f"date^{node.get('timestamp')}^{form}", str(node.get("fallback") or ""), reader)


_WORDS: Mapping[str, Callable[[Node, Reader], Markup]] = {
    "link": _link,
    "emoji": _emoji,
    "date": _date,
    "user": lambda node, reader: mrkdwn.mention(str(node.get("user_id")), reader),
    "channel": lambda node, reader: mrkdwn.channel(str(node.get("channel_id")), "", reader),
    "usergroup": lambda node, reader: mrkdwn.broadcast(f"subteam^{node.get('usergroup_id')}", "", reader),
    "broadcast": lambda node, reader: mrkdwn.broadcast(str(node.get("range")), "", reader),
    "color": lambda node, _: Markup("<code>{}</code>").format(node.get("value")),
}
