"""Signing in with Slack, by OpenID Connect: where people are sent, and who came back. Keeps nothing.

Source: docs.slack.dev, "Sign in with Slack". The token comes from Slack itself over TLS, which vouches for it as its
signature would (OpenID Connect Core 3.1.3.7, point 6).
"""

import asyncio
import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urljoin

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from incidentbot.core.refusals import Refused
from incidentbot.telemetry import logger

DEADLINE_S = 10.0
SCOPES = "openid profile"
USER, TEAM = "https://slack.com/user_id", "https://slack.com/team_id"
AGAIN = "Slack did not let you in. Please begin again at /sign-in."

log = logger(__name__)


class SlackSignIn:
    """Build once. client: without a token of its own. team: the id of the bot's workspace, "" while it is not known."""

    def __init__(
        self, client: AsyncWebClient, client_id: str, client_secret: str, team: Callable[[], str]
    ) -> None:
        self._client = client
        self._client_id = client_id
        self._client_secret = client_secret
        self._team = team

    def address(self, *, state: str, nonce: str, back: str) -> str:
        """Where to send somebody who wants to come in. back: the address of ours that Slack sends them back to."""
        asked = {
            "response_type": "code",
            "scope": SCOPES,
            "client_id": self._client_id,
            "state": state,
            "nonce": nonce,
            "redirect_uri": back,
        }
        team = {"team": self._team()} if self._team() else {}
        page = urljoin(self._client.base_url, "../openid/connect/authorize")
        return f"{page}?{urlencode(asked | team)}"

    async def person(self, code: str, *, nonce: str, back: str) -> str:
        """The Slack user id of whoever came back with this code. Raises Refused."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                # By name: the SDK's own method sends the secret in a way that aiohttp is about to drop.
                answer = await self._client.api_call("openid.connect.token", data=self._offer(code, back))
        except SlackApiError as refused:
            log.warning("sign_in_refused", code=str(refused.response.get("error", "")))
            raise Refused(AGAIN) from refused
        except (TimeoutError, aiohttp.ClientError) as away:
            raise Refused("Slack did not answer in time. Please begin again at /sign-in.") from away
        return self._checked(_claims(str(answer.get("id_token", ""))), nonce)

    def _offer(self, code: str, back: str) -> dict[str, str]:
        return {
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            "code": code,
            "redirect_uri": back,
        }

    def _checked(self, claims: Mapping[str, Any], nonce: str) -> str:
        user, team = str(claims.get(USER, "")), str(claims.get(TEAM, ""))
        if claims.get("aud") != self._client_id or claims.get("nonce") != nonce or not user:
            raise Refused(AGAIN)
        if team != self._team():
            raise Refused("You are signed in to another Slack workspace. Choose this one and begin again.")
        return user


def _claims(token: str) -> Mapping[str, Any]:
    """The middle part of a JWT; nothing of what cannot be read."""
    parts = token.split(".")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, ValueError, binascii.Error):
        return {}
    return claims if isinstance(claims, Mapping) else {}
