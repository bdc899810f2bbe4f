"""One call of Slack's Web API: a deadline, no retries, and errors told in the house's three families.

Retries are the deliverer's business alone, so the client must be built with `retry_handlers=[]` (`web_client`).
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.slack.addresses import may_talk_to
from incidentbot.slack.payloads import Payload
from incidentbot.slack.web_api.last_look import last_look
from incidentbot.slack.web_api.pacing import Pace
from incidentbot.slack.web_api.refusal_words import PASSING, sentence
from incidentbot.slack.web_api.scopes import Method
from incidentbot.slack.web_api.spares import Spares

DEADLINE_S = 10.0
"""Far under the lease of an effect (30 s), far over Slack's usual answer."""
KEEP_ALIVE_S = 75.0
"""An incident bot is idle most of the time; aiohttp's own 15 s would cost a new connection for each incident."""
CONNECTIONS = 128
"""Twenty rooms opened at once need a hundred for a moment; a call that queues for one waits a whole round trip."""
QUEUED_S = 8.0
"""How long a call waits for its turn here rather than in the outbox: an effect of three calls is within its deadline."""
PAUSE_S = 30.0
"""After a 429 that names no pause."""

IN_FORMS = frozenset(
    {
        Method.AUTH_TEST,
        Method.SOCKET_OPEN,
        Method.CHANNEL_LIST,
        Method.HISTORY,
        Method.REPLIES,
        Method.USER,
        Method.USER_BY_EMAIL,
        Method.GROUP_MEMBERS,
        Method.FILE_RESERVE,
        Method.CHANNEL_INFO,
    }
)
"""Methods that read or reserve: Slack takes their arguments as a form only. Those that write take JSON, which is cheaper to make."""

TOO_MANY, SERVER_ERROR, TIMED_OUT = 429, 500, 408


class Declined(GiveUp):
    """Slack said no. `code` is its word for why, `body` all it said."""

    def __init__(self, code: str, body: Mapping[str, Any], method: str) -> None:
        super().__init__(sentence(code, body, method))
        self.code = code
        self.body = body


def open_session() -> aiohttp.ClientSession:
    """The session all Slack calls share; close it last. A session of ours does not know the client's timeout."""
    connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE_S)
    timeout = aiohttp.ClientTimeout(total=DEADLINE_S)
    return aiohttp.ClientSession(
        connector=connector, timeout=timeout, trace_configs=[Spares().trace(), last_look()]
    )


def web_client(token: str | None, api_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client for `api_url` (a slash at its end is added). token None: for Bolt, which asks for the stored identity."""
    return AsyncWebClient(token=token, base_url=api_url, session=session, retry_handlers=[])


class Calls:
    """Calls by name. Safe to use from many tasks at once."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self.pace = Pace()

    async def call(self, method: Method, *, deadline_s: float = DEADLINE_S, **arguments: Any) -> Payload:
        """The body of Slack's answer. Arguments that are None are left out.

        Raises TryLater (with Slack's pause; `unknown` where it may have taken effect) or Declined.
        """
        response = await self.response(method, deadline_s=deadline_s, **arguments)
        return response.data if isinstance(response.data, Mapping) else {}

    async def response(
        self, method: Method, *, deadline_s: float = DEADLINE_S, **arguments: Any
    ) -> AsyncSlackResponse:
        """Like `call`, with the headers."""
        channel = str(arguments.get("channel", ""))
        turn = await self.pace.turn(method, channel, patience_s=min(deadline_s, QUEUED_S))
        try:
            async with asyncio.timeout(deadline_s):
                return await self._client.api_call(method.value, **_sent(method, arguments))
        except SlackApiError as refused:
            told = _told(method, refused)
            if isinstance(told, TryLater) and told.after_s is not None:
                self.pace.asked(method, channel, told.after_s, turn)
            raise told from refused
        except TimeoutError as late:
            raise TryLater(f"Slack did not answer within {deadline_s:g} s.", unknown=True) from late
        except aiohttp.ClientConnectorError as away:
            raise TryLater("Slack cannot be reached.") from away
        except aiohttp.ClientError as cut:
            raise TryLater("The connection to Slack broke.", unknown=True) from cut
        finally:
            self.pace.over(turn)

    async def upload(self, address: str, content: bytes) -> None:
        """Send the bytes of a file to the address that Slack gave. Raises TryLater or GiveUp; sharing it is another call."""
        session = self._client.session
        if session is None or not may_talk_to(address, self._client.base_url):
            raise GiveUp("Slack named an address for the file that is not its own.")
        try:
            async with asyncio.timeout(DEADLINE_S), session.post(address, data=content) as answer:
                if answer.status >= SERVER_ERROR or answer.status in {TOO_MANY, TIMED_OUT}:
                    raise TryLater(f"Slack did not take the file (HTTP {answer.status}).")
                if not answer.ok:
                    raise GiveUp(f"Slack refused the file (HTTP {answer.status}).")
        except (TimeoutError, aiohttp.ClientError) as away:
            raise TryLater("The file did not reach Slack.") from away


def _sent(method: Method, arguments: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in arguments.items() if value is not None}
    if method in IN_FORMS:
        return {"data": {name: _form_value(value) for name, value in given.items()}}
    return {"json": given}


def _form_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _told(method: Method, refused: SlackApiError) -> TryLater | Declined:
    response = refused.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", SERVER_ERROR))
    data = getattr(response, "data", None)
    body: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
    if status == TOO_MANY or body.get("error") == "ratelimited":
        return TryLater("Slack asks for a pause: too many requests.", after_s=pause_asked_s(refused))
    if status >= SERVER_ERROR or status == TIMED_OUT:
        return TryLater(f"Slack has trouble of its own (HTTP {status}).", unknown=True)
    code = str(body.get("error") or f"http_{status}")
    if code in PASSING:
        return TryLater(f"Slack has trouble of its own ({code.replace('_', ' ')}).", unknown=True)
    return Declined(code, body, method.value)


def pause_asked_s(refused: SlackApiError) -> float:
    """The pause in seconds that Slack asks for with a 429; 0 where it refused for another reason."""
    response = refused.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", SERVER_ERROR))
    data = getattr(response, "data", None)
    if status != TOO_MANY and not (isinstance(data, Mapping) and data.get("error") == "ratelimited"):
        return 0.0
    headers = getattr(response, "headers", None) or {}
    said = {str(name).lower(): value for name, value in headers.items()}.get("retry-after", "")
    return float(said) if str(said).isdigit() else PAUSE_S
