"""What flows and doors hand each other: names of incidents, receipts, claimed work, captured messages. Plain data."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from incidentbot.core.answers import Answer, EffectFailed
from incidentbot.core.effects import Effect
from incidentbot.core.messages import Message
from incidentbot.core.policy import Severity


class RefKind(StrEnum):
    """By what an incident is named."""

    ID = "id"
    NUMBER = "number"
    CHANNEL = "channel"  # the room's channel id; with a thread: "C123/1699.0001"


@dataclass(frozen=True, slots=True)
class Ref:
    """The name of one incident: `Ref(RefKind.NUMBER, "7")`."""

    kind: RefKind
    value: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the asker is told after the commit. `repeated`: the same request was answered before, word for word.

    must_read: something else was done than what was asked, so that a window must not close over it.
    """

    incident_id: str
    number: int
    reply: str
    channel: str | None = None
    repeated: bool = False
    must_read: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """An effect that this version cannot read: damaged, or written by a newer one. Only its name is known."""

    lane: str
    key: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """An effect in the hands of one worker until its lease ends.

    token: the fencing token; whoever settles must still hold it. attempt: 1 for the first try. unknown: an earlier
    try may have taken effect, so look before telling again. first_tried_at: by the house's clock.
    """

    id: int
    incident_id: str
    effect: Effect | Unread
    token: int
    attempt: int
    unknown: bool
    first_tried_at: datetime


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A timer whose instant has come."""

    incident_id: str
    name: str
    due_at: datetime


SET_ASIDE_LATELY = timedelta(days=1)
"""So long people are told of what was set aside; nothing they do makes it undone."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How things stand with waiting work, for /health, /ready and `doctor`. Set aside: of the last day, and when the last."""

    oldest_due_timer: datetime | None
    oldest_waiting_effect: datetime | None
    failed_effects: int
    open_incidents: int
    alerts_set_aside: int = 0
    last_set_aside: datetime | None = None


class Settlement(StrEnum):
    """How a claimed effect ended."""

    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Settled:
    """A claimed effect that ended, and what the world answered."""

    claimed: Claimed
    how: Settlement
    answers: tuple[Answer, ...] = ()

    @property
    def reason(self) -> str:
        """Why it failed, for its row; "" where it did not."""
        failed = (answer.reason for answer in self.answers if isinstance(answer, EffectFailed))
        return next(failed, "")


class Postponed(StrEnum):
    """What became of an effect that was put back: it waits, was dropped since nobody wants it any more, or was lost."""

    HELD = "held"
    DROPPED = "dropped"  # cancelled while it was being told
    LOST = "lost"  # another worker took it over


def words_of(title: str, severity: Severity) -> str:
    """What a declaration says, case and spaces folded: equal for two that are to be taken for the same."""
    return " ".join(f"{severity} {title}".casefold().split())


class VersionConflict(Exception):  # noqa: N818 - a fact of life, not an error: begin again
    """Another transaction wrote the incident first."""


class StoreAway(Exception):  # noqa: N818 - see VersionConflict
    """The database cannot be reached or is locked for longer than the unit's patience. Nothing was written.

    unknown: it may have been, for the connection was lost in the commit; asking again with the same request finds out.
    """

    unknown = False


class CaptureKind(StrEnum):
    """What a captured event does to a message."""

    POSTED = "posted"
    CHANGED = "changed"
    DELETED = "deleted"
    REACTION_ADDED = "reaction_added"
    REACTION_REMOVED = "reaction_removed"
    PINNED = "pinned"
    UNPINNED = "unpinned"


@dataclass(frozen=True, slots=True)
class Captured:
    """One event about a message, as it came. `event` is Slack's event_id (or ours for what we post)."""

    event: str
    kind: CaptureKind
    message: Message
    reaction: str = ""
    by: str | None = None


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which incidents: `open`, `resolved` (and not closed), `all` or `mine` (with `person`).

    reader: a Slack user id, for whom private incidents are left out that they are not in; None leaves none out, for
    the house itself and whoever owns its machine.
    """

    which: str = "open"
    person: str | None = None
    limit: int = 50
    reader: str | None = None


@dataclass(frozen=True, slots=True)
class RunbookMatch:
    """A runbook that fits, and why: one short sentence a person can judge.

    level_alone: nothing but its severity fits. faint: less than its title fits, and another far better. clear: this one
    is meant, and no other.
    """

    path: str
    title: str
    reason: str = ""
    level_alone: bool = False
    faint: bool = False
    clear: bool = False


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody a mail goes to. `user`: their Slack id, "" where none is known; the address is never printed."""

    user: str
    address: str = field(repr=False)
    name: str = ""

    @property
    def named(self) -> str:
        """As a sentence in Slack names them, without the address."""
        return f"<@{self.user}>" if self.user else self.name or "somebody without a Slack account"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who has a role now. `slack` and `name` are "" where they are not known.

    until: when the shift ends, None where no end is known. mail: whether an address is known.
    """

    slack: str
    name: str = ""
    until: datetime | None = None
    mail: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """Who has a role now. rings: whether PagerDuty has a phone to ring for it; None where it was not asked.

    groups: ids of the Slack user groups that the role is bound to.
    """

    holders: tuple[Holder, ...] = ()
    rings: bool | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Connections:
    """What is connected, so that cards can say what is not: `pager` "", "events" or "rest".

    keyless: the roles whose page would ring the first role's phone once more, for want of a routing key of their own.
    phone: the number to call by voice where a level asks for one, "" where none is given.
    hears: whether an ack made on a phone is heard.
    """

    pager: str = ""
    notifiers: frozenset[str] = frozenset({"slack"})
    base_url: str = ""
    keyless: frozenset[str] = frozenset()
    phone: str = ""
    hears: bool = False
