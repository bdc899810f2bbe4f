"""Words of the pages: statuses, instants, lengths, for people who read a page and not a channel. Pure."""

from datetime import UTC, datetime, timedelta

from incidentbot.core.incident import Incident, PageState, Status
from incidentbot.core.policy import State
from incidentbot.core.runbooks.run import RunStatus
from incidentbot.core.text.words import span

PAGE_WORDS = {
    PageState.WAITING: "is being paged",
    PageState.DELIVERED: "rings",
    PageState.ACKNOWLEDGED: "quiet since somebody has it",
    PageState.RESOLVED: "over",
    PageState.FAILED: "could not be paged",
    PageState.CANCELLED: "called off before it rang",
}
RUN_WORDS = {
    RunStatus.PICKING: "a section is being picked",
    RunStatus.WALKING: "being walked",
    RunStatus.FINISHED: "finished",
    RunStatus.STOPPED: "stopped",
}


def status_words(incident: Incident) -> str:
    """Open, not acknowledged; open, mitigated; resolved; closed."""
    if incident.status is not Status.OPEN:
        return incident.status.value
    reached = incident.state.value if incident.reached(State.ACKNOWLEDGED) else "not acknowledged"
    return f"open, {reached}"


def day_and_time(at: datetime) -> str:
    """An instant in full: Mon 23 Nov 2026, 14:05 UTC."""
    return f"{at.astimezone(UTC):%a %-d %b %Y, %H:%M} UTC"


def since_then(at: datetime, day: datetime) -> str:
    """An instant beside another: 14:05 UTC, with its day where that is not the other's."""
    here = at.astimezone(UTC)
    return f"{here:%H:%M} UTC" if here.date() == day.astimezone(UTC).date() else day_and_time(at)


def time_of_day(at: datetime) -> str:
    """An instant of a day that is named elsewhere: 14:05:09."""
    return f"{at.astimezone(UTC):%H:%M:%S}"


def lasted(began: datetime, ended: datetime) -> str:
    """How long from one to the other: 1 h 25 min; nothing runs backwards on a page."""
    return span(max(ended - began, timedelta(0)))
