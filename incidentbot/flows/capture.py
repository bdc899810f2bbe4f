"""What is said in a room is kept as it is said: redacted, in batches, without touching the incident's version."""

import asyncio
from dataclasses import replace

from incidentbot.core.redaction import redact
from incidentbot.flows.ports import Captured, Store

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
            await self._store.add_messages([event for event, _ in batch])
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for the event, each of them
            for _, kept in batch:
                if not kept.done():
                    kept.set_exception(error)
            return
        for _, kept in batch:
            if not kept.done():
                kept.set_result(None)


def _redacted(event: Captured) -> Captured:
    message = event.message
    return replace(event, message=replace(message, text=redact(message.text).text))
