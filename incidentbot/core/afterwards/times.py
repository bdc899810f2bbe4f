"""Times of the post-mortem put right by a person, with a reason: a fact that outweighs what was recorded."""

from datetime import datetime

from incidentbot.core.afterwards.commands import CorrectTime
from incidentbot.core.decision import Decision
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
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
    if command.at is not None and command.at > now:
        raise Refused("That time is still to come. Nothing was changed.")
    said = UNKNOWN if command.at is None else f"{command.at:%Y-%m-%d} {hour(command.at)}"
    text = f"{person(command.by)} set the time “{anchor}” to {said}: {safe(why)}"
    data = {"anchor": anchor, "to": UNKNOWN if command.at is None else command.at.isoformat(), "why": why}
    fact = Fact(FactKind.TIME_CORRECTED, now, text, command.by, data)
    return Decision(incident, (fact,), reply=f"Done. {text}")
