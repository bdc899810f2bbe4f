"""What is asked while the same work runs waits, and is then done in one go. Knows nothing of the work."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from incidentbot.flows.supervisor import Supervisor

Item = TypeVar("Item")
Answer = TypeVar("Answer")

HELD_UP_S = 0.05
"""What takes longer than this is waited for by nobody who comes later."""


class Ask(Generic[Item, Answer]):
    """Somebody who waits until `item` is done."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.heard: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    def tell(self, answer: Answer) -> None:
        """It is done."""
        if not self.heard.done():  # else they were cut off
            self.heard.set_result(answer)

    def fail(self, error: Exception) -> None:
        """It could not be done."""
        if not self.heard.done():
            self.heard.set_exception(error)


class Together(Generic[Item, Answer]):
    """do: does up to `most` at once and tells each who asked; what it raises, those hear whom it has not told."""

    def __init__(
        self, do: Callable[[Sequence[Ask[Item, Answer]]], Awaitable[None]], *, most: int, name: str
    ) -> None:
        self._do = do
        self._most = most
        self._name = name
        self._waiting: list[Ask[Item, Answer]] = []
        self._unheard: set[Ask[Item, Answer]] = set()
        self._tasks = Supervisor()
        self._working = False

    async def done(self, item: Item) -> Answer:
        """Have it done, with others or alone. Raises what the work raises."""
        mine = Ask[Item, Answer](item)
        self._waiting.append(mine)
        self._unheard.add(mine)
        mine.heard.add_done_callback(lambda _: self._unheard.discard(mine))
        if not self._working:
            self._working = True
            self._tasks.start(self._work(), name=self._name)
        return await mine.heard

    async def close(self) -> None:
        """Cut off whoever still waits."""
        await self._tasks.close()
        for one in list(self._unheard):
            one.heard.cancel()

    async def _work(self) -> None:
        """Take what waits, again and again; what comes while some are done is done after them."""
        try:
            while self._waiting:
                some, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                doing = self._tasks.start(self._done(some), name=self._name)
                await asyncio.wait({doing}, timeout=HELD_UP_S)
        finally:
            self._working = False

    async def _done(self, some: Sequence[Ask[Item, Answer]]) -> None:
        try:
            await self._do(some)
        except Exception as error:  # noqa: BLE001 - whoever waits for it hears of it
            for one in some:
                one.fail(error)
