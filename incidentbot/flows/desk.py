"""The desk: everything a door may ask of the house, in one place. Decides nothing; it knows whom to ask."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from incidentbot.clock import Clock, new_id
from incidentbot.core.commands import Person, RecordDraft
from incidentbot.core.facts import Recorded
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Policy
from incidentbot.core.postmortems.postmortem_types import Draft
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.core.visibility import Reader
from incidentbot.flows.capture import Capture
from incidentbot.flows.checkup import Checkup
from incidentbot.flows.drafting import draft_of
from incidentbot.flows.handle import Handler
from incidentbot.flows.maintenance.calendar import Calendar
from incidentbot.flows.ports import (
    Captured,
    Connections,
    ListFilter,
    OnCall,
    Receipt,
    Ref,
    RefKind,
    RunbookMatch,
    Runbooks,
    Store,
)
from incidentbot.flows.postmortem_folder import PostmortemFolder
from incidentbot.flows.watchdog.trial import Trials

SUFFIX_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
SUFFIX_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Desk:
    """What Slack's door, the pages and the shell stand on.

    reader: for whom what they may not see is not there; None for the house itself (see `seen_by`). link: makes the address of a page of ours, given as a path, for one person.
    """

    clock: Clock
    store: Store
    handler: Handler
    keeper: Capture
    books: Runbooks
    oncall: OnCall
    connections: Connections
    read_policy: Callable[[], Policy]
    link: Callable[[str, str], Awaitable[str]]
    trials: Trials
    calendar: Calendar
    checkup: Checkup
    folder: PostmortemFolder
    reader: Reader | None = None

    def seen_by(self, user: str, channel: str = "") -> "Desk":
        """The same desk for one person: private incidents that they are not in are not there. channel: where they ask."""
        return replace(self, reader=Reader(user, channel))

    @property
    def policy(self) -> Policy:
        """The profile as it is now."""
        return self.read_policy()

    async def handle(self, command: Person, *, ref: Ref | None = None, request: str | None = None) -> Receipt:
        """Do what a person asked, once for each `request`. Raises Refused with the sentence they read."""
        receipt = await self.handler.handle(command, ref=ref, request=request, reader=self.reader)
        return await self.folder.after(command, receipt)

    async def incident(self, ref: Ref) -> Incident | None:
        """Read one incident."""
        found = await self.store.incident(ref)
        return None if found is None or (self.reader and not self.reader.sees(found)) else found

    async def incidents(self, only: ListFilter) -> Sequence[Incident]:
        """Read incidents, newest first."""
        reader = self.reader.user if self.reader else None
        return await self.store.incidents(only=replace(only, reader=reader))

    async def facts(self, incident_id: str) -> Sequence[Recorded]:
        """The timeline in its order."""
        return await self.store.facts(incident_id)

    async def runbook(self, sha256: str) -> Runbook | None:
        """The runbook as it was when a run began."""
        return await self.store.runbook(sha256)

    def runbooks(self, words: str, incident: Incident | None) -> Sequence[RunbookMatch]:
        """Runbooks that fit the words and the incident, best first. Raises Refused where the folder is empty."""
        return self.books.find(words, incident)

    def read_runbook(self, path: str) -> Runbook:
        """The runbook at this path of the folder, as it is now. Raises Refused where there is none."""
        return self.books.read(path)

    async def capture(self, event: Captured) -> None:
        """Keep what was said in a room; returns once it is durable."""
        await self.keeper.keep(event)

    async def draft(self, incident: Incident) -> Draft:
        """The draft of its post-mortem, as its records stand now."""
        return await draft_of(self.store, incident)

    async def document(self, incident: Incident, *, slack_url: str = "") -> str:
        """Its post-mortem as Markdown, with what people wrote into it. slack_url: where messages can be linked to."""
        return await self.folder.document(incident, slack_url=slack_url)

    async def postmortem_link(self, incident: Incident, by: str) -> str:
        """The address of the draft for this person; asking is a fact."""
        await self.handle(RecordDraft(by), ref=Ref(RefKind.ID, incident.id))
        return await self.link(f"/incidents/{incident.name}/postmortem", by)

    async def board_link(self, by: str) -> str:
        """The address of the board for this person."""
        return await self.link("/incidents", by)

    async def try_page(self, role: str | None, by: str) -> str:
        """Ring a role with a test page (None: the first of the chain). Raises Refused."""
        return await self.trials.begin(role, by)

    async def answer_trial(self, key: str, by: str) -> str:
        """Have a person answer a test page; returns what they are told. Raises Refused."""
        return await self.trials.answer(key, by)

    def fresh_id(self) -> str:
        """A random UUID as text."""
        return new_id()

    def suffix(self) -> str:
        """Four characters that make a room's name ours."""
        return suffix()


def suffix() -> str:
    """Four random characters."""
    return "".join(secrets.choice(SUFFIX_ALPHABET) for _ in range(SUFFIX_LENGTH))
