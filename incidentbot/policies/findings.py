"""What is wrong or noteworthy about a profile, as values with a sentence each. Finds nothing by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from incidentbot.core.refusals import Refused


class Level(StrEnum):
    """An error refuses the profile; a warning is worth a look; a note says what is guessed or not acted on yet."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a profile. `where`: the field by its path (`severities.P1.escalate[0]`), and file:line if known."""

    level: Level
    where: str
    message: str


class PolicyError(Refused, ValueError):
    """A profile that cannot be used. The sentence is of its first error; `findings` holds all of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        first, more = findings[0], len(findings) - 1
        rest = f" (And {more} more: `incidentbot policy check` lists them.)" if more else ""
        super().__init__(f"{first.where}: {first.message}{rest}")
        self.findings = tuple(findings)


def refusal(where: str, message: str) -> PolicyError:
    """A profile refused for one reason."""
    return PolicyError([Finding(Level.ERROR, where, message)])
