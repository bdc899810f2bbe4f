"""A profile as written, made into the frozen policy the rules read. Fills in what is unsaid; refuses nothing new."""

from datetime import timedelta
from types import MappingProxyType

from incidentbot.core.maintenance.recurrence import read
from incidentbot.core.maintenance.window import Planned
from incidentbot.core.policy import (
    AckTerms,
    AlertRule,
    Deadline,
    Mode,
    Policy,
    PostmortemRule,
    RunbookHint,
    RungRule,
    Severity,
    SeverityRule,
    Stage,
    State,
)
from incidentbot.policies import calendar_words
from incidentbot.policies.blocks import SnoozeLimit
from incidentbot.policies.connected import unread
from incidentbot.policies.durations import AFTER_ACK_DEADLINE, opening
from incidentbot.policies.layers import Layers
from incidentbot.policies.schema import (
    AckBlock,
    AlertBlock,
    DeadlineBlock,
    Profile,
    RungBlock,
    SeverityBlock,
    StageBlock,
)

EMERGENCY_MAINTENANCE = "emergency_maintenance"
"""The kind of incident that `maintenance.emergency.postmortem` speaks of."""

SNOOZED_AT_MOST = timedelta(hours=1)
"""How long a ladder may be held where a profile, and what it extends, says nothing."""

OTHER_BLOCKS = (
    "oncall",
    "maintenance",
    "slos",
    "metrics",
    "retention",
    "backup",
    "dr",
    "rhythms",
    "compliance",
    "training",
    "logging",
    "reviewed",
    "review_every",
)
"""Fields that the policy keeps as plain data under `other`, by their own names."""

GUESSES = (
    "timezone",
    "business_hours",
    "holidays",
    "immediate_means",
    "persistent_means",
    "multiple_users_means",
    "chains",
)
"""Fields that the built-in profile can only guess, and a team should state."""


def policy(profile: Profile, layers: Layers) -> Policy:
    """The policy that a profile without problems means."""
    return Policy(
        id=profile.id,
        title=profile.title,
        sha256=layers.sha256,
        business=calendar_words.business_hours(profile.timezone, profile.business_hours, profile.holidays),
        immediate_means=profile.immediate_means,
        persistent_means=profile.persistent_means,
        multiple_users_means=profile.multiple_users_means,
        severities=MappingProxyType({level: _severity(profile.severities[level]) for level in Severity}),
        alerts=MappingProxyType({name: _alert(block) for name, block in profile.alerts.items()}),
        workflows=MappingProxyType(
            {kind: tuple(_stage(block) for block in stages) for kind, stages in profile.workflows.items()}
        ),
        snooze=MappingProxyType({level: _snooze(profile, level) for level in Severity}),
        chains=MappingProxyType(dict(profile.chains)),
        channels=MappingProxyType(dict(profile.channels)),
        contacts=MappingProxyType(dict(profile.contacts)),
        links=MappingProxyType(dict(profile.links)),
        postmortem=_postmortem(profile),
        maintenance=_planned(profile),
        runbooks=tuple(RunbookHint(block.file, block.severity, block.takes) for block in profile.runbooks),
        assumptions=profile.assumptions,
        unread=unread(layers.value),
        other=MappingProxyType(
            profile.model_dump(include=set(OTHER_BLOCKS), exclude_none=True, exclude_unset=True)
        ),
        guessed=tuple(name for name in GUESSES if layers.is_guess((name,))),
    )


def _snooze(profile: Profile, level: Severity) -> timedelta:
    at_most = profile.snooze.get(SnoozeLimit.AT_MOST, SNOOZED_AT_MOST)
    return profile.snooze.get(SnoozeLimit(level.value), at_most)


def _severity(block: SeverityBlock) -> SeverityRule:
    return SeverityRule(
        label=block.label,
        aliases=block.aliases,
        meaning=block.meaning,
        examples=block.examples,
        notify=tuple(notifier.value for notifier in block.notify),
        room=block.room,
        ack=_deadline(block.ack),
        terms=_terms(block.ack),
        restore=_deadline(block.restore),
        escalate=tuple(_rung(rung) for rung in block.escalate),
        status_page=block.status_page.value,
        update_every=block.update_every,
    )


def _deadline(block: DeadlineBlock | None) -> Deadline | None:
    return None if block is None else Deadline(block.within, strict=block.strict, clock=block.clock)


def _terms(block: AckBlock | None) -> AckTerms:
    if block is None:
        return AckTerms()
    within = block.answer_within or AckTerms().answer_within
    return AckTerms(people=block.people, expires=block.expires, answer_within=within)


def _rung(block: RungBlock) -> RungRule:
    """An ack answers a page; what waits for a fact, or lists what is open, goes on until it is resolved."""
    outlives_ack = block.when is not None or block.mode is Mode.DIGEST
    return RungRule(
        after=block.after if isinstance(block.after, timedelta) else None,
        after_ack_deadline=block.after == AFTER_ACK_DEADLINE,
        until=block.until or (State.RESOLVED if outlives_ack else State.ACKNOWLEDGED),
        when=block.when,
        mode=block.mode,
        clock=block.clock,
        every=block.every,
        to=block.to,
    )


def _alert(block: AlertBlock) -> AlertRule:
    respond = _deadline(block.respond) if isinstance(block.respond, DeadlineBlock) else block.respond
    return AlertRule(
        opens=block.opens,
        page=block.page,
        respond=respond,
        examples=block.examples,
        reopens_within=block.reopens_within,
        resolves=block.resolves,
    )


def _stage(block: StageBlock) -> Stage:
    duty = None if block.duty is None else block.duty.value
    return Stage(block.id, block.label, state=block.state, duty=duty, only=block.only)


def _planned(profile: Profile) -> Planned | None:
    block = profile.maintenance.planned if profile.maintenance else None
    if block is None:
        return None
    opens, closes = opening(block.window)
    return Planned(
        read(block.recurrence),
        opens,
        closes,
        block.timezone or profile.timezone,
        block.duration,
        block.notice,
        block.checklist,
        block.tasks,
    )


def _postmortem(profile: Profile) -> PostmortemRule:
    block = profile.postmortem
    emergency = profile.maintenance.emergency if profile.maintenance else None
    demanded = (EMERGENCY_MAINTENANCE,) if emergency is not None and emergency.postmortem else ()
    return PostmortemRule(
        required_for=block.required_for,
        offered_for=block.offered_for,
        also_after=tuple(dict.fromkeys((*block.also_after, *demanded))),
        due_within=block.due_within,
        marks=block.marks,
        unmarks=block.unmarks,
        canvas=block.canvas,
    )
