"""Who comes next: a queue for one thing that only one may hold, in which a place can be chosen. Knows no database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

FRONT, BACK = 0, 1_000_000
"""Places: before everybody who waits, after everybody."""

Turn = asyncio.Future[None]


class Turns:
    """A turn is asked for with a place, waited for, and handed on. asyncio.Lock knows no place but the last."""

    def __init__(self) -> None:
        self._busy = False
        self._waiting: list[Turn] = []

    def ask(self, place: int = BACK) -> Turn:
        """A turn to `hold`, behind so many of those who wait now."""
        mine: Turn = asyncio.get_running_loop().create_future()
        if self._busy:
            self._waiting.insert(place, mine)
        else:
            self._busy = True
            mine.set_result(None)
        return mine

    @asynccontextmanager
    async def hold(self, turn: Turn) -> AsyncIterator[None]:
        """Wait until the turn has come, and hold it for the block."""
        try:
            await turn
        except asyncio.CancelledError:
            if turn in self._waiting:
                self._waiting.remove(turn)
            elif not turn.cancelled():  # else it was passed over, and is another's already
                self._hand_on()  # it had come in this very moment
            raise
        try:
            yield
        finally:
            self._hand_on()

    def _hand_on(self) -> None:
        """Whoever is next has it from now on, before they run: nobody slips in between."""
        while self._waiting:
            turn = self._waiting.pop(0)
            if not turn.cancelled():
                turn.set_result(None)
                return
        self._busy = False
