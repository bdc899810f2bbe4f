"""Times of the post-mortem put right by a person, with a reason: a fact that outweighs what was recorded."""

from datetime import datetime

from incidentbot.core.afterwards.commands import CorrectTime
from incidentbot.core.afterwards.slips import refuse_slip
from incidentbot.core.decision import Decision
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident, Status
from incidentbot.core.policy import State
from incidentbot.core.refusals import Refused
from incidentbot.core.text.words import hour, person, safe

ANCHORS = ("trigger", "impact", "detect", "page", "ack", "declare", "mitigate", "resolve", "close")
"""The nine times, by the words they are typed in."""

UNKNOWN = "unknown"


def correct(incident: Incident, command: CorrectTime, *, now: datetime) -> Decision:
    """Keep the new time beside what was recorded; the draft shows both, and this one counts."""
    anchor, why = command.anchor.casefold(), command.why.strip()
    if anchor not in ANCHORS:
        names = ", ".join(f"`{name}`" for name in ANCHORS)
        raise Refused(f"There is no time {safe(command.anchor)}. The times are {names}.")
    if not why:
        raise Refused(
            f"Say why, so that others can follow: `/incident times {anchor} 13:45 the graph shows it`."
        )
    _refuse_not_reached(incident, anchor)
    if command.at is not None and command.at > now:
        raise Refused("That time is still to come. Nothing was changed.")
    refuse_slip(command.at, now=now)
    said = UNKNOWN if command.at is None else f"{command.at:%Y-%m-%d} {hour(command.at)}"
    text = f"{person(command.by)} set the time “{anchor}” to {said}: {safe(why)}"
    data = {"anchor": anchor, "to": UNKNOWN if command.at is None else command.at.isoformat(), "why": why}
    fact = Fact(FactKind.TIME_CORRECTED, now, text, command.by, data)
    return Decision(incident, (fact,), reply=f"Done. {text}")


def _refuse_not_reached(incident: Incident, anchor: str) -> None:
    """Raise Refused where what the time is of has not happened: a time makes nothing so."""
    if anchor == "close" and incident.status is not Status.CLOSED:
        raise Refused(
            f"{incident.name} is not closed, so it has no such time yet. `/incident close` closes it."
        )
    if incident.status is not Status.OPEN:
        return
    if anchor == "resolve":
        raise Refused(
            f"{incident.name} is still open, so it has no such time yet. "
            "`/incident resolve what fixed it` resolves it; then put the time right."
        )
    if anchor == "mitigate" and not incident.reached(State.MITIGATED):
        raise Refused(
            f"{incident.name} is not mitigated, so it has no such time yet. "
            "`/incident mitigate how` says that it is; then put the time right."
        )
