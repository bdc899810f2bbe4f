"""What a slash command can ask for, one small value per verb. Reads no text and does nothing."""

from dataclasses import dataclass, field
from datetime import time, timedelta

from incidentbot.core.policy import Severity
from incidentbot.slack.after_asks import AfterAsk
from incidentbot.slack.house_asks import HouseAsk


@dataclass(frozen=True, slots=True)
class Declare:
    """Begin an incident at once, without a form."""

    title: str
    severity: Severity
    kind: str = "incident"
    paging: bool = True
    drill: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """Open the declare form, filled with what was typed so far."""

    title: str = ""
    severity: Severity | None = None
    kind: str = "incident"
    paging: bool = True
    drill: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Actions:
    """Show the buttons of the incident's card to the asker."""


@dataclass(frozen=True, slots=True)
class Ack:
    """I have it. `words` typed beside it go on the timeline."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class Escalate:
    """Page the next role, or `role`; `person` and `group` are the Slack ids of a mention typed instead."""

    role: str | None = None
    person: str = ""
    group: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Snooze:
    """Hold the ladder's next automatic page for so long."""

    length: timedelta


@dataclass(frozen=True, slots=True)
class ChangeSeverity:
    """Judge it anew."""

    severity: Severity
    why: str = ""


@dataclass(frozen=True, slots=True)
class EnterStage:
    """Go to the stage of that name, or to the next one (None)."""

    name: str | None = None


@dataclass(frozen=True, slots=True)
class Stages:
    """Show the stages and where it stands."""


@dataclass(frozen=True, slots=True)
class Mitigate:
    """Customers no longer feel it."""

    how: str = ""


@dataclass(frozen=True, slots=True)
class Resolve:
    """It is over."""

    what: str = ""
    verified_by: str = ""


@dataclass(frozen=True, slots=True)
class Reopen:
    """It is back."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """The review is over."""


@dataclass(frozen=True, slots=True)
class TakeRole:
    """Give a role of the room to `who` (a Slack user id), or to the asker (None)."""

    role: str
    who: str | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """Come into the room."""


@dataclass(frozen=True, slots=True)
class Update:
    """Tell where it stands; with no text, open the form."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Impact:
    """Say who feels it; with nothing said, open the form. `users` is "many", "one" or ""."""

    text: str = ""
    users: str = ""
    data_at_risk: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Put a line on the timeline. `at` is a time of day in the writer's own zone."""

    text: str
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """Show one incident, or all open ones."""


@dataclass(frozen=True, slots=True)
class ListIncidents:
    """Show incidents: `open`, `all` or `mine`."""

    which: str = "open"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Show the facts in their order."""


@dataclass(frozen=True, slots=True)
class RunbookSearch:
    """Offer runbooks for these words, or for the incident itself ("")."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class RunbookStart:
    """Walk the runbook that fits these words best."""

    words: str


@dataclass(frozen=True, slots=True)
class RunbookMove:
    """Move in the run that is being walked: `next`, `back`, `steps`, `resume` or `stop`."""

    verb: str


@dataclass(frozen=True, slots=True)
class Postmortem:
    """Draft the post-mortem."""


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who is on call: for each role of the chain, or for one role or chain (`who`); reached as `severity` asks."""

    who: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Help:
    """List the commands. topic: one verb, or one moment of slash_usage.MOMENTS; "" all in short."""

    topic: str = ""


Ask = (
    Declare
    | Form
    | Actions
    | Ack
    | Escalate
    | Snooze
    | ChangeSeverity
    | EnterStage
    | Stages
    | Mitigate
    | Resolve
    | Reopen
    | Close
    | TakeRole
    | Join
    | Update
    | Impact
    | Note
    | Status
    | ListIncidents
    | Timeline
    | RunbookSearch
    | RunbookStart
    | RunbookMove
    | Postmortem
    | OnCall
    | HouseAsk
    | AfterAsk
    | Help
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What is asked, and of which incident where its number was typed. verb: as it was typed, and `more` after it."""

    ask: Ask
    number: int | None = None
    verb: str = field(default="", compare=False)
    more: bool = field(default=False, compare=False)
