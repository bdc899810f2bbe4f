"""The heartbeat: calls one address each minute while the house is well, so that somebody else notices its silence.

The address is like a secret: whoever has it can keep a dead bot looking alive. It is in no log and in no answer.
"""

import asyncio
from collections.abc import Callable, Mapping

import aiohttp

from incidentbot.telemetry import logger

EVERY_S = 60.0
DEADLINE_S = 10.0

log = logger(__name__)


class Heartbeat:
    """Beats while `problem` says nothing. problem: why nobody should take the house for alive, "" when it is."""

    def __init__(self, url: str, problem: Callable[[], str]) -> None:
        self._url = url
        self._problem = problem
        self._said = ""
        self._called_once = False

    async def run(self, *, every_s: float = EVERY_S) -> None:
        """Beat again and again, until cancelled."""
        timeout = aiohttp.ClientTimeout(total=DEADLINE_S)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                await asyncio.sleep(every_s)
                await self.beat(session)

    async def beat(self, session: aiohttp.ClientSession) -> None:
        """Call the address once, unless the house is not well. A failure is logged once, until the next success."""
        unwell = self._problem()
        failed = f"Held back: {unwell}" if unwell else await self._called(session)
        if bool(failed) != bool(self._said):
            log.warning("heartbeat_silent" if failed else "heartbeat_back", reason=failed)
        self._said, self._called_once = failed, True

    def report(self) -> Mapping[str, object]:
        """How the last beat went, for /health."""
        return {"heartbeat": self._said or ("ok" if self._called_once else "Not called yet.")}

    async def _called(self, session: aiohttp.ClientSession) -> str:
        """Why the call failed, without the address; "" when it did not. Follows no redirect: one address was allowed."""
        try:
            async with session.get(self._url, allow_redirects=False) as answer:
                taken = answer.status < 300  # noqa: PLR2004 - the statuses of success
                return "" if taken else f"The address answered {answer.status}."
        except TimeoutError:
            return f"The address did not answer within {DEADLINE_S:g} s."
        except aiohttp.ClientError as error:
            return f"The address could not be reached ({type(error).__name__})."
