"""The schema of a profile: what incidents of a team demand. Checks each word by itself; how words fit is `rules.py`."""

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from incidentbot.core.policy import ClockKind, Condition, Mode, RoomKind, Severity, State
from incidentbot.policies.blocks import Block, Duty, Metric, Notifier, SnoozeLimit, StatusPage, Text
from incidentbot.policies.durations import After, Day, Duration, Every, PositiveDuration, Within
from incidentbot.policies.schema_operations import (
    Backup,
    Compliance,
    DisasterRecovery,
    Logging,
    Maintenance,
    OnCall,
    Retention,
    Rhythm,
    Slo,
    Training,
)

SCHEMA = 1
"""The only version there is; a file of another one is refused."""

REVIEW_DAILY = "review_daily"

ID = r"^[a-z0-9][a-z0-9-]*$"
NAME = r"^[a-z0-9][a-z0-9_-]*$"
Id = Annotated[str, Field(pattern=ID)]
RoleName = Annotated[str, Field(pattern=NAME)]
Word = Annotated[str, Field(pattern=NAME)]
Emoji = Annotated[str, Field(pattern=r"^[a-z0-9_+'-]{1,100}$")]
"""A reaction as Slack names it, without its colons: white_check_mark."""


class DeadlineBlock(Block):
    """`ack`, `restore`, `respond`: a span after declaring; `strict`: done exactly on it is late."""

    within: Within
    strict: bool = False
    clock: ClockKind = ClockKind.ALWAYS


class AckBlock(DeadlineBlock):
    """`ack`: also how many people it takes, and after how long they are asked whether they are still on it."""

    people: Annotated[int, Field(ge=1)] = 1
    expires: PositiveDuration | None = None
    answer_within: PositiveDuration | None = None


def _respond(value: object) -> object:
    if isinstance(value, dict) or value == REVIEW_DAILY:
        return value
    raise ValueError(f"Here stands a deadline like {{within: 30m}}, or {REVIEW_DAILY}.")


class RungBlock(Block):
    """One entry of `escalate`. `until` unsaid: acknowledged, or resolved where it waits for a fact or makes a list."""

    after: After | None = None
    until: State | None = None
    when: Condition | None = None
    mode: Mode = Mode.AUTO
    clock: ClockKind = ClockKind.ALWAYS
    every: Every | None = None
    to: RoleName | None = None


class SeverityBlock(Block):
    """One of the four levels."""

    label: Text
    aliases: tuple[Text, ...] = ()
    meaning: tuple[Text, ...] = ()
    examples: tuple[Text, ...] = ()
    notify: tuple[Notifier, ...] = (Notifier.SLACK,)
    room: RoomKind = RoomKind.DEDICATED
    ack: AckBlock | None = None
    restore: DeadlineBlock | None = None
    escalate: tuple[RungBlock, ...] = ()
    status_page: StatusPage = StatusPage.NO
    update_every: PositiveDuration | None = None


class AlertBlock(Block):
    """What an alert of this name demands."""

    opens: Severity | None = None
    page: bool = False
    respond: Annotated[DeadlineBlock | Literal["review_daily"], BeforeValidator(_respond)] | None = None
    reopens_within: Duration = timedelta(minutes=30)
    resolves: bool = False
    examples: tuple[Text, ...] = ()


class StageBlock(Block):
    """One stage of a workflow: it has a `state`, or it is a `duty` that runs alongside."""

    id: Id
    label: Text
    state: State | None = None
    duty: Duty | None = None
    only: tuple[Severity, ...] = ()


class PostmortemBlock(Block):
    """When a post-mortem is asked for. marks, unmarks: reactions that put a message on its timeline, and off it.

    canvas: a published one is also a canvas in its room.
    """

    required_for: tuple[Severity, ...] = ()
    offered_for: tuple[Severity, ...] = ()
    also_after: tuple[Word, ...] = ()
    due_within: PositiveDuration | None = None
    marks: tuple[Emoji, ...] = ()
    unmarks: tuple[Emoji, ...] = ()
    canvas: bool = False

    @model_validator(mode="after")
    def _refuse_both(self) -> Self:
        """Raise where a reaction is to do both."""
        if both := sorted({*self.marks} & {*self.unmarks}):
            raise ValueError(f"{both[0]} stands in marks and in unmarks. Take it out of one of them.")
        return self


class RunbookBlock(Block):
    """A runbook bound to a level; `takes` is the shortest and the longest time."""

    file: Text
    severity: Severity | None = None
    takes: tuple[Duration, Duration] | None = None


class Profile(Block):
    """A whole profile, after what it extends has been merged in."""

    schema_version: Literal[1] = Field(alias="schema")
    id: Id
    title: Text
    extends: Text | None = None
    timezone: Text
    business_hours: dict[str, Text]
    holidays: tuple[Text, ...] = ()
    immediate_means: PositiveDuration
    persistent_means: PositiveDuration
    multiple_users_means: Annotated[int, Field(ge=2)]
    severities: dict[Severity, SeverityBlock]
    alerts: dict[Word, AlertBlock] = Field(default_factory=dict)
    workflows: dict[Word, tuple[StageBlock, ...]]
    snooze: dict[SnoozeLimit, PositiveDuration] = Field(default_factory=dict)
    chains: dict[Word, tuple[RoleName, ...]]
    channels: dict[Word, Text]
    contacts: dict[Word, Text] = Field(default_factory=dict)
    links: dict[Word, Text] = Field(default_factory=dict)
    postmortem: PostmortemBlock
    runbooks: tuple[RunbookBlock, ...] = ()
    oncall: OnCall | None = None
    maintenance: Maintenance | None = None
    slos: tuple[Slo, ...] = ()
    metrics: tuple[Metric, ...] = ()
    retention: Retention | None = None
    backup: Backup | None = None
    dr: DisasterRecovery | None = None
    rhythms: tuple[Rhythm, ...] = ()
    compliance: Compliance | None = None
    training: Training | None = None
    logging: Logging | None = None
    assumptions: tuple[Text, ...] = ()
    reviewed: Day | None = None
    review_every: PositiveDuration | None = None
