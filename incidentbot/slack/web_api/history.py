"""A channel's history and its threads, as events that were missed. Keeps nothing."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from incidentbot.core.messages import OWN, Message, Reaction
from incidentbot.flows.ports import Captured, CaptureKind
from incidentbot.slack.listening.events import message_of
from incidentbot.slack.payloads import Payload, parts, text
from incidentbot.slack.web_api.calls import Calls
from incidentbot.slack.web_api.identity import Identity
from incidentbot.slack.web_api.scopes import Method

PAGE = 200


class History:
    """Reads what was posted since an instant: with its reactions and pins, and with the replies in threads begun since."""

    def __init__(self, calls: Calls, identity: Identity) -> None:
        self._calls = calls
        self._identity = identity

    async def read(
        self, channel: str, thread_ts: str | None, since: datetime
    ) -> AsyncIterator[Sequence[Captured]]:
        """Page by page, each one call; of a room that is a thread, that thread. Raises TryLater, GiveUp."""
        if thread_ts is not None:
            async for page in self._pages(Method.REPLIES, channel, since, ts=thread_ts):
                yield self._captured(channel, page)
            return
        async for page in self._pages(Method.HISTORY, channel, since):
            yield self._captured(channel, page)
            for root in page:
                if root.get("reply_count"):
                    async for replies in self._pages(Method.REPLIES, channel, since, ts=text(root, "ts")):
                        yield self._captured(channel, replies)

    async def _pages(
        self, method: Method, channel: str, since: datetime, **arguments: Any
    ) -> AsyncIterator[Sequence[Payload]]:
        cursor: str | None = None
        while True:
            body = await self._calls.call(
                method,
                channel=channel,
                oldest=f"{since.timestamp():.6f}",
                limit=PAGE,
                cursor=cursor,
                **arguments,
            )
            yield parts(body, "messages")
            cursor = text(body, "response_metadata", "next_cursor") or None
            if cursor is None:
                return

    def _captured(self, channel: str, messages: Sequence[Payload]) -> Sequence[Captured]:
        read = [self._read(channel, one) for one in messages]
        return [
            Captured(f"history:{channel}:{one.ts}", CaptureKind.POSTED, one)
            for one in read
            if one is not None
        ]

    def _read(self, channel: str, payload: Payload) -> Message | None:
        message = message_of(channel, payload, CaptureKind.POSTED)
        if message is None:
            return None
        own = message.user == self._identity.bot_user_id
        return replace(
            message,
            subtype=OWN if own else message.subtype,
            edited=bool(payload.get("edited")),
            pinned=channel in (payload.get("pinned_to") or ()),
            reactions=tuple(
                Reaction(text(one, "name"), int(one.get("count") or 1)) for one in parts(payload, "reactions")
            ),
        )
