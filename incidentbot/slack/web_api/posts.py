"""Messages in channels, each posted once: stamped with its effect, looked for before a second try, kept as said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from incidentbot.core.messages import OWN, Message
from incidentbot.core.refusals import TryLater
from incidentbot.flows.ports import Captured, CaptureKind, Claimed, StoreAway
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.desk import Desk
from incidentbot.slack.payloads import Payload, parts, text
from incidentbot.slack.web_api.calls import Calls, Declined
from incidentbot.slack.web_api.identity import Identity
from incidentbot.slack.web_api.scopes import Method

BEFORE = timedelta(minutes=2)
"""How far Slack's clock and ours may be apart when a message is looked for."""
PAGE = 200
PAGES = 10
"""As far as a look-up reads: two thousand messages since the first try."""

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""Codes that say a message cannot be brought up to date any more: it is posted anew."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is posted."""

    channel: str
    thread_ts: str | None = None


class Posts:
    """Posts and brings up to date."""

    def __init__(self, calls: Calls, desk: Desk, identity: Identity) -> None:
        self._calls = calls
        self._desk = desk
        self._identity = identity

    async def post(self, place: Place, shown: Shown, claimed: Claimed) -> str:
        """Post once for this effect; returns the message's ts. What an earlier try posted is brought up to date.

        Raises TryLater or GiveUp.
        """
        effect = _stamp(claimed)
        ts = await self.found(place, shown, claimed)
        if ts is None:
            body = await self._calls.call(
                Method.POST,
                channel=place.channel,
                thread_ts=place.thread_ts,
                text=shown.text,
                blocks=shown.blocks,
                metadata={"event_type": names.EFFECT_EVENT, "event_payload": {"effect": effect}},
                unfurl_links=False,
                unfurl_media=False,
            )
            ts = text(body, "ts")
        await self._keep(place, ts, shown.text, effect)
        return ts

    async def found(self, place: Place, shown: Shown, claimed: Claimed) -> str | None:
        """The ts of what an earlier try of this effect posted, brought up to date; None where none arrived."""
        if not claimed.unknown:
            return None
        ts = await self._posted_before(place, _stamp(claimed), claimed.first_tried_at)
        if ts is not None:
            await self.update(place.channel, ts, shown)
        return ts

    async def update(self, channel: str, ts: str, shown: Shown) -> bool:
        """Bring a message up to date in place. False: it is gone and must be posted anew."""
        try:
            await self._calls.call(
                Method.UPDATE, channel=channel, ts=ts, text=shown.text, blocks=shown.blocks
            )
        except Declined as declined:
            if declined.code in GONE:
                return False
            raise
        return True

    async def holds_file(self, place: Place, name: str, claimed: Claimed) -> bool:
        """Whether an earlier try of this effect shared a file of this name here."""

        def is_ours(message: Payload) -> bool:
            return name in {text(file, "name") for file in parts(message, "files")}

        return await self._written_since(place, claimed.first_tried_at, is_ours) is not None

    async def _posted_before(self, place: Place, effect: str, tried_at: datetime) -> str | None:
        """The ts of what an earlier try posted, if it arrived."""

        def is_ours(message: Payload) -> bool:
            return text(message, "metadata", "event_payload", "effect") == effect

        return await self._written_since(place, tried_at, is_ours)

    async def _written_since(
        self, place: Place, tried_at: datetime, is_ours: Callable[[Payload], bool]
    ) -> str | None:
        cursor: str | None = None
        for _ in range(PAGES):
            body = await self._page(place, tried_at - BEFORE, cursor)
            for message in parts(body, "messages"):
                if is_ours(message):
                    return text(message, "ts")
            cursor = text(body, "response_metadata", "next_cursor") or None
            if cursor is None:
                return None
        return None

    async def _page(self, place: Place, since: datetime, cursor: str | None) -> Payload:
        arguments: Mapping[str, Any] = {
            "channel": place.channel,
            "oldest": f"{since.timestamp():.6f}",
            "limit": PAGE,
            "include_all_metadata": True,
            "cursor": cursor,
        }
        if place.thread_ts is not None:
            return await self._calls.call(Method.REPLIES, ts=place.thread_ts, **arguments)
        return await self._calls.call(Method.HISTORY, **arguments)

    async def _keep(self, place: Place, ts: str, said: str, effect: str) -> None:
        """Capture what we said: Bolt drops the events of our own messages."""
        message = Message(
            channel=place.channel,
            ts=ts,
            at=datetime.fromtimestamp(float(ts), UTC),
            user=self._identity.bot_user_id or None,
            text=said,
            bot=True,
            thread_ts=place.thread_ts,
            subtype=OWN,
        )
        try:
            await self._desk.capture(Captured(f"own:{effect}", CaptureKind.POSTED, message))
        except StoreAway as away:
            raise TryLater("My database did not answer in time.", unknown=True) from away


def _stamp(claimed: Claimed) -> str:
    """What a post is stamped with, so that it is found again."""
    return f"{claimed.incident_id}:{claimed.effect.key}"
