"""The lifecycle as a table: which verb is allowed in which status, and the sentence where it is not."""

from collections.abc import Mapping
from typing import get_args

from incidentbot.core import commands, ladder_commands
from incidentbot.core.afterwards import commands as after
from incidentbot.core.incident import Incident, Status
from incidentbot.core.policy import State
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.run_commands import RunCommand
from incidentbot.core.text.words import at_time

OPEN, RESOLVED, CLOSED = Status.OPEN, Status.RESOLVED, Status.CLOSED

ALLOWED: Mapping[type[object], frozenset[Status]] = {
    commands.Acknowledge: frozenset({OPEN}),
    commands.Escalate: frozenset({OPEN}),
    ladder_commands.Snooze: frozenset({OPEN}),
    ladder_commands.PageNow: frozenset({OPEN}),
    ladder_commands.StillOnIt: frozenset({OPEN}),
    ladder_commands.HandOver: frozenset({OPEN}),
    commands.ChangeSeverity: frozenset({OPEN, RESOLVED}),
    commands.EnterStage: frozenset({OPEN, RESOLVED}),
    commands.Mitigate: frozenset({OPEN, RESOLVED, CLOSED}),  # too late, its words are still kept
    commands.Resolve: frozenset({OPEN, RESOLVED, CLOSED}),  # likewise
    commands.Reopen: frozenset({RESOLVED, CLOSED}),
    commands.Close: frozenset({RESOLVED}),
    commands.TakeRole: frozenset({OPEN, RESOLVED}),
    commands.Join: frozenset({OPEN, RESOLVED, CLOSED}),
    commands.PostUpdate: frozenset({OPEN, RESOLVED}),
    commands.SetImpact: frozenset({OPEN, RESOLVED}),
    commands.AddNote: frozenset({OPEN, RESOLVED, CLOSED}),
    **dict.fromkeys(get_args(RunCommand), frozenset({OPEN, RESOLVED})),
    commands.RetryEffect: frozenset({OPEN, RESOLVED, CLOSED}),
    commands.RecordDraft: frozenset({OPEN, RESOLVED, CLOSED}),
    after.AddAction: frozenset({OPEN, RESOLVED, CLOSED}),
    after.ChangeAction: frozenset({OPEN, RESOLVED, CLOSED}),
    after.ChangeReview: frozenset({OPEN, RESOLVED, CLOSED}),
    after.CorrectTime: frozenset({OPEN, RESOLVED, CLOSED}),
    after.TellOfSection: frozenset({OPEN, RESOLVED, CLOSED}),
}

STILL_OPEN: Mapping[type[object], str] = {
    commands.Reopen: "{name} is open: there is nothing to reopen.",
    commands.Close: "{name} is still open. Use `/incident resolve` first.",
}
"""What is refused only while it is open."""

WAY_OUT: Mapping[Status, str] = {
    RESOLVED: "{name} was resolved {at}. If it is back, use `/incident reopen` and say why.",
    CLOSED: "{name} was closed {at}. If it is back, use `/incident reopen` and say why.",
}


def allow(incident: Incident, command: object) -> None:
    """Raise Refused, with the way out, if this verb has no place in the incident's status."""
    allowed = ALLOWED.get(type(command))
    if allowed is None or incident.status in allowed:
        return
    if incident.status is OPEN:
        raise Refused(STILL_OPEN[type(command)].format(name=incident.name))
    raise Refused(over(incident))


def over(incident: Incident) -> str:
    """That it is resolved or closed, since when, and what to do if it is back."""
    return WAY_OUT[incident.status].format(name=incident.name, at=_since(incident))


def _since(incident: Incident) -> str:
    if incident.closed_at is not None:
        return at_time(incident.closed_at)
    ended = [moment.at for state, moment in incident.milestones.items() if state.rank >= _RESOLVED_RANK]
    return at_time(min(ended)) if ended else at_time(incident.declared_at)


_RESOLVED_RANK = State.RESOLVED.rank
