"""Commands: what people ask of an incident (clocks and vendors: answers.py). Imperatives, plain data.

`by` is a Slack user id. Ids and randomness come in here, so that `decide` stays pure.
"""

from dataclasses import dataclass
from datetime import datetime

from incidentbot.core.afterwards.commands import AfterCommand
from incidentbot.core.alerts.alert import AlertsChanged
from incidentbot.core.answers import Answer, TimerFired
from incidentbot.core.elsewhere import Elsewhere
from incidentbot.core.ladder_commands import LadderCommand
from incidentbot.core.policy import Severity
from incidentbot.core.runbooks.run_commands import RunCommand


@dataclass(frozen=True, slots=True)
class Declare:
    """Begin an incident. `number` is given by the database in the transaction that remembers it.

    room_suffix: four random characters that make the room's name ours. twins: numbers of incidents that others
    declared with the same words within the last minute. private: only those who are in it may know of it. alert: what declares it where no person does; `by` is "" then.
    """

    id: str
    by: str
    title: str
    severity: Severity
    room_suffix: str
    number: int = 0
    kind: str = "incident"
    paging: bool = True
    drill: bool = False
    private: bool = False
    twins: tuple[int, ...] = ()
    alert: AlertsChanged | None = None


@dataclass(frozen=True, slots=True)
class NameTwin:
    """Tell an incident that somebody else declared the same thing as `number`."""

    number: int
    by: str


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Somebody has it. `at` is the vendor's instant where the ack was made elsewhere; `via` says where.

    receipt: the pager's own id of what was silenced there, "" where the ack is of all that rings.
    """

    by: str
    via: str = "slack"
    at: datetime | None = None
    name: str = ""
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Escalate:
    """Page the next role of the chain, or `to`: a role or a chain. shown: whom the asker saw named as the next, or ""."""

    by: str
    to: str | None = None
    why: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSeverity:
    """Judge the incident anew."""

    by: str
    severity: Severity
    why: str = ""


@dataclass(frozen=True, slots=True)
class EnterStage:
    """Go to a stage by its id or label, or to the next one (None)."""

    by: str
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Mitigate:
    """Customers no longer feel it."""

    by: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Resolve:
    """It is over. `what` fixed it and `verified_by` says who checked.

    `via` says where it was done; `name` is the doer's where Slack does not know them.
    """

    by: str
    what: str = ""
    verified_by: str = ""
    via: str = "slack"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Reopen:
    """It is back. A reason is demanded. alert: the profile's name of the alert that says so where no person does."""

    by: str
    why: str
    alert: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """The review is over."""

    by: str


@dataclass(frozen=True, slots=True)
class TakeRole:
    """Give a role of the room (lead, comms, ...) to a person."""

    by: str
    role: str
    who: str


@dataclass(frozen=True, slots=True)
class Join:
    """Come into the room."""

    by: str


@dataclass(frozen=True, slots=True)
class PostUpdate:
    """Tell stakeholders where it stands."""

    by: str
    text: str


@dataclass(frozen=True, slots=True)
class SetImpact:
    """Say who feels it. `users` is "many", "one" or "" (not said)."""

    by: str
    text: str
    users: str = ""
    data_at_risk: bool = False


@dataclass(frozen=True, slots=True)
class AddNote:
    """Put a line on the timeline. `at`: when it happened, if not now; `message_ts`: the message it is.

    `via` says where it was written; `name` is the writer's where Slack does not know them.
    """

    by: str
    text: str
    at: datetime | None = None
    message_ts: str = ""
    via: str = "slack"
    name: str = ""


@dataclass(frozen=True, slots=True)
class RetryEffect:
    """Try a failed effect once more."""

    by: str
    effect: str


@dataclass(frozen=True, slots=True)
class RecordDraft:
    """Somebody asked for the post-mortem draft."""

    by: str


Person = (
    Declare
    | Acknowledge
    | Escalate
    | ChangeSeverity
    | EnterStage
    | Mitigate
    | Resolve
    | Reopen
    | Close
    | TakeRole
    | Join
    | PostUpdate
    | SetImpact
    | AddNote
    | RetryEffect
    | RecordDraft
    | LadderCommand
    | AfterCommand
    | RunCommand
)
Command = Person | NameTwin | TimerFired | Answer | AlertsChanged | Elsewhere
