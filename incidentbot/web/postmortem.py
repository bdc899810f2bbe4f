"""The page of a post-mortem draft, at /incidents/INC-7/postmortem: on loopback for all, elsewhere by a one-time link."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import jinja2
from aiohttp import web

from incidentbot.core.incident import Incident
from incidentbot.core.text.incident_name import number_of
from incidentbot.documents.html import markdown_to_html
from incidentbot.documents.postmortem_writer import to_markdown
from incidentbot.flows.drafting import draft_of
from incidentbot.flows.ports import Ref, RefKind, Store, StoreAway
from incidentbot.web.links import VISIT_LASTS, OneTimeLinks
from incidentbot.web.server import is_from_here

HERE = Path(__file__).parent
COOKIE = "incidentbot_visit"
SEE_OTHER = 303
Show = Callable[[web.Request], Awaitable[web.StreamResponse]]
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
)


class Workspace(Protocol):
    """Where the messages can be linked to."""

    @property
    def url(self) -> str:
        """The address of the Slack workspace, "" while it is not known."""
        ...


@dataclass(frozen=True, slots=True)
class PostmortemPages:
    """Shows drafts. open_to_all: the server is meant for this machine alone, so whoever asks from it may read."""

    store: Store
    links: OneTimeLinks
    base_url: str
    workspace: Workspace
    open_to_all: bool

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/incidents/{name}/postmortem", _said_when_away(self.page))
        app.router.add_get("/incidents/{name}/postmortem.md", _said_when_away(self.markdown))
        app.router.add_static("/static/", HERE / "static")

    async def link(self, incident: Incident) -> str:
        """The address for whoever asked in Slack; with a one-time token where the page is not open to all."""
        path = f"/incidents/{incident.name}/postmortem"
        token = "" if self.open_to_all else f"?once={await self.links.new(incident.name)}"
        return f"{self.base_url.rstrip('/')}{path}{token}"

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The draft as a page."""
        incident = await self._incident(request)
        entrance = await self._entrance(request, incident)
        if entrance is not None:
            return entrance
        draft = await draft_of(self.store, incident, slack_url=self.workspace.url)
        html = _templates.get_template("postmortem.html").render(
            incident=incident, body=markdown_to_html(to_markdown(draft))
        )
        return web.Response(text=html, content_type="text/html", headers=SECURITY_HEADERS)

    async def markdown(self, request: web.Request) -> web.StreamResponse:
        """The draft as Markdown, to be kept or sent on."""
        incident = await self._incident(request)
        entrance = await self._entrance(request, incident)
        if entrance is not None:
            return entrance
        text = to_markdown(await draft_of(self.store, incident, slack_url=self.workspace.url))
        named = {"Content-Disposition": f'attachment; filename="{incident.name}-postmortem.md"'}
        headers = {**SECURITY_HEADERS, **named}
        return web.Response(text=text, content_type="text/markdown", headers=headers)

    async def _incident(self, request: web.Request) -> Incident:
        number = number_of(request.match_info["name"])
        incident = None if number is None else await self.store.incident(Ref(RefKind.NUMBER, str(number)))
        if incident is None:
            raise _page(
                web.HTTPNotFound, "There is no such incident. `/incident list all` in Slack names them."
            )
        return incident

    async def _entrance(self, request: web.Request, incident: Incident) -> web.StreamResponse | None:
        """None when this visitor may read; a redirect that uses up a link. Raises 403 with the way in."""
        if (self.open_to_all and is_from_here(request)) or await self.links.visits(
            request.cookies.get(COOKIE, ""), incident.name
        ):
            return None
        visit = await self.links.redeem(request.query.get("once", ""), incident.name)
        if visit is None:
            raise _page(
                web.HTTPForbidden,
                "This link has been used or is too old. Ask again in Slack: `/incident postmortem`.",
            )
        answer = web.Response(status=SEE_OTHER, headers={**SECURITY_HEADERS, "Location": request.path})
        answer.set_cookie(
            COOKIE,
            visit,
            max_age=int(VISIT_LASTS.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure=self.base_url.startswith("https"),
            path=f"/incidents/{incident.name}",
        )
        return answer


def _said_when_away(show: Show) -> Show:
    """A page of a sentence while the database is away."""

    async def shown(request: web.Request) -> web.StreamResponse:
        try:
            return await show(request)
        except StoreAway as away:
            sentence = "My database did not answer in time. Please load this page again in a moment."
            raise _page(web.HTTPServiceUnavailable, sentence) from away

    return shown


def _page(kind: type[web.HTTPError], sentence: str) -> web.HTTPError:
    html = _templates.get_template("sentence.html").render(sentence=sentence)
    return kind(text=html, content_type="text/html", headers=SECURITY_HEADERS)
