"""Effects: what the world must be told. Rows before they are sent; `key` makes each one happen once.

A lane is told in order, lanes side by side (docs/effects.md). Card effects carry no content: they render what is
true when they are sent, and at most one of a key waits.
"""

from dataclasses import dataclass
from enum import StrEnum

from incidentbot.core.direct_effects import DirectEffect
from incidentbot.core.file_effects import FileEffect, ShowCanvas
from incidentbot.core.pager_effects import PAGER_LANE, PagerEffect, ShowPriority, of_look


class Notice(StrEnum):
    """Which sort of line is posted in the room: its colour and whether it is loud."""

    PLAIN = "plain"
    LOUD = "loud"
    FAILURE = "failure"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class SendPage:
    """Ring a role. `page` is the key in Incident.pages; the pager's dedup key is incident id : page key."""

    page: str
    role: str
    summary: str

    @property
    def lane(self) -> str:
        """One lane for each target, so that a page in back-off never holds another."""
        return f"{PAGER_LANE}{self.role}"

    @property
    def key(self) -> str:
        """Once for each page."""
        return f"page:{self.page}"


@dataclass(frozen=True, slots=True)
class AckPage:
    """Tell the pager that somebody has it. `by` is a Slack user id, for REST's From header. look: see `of_look`."""

    page: str
    role: str
    by: str
    look: int = 0

    @property
    def lane(self) -> str:
        """The lane of the page itself: it waits for a send in flight."""
        return f"{PAGER_LANE}{self.role}"

    @property
    def key(self) -> str:
        """Once for each page and look."""
        return f"ack:{self.page}{of_look(self.look)}"


@dataclass(frozen=True, slots=True)
class ResolvePage:
    """Tell the pager that it is over. look: see `of_look`."""

    page: str
    role: str
    by: str
    look: int = 0

    @property
    def lane(self) -> str:
        """The lane of the page itself: it waits for a send in flight."""
        return f"{PAGER_LANE}{self.role}"

    @property
    def key(self) -> str:
        """Once for each page and look."""
        return f"resolve:{self.page}{of_look(self.look)}"


@dataclass(frozen=True, slots=True)
class SendMail:
    """Write to whoever has the role when it is sent. `summons` is the key in Incident.summons."""

    summons: str
    role: str

    @property
    def lane(self) -> str:
        """One lane for each role: a mailbox that asks for patience holds nobody else's mail."""
        return f"mail:{self.role}"

    @property
    def key(self) -> str:
        """Once for each summons; the mail's Message-ID is made of it."""
        return f"mail:{self.summons}"


@dataclass(frozen=True, slots=True)
class ShowDirect:
    """Write to whoever has the role directly in Slack, or bring those messages up to date in place."""

    summons: str
    role: str

    @property
    def lane(self) -> str:
        """One lane for each role."""
        return f"direct:{self.role}"

    @property
    def key(self) -> str:
        """At most one waits for each summons."""
        return f"direct:{self.summons}"


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """Make the incident's channel (or thread parent) under the name that is stored in Incident.room."""

    lane: str = "room"
    key: str = "room"


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Post the card, or bring it up to date in place."""

    lane: str = "room"
    key: str = "card"


@dataclass(frozen=True, slots=True)
class ShowRun:
    """Post a run's live card, or bring it up to date in place."""

    run: str
    lane: str = "room"

    @property
    def key(self) -> str:
        """At most one waits for each run."""
        return f"run:{self.run}"


@dataclass(frozen=True, slots=True)
class Say:
    """Post a line in the room. `name` tells lines apart (a repeat of the same name is the same line).

    call: a role whose people the line asks to call by voice; who they are is known when it is sent.
    """

    name: str
    text: str
    notice: Notice = Notice.PLAIN
    button: str = ""  # "escalate:<role>", "retry:<effect key>", "join:<number>" "update", "resolve" or none
    call: str = ""
    lane: str = "room"

    @property
    def key(self) -> str:
        """Once for each name."""
        return f"say:{self.name}"


@dataclass(frozen=True, slots=True)
class Invite:
    """Bring people in: Slack user ids, and roles looked up when sent. `name` tells invitations apart."""

    name: str
    users: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    lane: str = "people"

    @property
    def key(self) -> str:
        """Once for each name."""
        return f"invite:{self.name}"


@dataclass(frozen=True, slots=True)
class SetTopic:
    """Bring the channel's topic up to date."""

    lane: str = "trim"
    key: str = "topic"


@dataclass(frozen=True, slots=True)
class PinCard:
    """Pin the card that stands at `ts`; one that was posted anew is pinned anew."""

    ts: str
    lane: str = "pin"

    @property
    def key(self) -> str:
        """Once for each card."""
        return f"pin:{self.ts}"


@dataclass(frozen=True, slots=True)
class Announce:
    """Post the line in the incidents channel, or bring it up to date in place."""

    lane: str = "announce"
    key: str = "announce"


@dataclass(frozen=True, slots=True)
class Mirror:
    """Post a line in another channel of the profile, "" for the incidents channel. call, button: as in Say."""

    name: str
    channel: str
    text: str
    call: str = ""
    button: str = ""
    lane: str = "mirror"

    @property
    def key(self) -> str:
        """Once for each name."""
        return f"mirror:{self.name}"


Effect = (
    SendPage
    | AckPage
    | ResolvePage
    | SendMail
    | ShowDirect
    | DirectEffect
    | PagerEffect
    | OpenRoom
    | ShowCard
    | ShowRun
    | FileEffect
    | Say
    | Invite
    | SetTopic
    | PinCard
    | Announce
    | Mirror
)

RENDERED = (ShowCard, ShowRun, ShowDirect, ShowCanvas, SetTopic, Announce, ShowPriority)
"""Effects without content: a second one while the first still waits is the first."""
