"""Draws pages and their parts from the stand-ins' state. Decides nothing and changes nothing."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2s
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from incidentbot.documents.html import markdown_to_html
from incidentbot.playground.pages import feed, offers
from incidentbot.playground.pages.desk import Desk
from incidentbot.playground.pages.drawing import dates, emoji, fields
from incidentbot.playground.pages.drawing.mrkdwn import as_typed, mrkdwn
from incidentbot.playground.pages.drawing.parts import COMMAND, NEEDS
from incidentbot.playground.pages.drawing.rich_text import rich_text
from incidentbot.playground.pages.reader import Reader, anchor
from incidentbot.playground.pages.spot import Spot
from incidentbot.playground.slack.delivering.asking import current_state
from incidentbot.playground.slack.people import TEAM_NAME
from incidentbot.playground.slack.records import Canvas, Message

HERE = Path(__file__).parent
MOST_KEPT = 2000  # drawn messages, some two kilobytes each
PARTS = (*NEEDS, "messages", "thread")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A piece of the page. rev: equal for equal content, so that the browser keeps what did not change."""

    id: str
    html: Markup
    rev: str


def _rev(text: str) -> str:
    return blake2s(text.encode(), digest_size=6).hexdigest()


def _words(text: Any, reader: Reader) -> Markup:
    """A text object, or plain text."""
    if not isinstance(text, dict):
        return escape(emoji.with_emoji(str(text)))
    if text.get("type") == "mrkdwn":
        return mrkdwn(str(text["text"]), reader)
    plain = str(text["text"])
    lines = (plain if text.get("emoji") is False else emoji.with_emoji(plain)).split("\n")
    return Markup("<br>").join(lines)


def _around(at: Spot, who: Reader) -> str:
    """Everything beside a message itself on which its drawing depends."""
    rooms = [(one.id, one.name, one.readable_by(at.person.id)) for one in who.workspace.channels.values()]
    standing = (at.person.id in at.room.members, at.room.is_archived) if at.room else ()
    return repr((at.do(""), standing, f"{who.now:%Y-%m-%d %H:%M}", rooms))


def _canvas() -> jinja2.Environment:
    """The templates with the words they use."""
    canvas = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    canvas.filters |= {
        "words": _words,
        "mrkdwn": mrkdwn,
        "as_typed": as_typed,
        "rich_text": rich_text,
        "markdown": lambda text: Markup(markdown_to_html(text)),  # noqa: S704 - cleaned there
        "emoji": emoji.emoji,
        "anchor": anchor,
        "key": _rev,
    }
    canvas.globals |= {
        "field_name": fields.field_name,
        "press_value": fields.press_value,
        "groups": offers.groups,
        "present": offers.present,
        "element_template": offers.element_template,
        "input_types": offers.INPUT_TYPES,
        "ago": dates.ago,
        "long_day": dates.long_day,
        "team": TEAM_NAME,
        "command": COMMAND,
    }
    return canvas


class Painter:
    """One for all pages."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._canvas = _canvas()
        self._kept: OrderedDict[str, Drawn] = OrderedDict()

    def page(self, at: Spot) -> str:
        """The whole page."""
        drawn = {name: self.part(name, at) for name in PARTS}
        return self._canvas.get_template("page.html").render(at=at, parts=drawn)

    def parts(self, names: Iterable[str], at: Spot) -> str:
        """These parts, each to be put in place of its older self on a page of this spot. Unknown names are left out."""
        drawn = [self.part(name, at) for name in names if name in PARTS]
        return self._canvas.get_template("parts.html").render(at=at, parts=drawn)

    def sentence(self, text: str) -> str:
        """A page with one sentence."""
        return self._canvas.get_template("sentence.html").render(text=text)

    def canvas(self, at: Spot, canvas: Canvas) -> str:
        """A canvas as a page of its own, for whoever sees its conversation."""
        return self._canvas.get_template("canvas.html").render(at=at, canvas=canvas)

    def part(self, name: str, at: Spot) -> Drawn:
        """One part by its name."""
        if name == "messages":
            return self._messages(at)
        if name == "thread":
            return self._thread(at)
        return self._drawn(name, f"{name}.html", at=at, **NEEDS[name](self._desk, at))

    def _drawn(self, identity: str, template: str, *, at: Spot, **needs: Any) -> Drawn:
        who = Reader(self._desk.slack.workspace, at.person)
        html = self._canvas.get_template(template).render(at=at, who=who, **needs)
        return Drawn(identity, Markup(html), _rev(html))  # noqa: S704 - made by an escaping template

    def _messages(self, at: Spot) -> Drawn:
        who = Reader(self._desk.slack.workspace, at.person)
        shown = feed.in_channel(at.room, who) if at.room else []
        return self._drawn("messages", "messages.html", at=at, rows=self._rows(shown, at, who, "channel"))

    def _thread(self, at: Spot) -> Drawn:
        who = Reader(self._desk.slack.workspace, at.person)
        known = at.room is not None and at.thread in at.room.messages
        shown = feed.in_thread(at.room, at.thread, who) if at.room and known else []
        rows = self._rows(shown, at, who, "thread")
        inside = at.room is not None and at.person.id in at.room.members and not at.room.is_archived
        return self._drawn("thread", "thread.html", at=at, rows=rows, inside=inside)

    def _rows(self, shown: list[Message], at: Spot, who: Reader, where: str) -> list[Drawn]:
        around = f"{where} {_around(at, who)}"
        return [self._row(entry, at, who, around) for entry in feed.entries(shown, who)]

    def _row(self, entry: feed.Entry, at: Spot, who: Reader, around: str) -> Drawn:
        """One message, drawn again only when something it shows has changed."""
        message = entry.message
        state = current_state(message.blocks, who.workspace.typed.get((at.person.id, message.ts), {}))
        key = _rev(f"{around} {entry} {state}")
        if key not in self._kept:
            where = around.partition(" ")[0]
            prefix = "" if where == "channel" else "thread-"
            self._kept[key] = self._drawn(
                f"{prefix}{anchor(message.ts)}",
                "message.html",
                at=at,
                entry=entry,
                message=message,
                where=where,
                shortcuts=self._desk.message_shortcuts,
                state=state,
            )
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]
