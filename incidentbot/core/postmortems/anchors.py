"""The nine times of an incident, how each is known, and the durations between them, as data. Computes nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class Confidence(StrEnum):
    """How we know an instant."""

    RECORDED = "recorded"  # by this bot, as it happened
    IMPORTED = "imported"  # from an alert or another tool
    STATED = "stated in chat"  # somebody wrote the time down
    HUMAN = "human"  # set on purpose by a person


@dataclass(frozen=True, slots=True)
class Anchor:
    """One instant, in whole seconds (aware UTC). `ids` are the messages or facts that show it."""

    at: datetime
    source: str
    confidence: Confidence
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """The anchors of an incident; None where nothing is on record. `impact` is never taken from `detect`."""

    trigger: Anchor | None = None
    impact: Anchor | None = None
    detect: Anchor | None = None
    page: Anchor | None = None
    ack: Anchor | None = None
    declare: Anchor | None = None
    mitigate: Anchor | None = None
    resolve: Anchor | None = None
    close: Anchor | None = None

    def known(self) -> Mapping[str, Anchor]:
        """The anchors that are on record, by name, in the order of an incident."""
        named = ((each.name, getattr(self, each.name)) for each in fields(self))
        return MappingProxyType({name: anchor for name, anchor in named if anchor is not None})


@dataclass(frozen=True, slots=True)
class Spell:
    """One time the incident was open: the first, or one after a reopening. None: that end is not on record."""

    began: datetime | None
    mitigated: datetime | None
    resolved: datetime | None


@dataclass(frozen=True, slots=True)
class Metrics:
    """Durations in whole seconds by wall clock; None where an end is missing or lies before its beginning.

    After a reopening `mitigate`, `resolve` and `impact` are sums over `spells`. `first_reply` stands in for
    `acknowledge` where nobody was paged, and is shown under its own name. `conflicts`: intervals that run backwards.
    Source: docs/postmortem.md, "Times".
    """

    detect: int | None = None
    acknowledge: int | None = None
    declare: int | None = None
    mitigate: int | None = None
    resolve: int | None = None
    impact: int | None = None
    first_reply: int | None = None
    spells: tuple[Spell, ...] = ()
    conflicts: tuple[str, ...] = field(default=())


NAMES = frozenset(each.name for each in fields(Times))
"""The nine anchors."""

CALLED: Mapping[str, str] = MappingProxyType(
    {
        "trigger": "the change or fault",
        "impact": "the first impact",
        "detect": "the detection",
        "page": "the first page",
        "ack": "the first acknowledgement",
        "declare": "the declaration",
        "mitigate": "the mitigation",
        "resolve": "the resolution",
        "close": "the end of the review",
    }
)
"""What a sentence calls each of them, where nobody types its name."""

_NAME = re.compile(rf"\b(?:{'|'.join(CALLED)})\b(?= \()")


def in_words(conflict: str) -> str:
    """A conflict as a document tells it."""
    return _NAME.sub(lambda match: CALLED[match[0]], conflict)
