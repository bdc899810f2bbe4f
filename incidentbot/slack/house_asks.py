"""What a slash command can ask of the house and not of an incident: maintenance, a check-up, a test page. Reads no text."""

from dataclasses import dataclass
from datetime import time, timedelta


@dataclass(frozen=True, slots=True)
class ShowWindows:
    """Show the windows of maintenance."""


@dataclass(frozen=True, slots=True)
class SetWindow:
    """Announce a window; without a time of day (`at` None) it begins at once.

    day: "" for the next such time, today, tomorrow, mon to sun, or a date like 2026-12-06, by the writer's own calendar.
    """

    title: str
    length: timedelta
    at: time | None = None
    day: str = ""


@dataclass(frozen=True, slots=True)
class EndWindow:
    """End a window, or call it off; "" is the one that is open."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Doctor:
    """Check what the first incident will need."""


@dataclass(frozen=True, slots=True)
class TryPage:
    """Ring a role with a test page; None is the first of the chain."""

    role: str | None = None


HouseAsk = TryPage | ShowWindows | SetWindow | EndWindow | Doctor
