"""How long incidents took, by level: medians with what they are of. Guesses nothing: what is not on record is not counted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from types import MappingProxyType

from incidentbot.core.incident import Incident
from incidentbot.core.policy import Severity, State
from incidentbot.core.text.words import span


@dataclass(frozen=True, slots=True)
class Level:
    """One level: its incidents, and for each of SPANS the median in words with the number it is of, "" for none."""

    severity: str
    incidents: int
    took: Sequence[str]


def _paged(incident: Incident) -> datetime | None:
    return min((page.asked_at for page in incident.pages.values()), default=None)


def _declared(incident: Incident) -> datetime | None:
    return incident.declared_at


SPANS: Mapping[str, tuple[State, Callable[[Incident], datetime | None]]] = MappingProxyType(
    {
        "acknowledged": (State.ACKNOWLEDGED, _paged),
        "mitigated": (State.MITIGATED, _declared),
        "resolved": (State.RESOLVED, _declared),
    }
)
"""What a column says -> the milestone, and from when it is counted."""


def medians(incidents: Iterable[Incident]) -> Sequence[Level]:
    """The levels that have had incidents, the worst first.

    Drills are left out; of what was open again only the first answer would be on record, so that it is left out, too.
    """
    counted = [one for one in incidents if not one.drill and one.epoch == 1]
    levels = ((level, [one for one in counted if one.severity is level]) for level in Severity)
    return [
        Level(level.value, len(found), [_median(found, *each) for each in SPANS.values()])
        for level, found in levels
        if found
    ]


def _median(incidents: Sequence[Incident], state: State, since: Callable[[Incident], datetime | None]) -> str:
    took = [
        (moment.at - began).total_seconds()
        for one in incidents
        if (moment := one.milestones.get(state)) is not None
        and (began := since(one)) is not None
        and moment.at >= began
    ]
    return f"{span(timedelta(seconds=round(median(took))))} (of {len(took)})" if took else ""
