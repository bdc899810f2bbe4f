"""Spare connections to Slack: beside a call that has to open its own, those are opened that will follow it.

Slack closes connections that are idle, and an incident comes after a long silence. Once its room is made four calls go
side by side, and three would each wait for a connection; here they are made while the room is. Asks Slack for nothing:
`api.test` answers, and does nothing else.
"""

from types import SimpleNamespace

import aiohttp

from incidentbot.flows.supervisor import Supervisor
from incidentbot.slack.web_api.scopes import Method

SPARES = 3
"""Card, people, topic and announcement, less the connection that made the room."""

FOLLOWED = frozenset({Method.AUTH_TEST, Method.CHANNEL_CREATE})
"""Calls after which others go side by side: the first after a start, and the one that makes a room."""


class Spares:
    """Give `trace` to the session that is to have them."""

    def __init__(self) -> None:
        self._opening = Supervisor()

    def trace(self) -> aiohttp.TraceConfig:
        """Hears of each request that finds no connection it could take over."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._asked)
        trace.on_connection_create_start.append(self._connecting)
        return trace

    async def _asked(
        self, _: aiohttp.ClientSession, context: SimpleNamespace, asked: aiohttp.TraceRequestStartParams
    ) -> None:
        context.url = asked.url

    async def _connecting(
        self,
        session: aiohttp.ClientSession,
        context: SimpleNamespace,
        _: aiohttp.TraceConnectionCreateStartParams,
    ) -> None:
        """Twenty rooms made at once open their own connections side by side; three spare ones are enough for all."""
        if context.url.name not in FOLLOWED or self._opening.busy:
            return
        address = str(context.url.with_name(Method.API_TEST.value))
        for _spare in range(SPARES):
            self._opening.start(_opened(session, address), name="spare connection")


async def _opened(session: aiohttp.ClientSession, address: str) -> None:
    """One that cannot be opened now is opened by the call that needs it; that call tells what is wrong."""
    try:
        async with session.post(address) as response:
            await response.read()
    except (aiohttp.ClientError, TimeoutError, RuntimeError):  # RuntimeError: the session was closed
        return
