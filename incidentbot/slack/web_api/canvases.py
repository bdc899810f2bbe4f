"""The canvas of a room: made once, filled, and replaced whole whenever the post-mortem changes. Makes no text.

Methods: docs.slack.dev, conversations.canvases.create and canvases.edit, August 2026. A room has one channel canvas; what
stands in it is not told, so that one which is not surely ours is never written over (docs/decisions/0024).
"""

import asyncio
from dataclasses import dataclass

from incidentbot.core.afterwards.canvas import is_shown
from incidentbot.core.answers import CanvasShown
from incidentbot.core.file_effects import ShowCanvas
from incidentbot.core.incident import Incident
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.documents.canvas_markdown import canvas_markdown
from incidentbot.flows.ports import Claimed
from incidentbot.slack.desk import Desk
from incidentbot.slack.payloads import part, parts, text
from incidentbot.slack.web_api.calls import Calls, Declined
from incidentbot.slack.web_api.scopes import Method

GONE = frozenset({"canvas_not_found", "canvas_deleted", "file_not_found", "file_deleted"})
"""Codes that say a canvas stands no more: it is made anew."""

TAKEN = frozenset({"channel_canvas_already_exists", "free_team_canvas_tab_already_exists"})
"""Codes that say the room has its canvas already."""

NOT_LET = (
    "Slack lets me write no canvas in this room. Where it is archived, unarchive it; else ask a workspace admin "
    "to let apps write canvases. Then press Retry."
)

NOT_OURS = (
    "The room has a canvas already, and I write over nobody's. The post-mortem is in the room as a file. "
    "Where that canvas is not needed, delete it, then press Retry."
)


@dataclass(frozen=True, slots=True)
class Canvases:
    """Tells ShowCanvas. slack_url: where messages can be linked to."""

    calls: Calls
    desk: Desk
    slack_url: str

    async def tell(self, incident: Incident, claimed: Claimed, _: ShowCanvas) -> CanvasShown | None:
        """Have the room's canvas show the document as it reads now; answers with one that is new.

        Raises TryLater or GiveUp.
        """
        if not is_shown(incident):
            return None
        document = await self.desk.document(incident, slack_url=self.slack_url)
        markdown = await asyncio.to_thread(canvas_markdown, document)  # a long one takes tenths of a second
        try:
            return await self._shown(incident, claimed, markdown)
        except Declined as declined:
            if declined.code != "restricted_action":
                raise
            raise GiveUp(NOT_LET) from declined

    async def _shown(self, incident: Incident, claimed: Claimed, markdown: str) -> CanvasShown | None:
        """Replace what stands there, or make one and fill it."""
        known = incident.room.canvas
        if known is not None and await self._replaced(known, markdown):
            return None
        canvas = await self._standing(incident) if claimed.unknown else None
        canvas = canvas or await self._made(incident)
        if not await self._replaced(canvas, markdown):
            raise TryLater("Slack does not know its new canvas yet.", unknown=True)
        return CanvasShown(canvas)

    async def _replaced(self, canvas: str, markdown: str) -> bool:
        """Put the text in place of all that stands there. False: there is no such canvas any more."""
        content = {"type": "markdown", "markdown": markdown}
        changes = [{"operation": "replace", "document_content": content}]
        try:
            await self.calls.call(Method.CANVAS_EDIT, canvas_id=canvas, changes=changes)
        except Declined as declined:
            if declined.code == "canvas_editing_locked":
                raise TryLater("Somebody is changing the canvas at this moment.") from declined
            if declined.code not in GONE:
                raise
            return False
        return True

    async def _made(self, incident: Incident) -> str:
        """A new one, empty: until it is filled, nothing is lost by taking it for ours."""
        channel, title = incident.room.channel, _title(incident)
        try:
            body = await self.calls.call(Method.CANVAS_CREATE, channel_id=channel, title=title)
        except Declined as declined:
            if declined.code not in TAKEN:
                raise
            standing = await self._standing(incident)
            if standing is None:
                raise GiveUp(NOT_OURS) from declined
            return standing
        return text(body, "canvas_id")

    async def _standing(self, incident: Incident) -> str | None:
        """The room's canvas, where it has our title or is empty."""
        body = await self.calls.call(Method.CHANNEL_INFO, channel=incident.room.channel)
        properties = part(part(body, "channel"), "properties")
        tabs = [tab for tab in parts(properties, "tabs") if text(tab, "type") == "canvas"]
        found = [text(tab, "data", "file_id") for tab in tabs if text(tab, "label") == _title(incident)]
        canvas = part(properties, "canvas")
        found += [text(canvas, "file_id")] if canvas.get("is_empty") is True else []
        return next((one for one in found if one and one != incident.room.canvas), None)


def _title(incident: Incident) -> str:
    """What its tab is called. It cannot be renamed where a plan forbids it, so it says nothing that may change."""
    return f"{incident.name} post-mortem"
