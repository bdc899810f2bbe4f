"""The Events API: who gets told of an event, in which envelope, and when it is told again. Never decides what happened."""

import asyncio
from collections.abc import Callable
from typing import Any

from incidentbot.clock import new_id
from incidentbot.playground.slack.delivering.delivery import Attempt, Courier, Kind
from incidentbot.playground.slack.delivering.errands import Errands
from incidentbot.playground.slack.people import APP_ID, BOT_USER_ID, TEAM_ID
from incidentbot.playground.slack.records import Channel
from incidentbot.playground.slack.strictness.scopes import EVENT_SCOPES, MESSAGE_SUBSCRIPTIONS
from incidentbot.playground.slack.workspace import Workspace

REDELIVERY_DELAYS_S = (0.0, 60.0, 300.0)  # https://docs.slack.dev/apis/events-api#retries


class EventDesk:
    """Delivers what happened to the app, and again when it was not acknowledged in time."""

    def __init__(self, workspace: Workspace, courier: Callable[[], Courier], errands: Errands) -> None:
        self.subscriptions: set[str] = set(EVENT_SCOPES)
        self.redelivery_delays_s: tuple[float, ...] = REDELIVERY_DELAYS_S
        self.deliveries_per_event = 1
        self.sent: list[dict[str, Any]] = []  # the body of every event that was to be delivered
        self.lost: list[dict[str, Any]] = []  # those that no attempt could deliver
        self._workspace = workspace
        self._courier = courier
        self._errands = errands
        workspace.on_event(self.happened)

    def happened(self, event: dict[str, Any], channel: Channel | None) -> None:
        """Something happened: told to the app if it is there, has subscribed and holds the scope."""
        if channel is not None and channel.kind != "im" and BOT_USER_ID not in channel.members:
            return
        name = event["type"]
        if name == "message":
            name = MESSAGE_SUBSCRIPTIONS[channel.kind if channel else "channel"]
        scope = EVENT_SCOPES[name]
        if name not in self.subscriptions or (scope and scope not in self._workspace.granted_scopes):
            return
        self.deliver(event)

    def deliver(self, event: dict[str, Any]) -> None:
        """Send one event, whatever the subscriptions say."""
        body = self._body(event)
        self.sent.append(body)
        for _ in range(self.deliveries_per_event):
            self._errands.start(self._until_acked(body))

    async def _until_acked(self, body: dict[str, Any]) -> None:
        reason = ""
        for number, delay_s in enumerate((0.0, *self.redelivery_delays_s)):
            if delay_s:
                await asyncio.sleep(delay_s)
            courier = self._courier()
            await courier.reachable()
            ack = await courier.carry(Kind.EVENT, body, Attempt(number, reason))
            if ack.acked or ack.no_retry:
                return
            reason = ack.reason
        self.lost.append(body)

    def _body(self, event: dict[str, Any]) -> dict[str, Any]:
        authorized = {
            "enterprise_id": None,
            "team_id": TEAM_ID,
            "user_id": BOT_USER_ID,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": "legacy-token",
            "team_id": TEAM_ID,
            "context_team_id": TEAM_ID,
            "context_enterprise_id": None,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{new_id().replace('-', '')[:16].upper()}",
            "event_time": self._workspace.now_s(),
            "authorizations": [authorized],
            "is_ext_shared_channel": False,
            "event_context": f"4-{new_id()}",
        }
