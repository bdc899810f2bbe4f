"""What is written on an incident beside its life: titles, priorities, notes, updates, responders. Resolves nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from incidentbot.playground.pagerduty.account import PagerUser, Policy, Priority, Urgency
from incidentbot.playground.pagerduty.incidents import Agent, Incident, Note, Responder
from incidentbot.playground.pagerduty.phone import Reason
from incidentbot.playground.pagerduty.records import Records
from incidentbot.playground.pagerduty.refusals import Because, Refusal

NOTES_PER_INCIDENT = 2000
"""Source: the reference of `POST /incidents/{id}/notes`."""


@dataclass(frozen=True, slots=True)
class Request:
    """A responder request as it was made."""

    requester: PagerUser
    message: str
    targets: tuple[PagerUser | Policy, ...]


def retitle(records: Records, incident: Incident, title: str) -> None:
    """Give it another title. PagerDuty tells no webhook about it."""
    incident.title = title
    incident.updated_at = records.clock.now()
    records.changed()


def set_urgency(records: Records, incident: Incident, urgency: Urgency, agent: Agent) -> None:
    """Make it louder or quieter."""
    incident.urgency = urgency
    records.log(incident, "urgency_change", agent, f"Urgency set to {urgency}")
    records.changed()


def set_priority(records: Records, incident: Incident, priority: Priority | None, agent: Agent) -> None:
    """Set or take away the priority."""
    incident.priority = priority
    incident.updated_at = records.clock.now()
    records.tell("incident.priority_updated", incident, agent)


def set_bridge(records: Records, incident: Incident, bridge: dict[str, str], agent: Agent) -> None:
    """Say where people meet."""
    incident.bridge = bridge
    incident.updated_at = records.clock.now()
    records.tell("incident.conference_bridge.updated", incident, agent)


def add_note(records: Records, incident: Incident, text: str, by: PagerUser, agent: Agent) -> Note:
    """Append a note.

    Raises: Refusal when the incident is full of notes.
    """
    if len(incident.notes) >= NOTES_PER_INCIDENT:
        raise Refusal(Because.INVALID, f"An incident has at most {NOTES_PER_INCIDENT} notes")
    note = Note(f"PN{records.next_number():06d}", records.clock.now(), by, text)
    incident.notes.append(note)
    records.log(incident, "annotate", agent, f"Note by {by.name}")
    records.tell("incident.annotated", incident, agent, note)
    return note


def publish_update(records: Records, incident: Incident, update: Note, agent: Agent) -> Note:
    """Send a status update to the subscribers."""
    incident.updates.append(update)
    incident.updated_at = records.clock.now()
    records.tell("incident.status_update_published", incident, agent, update)
    return update


def ask_responders(
    records: Records, incident: Incident, request: Request, agent: Agent
) -> dict[str, list[Responder]]:
    """Ask people to help and ring them; the answer lists the responders of each target's id.

    Raises: Refusal 1001 when the incident is resolved.
    """
    if not incident.is_open:
        raise Refusal(Because.ALREADY_RESOLVED)
    asked: dict[str, list[Responder]] = {}
    for target in request.targets:
        asked[target.id] = [
            _ask(records, incident, request, user, target) for user in _people(records, target)
        ]
    everybody = [responder for responders in asked.values() for responder in responders]
    records.ring(incident, _each_once(everybody), Reason.RESPONDER, agent)
    for responder in everybody:
        records.tell("incident.responder.added", incident, agent, responder)
    return asked


def reply(records: Records, incident: Incident, user: PagerUser, state: str, agent: Agent) -> Responder:
    """Join or decline.

    state: `joined` or `declined`. Raises: Refusal when this person was not asked.
    """
    asked = [responder for responder in incident.responders if responder.user.id == user.id]
    if not asked:
        raise Refusal(Because.NOT_FOUND, f"{user.name} was not asked to respond")
    responder = asked[-1]
    responder.state = state
    responder.updated_at = records.clock.now()
    incident.updated_at = responder.updated_at
    records.tell("incident.responder.replied", incident, agent, responder)
    return responder


def _people(records: Records, target: PagerUser | Policy) -> list[PagerUser]:
    if isinstance(target, PagerUser):
        return [target]
    level = records.account.first_manned_level(target, 1)
    return [] if level is None else records.account.on_call(target, level)


def _ask(
    records: Records, incident: Incident, request: Request, user: PagerUser, target: PagerUser | Policy
) -> Responder:
    now = records.clock.now()
    policy = target if isinstance(target, Policy) else None
    responder = Responder(user, request.requester, request.message, now, now, policy=policy)
    incident.responders.append(responder)
    return responder


def _each_once(responders: Sequence[Responder]) -> list[PagerUser]:
    return list(dict.fromkeys(responder.user for responder in responders))
