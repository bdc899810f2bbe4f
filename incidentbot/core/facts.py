"""Facts: the lines of an incident's timeline. Appended once, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class FactKind(StrEnum):
    """What sort of thing happened."""

    ALERT_FIRED = "alert_fired"
    ALERT_RESOLVED = "alert_resolved"
    DECLARED = "declared"
    ROOM_OPENED = "room_opened"
    PAGED = "paged"  # the decision to page
    REHEARSED = "rehearsed"  # in a drill: who would be paged
    PAGE_ACCEPTED = "page_accepted"  # the pager took it
    PAGE_FAILED = "page_failed"
    PAGE_CALLED_OFF = "page_called_off"  # before it left: nobody was rung
    MAILED = "mailed"  # the mail server took a mail
    ACKNOWLEDGED = "acknowledged"
    ACK_COUNTED = "ack_counted"  # one of several people whose ack is needed
    STILL_ON_IT = "still_on_it"  # asked whether they are, whoever has it said so
    BREACHED = "breached"  # a deadline passed: ack or restore
    ESCALATED = "escalated"
    LADDER_ENDED = "ladder_ended"
    ASKED = "asked"  # a manual rung asked people whether to escalate
    DIGESTED = "digested"
    SNOOZED = "snoozed"  # a person holds the ladder's pages
    SNOOZE_ENDED = "snooze_ended"
    SEVERITY_CHANGED = "severity_changed"
    STAGE_ENTERED = "stage_entered"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    ROLE_TAKEN = "role_taken"
    JOINED = "joined"
    UPDATED = "updated"
    UPDATE_OVERDUE = "update_overdue"
    IMPACT = "impact"
    NOTED = "noted"
    TWIN = "twin"  # two people declared the same thing
    EFFECT_FAILED = "effect_failed"
    RETRIED = "retried"
    RUN_STARTED = "run_started"
    STEP_DONE = "step_done"
    STEP_SKIPPED = "step_skipped"
    STEP_FAILED = "step_failed"
    STEP_BACK = "step_back"
    STEP_JUMPED = "step_jumped"
    STEP_ASSIGNED = "step_assigned"
    STEP_NOTED = "step_noted"
    STEP_WRONG = "step_wrong"  # somebody says the file is wrong there
    RUN_OVERRUN = "run_overrun"  # all of it takes longer than its author thought
    STEP_OVERRUN = "step_overrun"  # it takes longer than its author thought
    BOX_TICKED = "box_ticked"
    BRANCH_TAKEN = "branch_taken"  # a condition that holds, one of several ways, a section of a menu
    VALUE_SET = "value_set"  # a placeholder was filled in
    RUN_FINISHED = "run_finished"
    RUN_STOPPED = "run_stopped"
    RUN_JUDGED = "run_judged"  # whether it worked
    RUN_RENEWED = "run_renewed"  # it goes on in a newer version of its file
    POSTMORTEM = "postmortem"
    ACTION_ADDED = "action_added"
    ACTION_CHANGED = "action_changed"
    ACTION_OVERDUE = "action_overdue"
    REVIEW_CHANGED = "review_changed"
    TIME_CORRECTED = "time_corrected"  # a time of the post-mortem, by a person
    ACK_TAKEN_BACK = "ack_taken_back"
    HANDED_ON = "handed_on"  # escalated, reassigned or reopened in PagerDuty
    PRIORITY_SET = "priority_set"
    RESPONDED = "responded"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line. `at` is when it happened (aware UTC); `by` a Slack user id, None for the bot itself.

    `text` is the sentence a reader sees, with people as `<@U…>`; `data` holds what machines need: ids, seconds late,
    run and step ids, the message a note points to. Values are text so that the codec never guesses.
    """

    kind: FactKind
    at: datetime
    text: str
    by: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact as it was stored: its place in the incident's timeline (from 1) and when it was written."""

    seq: int
    recorded_at: datetime
    fact: Fact
