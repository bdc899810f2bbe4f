"""What a person's phone shows of their pages: ringing, answered, or over. Reads PagerDuty's books, changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from incidentbot.playground.pagerduty.account import PagerUser
from incidentbot.playground.pagerduty.incidents import Incident, Status
from incidentbot.playground.pagerduty.phone import Reason, Ring
from incidentbot.playground.pagerduty.server import PagerDutyStandIn
from incidentbot.playground.slack.people import Person

MOST_OVER = 5


class Tone(StrEnum):
    """How a page stands on one person's phone."""

    RINGING = "ringing"
    ACKNOWLEDGED = "acknowledged"
    PASSED_ON = "passed on"
    RESOLVED = "resolved"


REASONS: Mapping[Reason, str] = {
    Reason.TRIGGERED: "You are on call",
    Reason.ESCALATED: "Nobody answered before you",
    Reason.REASSIGNED: "It was given to you",
    Reason.RESPONDER: "You are asked to help",
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One incident on one phone. last: its newest ring there; asked: as a responder, who joins rather than acknowledges."""

    incident: Incident
    last: Ring
    rings: int
    tone: Tone
    asked: bool

    @property
    def why(self) -> str:
        """Why it rang, for its owner."""
        return REASONS[self.last.reason]

    @property
    def answered_by(self) -> str:
        """Who acknowledged, in the order they did."""
        return ", ".join(stamp.user.name for stamp in self.incident.acknowledgements)


def phone_of(pagerduty: PagerDutyStandIn, person: Person) -> PagerUser | None:
    """The person's account at the pager, found by address; None for those who carry no pager."""
    return pagerduty.account.user(person.email)


def is_asked(incident: Incident, user: PagerUser) -> bool:
    """Whether the person is asked to help and has not answered."""
    return any(one.user.id == user.id and one.state == "pending" for one in incident.responders)


def _tone(incident: Incident, user: PagerUser) -> Tone:
    if not incident.is_open:
        return Tone.RESOLVED
    if is_asked(incident, user):
        return Tone.RINGING
    if incident.status is Status.ACKNOWLEDGED:
        return Tone.ACKNOWLEDGED
    assigned = any(stamp.user.id == user.id for stamp in incident.assignees)
    return Tone.RINGING if assigned else Tone.PASSED_ON


def alarms(pagerduty: PagerDutyStandIn, user: PagerUser) -> list[Alarm]:
    """Everything that rang on this phone: the ringing first, then what was answered, then a few that are over."""
    rings: dict[str, list[Ring]] = {}
    for ring in pagerduty.phone.of(user):
        rings.setdefault(ring.incident_id, []).append(ring)
    found = []
    for identity, own in rings.items():
        incident = pagerduty.incidents.get(identity)
        if incident is not None:
            asked = is_asked(incident, user)
            found.append(Alarm(incident, own[-1], len(own), _tone(incident, user), asked))
    newest = sorted(found, key=lambda one: one.last.at, reverse=True)
    over = [one for one in newest if one.tone in {Tone.PASSED_ON, Tone.RESOLVED}][:MOST_OVER]
    return [*_with(newest, Tone.RINGING), *_with(newest, Tone.ACKNOWLEDGED), *over]


def _with(found: list[Alarm], tone: Tone) -> list[Alarm]:
    return [one for one in found if one.tone is tone]


def rings_now(pagerduty: PagerDutyStandIn, person: Person) -> bool:
    """Whether this person's phone rings."""
    user = phone_of(pagerduty, person)
    return user is not None and any(one.tone is Tone.RINGING for one in alarms(pagerduty, user))
