"""One `/incident` line being answered: who typed it, of which incident, under which key. Reads no text."""

from dataclasses import dataclass

from incidentbot.core.commands import Person
from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.flows.ports import Receipt, Ref, RefKind
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.listening.doorway import Doorway
from incidentbot.slack.listening.exchange import Turn, said


@dataclass(frozen=True, slots=True)
class Typed:
    """A command being answered: who typed it, of which incident, and the key under which it is done once."""

    door: Doorway
    by: str
    trigger: str
    key: str
    found: Incident | None
    turn: Turn

    @property
    def incident(self) -> Incident:
        """The incident meant. Only asked once `answer` has made sure that there is one."""
        if self.found is None:
            raise Refused("Say which incident, by its number: INC-7.")
        return self.found

    async def do(self, command: Person, part: str = "") -> Shown:
        """Handle a command on the incident and say what came of it. part: tells two commands of one line apart."""
        return said((await self.handle(command, part)).reply)

    async def handle(self, command: Person, part: str = "") -> Receipt:
        """Handle a command on the incident."""
        ref = Ref(RefKind.ID, self.incident.id)
        return await self.door.desk.handle(command, ref=ref, request=f"{self.key}{part}")
