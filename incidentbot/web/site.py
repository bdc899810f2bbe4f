"""The pages that people read, as one: the gate, the board, an incident, its post-mortem, follow-ups, runbooks. Builds; decides nothing."""

from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from incidentbot.clock import Clock
from incidentbot.flows.drafting import Drafts
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
from incidentbot.web.runbooks import RunbookPages
from incidentbot.web.sections import SectionPages
from incidentbot.web.sign_in import SignIn, SignInPages


class Kept(Store, Searches, Protocol):
    """The store as the pages read it."""

    @property
    def sections(self) -> Sections:
        """What people wrote into post-mortems."""
        ...


class Slack(Workspace, Protocol):
    """Slack as the pages need it."""

    @property
    def sign_in(self) -> SignIn | None:
        """How people sign in, None where they come by links alone."""
        ...

    async def name_of(self, user: str) -> str:
        """What a person is called, "" where it cannot be known."""
        ...


@dataclass(frozen=True, slots=True)
class Site:
    """Build once, mount."""

    clock: Clock
    store: Kept
    gate: Gate
    slack: Slack
    handle: Handle

    def mount(self, app: web.Application) -> None:
        """Add every page and what they load."""
        clock, store, gate, name_of = self.clock, self.store, self.gate, self.slack.name_of
        finder, drafts = Finder(store, self.slack), Drafts(store)
        gate.mount(app)
        if self.slack.sign_in is not None:
            SignInPages(gate.visits, self.slack.sign_in, gate.base_url).mount(app)
        BoardPages(clock, store, gate, name_of).mount(app)
        IncidentPages(clock, store, gate, finder, name_of).mount(app)
        PostmortemPages(drafts, store.sections, gate, finder, name_of).mount(app)
        SectionPages(clock, drafts, store.sections, gate, finder, self.handle).mount(app)
        FollowUpPages(clock, store, gate, name_of).mount(app)
        RunbookPages(store, store, gate).mount(app)
        Deeds(self.handle, gate, finder, name_of).mount(app)
        app.router.add_get("/static/htmx.min.js", _htmx)
        app.router.add_static("/static/", HERE / "static")


async def _htmx(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(HTMX)
