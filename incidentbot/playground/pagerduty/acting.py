"""What people do on their phones and in PagerDuty's app. Goes through no HTTP and no planned failure."""

from collections.abc import Sequence
from datetime import timedelta

from incidentbot.playground.pagerduty import climbing, life, paperwork
from incidentbot.playground.pagerduty.account import PagerUser
from incidentbot.playground.pagerduty.incidents import Agent, Cause, Incident
from incidentbot.playground.pagerduty.records import Records
from incidentbot.playground.pagerduty.refusals import Because, Refusal, not_found

APP = "PagerDuty"


class Acting:
    """Deeds of people. An incident is named by its id or key, a person by id, name or address.

    Each raises Refusal as the platform would: 1001 for one that is resolved, 2100 for one that is not there.
    """

    def __init__(self, records: Records) -> None:
        self._records = records

    async def acknowledge(self, incident_id_or_key: str, by: str) -> Incident:
        """Tap "Acknowledge". On a resolved incident there is no such button."""
        incident = self._incident(incident_id_or_key)
        if not incident.is_open:
            raise Refusal(Because.ALREADY_RESOLVED)
        life.acknowledge(self._records, incident, self._agent(by))
        return incident

    async def resolve(self, incident_id_or_key: str, by: str, resolution: str | None = None) -> Incident:
        """Tap "Resolve"."""
        incident = self._incident(incident_id_or_key)
        life.resolve(self._records, incident, self._agent(by), resolution)
        return incident

    async def unacknowledge(self, incident_id_or_key: str, by: str) -> Incident:
        """Take the acknowledgement back; the assignees ring again."""
        incident = self._incident(incident_id_or_key)
        life.unacknowledge(self._records, incident, self._agent(by))
        return incident

    async def reopen(self, incident_id_or_key: str, by: str) -> Incident:
        """Reopen a resolved incident; the first level rings."""
        incident = self._incident(incident_id_or_key)
        if incident.is_open:
            raise Refusal(Because.CONFLICTING, "Incident is not resolved")
        life.reopen(self._records, incident, self._agent(by))
        return incident

    async def reassign(self, incident_id_or_key: str, to: str | Sequence[str], by: str) -> Incident:
        """Give it to others, whose phones ring."""
        incident = self._incident(incident_id_or_key)
        people = [self._person(who) for who in ([to] if isinstance(to, str) else to)]
        climbing.reassign(self._records, incident, people, self._agent(by))
        return incident

    async def escalate(self, incident_id_or_key: str, by: str, level: int | None = None) -> Incident:
        """Tap "Escalate": one level up, or to the level given."""
        incident = self._incident(incident_id_or_key)
        climbing.escalate(
            self._records, incident, incident.level + 1 if level is None else level, self._agent(by)
        )
        return incident

    async def note(self, incident_id_or_key: str, text: str, by: str) -> Incident:
        """Write a note."""
        incident = self._incident(incident_id_or_key)
        paperwork.add_note(self._records, incident, text, self._person(by), self._agent(by))
        return incident

    async def set_priority(self, incident_id_or_key: str, name: str | None, by: str) -> Incident:
        """Choose a priority by its name, or none."""
        incident = self._incident(incident_id_or_key)
        found = [each for each in self._records.account.priorities if each.name == name]
        if name is not None and not found:
            raise Refusal(Because.BAD_PRIORITY, name)
        paperwork.set_priority(self._records, incident, found[0] if found else None, self._agent(by))
        return incident

    async def respond(self, incident_id_or_key: str, by: str, *, joins: bool) -> Incident:
        """Answer a responder request: join, or decline."""
        incident = self._incident(incident_id_or_key)
        state = "joined" if joins else "declined"
        paperwork.reply(self._records, incident, self._person(by), state, self._agent(by))
        return incident

    async def snooze(self, incident_id_or_key: str, duration: timedelta, by: str) -> Incident:
        """Acknowledge for a while."""
        incident = self._incident(incident_id_or_key)
        life.snooze(self._records, incident, duration, self._agent(by))
        return incident

    def _incident(self, id_or_key: str) -> Incident:
        incident = self._records.incidents.find(id_or_key)
        if incident is None:
            raise not_found("Incident")
        return incident

    def _person(self, who: str) -> PagerUser:
        user = self._records.account.user(who)
        if user is None:
            raise not_found(f"User {who}")
        return user

    def _agent(self, who: str) -> Agent:
        return Agent(Cause.PERSON, self._person(who), client=APP)
