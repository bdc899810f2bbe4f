"""The canvas of a published post-mortem: when a room has one, and what changes it. Decides nothing of how it looks."""

from dataclasses import replace
from datetime import datetime

from incidentbot.core.afterwards.commands import TellOfSection
from incidentbot.core.afterwards.leftovers import ReviewState
from incidentbot.core.answers import CanvasShown
from incidentbot.core.decision import Decision
from incidentbot.core.facts import FactKind
from incidentbot.core.file_effects import ShowCanvas
from incidentbot.core.incident import Incident
from incidentbot.core.policy import RoomKind

CHANGES = frozenset(
    {
        FactKind.REVIEW_CHANGED,
        FactKind.TIME_CORRECTED,
        FactKind.ACTION_ADDED,
        FactKind.ACTION_CHANGED,
        FactKind.NOTED,
        FactKind.CLOSED,
        FactKind.REOPENED,
    }
)
"""What people do afterwards that the document tells. What becomes of the canvas itself is not among it."""


def is_shown(incident: Incident) -> bool:
    """Whether its room has a canvas, or is to have one: where the profile says so, from its publication on.

    A thread has none: its channel is everybody's.
    """
    room = incident.room
    if not incident.plan.canvas or room.kind is not RoomKind.DEDICATED or room.channel is None:
        return False
    return room.canvas is not None or incident.review.state is ReviewState.PUBLISHED


def kept_true(decision: Decision) -> Decision:
    """The decision, and the canvas brought up to date where it changes what is written there."""
    told = any(fact.kind in CHANGES for fact in decision.facts)
    if not told or not is_shown(decision.incident):
        return decision
    return replace(decision, effects=(*decision.effects, ShowCanvas()))


def section_written(incident: Incident, command: TellOfSection, *, now: datetime) -> Decision:
    """A section was written: no fact, since the document is not about itself."""
    return Decision(incident, effects=(ShowCanvas(),) if is_shown(incident) else ())


def stands_now(incident: Incident, answer: CanvasShown, *, now: datetime) -> Decision:
    """The canvas stands; from now on it is this one that is brought up to date."""
    return Decision(replace(incident, room=replace(incident.room, canvas=answer.canvas)))
