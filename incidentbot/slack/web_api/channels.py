"""The profile's channels by name: looked up once, joined once. Creates none."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping

from incidentbot.core.refusals import GiveUp
from incidentbot.core.text.words import safe
from incidentbot.slack.payloads import Payload, parts, text
from incidentbot.slack.web_api.calls import Calls, Declined
from incidentbot.slack.web_api.scopes import Method

PAGE = 999
_ID = re.compile(r"[CG][A-Z0-9]{6,}")
_NOT_TO_BE_JOINED = frozenset({"method_not_supported_for_channel_type", "already_in_channel"})
"""A private channel cannot be joined; somebody invited the bot there."""


class Channels:
    """Ids of the channels that the profile names, kept for the life of the process."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._ids: dict[str, str] = {}
        self._joined: set[str] = set()
        self._looking = asyncio.Lock()
        self._joining = asyncio.Lock()

    async def resolve_channels(self, named: Mapping[str, str]) -> Mapping[str, str]:
        """Look up every channel of the profile at once. named: the profile's `channels`.

        Returns those that are missing, as key -> sentence; they are looked for again when they are needed.
        """
        async with self._looking:
            await self._look_up()
        missing = {}
        for key, name in named.items():
            if self._known(name) is None:
                missing[key] = _no_channel(name, key)
        return missing

    async def resolve(self, name: str, key: str) -> str:
        """The id of a channel. key: its word in the profile. Raises GiveUp with what to do when there is none."""
        found = self._known(name)
        if found is None:
            async with self._looking:
                found = self._known(name)
                if found is None:
                    await self._look_up()
                    found = self._known(name)
        if found is None:
            raise GiveUp(_no_channel(name, key))
        return found

    async def enter(self, channel: str) -> None:
        """Join a channel before posting there, once, so that what is posted can be found again."""
        if channel in self._joined:
            return
        async with self._joining:
            if channel in self._joined:
                return
            try:
                await self._calls.call(Method.CHANNEL_JOIN, channel=channel)
            except Declined as declined:
                if declined.code not in _NOT_TO_BE_JOINED:
                    raise
            self._joined.add(channel)

    def _known(self, name: str) -> str | None:
        word = name.removeprefix("#")
        return word if _ID.fullmatch(word) else self._ids.get(word)

    async def _look_up(self) -> None:
        async for channel in every_channel(self._calls):
            self._ids[text(channel, "name")] = text(channel, "id")

    async def find_own(self, name: str, creator: str) -> str | None:
        """The id of a channel of this name that `creator` made; None if there is none."""
        async for channel in every_channel(self._calls):
            if text(channel, "name") == name and text(channel, "creator") == creator:
                return text(channel, "id")
        return None


async def every_channel(calls: Calls) -> AsyncIterator[Payload]:
    """Every channel that is not archived, page by page (conversations.list, tier 2)."""
    cursor: str | None = None
    while True:
        body = await calls.call(
            Method.CHANNEL_LIST,
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=PAGE,
            cursor=cursor,
        )
        for channel in parts(body, "channels"):
            yield channel
        cursor = text(body, "response_metadata", "next_cursor") or None
        if cursor is None:
            return


def _no_channel(name: str, key: str) -> str:
    return f"There is no channel #{safe(name.removeprefix('#'))}. Create it or change `channels.{key}`, then press Retry."
