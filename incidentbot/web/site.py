"""The pages that people read, as one: the gate, the board, an incident, its post-mortem, follow-ups. Builds; decides nothing."""

from dataclasses import dataclass

from aiohttp import web

from incidentbot.clock import Clock
from incidentbot.flows.ports import Store
from incidentbot.flows.search import Searches
from incidentbot.flows.sections import Sections
from incidentbot.vendored import HTMX
from incidentbot.web.board import BoardPages
from incidentbot.web.deeds import Deeds, Handle
from incidentbot.web.drawn import HERE
from incidentbot.web.finding import Finder, Workspace
from incidentbot.web.follow_ups import FollowUpPages
from incidentbot.web.gate import Gate
from incidentbot.web.incident import IncidentPages
from incidentbot.web.postmortem import PostmortemPages
from incidentbot.web.said_in_slack import NameOf
from incidentbot.web.sections import SectionPages
from incidentbot.web.sign_in import SignIn, SignInPages


@dataclass(frozen=True, slots=True)
class Site:
    """Build once, mount."""

    clock: Clock
    store: Store
    searches: Searches
    sections: Sections
    gate: Gate
    workspace: Workspace
    name_of: NameOf
    handle: Handle
    sign_in: SignIn | None = None

    def mount(self, app: web.Application) -> None:
        """Add every page and what they load."""
        finder = Finder(self.store, self.workspace)
        self.gate.mount(app)
        if self.sign_in is not None:
            SignInPages(self.gate.visits, self.sign_in, self.gate.base_url).mount(app)
        BoardPages(self.clock, self.searches, self.gate, self.name_of).mount(app)
        IncidentPages(self.clock, self.store, self.gate, finder, self.name_of).mount(app)
        PostmortemPages(self.store, self.sections, self.gate, finder, self.name_of).mount(app)
        SectionPages(self.clock, self.store, self.sections, self.gate, finder).mount(app)
        FollowUpPages(self.clock, self.searches, self.gate, self.name_of).mount(app)
        Deeds(self.handle, self.gate, finder).mount(app)
        app.router.add_get("/static/htmx.min.js", _htmx)
        app.router.add_static("/static/", HERE / "static")


async def _htmx(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(HTMX)
