"""What a slash command can ask of an incident's leftovers: action items, the review, its times. Reads no text."""

from dataclasses import dataclass
from datetime import time

from incidentbot.core.afterwards.leftovers import ActionState, ActionType, ReviewState


@dataclass(frozen=True, slots=True)
class AddAction:
    """Note something to be done. day: as in SetWindow, by the writer's own calendar; "" without a date."""

    text: str
    owner: str = ""
    day: str = ""
    type: ActionType | None = None


@dataclass(frozen=True, slots=True)
class ChangeAction:
    """Change action `number`; "" and None leave it as it is."""

    number: int
    state: ActionState | None = None
    owner: str = ""
    day: str = ""
    type: ActionType | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ShowAction:
    """Show action `number`, and what can become of it."""

    number: int


@dataclass(frozen=True, slots=True)
class Actions:
    """List the incident's action items; elsewhere everybody's that are open, the late ones first."""


@dataclass(frozen=True, slots=True)
class ChangeReview:
    """Change the review; "" and None leave it as it is."""

    state: ReviewState | None = None
    owner: str = ""
    day: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class ShowReview:
    """Say where the review stands."""


@dataclass(frozen=True, slots=True)
class CorrectTime:
    """Put a time right. at None: it is not known. day "": today."""

    anchor: str
    at: time | None
    why: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class ShowTimes:
    """Show the nine times and where each comes from."""


AfterAsk = (
    AddAction | ChangeAction | ShowAction | Actions | ChangeReview | ShowReview | CorrectTime | ShowTimes
)
