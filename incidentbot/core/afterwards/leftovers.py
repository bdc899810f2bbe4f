"""Action items and the review as data, kept on the incident. Decides nothing; facts tell the same story."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ActionState(StrEnum):
    """Where an action item stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class ActionType(StrEnum):
    """What an action item is good for."""

    PREVENT = "prevent"
    DETECT = "detect"
    MITIGATE = "mitigate"
    PROCESS = "process"
    DOCS = "docs"


@dataclass(frozen=True, slots=True)
class ActionItem:
    """Something to be done. `number` counts from 1 in its incident; owner: a Slack user id, "" while nobody has it.

    message_ts: the message it was made from. why: for what reason it was dropped. settled_at: when it was done or dropped.
    """

    number: int
    text: str
    by: str
    at: datetime
    owner: str = ""
    due: datetime | None = None
    type: ActionType | None = None
    state: ActionState = ActionState.OPEN
    message_ts: str = ""
    settled_at: datetime | None = None
    why: str = ""

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been done by now."""
        return self.state is ActionState.OPEN and self.due is not None and self.due <= now


class ReviewState(StrEnum):
    """Where the post-mortem stands."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    PUBLISHED = "published"
    WAIVED = "waived"


SETTLED = frozenset({ReviewState.PUBLISHED, ReviewState.WAIVED})
"""Nothing is owed any more."""


@dataclass(frozen=True, slots=True)
class Review:
    """Who answers for the post-mortem until when, where that was said; else the profile and the lead say so."""

    state: ReviewState = ReviewState.DRAFT
    owner: str = ""
    due: datetime | None = None
    why: str = ""
    changed_at: datetime | None = None
