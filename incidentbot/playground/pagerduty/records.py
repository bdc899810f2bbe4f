"""The books every part of the stand-in writes into: state, log, phone, and those who want to hear of changes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from incidentbot.clock import Clock
from incidentbot.playground.pagerduty.account import Account, PagerUser
from incidentbot.playground.pagerduty.incidents import Agent, Incident, Incidents, LogEntry, Note, Responder
from incidentbot.playground.pagerduty.phone import Answered, AskedAgain, Phone, Reason, Ring


@dataclass(frozen=True, slots=True)
class Happening:
    """Something PagerDuty tells its webhook subscribers. `subject` is what it is about, when not the incident."""

    event_type: str
    incident: Incident
    agent: Agent
    subject: Responder | Note | None = None


class Records:
    """State and the only ways to write into it. `own_escalation` lets PagerDuty's own policy timers run."""

    def __init__(self, clock: Clock, account: Account) -> None:
        self.clock = clock
        self.account = account
        self.incidents = Incidents()
        self.phone = Phone()
        self.own_escalation = False
        self.hearers: list[Callable[[Happening], None]] = []
        self.watchers: list[Callable[[], None]] = []
        self._numbers = count(1)

    def next_number(self) -> int:
        """A number never given before; ids are made from it."""
        return next(self._numbers)

    def log(
        self, incident: Incident, kind: str, agent: Agent, summary: str, users: Sequence[PagerUser] = ()
    ) -> LogEntry:
        """Append a line to the incident's log and stamp the incident."""
        now = self.clock.now()
        entry = LogEntry(f"R{self.next_number():013d}", kind, now, agent, summary, tuple(users))
        incident.log.append(entry)
        incident.updated_at = now
        return entry

    def ring(self, incident: Incident, users: Iterable[PagerUser], reason: Reason, agent: Agent) -> None:
        """Ring each of these people once."""
        now = self.clock.now()
        for user in users:
            self.phone.write(
                Ring(
                    at=now,
                    user=user,
                    incident_id=incident.id,
                    key=incident.key,
                    summary=incident.title,
                    urgency=incident.urgency,
                    service=incident.service.name,
                    routing_key=incident.service.routing_key,
                    reason=reason,
                    cause=agent.cause,
                )
            )
            self.log(incident, "notify", agent, f"Notified {user.name}", [user])

    def answered(self, key: str) -> None:
        """Note that this key was acknowledged or resolved."""
        self.phone.write(Answered(key))

    def asked_again(self, key: str) -> None:
        """Note that the answer to this key was taken back."""
        self.phone.write(AskedAgain(key))

    def tell(
        self, event_type: str, incident: Incident, agent: Agent, subject: Responder | Note | None = None
    ) -> None:
        """Tell the webhook subscribers, then everybody who watches for any change."""
        happening = Happening(event_type, incident, agent, subject)
        for hear in self.hearers:
            hear(happening)
        self.changed()

    def changed(self) -> None:
        """Something changed: wake those who watch."""
        for watcher in list(self.watchers):
            watcher()
