"""Signed HTTP: what Slack posts to the app's request URL, and what it makes of the answer."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp

from incidentbot.clock import SystemClock, new_id
from incidentbot.playground.slack.delivering.delivery import ACK_TIMEOUT_S, Ack, Attempt, Kind

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_OK = range(200, 300)


class HttpDelivery:
    """Posts to one URL. Start before use, stop after."""

    def __init__(self, signing_secret: str) -> None:
        self.url = ""
        self.ack_timeout_s = ACK_TIMEOUT_S
        self.clock_skew_s = 0  # put on the signature's timestamp, to show what a wrong clock does
        self._secret = signing_secret
        self._session: aiohttp.ClientSession | None = None

    def start(self) -> None:
        """Open the client's session, inside the running loop."""
        self._session = aiohttp.ClientSession()

    async def stop(self) -> None:
        """Close it."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def reachable(self) -> None:
        """A URL counts as reachable; whether somebody listens shows in the delivery."""

    async def carry(self, kind: Kind, payload: Mapping[str, Any], attempt: Attempt) -> Ack:
        """Post once and read the ack from the answer."""
        content_type, body = _written(kind, payload)
        headers = self._signed(body) | {"Content-Type": content_type}
        if attempt.number:
            headers |= {"X-Slack-Retry-Num": str(attempt.number), "X-Slack-Retry-Reason": attempt.reason}
        began = time.monotonic()
        try:
            return await self._post(body, headers, began)
        except TimeoutError:
            return Ack(acked=False, ms=_since(began), error="operation_timeout", reason="http_timeout")
        except aiohttp.ClientError:
            return Ack(acked=False, ms=_since(began), error="dispatch_failed", reason="connection_failed")

    async def _post(self, body: str, headers: dict[str, str], began: float) -> Ack:
        timeout = aiohttp.ClientTimeout(total=self.ack_timeout_s)
        async with self._opened().post(
            self.url, data=body.encode(), headers=headers, timeout=timeout
        ) as answer:
            text = await answer.text()
            if answer.status not in _OK:
                stop = answer.headers.get("x-slack-no-retry") == "1"
                return Ack(
                    acked=False,
                    ms=_since(began),
                    error="dispatch_failed",
                    reason="http_error",
                    no_retry=stop,
                )
            return Ack(acked=True, body=_read(text, answer.content_type), ms=_since(began))

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the Slack stand-in is not started")
        return self._session

    def _signed(self, body: str) -> dict[str, str]:
        stamp = str(int(SystemClock().now().timestamp()) + self.clock_skew_s)
        digest = hmac.new(self._secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def verify_url(self) -> bool:
        """The handshake Slack does when a request URL is saved: True when the challenge came back."""
        challenge = new_id()
        asked = {"token": "legacy-token", "challenge": challenge, "type": "url_verification"}
        ack = await self.carry(Kind.EVENT, asked, Attempt())
        return ack.acked and challenge in (ack.body or {}).values()


def _since(began: float) -> float:
    return (time.monotonic() - began) * 1000


def _written(kind: Kind, payload: Mapping[str, Any]) -> tuple[str, str]:
    if kind is Kind.COMMAND:
        return _FORM, urlencode(payload)
    if kind is Kind.INTERACTIVE:
        return _FORM, urlencode({"payload": json.dumps(payload)})
    return _JSON, json.dumps(payload)


def _read(text: str, content_type: str) -> Mapping[str, Any] | None:
    """An empty answer is a bare ack, JSON its own payload, anything else the text to show."""
    if not text:
        return None
    if content_type == _JSON:
        read = json.loads(text)
        return read if isinstance(read, dict) and read else None
    return {"text": text}
