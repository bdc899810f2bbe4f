"""Words for one person after a press: sent beside the ack, never before it. A courtesy: lost ones are not repeated."""

import asyncio
from dataclasses import dataclass

import aiohttp

from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.supervisor import Supervisor
from incidentbot.slack.addresses import may_talk_to
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.listening.exchange import Turn
from incidentbot.slack.web_api.calls import Calls
from incidentbot.slack.web_api.scopes import Method
from incidentbot.telemetry import logger

DEADLINE_S = 5.0

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Replies:
    """Answers through the address that came with the press, or in a direct message where none came."""

    session: aiohttp.ClientSession
    calls: Calls
    api_url: str
    tasks: Supervisor

    def later(self, turn: Turn, shown: Shown) -> None:
        """Send it as soon as the ack is on its way; only the person who pressed sees it."""
        self.tasks.start(self._send(turn, shown), name="reply")

    async def _send(self, turn: Turn, shown: Shown) -> None:
        try:
            async with asyncio.timeout(DEADLINE_S):
                await self._tell(turn, shown)
        except (TimeoutError, aiohttp.ClientError, TryLater, GiveUp) as error:
            log.warning("reply_lost", reason=type(error).__name__)

    async def _tell(self, turn: Turn, shown: Shown) -> None:
        url = turn.response_url
        if url and may_talk_to(url, self.api_url):
            answer = {"response_type": "ephemeral", "replace_original": False, "text": shown.text}
            body = {**answer, "blocks": shown.blocks} if shown.blocks else answer
            async with self.session.post(url, json=body) as response:
                if not response.ok:
                    log.warning("reply_lost", status=response.status)
            return
        if url:
            log.warning("reply_address_refused")
        if turn.user:
            await self.calls.call(
                Method.POST, channel=turn.user, text=shown.text, blocks=shown.blocks or None
            )
