"""What a post-mortem draft is made of and what it is made from, as data. Decides nothing and writes no sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from incidentbot.core.afterwards.leftovers import ReviewState
from incidentbot.core.facts import Recorded
from incidentbot.core.messages import Message
from incidentbot.core.postmortems.anchors import Confidence, Metrics, Times
from incidentbot.core.runbooks.run import Run
from incidentbot.core.text.redaction import Ips


@dataclass(frozen=True, slots=True)
class RoomMessage:
    """A message under the id that the export gives it. `link` is its permalink, None where it has none."""

    id: str
    message: Message
    link: str | None = None


@dataclass(frozen=True, slots=True)
class DraftSource:
    """Everything a draft is made from, read once.

    severities: as they were called, the first one first. roles and names: by user id; names are never put into the
    draft's text. own_users: the bot's own ids, whose posts repeat facts. timezone: of people without a zone in
    `zones` (user id to IANA name). customers: names to take out. rooms: channel id to name. marks, unmarks: as in PostmortemRule. review_owner: a user id or a role.
    """

    id: str
    title: str
    facts: tuple[Recorded, ...] = ()
    messages: tuple[RoomMessage, ...] = ()
    severities: tuple[str, ...] = ()
    status: str | None = None
    services: tuple[str, ...] = ()
    impact: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    own_users: frozenset[str] = frozenset()
    runs: tuple[Run, ...] = ()
    timezone: str = "UTC"
    zones: Mapping[str, str] = field(default_factory=dict)
    review_owner: str | None = None
    review_due: datetime | None = None
    review_state: ReviewState = ReviewState.DRAFT
    customers: tuple[str, ...] = ()
    rooms: Mapping[str, str] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    unmarks: tuple[str, ...] = ()
    ips: Ips = Ips.KEEP


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the timeline. `at` is when it happened, `said_at` when it was written where that differs.

    source: `fact:<seq>` (several by commas), `message`, `pin`, `reaction` or `alert`. `message_ids` are those the
    text shows, `links` their permalinks. cues: names of `salience_cues` that its message holds.
    """

    at: datetime
    kind: str
    text: str
    message_ids: tuple[str, ...]
    source: str
    confidence: Confidence
    said_at: datetime | None = None
    links: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question only a person can answer. `section` is one of SECTIONS, `owner` a role."""

    section: str
    text: str
    owner: str = "incident lead"


SECTIONS = (
    "header",
    "summary",
    "impact",
    "times",
    "timeline",
    "response",
    "resolution",
    "conditions",
    "lessons",
    "followups",
    "communications",
    "appendix",
)
"""The twelve sections of a draft, in their order."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something that must be done. `owner` is a role, None where nobody took it.

    source: as of a row. state: `suggested` where somebody only said so, else as its action item: open, done, dropped.
    """

    action: str
    type: str | None
    owner: str | None
    due: str | None
    message_ids: tuple[str, ...]
    links: tuple[str, ...]
    source: str = "message"
    state: str = "suggested"


@dataclass(frozen=True, slots=True)
class Hint:
    """A change or a guess, for people to judge. `against` are later rows that speak of the same and deny it."""

    row: Row
    why: str
    against: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A runbook as it was walked: counts by outcome, and the steps that were failed, with their reasons.

    skips: reasons of steps that were left out. choices: conditions that held and ways that were taken, in the file's
    order. worked: whether people said so at the end, None where nobody did. source: its first and last fact. told: a
    step's title -> the fact that says what became of it.
    """

    title: str
    status: str
    steps: int
    done: int
    skipped: int
    failed: tuple[str, ...]
    not_taken: int = 0
    skips: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    worked: bool | None = None
    source: str = ""
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoleSpell:
    """Who led what from when: the role and the person as a role word, with the fact that says so."""

    at: datetime
    role: str
    holder: str
    source: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the draft was made from: how much was read, from when to when, and what was taken out."""

    facts: int
    messages: int
    people: int
    channels: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    redacted: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A first draft: facts and selected messages, computed times, and questions where nobody knows.

    `suggestions` are messages that nearly made the timeline; none is repeated there. `roster` (user id to role word)
    is for a block with its own access rule and is no part of the document's text.
    """

    id: str
    title: str
    severities: tuple[str, ...]
    status: str | None
    services: tuple[str, ...]
    impact: str
    review_owner: str | None
    review_due: datetime | None
    review_state: ReviewState
    times: Times
    metrics: Metrics
    timeline: tuple[Row, ...]
    suggestions: tuple[Row, ...]
    prompts: tuple[Prompt, ...]
    gaps: tuple[tuple[datetime, datetime], ...]
    roles: tuple[RoleSpell, ...]
    runs: tuple[RunSummary, ...]
    hints: tuple[Hint, ...]
    followups: tuple[FollowUp, ...]
    coverage: Coverage
    roster: Mapping[str, str]
