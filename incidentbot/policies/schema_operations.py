"""The blocks of a profile around the incidents: rotation, maintenance, targets, keeping, drills. Acts on none of them."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from incidentbot.core.ladders.durations import parse, spell
from incidentbot.core.maintenance import recurrence
from incidentbot.policies.blocks import Block, Cadence, Number, Text
from incidentbot.policies.durations import Duration, PositiveDuration, opening

DAYS = "mon|tue|wed|thu|fri|sat|sun"
CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
HANDOFF = rf"^({DAYS}) {CLOCK}$"
RHYTHM = rf"^(daily {CLOCK}|weekly ({DAYS}) {CLOCK}|monthly week [1-5])$"


def _window(value: object) -> object:
    opening(str(value))
    return value


def _recurrence(value: object) -> object:
    recurrence.read(str(value))
    return value


def _cadence_or_span(value: object) -> object:
    if isinstance(value, str) and value in set(Cadence):
        return value
    try:
        parse(str(value))
    except ValueError as error:
        raise ValueError(f"{str(error).rstrip('.')}, or one of: {', '.join(Cadence)}.") from error
    return value


Window = Annotated[str, BeforeValidator(_window)]
Recurrence = Annotated[str, BeforeValidator(_recurrence)]
CadenceOrSpan = Annotated[str, BeforeValidator(_cadence_or_span)]


class OnCall(Block):
    """Who answers when, as far as the profile says it; people are bound elsewhere."""

    rotation: Cadence | None = None
    handoff: Annotated[str, Field(pattern=HANDOFF)] | None = None
    shift_handoff: Cadence | None = None
    coverage: Literal["24x7", "business"] | None = None
    secondary: bool = False
    schedule_link: Text | None = None


class PlannedMaintenance(Block):
    """The window that comes round. `duration`: the shortest and longest time that the work takes."""

    recurrence: Recurrence
    window: Window
    timezone: Text | None = None
    duration: tuple[PositiveDuration, PositiveDuration] | None = None
    notice: PositiveDuration | None = None
    checklist: tuple[Text, ...] = ()
    tasks: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _work_fits(self) -> Self:
        if self.duration is None:
            return self
        shortest, longest = self.duration
        if shortest > longest:
            raise ValueError("`duration` is the shortest time and then the longest, like [1h, 2h].")
        opens, closes = (datetime.combine(date.min, one) for one in opening(self.window))
        if longest > (closes - opens) % timedelta(days=1):
            raise ValueError(f"Work of {spell(longest)} does not fit into the window {self.window}.")
        return self


class EmergencyMaintenance(Block):
    """Work that cannot wait for a window. `approvers` are roles; `postmortem`: one is required after it."""

    approvers: tuple[Text, ...] = ()
    channels: tuple[Literal["status_page", "email", "slack"], ...] = ()
    postmortem: bool = False


class Maintenance(Block):
    """Both kinds of maintenance."""

    planned: PlannedMaintenance | None = None
    emergency: EmergencyMaintenance | None = None


class Slo(Block):
    """A target of the team's own service: a share to reach, or a bound to stay below or above."""

    name: Text
    target: Number | None = None
    below: Number | None = None
    above: Number | None = None
    unit: Text
    stat: Literal["mean", "median", "p50", "p90", "p95", "p99", "max"] | None = None
    budget: bool = False

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if sum(bound is not None for bound in (self.target, self.below, self.above)) != 1:
            raise ValueError("A target has exactly one of: target, below, above.")
        return self


class Retention(Block):
    """How long each class of data is kept; `hold_until_exported`: nothing is purged before its export."""

    logs: PositiveDuration | None = None
    audit: PositiveDuration | None = None
    metrics: PositiveDuration | None = None
    hold_until_exported: bool = False


class Backup(Block):
    """How often copies are made and tried, and how many are kept."""

    full: Cadence | None = None
    incremental: Cadence | None = None
    verify: Cadence | None = None
    copies: Annotated[int, Field(ge=1)] | None = None
    keep_for: PositiveDuration | None = None
    keep_last: Annotated[int, Field(ge=1)] | None = None


class DisasterRecovery(Block):
    """What a disaster may cost, and how often the team plays one."""

    rto: Duration | None = None
    rpo: Duration | None = None
    drills: tuple[Cadence, ...] = ()
    checklist: tuple[Text, ...] = ()


class Rhythm(Block):
    """Something done at fixed times, like `weekly fri 16:00`."""

    at: Annotated[str, Field(pattern=RHYTHM)]
    do: Text
    post_to: Text | None = None
    checklist: tuple[Text, ...] = ()


class Compliance(Block):
    """What the team answers for."""

    frameworks: tuple[Text, ...] = ()
    reports: dict[str, Cadence] = Field(default_factory=dict)
    audits: dict[str, Cadence] = Field(default_factory=dict)
    evidence: bool = False


class Training(Block):
    """How often people practise, and how long they learn."""

    incident_drill: CadenceOrSpan | None = None
    runbook_walkthrough: CadenceOrSpan | None = None
    on_call: CadenceOrSpan | None = None
    onboarding: CadenceOrSpan | None = None
    security: CadenceOrSpan | None = None


class Logging(Block):
    """What never reaches a log."""

    redact: tuple[Literal["token", "jwt", "email", "phone"], ...] = ()
    debug_in_production: bool = False
