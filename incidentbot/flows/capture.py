"""What is said in a room is kept as it is said: redacted, in batches, without touching the incident's version."""

import asyncio
from collections.abc import Collection
from dataclasses import replace

from incidentbot.core.text.redaction import redact
from incidentbot.flows.ports import Store
from incidentbot.flows.values import Captured, CaptureKind

LARGEST_BATCH = 500


class Capture:
    """One writer for all events: while it writes a batch, the next one gathers (a group commit without a pause)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Captured, asyncio.Future[None]]] = []
        self._arrived = asyncio.Event()

    async def keep(self, event: Captured) -> None:
        """Return once the event is durable. Raises StoreAway if it could not be stored."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((_redacted(event), kept))
        self._arrived.set()
        await kept

    async def run(self) -> None:
        """Write what gathers, for ever."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
                await self._write(batch)

    async def _write(self, batch: list[tuple[Captured, asyncio.Future[None]]]) -> None:
        try:
            rooms = await self._store.rooms({event.message.channel for event, _ in batch})
            await self._store.add_messages([event for event, _ in batch if _said_in(event, rooms)])
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for the event, each of them
            for _, kept in batch:
                if not kept.done():
                    kept.set_exception(error)
            return
        for _, kept in batch:
            if not kept.done():
                kept.set_result(None)


def _said_in(event: Captured, rooms: Collection[tuple[str, str | None]]) -> bool:
    """Whether it was said in a room: what is said elsewhere is nobody's timeline, and is not kept.

    A reaction names no thread, so it is kept for every channel that has one for a room.
    """
    message = event.message
    threads = {thread for channel, thread in rooms if channel == message.channel}
    if event.kind not in {CaptureKind.POSTED, CaptureKind.CHANGED}:
        return bool(threads)
    return None in threads or message.thread_ts in threads or message.ts in threads


def _redacted(event: Captured) -> Captured:
    message = event.message
    return replace(event, message=replace(message, text=redact(message.text).text))
