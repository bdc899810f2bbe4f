"""response_url: the addresses under which an app may answer a click or a command later. Never opens a form."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import web

from incidentbot.clock import new_id
from incidentbot.playground.slack import posting
from incidentbot.playground.slack.methods.content import Content, content_of
from incidentbot.playground.slack.people import BOT_USER_ID, TEAM_ID
from incidentbot.playground.slack.records import Channel, Message
from incidentbot.playground.slack.refusals import SlackRefusal
from incidentbot.playground.slack.strictness.arguments import Arguments
from incidentbot.playground.slack.workspace import Workspace

USES = 5  # https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
LIFE = timedelta(minutes=30)


@dataclass(slots=True)
class Address:
    """One response_url: for whom, where, since when (Unix seconds), how often used, and what it answered to."""

    user: str
    channel: str
    since: float
    source: Message | None = None
    uses: int = 0
    made: list[Message] = field(default_factory=list)

    @property
    def original(self) -> Message | None:
        """What replace_original and delete_original mean."""
        if self.source is not None:
            return self.source
        return self.made[-1] if self.made else None


class ResponseUrls:
    """Gives addresses out and serves them."""

    def __init__(self, workspace: Workspace) -> None:
        self.base_url = ""
        self._workspace = workspace
        self._given: dict[str, Address] = {}

    def give(self, user: str, channel: str, *, source: Message | None = None) -> str:
        """A new response_url; `source` is the message in which a button was pressed."""
        secret = new_id()
        since = self._workspace.clock.now().timestamp()
        self._given[secret] = Address(user, channel, since, source)
        family = "commands" if source is None else "actions"
        return f"{self.base_url}{family}/{TEAM_ID}/{secret}"

    async def serve(self, request: web.Request) -> web.Response:
        """A POST to one of them."""
        address = self._given.get(request.match_info["secret"])
        if address is None:
            return _refused("invalid_url", 404)
        if self._workspace.expired(address.since, LIFE):
            return _refused("expired_url", 404)
        if address.uses >= USES:
            return _refused("used_url", 404)
        try:
            said = json.loads(await request.text())
            address.uses += 1
            self.answer(address, said)
        except ValueError:
            return _refused("invalid_payload", 400)
        except SlackRefusal as refusal:
            return _refused(refusal.code, 400)
        return web.Response(text="ok")

    def answer(self, address: Address, said: Mapping[str, Any]) -> None:
        """Do what the app said: show, replace or take away.

        Raises SlackRefusal for content that Slack would not take.
        """
        original = address.original
        if said.get("delete_original"):
            if original is not None:
                self._take_away(original)
            return
        content = content_of(Arguments(said), self._workspace)
        if content.is_empty:
            raise SlackRefusal("no_text")
        if said.get("replace_original") and original is not None:
            self._replace(original, content)
            return
        address.made.append(self.show(address.user, address.channel, content, said))

    def show(self, user: str, channel: str, content: Content, said: Mapping[str, Any]) -> Message:
        """A new message, for the person alone unless response_type is in_channel."""
        room = self._workspace.channel(channel)
        thread = room.messages.get(str(said.get("thread_ts")))
        message = Message(
            channel,
            self._workspace.next_ts(),
            BOT_USER_ID,
            content.text or "",
            blocks=content.blocks or [],
            attachments=content.attachments or [],
            thread_ts=(thread.thread_ts or thread.ts) if thread else None,
        )
        if said.get("response_type") == "in_channel":
            return posting.post(self._workspace, room, message)
        message.visible_to = user
        return posting.whisper(self._workspace, room, message)

    def _room(self, message: Message) -> Channel:
        return self._workspace.channel(message.channel)

    def _take_away(self, message: Message) -> None:
        room = self._room(message)
        if message in room.ephemerals:
            room.ephemerals.remove(message)
            self._workspace.changed("ephemeral", room.id, (message.visible_to or "",))
        elif message.ts in room.messages:
            posting.deleted(self._workspace, room, message)

    def _replace(self, message: Message, content: Content) -> None:
        """Unlike chat.update, the new content takes the place of all of the old."""
        room = self._room(message)
        new: dict[str, Any] = {"text": content.text or "", "blocks": content.blocks or []}
        if message in room.ephemerals:
            message.text, message.blocks = new["text"], new["blocks"]
            self._workspace.changed("ephemeral", room.id, (message.visible_to or "",))
        elif message.ts in room.messages:
            posting.edited(self._workspace, room, message, by=BOT_USER_ID, **new)


def _refused(code: str, status: int) -> web.Response:
    return web.json_response({"ok": False, "error": code}, status=status)
