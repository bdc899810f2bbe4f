"""Which incident an address means, for one reader: what they may not see is not there."""

from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from incidentbot.core.incident import Incident
from incidentbot.core.text.incident_name import number_of
from incidentbot.core.visibility import may_see
from incidentbot.flows.ports import Ref, RefKind, Store
from incidentbot.web.drawn import said
from incidentbot.web.gate import Visitor

NONE_SUCH = "There is no such incident. The board, at /incidents, shows those there are."


class Workspace(Protocol):
    """Where messages and channels can be linked to."""

    @property
    def url(self) -> str:
        """The address of the Slack workspace, "" while it is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds incidents by the name in an address."""

    store: Store
    workspace: Workspace

    async def incident(self, request: web.Request, visitor: Visitor) -> Incident:
        """The incident. Raises 404 where there is none, and in the same words where it is not for this visitor."""
        number = number_of(request.match_info["name"])
        found = None if number is None else await self.store.incident(Ref(RefKind.NUMBER, str(number)))
        if found is None or not may_see(found, visitor.person):
            raise said(web.HTTPNotFound, NONE_SUCH)
        return found

    def room(self, incident: Incident) -> str:
        """The https address of its channel, "" while that is not known."""
        url, channel = self.workspace.url, incident.room.channel
        return f"{url.rstrip('/')}/archives/{channel}" if url and channel else ""
