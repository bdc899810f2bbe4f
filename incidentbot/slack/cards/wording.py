"""How cards say instants, levels and states: in the reader's own time zone, in few words. Sends nothing."""

from collections.abc import Mapping
from datetime import UTC, datetime

from incidentbot.core.incident import Incident, Status
from incidentbot.core.policy import Severity, State
from incidentbot.core.runbooks.run import StepStatus
from incidentbot.core.text.words import instant, safe
from incidentbot.slack.cards.blocks import cut, cut_mrkdwn

TITLE = 240
"""Characters of a title on a card: three lines of a phone."""
TOPIC = 250
"""Slack's limit (conversations.setTopic, `too_long`)."""

LAMP: Mapping[Severity, str] = {
    Severity.P0: ":rotating_light:",
    Severity.P1: ":large_orange_circle:",
    Severity.P2: ":large_yellow_circle:",
    Severity.P3: ":large_blue_circle:",
}

STEP_SIGNS: Mapping[StepStatus, str] = {
    StepStatus.DONE: ":white_check_mark:",
    StepStatus.SKIPPED: ":fast_forward:",
    StepStatus.FAILED: ":x:",
    StepStatus.OPEN: ":white_circle:",
    StepStatus.NOT_TAKEN: ":heavy_minus_sign:",
}
STEP_WORDS: Mapping[StepStatus, str] = {
    StepStatus.DONE: "Done",
    StepStatus.SKIPPED: "Skipped",
    StepStatus.FAILED: "Did not work",
    StepStatus.OPEN: "Open",
    StepStatus.NOT_TAKEN: "Not taken",
}


def when(at: datetime) -> str:
    """An instant in the reader's zone; where a client cannot, in UTC."""
    return instant(at, "{date_short_pretty} {time}", f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC")


def clock_time(at: datetime) -> str:
    """A time of day in the reader's zone: 14:05."""
    return instant(at, "{time}", f"{at.astimezone(UTC):%H:%M} UTC")


def title(incident: Incident, limit: int = TITLE) -> str:
    """The title, escaped and cut."""
    return cut_mrkdwn(safe(incident.title), limit)


def lamp(incident: Incident) -> str:
    """The sign in front: by severity while it burns, a tick when it is over."""
    return LAMP[incident.severity] if incident.status is Status.OPEN else ":white_check_mark:"


def status_words(incident: Incident) -> str:
    """Open, acknowledged; Open, mitigated; Resolved; Closed."""
    if incident.status is not Status.OPEN:
        return incident.status.value.capitalize()
    reached = incident.state if incident.reached(State.ACKNOWLEDGED) else "not acknowledged"
    return f"Open, {reached}"


def stage_words(incident: Incident) -> str:
    """The stage's label in this profile, "" before the first, and once it is over while nobody went on from an early one."""
    stage = next((one for one in incident.plan.stages if one.id == incident.stage), None)
    if stage is None:
        return ""
    over = incident.status is not Status.OPEN
    left_behind = stage.state is not None and stage.state.rank < State.RESOLVED.rank
    return "" if over and left_behind else stage.label


def headline(incident: Incident) -> str:
    """DRILL P0 INC-7: plain text, nothing a person typed."""
    return f"{'DRILL ' if incident.drill else ''}{incident.severity} {incident.name}"


def topic(incident: Incident) -> str:
    """The channel's topic: level, number, status and title in at most 250 characters.

    The stage is left to the card: each new topic is a line in the channel and one of 20 calls a minute.
    """
    return cut_mrkdwn(" · ".join((headline(incident), status_words(incident), safe(incident.title))), TOPIC)


def short(text: str, limit: int) -> str:
    """Typed text on one line, escaped, cut."""
    return safe(cut(" ".join(text.split()), limit))
