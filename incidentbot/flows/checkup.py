"""A look at what the first incident will need, asked for while the house runs. Changes nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from incidentbot.core.refusals import Refused

WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing checked: `ok`, or a sentence that says what to do."""

    what: str
    ok: bool
    sentence: str


class Checkup:
    """Looks once at a time, whoever asks: each look asks the vendors many things."""

    def __init__(self, look: Callable[[], Awaitable[Sequence[Finding]]]) -> None:
        self._look = look
        self._looking = asyncio.Lock()

    async def findings(self) -> Sequence[Finding]:
        """Everything checked, what is wrong first. Raises Refused while another look is going on or takes too long."""
        if self._looking.locked():
            raise Refused(
                "Somebody asked for this just now, and I am still looking. Please ask again in a minute."
            )
        async with self._looking:
            try:
                async with asyncio.timeout(WITHIN_S):
                    return sorted(await self._look(), key=lambda one: one.ok)
            except TimeoutError:
                raise Refused(
                    f"I could not look at everything within {WITHIN_S:g} s. Please ask again later."
                ) from None
