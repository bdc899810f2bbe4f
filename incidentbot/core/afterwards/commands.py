"""What people ask of an incident's leftovers: action items, the review, times put right. Plain data; `by` is a Slack user id."""

from dataclasses import dataclass
from datetime import datetime

from incidentbot.core.afterwards.leftovers import ActionState, ActionType, ReviewState


@dataclass(frozen=True, slots=True)
class AddAction:
    """Note something to be done. message_ts: the message it was made from."""

    by: str
    text: str
    owner: str = ""
    due: datetime | None = None
    type: ActionType | None = None
    message_ts: str = ""


@dataclass(frozen=True, slots=True)
class ChangeAction:
    """Change one action item; what is None stays. why: for what reason it is dropped."""

    by: str
    number: int
    state: ActionState | None = None
    owner: str | None = None
    due: datetime | None = None
    type: ActionType | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ChangeReview:
    """Take the review to a state, or give it an owner or a date; what is None stays. why: no review is needed because."""

    by: str
    state: ReviewState | None = None
    owner: str | None = None
    due: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class CorrectTime:
    """Put one of the nine times of the post-mortem right. at None: it is not known. A reason is demanded."""

    by: str
    anchor: str
    at: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class TellOfSection:
    """A section of the post-mortem was written on its page: what shows the document elsewhere shows it, too."""

    by: str


AfterCommand = AddAction | ChangeAction | ChangeReview | CorrectTime | TellOfSection
