"""Slack's mrkdwn as HTML. Whatever the text holds, only the tags written here come out.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape as _unescape

from markupsafe import Markup, escape

from incidentbot.playground.pages.drawing.dates import date_words
from incidentbot.playground.pages.drawing.emoji import with_emoji
from incidentbot.playground.pages.reader import SAFE_SCHEMES, Reader

_FENCE = re.compile(r"```(.*?)```", re.DOTALL)
_QUOTE = re.compile(r"^(?:&gt;|>) ?")
_ITEM = re.compile(r"^( *)((?:[•◦▪‣]|[-*](?= )|\d{1,3}\.(?= ))) *")
_ENTITY = re.compile(r"&(?:amp|lt|gt);")
_PIECE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<ref>[^<>\n]+)>"
    r"|(?P<url>https?://[^\s<>|`]*[^\s<>|`.,;:!?)'\"])"
    r"|(?<![\w*])\*(?P<strong>\S(?:[^\n]*?\S)?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<em>\S(?:[^\n]*?\S)?)_(?![\w_])"
    r"|(?<![\w~])~(?P<s>\S(?:[^\n]*?\S)?)~(?![\w~])"
)
_REFERENCE = re.compile(r"<([^<>\n]+)>")
_DEEPEST = 6
_BR = Markup("<br>")


def mrkdwn(text: str, reader: Reader) -> Markup:
    """The text as a fragment. It is expected as Slack stores it: & < > escaped, references in angle brackets."""
    pieces = _FENCE.split(text)
    out: list[Markup] = []
    for index, piece in enumerate(pieces):
        if index % 2:
            out.append(Markup("<pre>{}</pre>").format(raw(piece.strip("\n"))))
        else:
            inner = piece.removeprefix("\n") if index else piece
            out.append(_lines(inner.removesuffix("\n") if index + 1 < len(pieces) else inner, reader))
    return Markup("").join(out)


def raw(text: str) -> str:
    """The characters a person reads: Slack's three entities undone, nothing else."""
    return _ENTITY.sub(lambda found: _unescape(found.group()), text)


def as_typed(text: str, reader: Reader) -> str:
    """The text as somebody would type it again: @ana, #incidents, bare addresses, no entities."""
    return raw(_REFERENCE.sub(lambda found: _typed(found.group(1), reader), text))


def _typed(inner: str, reader: Reader) -> str:
    target, _, label = inner.partition("|")
    if target.startswith("@") and (person := reader.workspace.people.get(target[1:])):
        return f"@{person.name}"
    if target.startswith("#") and (room := reader.room(target[1:])):
        return f"#{room.name}"
    return label or (f"@{target[1:]}" if target.startswith("!") else target)


def _lines(text: str, reader: Reader) -> Markup:
    """Quotes and list items stand by themselves; other lines are kept apart by breaks."""
    out: list[Markup] = []
    for kind, lines in _grouped(text):
        if kind == "quote":
            out.append(
                Markup("<blockquote>{}</blockquote>").format(
                    _BR.join(_inline(line, reader) for line in lines)
                )
            )
        elif kind == "item":
            out.extend(_item(line, reader) for line in lines)
        else:
            out.append(_BR.join(_inline(line, reader) for line in lines))
    return Markup("").join(out)


def _grouped(text: str) -> Iterator[tuple[str, list[str]]]:
    group: list[str] = []
    kind = ""
    whole_rest = False
    for line in text.split("\n") if text else []:
        whole_rest = whole_rest or line.startswith(("&gt;&gt;&gt;", ">>>"))
        now = "quote" if whole_rest or _QUOTE.match(line) else "item" if _ITEM.match(line) else "plain"
        if now != kind and group:
            yield kind, group
            group = []
        kind = now
        group.append(
            line.removeprefix("&gt;&gt;&gt;").removeprefix(">>>") if whole_rest else _QUOTE.sub("", line)
        )
    if group:
        yield kind, group


def _item(line: str, reader: Reader) -> Markup:
    found = _ITEM.match(line)
    marker = found.group(2) if found else ""
    rest = line[found.end() :] if found else line
    depth = "deep" if found and found.group(1) else "flat"
    form = Markup('<span class="item {}"><span class="bullet">{}</span><span>{}</span></span>')
    return form.format(depth, {"-": "•", "*": "•"}.get(marker, marker), _inline(rest, reader))


def _inline(text: str, reader: Reader, depth: int = 0) -> Markup:
    """One line. Marks inside marks are followed a few levels deep, then shown as they are."""
    out: list[Markup] = []
    rest = 0
    for found in _PIECE.finditer(text):
        out.append(_words(text[rest : found.start()]))
        out.append(_piece(found, reader, depth))
        rest = found.end()
    return Markup("").join([*out, _words(text[rest:])])


def _words(text: str) -> Markup:
    return escape(raw(with_emoji(text)))


def _piece(found: re.Match[str], reader: Reader, depth: int) -> Markup:
    kind = str(found.lastgroup)
    inner = str(found.group(kind))
    if kind == "code":
        return Markup("<code>{}</code>").format(raw(inner))
    if kind == "ref":
        return reference(inner, reader)
    if kind == "url":
        return link(inner, raw(inner), reader)
    if depth >= _DEEPEST:
        return _words(found.group())
    return Markup("<{0}>{1}</{0}>").format(kind, _inline(inner, reader, depth + 1))


def link(url: str, label: str | Markup, reader: Reader) -> Markup:
    """A link; the workspace's own addresses stay in this window, others open another."""
    href = reader.href(raw(url))
    if href == "#":
        return escape(label)
    if href.startswith("/"):
        return Markup('<a href="{}">{}</a>').format(href, label)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(href, label)


def reference(inner: str, reader: Reader) -> Markup:
    """What stands between angle brackets; anything Slack does not know is shown as it was."""
    target, _, label = inner.partition("|")
    known = _REFERENCES.get(target[:1])
    if known:
        return known(target[1:], label, reader)
    if target.lower().startswith(SAFE_SCHEMES):
        return link(target, _inline(label, reader) if label else raw(target).removeprefix("mailto:"), reader)
    return _words(f"<{inner}>")


def mention(user_id: str, reader: Reader) -> Markup:
    """A person's name, marked when it is the reader's own."""
    mine = " mine" if user_id == reader.person.id else ""
    return Markup('<span class="mention{}">@{}</span>').format(mine, reader.name(user_id))


def _user(target: str, label: str, reader: Reader) -> Markup:
    return mention(target, reader)


def channel(target: str, label: str, reader: Reader) -> Markup:
    """A conversation's name, as a link for those who may look into it."""
    room = reader.room(target)
    if room is None:
        return Markup('<span class="mention">#{}</span>').format(label or "private channel")
    return Markup('<a class="mention" href="{}">#{}</a>').format(
        reader.path(room.id), room.name or "messages"
    )


def broadcast(target: str, label: str, reader: Reader) -> Markup:
    """<!here>, <!subteam^S1>, <!date^1^{time}|then>."""
    word, *arguments = target.split("^")
    if word == "date":
        return _date(arguments, label, reader)
    if word == "subteam":
        return Markup('<span class="mention mine">@{}</span>').format(
            reader.group(arguments[0] if arguments else "")
        )
    return Markup('<span class="mention mine">@{}</span>').format(word)


def _date(arguments: list[str], label: str, reader: Reader) -> Markup:
    try:
        at = reader.local(arguments[0])
    except (ValueError, OverflowError, OSError, IndexError):
        return _words(label)
    form = raw(arguments[1]) if len(arguments) > 1 else "{date} {time}"
    shown = Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.isoformat(), f"{at:%A %d %B %Y, %H:%M:%S %Z}", date_words(form, at, reader.now)
    )
    return link("^".join(arguments[2:]), shown, reader) if len(arguments) > 2 else shown  # noqa: PLR2004 - the link is the third


_REFERENCES: Mapping[str, Callable[[str, str, Reader], Markup]] = {"@": _user, "#": channel, "!": broadcast}
