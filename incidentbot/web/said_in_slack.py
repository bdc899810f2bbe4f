"""Sentences in Slack's encoding as the pages show them: people by name, instants in UTC, links as links. Never markup of theirs."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from html import unescape

from markupsafe import Markup, escape

NameOf = Callable[[str], Awaitable[str]]
"""What a Slack user is called, "" where it cannot be known."""

NAMES_WITHIN_S = 2.0
"""A page waits no longer for names; who is not known by then is shown by their id."""

_TOKEN = re.compile(r"<([^<>\n]{1,2000})>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)")
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+")


async def names_in(texts: Iterable[str], people: Iterable[str], name_of: NameOf) -> Mapping[str, str]:
    """What the people in these texts, and these people, are called. Who cannot be known in time is left out."""
    ids = {user for user in people if user} | {found for text in texts for found in _PERSON.findall(text)}
    asked = {user: asyncio.ensure_future(name_of(user)) for user in ids}
    if asked:
        _, late = await asyncio.wait(asked.values(), timeout=NAMES_WITHIN_S)
        for each in late:
            each.cancel()
    known = {user: one.result() for user, one in asked.items() if one.done() and not one.cancelled()}
    return {user: name for user, name in known.items() if name}


def shown(text: str, names: Mapping[str, str]) -> Markup:
    """A sentence as HTML. Raises nothing: what is no token of Slack's is shown as it stands."""
    parts: list[str] = []
    at = 0
    for found in _TOKEN.finditer(text):
        parts += [_plain(text[at : found.start()]), _token(found[1], names)]
        at = found.end()
    return Markup("").join([*map(Markup, parts), Markup(_plain(text[at:]))])  # noqa: S704 - each part is escaped


def called(user: str | None, names: Mapping[str, str]) -> str:
    """A person in plain words; the bot itself without one."""
    return names.get(user, user) if user else "incidentbot"


def _plain(text: str) -> str:
    return str(escape(unescape(text)))


def _token(inside: str, names: Mapping[str, str]) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return f"<b>{escape(names.get(target[1:], unescape(label) or target[1:]))}</b>"
    if target.startswith("!date^"):
        return _instant(target, unescape(label))
    if target.startswith(("#", "!")):
        return str(escape(unescape(label) or target))
    if _ADDRESS.fullmatch(target):
        return f'<a href="{escape(unescape(target))}" rel="noopener noreferrer">{escape(unescape(label or target))}</a>'
    return str(escape(unescape(f"<{inside}>")))


def _instant(token: str, otherwise: str) -> str:
    stamp = token.split("^")[1]
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 11):  # noqa: PLR2004 - until the year 5138
        return str(escape(otherwise))
    return str(escape(f"{datetime.fromtimestamp(int(stamp), UTC):%Y-%m-%d %H:%M} UTC"))
