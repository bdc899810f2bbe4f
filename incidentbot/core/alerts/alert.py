"""Alerts as senders tell them, already without what nobody may see. Plain data; decides nothing.

Everything in it comes from outside: it is cut, put on one line and redacted here, and escaped where it is shown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote, urlsplit

from incidentbot.core.policy import Severity
from incidentbot.core.text.redaction import redact
from incidentbot.core.text.visible import visible

WORD, SENTENCE, LINK = 120, 300, 1000
"""Characters of a name, of a summary and of an address that are kept; a longer address is none."""

ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "#34": '"', "#39": "'"}
_ENTITY = re.compile(f"&({'|'.join(ENTITIES)});")
_MENTION = re.compile(r"<@([^<>|]*)(?:\|[^<>]*)?>")

URL_CHARACTERS = ":/?#[]@!$&'()*+,;=-._~%"


class AlertStatus(StrEnum):
    """An alert fires or is over."""

    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert as it is told. `fingerprint`, a short hash, makes it the same one again; `level`: the sender's severity.

    where: what it is about (an instance, a pod). began_at, ended_at: the sender's instants, None where it names none.
    """

    fingerprint: str
    name: str
    status: AlertStatus
    level: str = ""
    where: str = ""
    summary: str = ""
    link: str = ""
    began_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What one delivery tells of one group of alerts. `key` names the group, `source` the sender as people call it.

    left_out: alerts that are not here: the sender kept them back, or there were too many. unread: of them, those that were
    written in no way that is understood.
    """

    key: str
    source: str
    title: str
    alerts: tuple[Alert, ...]
    link: str = ""
    kind: str = ""
    drill: bool = False
    left_out: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """An alert began or ended, `at` that instant. `again`: it had ended before; worse: it fired, and asks for more now.

    still: it fires on, told at that instant, though people have resolved its incident.
    """

    alert: Alert
    at: datetime
    again: bool = False
    worse: bool = False
    still: bool = False


@dataclass(frozen=True, slots=True)
class Alerts:
    """How an incident's alerts stand, for its card. `names`: a few of those that fire.

    level: the profile's name of what opened it; asked: the most severe level that they have asked for so far.
    """

    source: str
    level: str
    asked: Severity | None
    firing: int
    total: int
    names: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class AlertsChanged:
    """The command: alerts of an incident began or ended.

    level: the profile's name of what asks for more than was asked before, "" where nothing does.
    beside: they are not those that opened it: they joined in a storm, and neither stand on its card nor end it.
    """

    alerts: Alerts
    changes: tuple[Change, ...]
    level: str = ""
    more: int = 0
    tag: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What is remembered of an alert, to know it again. level: as the profile names it, None where none was kept."""

    name: str
    status: AlertStatus
    since: datetime
    level: str | None = None


@dataclass(frozen=True, slots=True)
class AlertGroup:
    """A group of alerts as it stands. incident: the id of the one it belongs to, or last belonged to.

    untold: what has changed and was not said yet; untold_more: how much of that was too much to keep.
    told_at, lines: when something was last said, and how often since it was quiet. asked: see Alerts.
    held: what began to fire and was told during maintenance without opening or raising anything; looked at again when that ends.
    guest: it joined the incident of another group, in a storm.
    doubted_at: when people were told last that it fires on although its incident is resolved.
    posting_since: a post of what is untold may be on its way since then; posts: how many there were.
    """

    key: str
    source: str
    title: str = ""
    link: str = ""
    kind: str = ""
    drill: bool = False
    left_out: int = 0
    seen: Mapping[str, Seen] = field(default_factory=dict)
    incident: str | None = None
    level: str = ""
    asked: Severity | None = None
    untold: tuple[Change, ...] = ()
    untold_more: int = 0
    held: tuple[Change, ...] = ()
    doubted_at: datetime | None = None
    guest: bool = False
    told_at: datetime | None = None
    lines: int = 0
    posting_since: datetime | None = None
    posts: int = 0

    @property
    def firing(self) -> tuple[str, ...]:
        """The names of the alerts that fire."""
        return tuple(one.name for one in self.seen.values() if one.status is AlertStatus.FIRING)

    @property
    def over_since(self) -> datetime | None:
        """Since when nothing of it fires and nothing is to be said; None while something does or is."""
        if self.firing or self.untold or self.held or self.posting_since:
            return None
        said = () if self.told_at is None else (self.told_at,)
        return max((*said, *(one.since for one in self.seen.values())), default=None)


def _unescaped(text: str) -> str:
    """The text as it was before its sender wrote it for HTML: ours is escaped where it is shown, and once."""
    return _ENTITY.sub(lambda found: ENTITIES[found[1]], text)


def one_line(text: str, limit: int) -> str:
    """Text from outside on one line, without secrets and characters that show nothing, of at most `limit` characters."""
    shown = " ".join(visible(_unescaped(text[: limit * 4])).split())
    shown = _MENTION.sub(r"@\1", shown).replace("<@", "@")  # an alert mentions nobody
    clean = redact(shown).text
    return clean if len(clean) <= limit else clean[: limit - 1].rstrip() + "…"


def web_link(text: str) -> str:
    """An http or https address that can stand in a message as it is, "" for any other text or one with a secret in it."""
    text = text.strip()
    if not text or len(text) > LINK or redact(text).text != text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return ""
    encoded = quote(text, safe=URL_CHARACTERS, errors="replace")
    return encoded if len(encoded) <= LINK else ""


def cleaned(news: News) -> News:
    """The news fit to be stored: each text cut, on one line and redacted."""
    return replace(
        news,
        source=one_line(news.source, WORD),
        title=one_line(news.title, SENTENCE),
        kind=one_line(news.kind, WORD),
        link=web_link(news.link),
        alerts=tuple(_cleaned(alert) for alert in news.alerts),
    )


def _cleaned(alert: Alert) -> Alert:
    return replace(
        alert,
        name=one_line(alert.name, WORD),
        level=one_line(alert.level, WORD),
        where=one_line(alert.where, WORD),
        summary=one_line(alert.summary, SENTENCE),
        link=web_link(alert.link),
    )
