"""Published post-mortems as Markdown files in a folder, a git checkout for one. Writes nothing of private incidents."""

import asyncio
from dataclasses import replace
from pathlib import Path

from incidentbot.core.afterwards.commands import ChangeReview
from incidentbot.core.afterwards.leftovers import ReviewState
from incidentbot.core.commands import Command
from incidentbot.core.incident import Incident
from incidentbot.core.response.room_name import room_name
from incidentbot.documents.postmortem_writer import to_markdown
from incidentbot.documents.postmortems.generator import generator
from incidentbot.flows.drafting import draft_of
from incidentbot.flows.ports import Receipt, Ref, RefKind, Store
from incidentbot.flows.sections import Sections


class PostmortemFolder:
    """Writes what is published. folder None: writes nothing."""

    def __init__(self, store: Store, sections: Sections, folder: Path | None) -> None:
        self._store = store
        self._sections = sections
        self._folder = folder

    async def after(self, command: Command, receipt: Receipt) -> Receipt:
        """The receipt of a command; of a publication with where the file stands, or why there is none."""
        published = isinstance(command, ChangeReview) and command.state is ReviewState.PUBLISHED
        if self._folder is None or not published or receipt.repeated:
            return receipt
        incident = await self._store.incident(Ref(RefKind.ID, receipt.incident_id))
        if incident is None:
            return receipt
        return replace(receipt, reply=f"{receipt.reply} {await self._written(incident, self._folder)}")

    async def document(self, incident: Incident, *, slack_url: str = "") -> str:
        """The document as it stands now, with what people wrote into it. slack_url: where messages can be linked to."""
        draft = await draft_of(self._store, incident, slack_url=slack_url)
        written = await self._sections.written(incident.id)
        return to_markdown(draft, generator=generator(), written=written)

    async def _written(self, incident: Incident, folder: Path) -> str:
        if incident.private:
            return "It is private, so no file was written."
        path = folder / f"{room_name(incident.number, incident.title, '').strip('-')}.md"
        document = await self.document(incident)
        try:
            await asyncio.to_thread(_write, path, document)
        except OSError as error:
            return f"Its file could not be written ({path.name}: {error.strerror}). Publish it again once that is mended."
        return f"It is written to {path.name}."


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".md.part")
    half.write_text(text, encoding="utf-8")
    half.replace(path)
