"""A section of a post-mortem, written by a person on the page: with a preview, and never over somebody else's words."""

import re
from dataclasses import dataclass

from aiohttp import web
from markupsafe import Markup

from incidentbot.clock import Clock
from incidentbot.core.afterwards.canvas import is_shown
from incidentbot.core.afterwards.commands import TellOfSection
from incidentbot.core.incident import Incident
from incidentbot.core.postmortems.human_text import EDITABLE, HumanText, flagged
from incidentbot.core.text.redaction import redact
from incidentbot.core.text.visible import visible
from incidentbot.documents.html import markdown_to_html
from incidentbot.documents.postmortem_writer import TITLES, section_body
from incidentbot.flows.drafting import Drafts
from incidentbot.flows.ports import Ref, RefKind
from incidentbot.flows.sections import Sections, refuse_section
from incidentbot.web.deeds import Handle
from incidentbot.web.drawn import drawn, guarded, said
from incidentbot.web.finding import Finder
from incidentbot.web.gate import NOT_KNOWN, Gate, Visitor, form_of

FASTER = "Somebody else has changed this section while you wrote. Your text is below, theirs above it: put them together and save again."


_VERSION = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands in the form. theirs: what somebody else has written meanwhile, "" where nobody has."""

    text: str
    version: int
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class SectionPages:
    """Edits sections; every save stands on the version that its writer saw."""

    clock: Clock
    drafts: Drafts
    sections: Sections
    gate: Gate
    finder: Finder
    handle: Handle

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        path = "/incidents/{name}/postmortem/{section}"
        app.router.add_get(path, guarded(self.form))
        app.router.add_post(path, guarded(self.save))
        app.router.add_post(f"{path}/preview", guarded(self.preview))

    async def form(self, request: web.Request) -> web.StreamResponse:
        """The section as it stands, to be written anew."""
        visitor, incident, section = await self._asked(request)
        now = (await self.sections.written(incident.id)).get(section)
        text = now.text if now is not None else await self._generated(incident, section)
        return _form(visitor, incident, section, Edit(text, now.version if now is not None else 0))

    async def preview(self, request: web.Request) -> web.StreamResponse:
        """The text as it will look, and words worth a second look. Keeps nothing."""
        form = await form_of(request)
        await self.gate.author(request, form)
        body = Markup(markdown_to_html(form.get("text", "")))  # noqa: S704 - cleaned by nh3
        return drawn("section_preview.html", body=body, flagged=flagged(form.get("text", "")))

    async def save(self, request: web.Request) -> web.StreamResponse:
        """Keep the text, or go back to what is generated. Where somebody was faster, both texts are shown."""
        form = await form_of(request)
        visitor = await self.gate.author(request, form)
        _, incident, section = await self._asked(request)
        version = int(form["version"]) if _VERSION.fullmatch(form.get("version", "")) else 0
        if "forget" in form:
            kept = version == 0 or await self.sections.forget(incident.id, section, version=version)
            text = form.get("text", "")
        else:
            text = redact(visible(form.get("text", "").replace("\r\n", "\n"))).text
            kept = await self._written(incident, section, text, version, visitor.person)
        if kept:
            if is_shown(incident):
                await self.handle(TellOfSection(visitor.person), ref=Ref(RefKind.ID, incident.id))
            raise web.HTTPSeeOther(f"/incidents/{incident.name}/postmortem#{section}")
        now = (await self.sections.written(incident.id)).get(section)
        theirs, latest = (now.text, now.version) if now is not None else ("", 0)
        return _form(visitor, incident, section, Edit(text, latest, theirs or "(taken back)"))

    async def _written(self, incident: Incident, section: str, text: str, version: int, by: str) -> bool:
        base = await self._generated(incident, section)
        written = HumanText(section, text, base, by, self.clock.now(), version + 1)
        refuse_section(written)
        return await self.sections.write(incident.id, written)

    async def _asked(self, request: web.Request) -> tuple[Visitor, Incident, str]:
        """Raises 403 for nobody in particular, 404 for what is no section that people write."""
        visitor = await self.gate.visitor(request)
        incident = await self.finder.incident(request, visitor)
        section = request.match_info["section"]
        if not visitor.person:
            raise said(web.HTTPForbidden, NOT_KNOWN)
        if section not in EDITABLE or section not in TITLES:
            raise said(web.HTTPNotFound, "There is no such section to write.")
        return visitor, incident, section

    async def _generated(self, incident: Incident, section: str) -> str:
        draft = await self.drafts.of(incident, slack_url=self.finder.workspace.url)
        return section_body(draft, section)


def _form(visitor: Visitor, incident: Incident, section: str, edit: Edit) -> web.Response:
    return drawn(
        "section.html",
        visitor=visitor,
        incident=incident,
        section=section,
        title=TITLES[section],
        edit=edit,
        faster=FASTER if edit.theirs else "",
        request_key="",
    )
