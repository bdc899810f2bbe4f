"""What Slack's door needs of the house, as a protocol: ask for something, read something. Knows no store."""

from collections.abc import Awaitable, Sequence
from typing import Protocol

from incidentbot.clock import Clock
from incidentbot.core.commands import Person
from incidentbot.core.facts import Recorded
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Policy
from incidentbot.core.postmortems.postmortem_types import Draft
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.flows.checkup import Checkup
from incidentbot.flows.maintenance.calendar import Calendar
from incidentbot.flows.ports import Captured, Connections, ListFilter, OnCall, Receipt, Ref, RunbookMatch


class Desk(Protocol):
    """The desk a door stands on: `incidentbot.flows.desk.Desk` in service."""

    def seen_by(self, user: str, channel: str = "") -> "Desk":
        """The same desk for one person: private incidents that they are not in are not there. channel: where they ask."""
        ...

    @property
    def clock(self) -> Clock:
        """The house's clock."""
        ...

    @property
    def policy(self) -> Policy:
        """The profile as it is now."""
        ...

    @property
    def connections(self) -> Connections:
        """What is connected."""
        ...

    @property
    def oncall(self) -> OnCall:
        """Who is on call, from memory."""
        ...

    @property
    def checkup(self) -> Checkup:
        """A look at what the first incident will need."""
        ...

    @property
    def calendar(self) -> Calendar:
        """The windows of maintenance."""
        ...

    async def handle(self, command: Person, *, ref: Ref | None = None, request: str | None = None) -> Receipt:
        """Do what a person asked, once for each `request`. Raises Refused with the sentence they read."""
        ...

    async def incident(self, ref: Ref) -> Incident | None:
        """Read one incident."""
        ...

    async def incidents(self, only: ListFilter) -> Sequence[Incident]:
        """Read incidents, newest first."""
        ...

    async def facts(self, incident_id: str) -> Sequence[Recorded]:
        """The timeline in its order."""
        ...

    async def runbook(self, sha256: str) -> Runbook | None:
        """The runbook as it was when a run began."""
        ...

    def runbooks(self, words: str, incident: Incident | None) -> Sequence[RunbookMatch]:
        """Runbooks that fit, best first. Raises Refused where the folder is empty."""
        ...

    def read_runbook(self, path: str) -> Runbook:
        """One runbook as it is now. Raises Refused where there is none."""
        ...

    def capture(self, event: Captured) -> Awaitable[None]:
        """Keep what was said; returns once it is durable."""
        ...

    async def draft(self, incident: Incident) -> Draft:
        """The draft of its post-mortem, as its records stand now."""
        ...

    async def document(self, incident: Incident, *, slack_url: str = "") -> str:
        """Its post-mortem as Markdown, with what people wrote into it. slack_url: where messages can be linked to."""
        ...

    async def postmortem_link(self, incident: Incident, by: str) -> str:
        """The address of the draft for this person."""
        ...

    async def board_link(self, by: str) -> str:
        """The address of the board for this person."""
        ...

    async def try_page(self, role: str | None, by: str) -> str:
        """Ring a role with a test page (None: the first of the chain). Raises Refused."""
        ...

    async def answer_trial(self, key: str, by: str) -> str:
        """Have a person answer a test page; returns what they are told. Raises Refused."""
        ...

    def fresh_id(self) -> str:
        """A random UUID as text."""
        ...

    def suffix(self) -> str:
        """Four characters that make a room's name ours."""
        ...
