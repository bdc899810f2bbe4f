"""What people did in PagerDuty, as commands. What is the same in both places (ack, resolve, note) is in commands.py.

`at` is PagerDuty's instant, `duty` its own id of the incident it was done to, and `receipt` how our pages name that.
"""

from dataclasses import dataclass
from datetime import datetime

from incidentbot.core.policy import Severity
from incidentbot.core.text.words import person, safe


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who did it: a Slack user id and PagerDuty's name, either of them "" where it is not known.

    Both are empty for what PagerDuty does by itself.
    """

    slack: str = ""
    name: str = ""

    @property
    def words(self) -> str:
        """As people read it."""
        return person(self.slack) if self.slack else safe(self.name) or "PagerDuty"

    def did(self, what: str) -> str:
        """What they did there, as a sentence without its end."""
        by_itself = not self.slack and not self.name
        return f"PagerDuty {what} by itself" if by_itself else f"{self.words} {what} in PagerDuty"


@dataclass(frozen=True, slots=True)
class AckTakenBack:
    """Nobody has it any more, and phones ring again. leads: whether this is the incident that the epoch opened with."""

    by: Somebody
    at: datetime
    duty: str
    receipt: str = ""
    leads: bool = True


@dataclass(frozen=True, slots=True)
class ReopenedElsewhere:
    """A resolved incident rings again. leads: see AckTakenBack."""

    by: Somebody
    at: datetime
    duty: str
    receipt: str = ""
    leads: bool = True


@dataclass(frozen=True, slots=True)
class HandedOn:
    """Escalated, reassigned or delegated (`how`) to these people; `roles` are those of the chain that they have.

    rings: whether it rings for them, since new hands have not acknowledged. leads: see AckTakenBack.
    """

    by: Somebody
    at: datetime
    duty: str
    how: str
    to: tuple[Somebody, ...] = ()
    roles: tuple[str, ...] = ()
    receipt: str = ""
    rings: bool = False
    leads: bool = True


@dataclass(frozen=True, slots=True)
class PrioritySet:
    """PagerDuty's priority is another. severity: the level that it means, None where no level has that name."""

    by: Somebody
    at: datetime
    priority: str
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class ResponderReplied:
    """Somebody who was asked to help has said whether they do."""

    by: Somebody
    at: datetime
    joins: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """PagerDuty's incident `duty` went into another one of its own, `into`, by which it is answered from now on."""

    by: Somebody
    at: datetime
    duty: str
    into: str
    named: str = ""


@dataclass(frozen=True, slots=True)
class Remarked:
    """Something was done there that changes nothing here. text: the whole sentence; loud: phones may be silent by it."""

    by: Somebody
    at: datetime | None
    text: str
    loud: bool = False


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """PagerDuty told something about this incident that could not be read."""

    what: str
    at: datetime


Elsewhere = (
    AckTakenBack
    | ReopenedElsewhere
    | HandedOn
    | PrioritySet
    | ResponderReplied
    | Merged
    | Remarked
    | NotUnderstood
)
