"""Names that Slack sends back: action and callback ids, and what a button is about. Plain text, no Slack calls.

Buttons of old cards stay in rooms for years: an id is never given another meaning.
"""

from dataclasses import dataclass

ACK = "incident_ack"
ESCALATE = "incident_escalate"
ESCALATE_NOW = "incident_escalate_now"
ANSWER_TRIAL = "incident_answer_trial"
STILL_ON_IT = "incident_still_on_it"
HAND_OVER = "incident_hand_over"
PAGE_NOW = "incident_page_now"
UPDATE = "incident_update"
RESOLVE = "incident_resolve"
REOPEN = "incident_reopen"
CLOSE = "incident_close"
JOIN = "incident_join"
LEAD = "incident_lead"
POSTMORTEM = "incident_postmortem"
ACTION_DONE = "incident_action_done"
RETRY = "incident_retry"
MORE = "incident_more"
SEVERITY_TO = "incident_severity_to"
DECLARE = "incident_declare"
OPEN_LINK = "incident_open_link"

RUN_START = "run_start"
RUN_DONE = "run_done"
RUN_SKIP = "run_skip"
RUN_FAILED = "run_failed"
RUN_TEXT = "run_text"
RUN_RESUME = "run_resume"
RUN_MORE = "run_more"
RUN_BRANCH = "run_branch"
RUN_WAY = "run_way"
RUN_SECTION = "run_section"
RUN_GO = "run_go"
RUN_FILL = "run_fill"
RUN_BOXES = "run_boxes"
RUN_WORKED = "run_worked"
RUN_BROKEN = "run_broken"
RUN_NEWER = "run_newer"

DECLARE_FORM = "form_declare"
UPDATE_FORM = "form_update"
IMPACT_FORM = "form_impact"
SKIP_FORM = "form_skip"
FAILED_FORM = "form_failed"
VALUES_FORM = "form_values"
STEPS_FORM = "form_steps"
ASSIGN_FORM = "form_assign"
NOTE_FORM = "form_note"
RESOLVE_FORM = "form_resolve"
REOPEN_FORM = "form_reopen"
ESCALATE_FORM = "form_escalate"
SEVERITY_FORM = "form_severity"
STAGE_FORM = "form_stage"

DECLARE_SHORTCUT = "declare_incident"
TIMELINE_SHORTCUT = "timeline_add"
ACTION_SHORTCUT = "action_add"

EFFECT_EVENT = "incidentbot_effect"
"""The event type of the message metadata by which our own posts are found again."""

COMMAND = "/incident"


@dataclass(frozen=True, slots=True)
class Target:
    """What a button is about. `extra` may hold anything, the other fields no `|`."""

    incident: str
    run: str = ""
    step: str = ""
    extra: str = ""

    @property
    def value(self) -> str:
        """As the value of a button: four fields."""
        return f"{self.incident}|{self.run}|{self.step}|{self.extra}"


def target(value: str) -> Target:
    """The target a value names; what is missing is empty, so that no text raises."""
    return Target(*(value.split("|", 3) + [""] * 3)[:4])


def row_id(row: str, about: Target) -> str:
    """A block's id that also carries its target, for menus whose options are too short to hold it."""
    return f"{row}|{about.value}"


def row_target(block_id: str) -> Target:
    """The target in a block's id."""
    return target(block_id.partition("|")[2])
