"""What clocks and vendors say of an incident, as commands: facts of the outside, plain data."""

from dataclasses import dataclass
from datetime import datetime

from incidentbot.core.incident import Written


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer's instant has come. Stale unless the timer still stands with this `due_at`.

    heard_at: when one of those who have it (`heard_by`) last wrote in the room, for timers that ask whether they do.
    """

    name: str
    due_at: datetime
    heard_at: datetime | None = None
    heard_by: str = ""


@dataclass(frozen=True, slots=True)
class RoomOpened:
    """The channel exists (or the thread's parent was posted as `thread_ts`)."""

    channel: str
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True)
class CardShown:
    """The card stands at `ts`."""

    ts: str


@dataclass(frozen=True, slots=True)
class RunShown:
    """A run's live card stands at `ts`."""

    run: str
    ts: str


@dataclass(frozen=True, slots=True)
class CanvasShown:
    """The canvas of this id stands in the room, and shows the post-mortem."""

    canvas: str


@dataclass(frozen=True, slots=True)
class Invited:
    """These people (Slack user ids) were brought into the room; told of private incidents alone."""

    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Announced:
    """The line in the incidents channel stands."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class PageDelivered:
    """The pager took the page. `receipt` is its own id for it, where it gave one."""

    page: str
    receipt: str | None = None


@dataclass(frozen=True, slots=True)
class PageCalledOff:
    """A page was called off, and is not tried any more. unknown: a try may have arrived; else the pager has none of it.

    sought: the pager was asked for it, or cannot be.
    """

    page: str
    unknown: bool = False
    sought: bool = False


@dataclass(frozen=True, slots=True)
class PageAnswered:
    """A page of which the pager gave no receipt was acknowledged or resolved there. rang: None where it cannot tell.

    look: 0 for the answer itself, else which look after it.
    """

    page: str
    rang: bool | None
    look: int = 0


@dataclass(frozen=True, slots=True)
class MailSent:
    """The mail server took the mail. `to`: for each addressee their id, "" where none is known, and a hash."""

    summons: str
    to: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DirectShown:
    """These direct messages stand, beside those that were told before.

    missing: a sentence about those who could not be written to, or "". tried: who was written to or cannot be.
    more: people are left whose turn comes.
    """

    summons: str
    messages: tuple[Written, ...]
    missing: str = ""
    tried: tuple[str, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class EffectFailed:
    """An effect failed for good, or is still failing (`final` False: told early, still being tried).

    unknown: an earlier try may have taken effect all the same. here: it failed before anybody outside was asked.
    """

    effect: str
    what: str
    reason: str
    final: bool = True
    unknown: bool = False
    here: bool = False


@dataclass(frozen=True, slots=True)
class EffectRecovered:
    """An effect that was told to be failing has gone out."""

    effect: str


Answer = (
    RoomOpened
    | CardShown
    | RunShown
    | CanvasShown
    | Invited
    | Announced
    | PageDelivered
    | PageCalledOff
    | PageAnswered
    | MailSent
    | DirectShown
    | EffectFailed
    | EffectRecovered
)
