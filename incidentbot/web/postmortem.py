"""The page of a post-mortem draft, at /incidents/INC-7/postmortem, and the same as Markdown to keep."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from aiohttp import web
from markupsafe import Markup

from incidentbot.clock import new_id
from incidentbot.core.afterwards.leftovers import ReviewState
from incidentbot.core.afterwards.review import standing
from incidentbot.core.afterwards.times import ANCHORS
from incidentbot.core.incident import Incident, Status
from incidentbot.core.postmortems.human_text import EDITABLE
from incidentbot.core.postmortems.postmortem_types import Draft
from incidentbot.core.visibility import insiders
from incidentbot.documents.html import markdown_to_html
from incidentbot.documents.pdf import is_installed, markdown_to_pdf
from incidentbot.documents.postmortem_writer import TITLES, to_markdown
from incidentbot.documents.postmortems.generator import generator
from incidentbot.flows.drafting import REMEMBERED, Drafts
from incidentbot.flows.sections import Sections
from incidentbot.web.drawn import SECURITY_HEADERS, drawn, guarded
from incidentbot.web.finding import Finder
from incidentbot.web.gate import Gate
from incidentbot.web.said_in_slack import NameOf, called, names_in, shown

MOVES = {
    ReviewState.DRAFT: (("in review", "Send to review"), ("published", "Publish")),
    ReviewState.IN_REVIEW: (("published", "Publish"), ("draft", "Back to draft")),
    ReviewState.PUBLISHED: (("in review", "Review again"),),
    ReviewState.WAIVED: (("draft", "Write one after all"),),
}
"""Where the review can go from where it stands: the state, and what the button says. The first is the usual one."""

_FACT = re.compile(r"(?<![\w/:.#&?=`\[-])fact:(\d{1,9})(?![\w`])")


@dataclass(frozen=True, slots=True)
class PostmortemPages:
    """Shows drafts to those who may know of the incident."""

    drafts: Drafts
    sections: Sections
    gate: Gate
    finder: Finder
    name_of: NameOf

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/incidents/{name}/postmortem", guarded(self.page))
        app.router.add_get("/incidents/{name}/postmortem.md", guarded(self.markdown))
        app.router.add_get("/incidents/{name}/postmortem.pdf", guarded(self.pdf))

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The draft as a page."""
        visitor = await self.gate.visitor(request)
        incident = await self.finder.incident(request, visitor)
        draft, text = await self._draft(incident)
        body = await asyncio.to_thread(
            _body, text, incident.name
        )  # a tenth of a second, in which people type
        said = standing(incident)
        people = {*insiders(incident), *draft.roster}
        names = await names_in((said,), people, self.name_of)
        return drawn(
            "postmortem.html",
            visitor=visitor,
            incident=incident,
            body=body,
            roster=_roster(draft, names) if visitor.person else (),
            standing=shown(said, names),
            moves=MOVES[incident.review.state] if incident.status is not Status.OPEN else (),
            responders=sorted((who, called(who, names)) for who in insiders(incident)),
            anchors=ANCHORS,
            sections=[(name, title) for name, title in TITLES.items() if name in EDITABLE],
            paper=is_installed(),
            request_key=new_id(),
        )

    async def markdown(self, request: web.Request) -> web.StreamResponse:
        """The draft as Markdown, to be kept or sent on."""
        incident = await self.finder.incident(request, await self.gate.visitor(request))
        named = {"Content-Disposition": f'attachment; filename="{incident.name}-postmortem.md"'}
        (_, text), headers = await self._draft(incident), {**SECURITY_HEADERS, **named}
        return web.Response(text=text, content_type="text/markdown", headers=headers)

    async def pdf(self, request: web.Request) -> web.StreamResponse:
        """The draft on paper. Refused, with the way out, where the extra `pdf` is not installed."""
        incident = await self.finder.incident(request, await self.gate.visitor(request))
        draft, text = await self._draft(incident)
        paper = await asyncio.to_thread(markdown_to_pdf, text, title=draft.title)
        named = {"Content-Disposition": f'attachment; filename="{incident.name}-postmortem.pdf"'}
        return web.Response(body=paper, content_type="application/pdf", headers={**SECURITY_HEADERS, **named})

    async def _draft(self, incident: Incident) -> tuple[Draft, str]:
        draft = await self.drafts.of(incident, slack_url=self.finder.workspace.url)
        written = await self.sections.written(incident.id)
        return draft, to_markdown(draft, generator=generator(), written=written)


@lru_cache(maxsize=REMEMBERED)
def _body(text: str, incident: str) -> Markup:
    """The document as HTML; the same text is laid out once."""
    return Markup(markdown_to_html(_linked(text, incident)))  # noqa: S704 - cleaned by nh3


def _linked(text: str, incident: str) -> str:
    """The document with each fact it names linked to its line on the incident's page."""
    return _FACT.sub(rf"[\g<0>](/incidents/{incident}#fact-\1)", text)


def _roster(draft: Draft, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Which person a role of the document is: for those who may know, and beside the document."""
    return [(role, names[user]) for user, role in draft.roster.items() if names.get(user, role) != role]
