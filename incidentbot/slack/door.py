"""Slack's door as the house holds it: opened first, listening last. Knows the order of things, not their content."""

import asyncio
import time
from collections.abc import Collection, Mapping
from functools import partial
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, web
from slack_bolt.app.async_app import AsyncApp

from incidentbot.clock import Clock
from incidentbot.core.answers import Answer
from incidentbot.core.effects import Effect
from incidentbot.core.incident import Incident
from incidentbot.core.refusals import GiveUp, Refused, TryLater
from incidentbot.flows.alerts.alert_ports import AlertPost
from incidentbot.flows.catching_up import CatchUp
from incidentbot.flows.checkup import Finding
from incidentbot.flows.ports import Claimed, Teller
from incidentbot.flows.supervisor import Supervisor
from incidentbot.flows.watchdog.house_ports import HousePost
from incidentbot.settings import Settings
from incidentbot.slack.chat import TOLD, SlackChat
from incidentbot.slack.desk import Desk
from incidentbot.slack.doctor import examine
from incidentbot.slack.listening import http
from incidentbot.slack.listening.bolt import build_bolt
from incidentbot.slack.listening.doorway import Doorway
from incidentbot.slack.listening.replies import Replies
from incidentbot.slack.listening.socket import CarefulClient, Patience, SocketLine
from incidentbot.slack.payloads import text
from incidentbot.slack.sign_in import SlackSignIn
from incidentbot.slack.web_api.calls import Calls, Declined, open_session, web_client
from incidentbot.slack.web_api.channels import Channels
from incidentbot.slack.web_api.groups import members
from incidentbot.slack.web_api.history import History
from incidentbot.slack.web_api.identity import Identity, identify
from incidentbot.slack.web_api.scopes import Method
from incidentbot.telemetry import logger

PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
NAME_WITHIN_S = 2.0
COMING_UP_S = 2.0
"""At a start, what waits to be told may be quicker than auth.test: it waits so long rather than fail its try."""

log = logger(__name__)


class SlackDoor:
    """Use it as `async with SlackDoor(settings) as door`, then `stand_on`, `mount`, `start`."""

    def __init__(self, settings: Settings, patience: Patience | None = None) -> None:
        self._settings = settings
        self._token = settings.slack_bot_token.get_secret_value()
        self._patience = patience
        self._problem = "Slack was not reached yet."
        self._began_at = time.monotonic()
        self._identity: Identity | None = None
        self._bolt: AsyncApp | None = None
        self._line: SocketLine | None = None
        self._desk: Desk | None = None
        self._names: dict[str, str] = {}
        self.catch_up: CatchUp | None = None

    async def __aenter__(self) -> Self:
        self._session: ClientSession = open_session()
        self.calls = Calls(web_client(self._token, self._settings.slack_api_url, self._session))
        self._channels = Channels(self.calls)
        self._chat: asyncio.Future[SlackChat] = asyncio.get_running_loop().create_future()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    @property
    def url(self) -> str:
        """The address of the workspace, "" while it is not known."""
        return self._identity.url if self._identity else ""

    @property
    def sign_in(self) -> SlackSignIn | None:
        """How people sign in at the pages, None where the app's client id and secret are not set."""
        settings = self._settings
        secret = settings.slack_client_secret.get_secret_value()
        if not (settings.slack_client_id and secret):
            return None
        client = web_client(None, settings.slack_api_url, self._session)
        return SlackSignIn(
            client, settings.slack_client_id, secret, lambda: self._identity.team_id if self._identity else ""
        )

    @property
    def tellers(self) -> Mapping[type[Effect], Teller]:
        """Who tells the effects that Slack shows."""
        return dict.fromkeys(TOLD, self)

    def stand_on(self, desk: Desk, catch_up: CatchUp | None = None) -> None:
        """Have requests handled by this desk, and Slack's pauses kept by its clock. catch_up: reads what was missed."""
        self.catch_up = catch_up
        self._desk = desk
        self.calls.pace.now = desk.clock.now

    def mount(self, app: web.Application) -> None:
        """Serve Slack's requests over HTTP, where a signing secret is set."""
        if self._settings.wants_http:
            http.mount(app, lambda: self._bolt)

    async def tell(self, incident: Incident, claimed: Claimed) -> Answer | None:
        """Tell an effect, as soon as Slack has said who the bot is. Raises TryLater or GiveUp."""
        return await (await self._talking()).tell(incident, claimed)

    async def post_alerts(self, post: AlertPost) -> None:
        """Post a line about alerts that belong to no incident. Raises TryLater or GiveUp."""
        await (await self._talking()).post_alerts(post)

    async def post_house(self, post: HousePost) -> None:
        """Post a line about the house itself. Raises TryLater or GiveUp."""
        await (await self._talking()).post_house(post)

    async def _talking(self) -> SlackChat:
        try:
            async with asyncio.timeout(COMING_UP_S):
                return await asyncio.shield(self._chat)
        except TimeoutError:
            raise TryLater(self._problem) from None

    async def slack_id_of(self, email: str) -> str | None:
        """The Slack user id of an address, None where Slack knows nobody. Raises TryLater, GiveUp."""
        try:
            body = await self.calls.call(Method.USER_BY_EMAIL, email=email)
        except Declined as declined:
            if declined.code == "users_not_found":
                return None
            raise
        return text(body, "user", "id") or None

    async def address_of(self, user: str) -> str | None:
        """The mail address of an account, None where Slack does not show it. Raises TryLater, GiveUp."""
        body = await self.calls.call(Method.USER, user=user)
        return text(body, "user", "profile", "email") or None

    async def members_of(self, group: str) -> tuple[str, ...]:
        """The Slack user ids in a user group, () where it is empty. Raises TryLater, GiveUp."""
        return await members(self.calls, group)

    async def name_of(self, user: str) -> str:
        """What a person is called in Slack, asked once; "" where Slack does not say."""
        if user not in self._names:
            try:
                body = await self.calls.call(Method.USER, deadline_s=NAME_WITHIN_S, user=user)
            except (TryLater, GiveUp):
                return ""
            self._names[user] = text(body, "user", "real_name") or text(body, "user", "name")
        return self._names[user]

    def link_to(self, channel: str) -> str:
        """The https address of a channel, "" while the workspace is not known."""
        return f"{self.url.rstrip('/')}/archives/{channel}" if self.url else ""

    async def probe(self) -> str:
        """What is wrong with Slack now, "" when all is well."""
        if self._problem:
            return self._problem
        if self._line is not None and not await self._line.connected():
            return "The Socket Mode connection to Slack is down; it is being made anew."
        return ""

    async def silent_s(self) -> float:
        """How long no request can have come in from Slack; 0 while one can. Over HTTP alone, Slack calls when it likes."""
        if self._identity is None:
            return time.monotonic() - self._began_at
        return await self._line.silent_s() if self._line is not None else 0.0

    async def start(self, tasks: Supervisor) -> None:
        """Listen. With Slack away it is asked again in the background, and pages go out meanwhile.

        Raises Refused for a token that Slack does not take.
        """
        try:
            await self._come_up(tasks)
        except Declined as declined:
            raise Refused(declined.reason) from declined
        except TryLater as away:
            self._problem = away.reason
            tasks.start(self._keep_trying(tasks), name="slack")

    async def _keep_trying(self, tasks: Supervisor) -> None:
        pause_s = PAUSE_S
        while True:
            await asyncio.sleep(pause_s)
            try:
                await self._come_up(tasks)
            except (TryLater, GiveUp) as refused:
                self._problem = refused.reason
                log.warning("slack_not_reached", reason=refused.reason, pause_s=pause_s)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            else:
                return

    async def _come_up(self, tasks: Supervisor) -> None:
        desk, settings = self._desk, self._settings
        if desk is None:
            raise RuntimeError("stand_on comes before start")
        identity = await identify(self.calls)
        if self.catch_up is not None:
            await self.catch_up.begin()
            tasks.keep(partial(self.catch_up.run, History(self.calls, identity)), name="catch up")
        replies = Replies(self._session, self.calls, settings.slack_api_url, tasks)
        self._chat.set_result(SlackChat(self.calls, desk, identity, self._channels))
        listener = web_client(None, settings.slack_api_url, self._session)
        secret = settings.slack_signing_secret.get_secret_value()
        self._bolt = build_bolt(Doorway(desk, self.calls, replies), identity, listener, self._token, secret)
        self._identity, self._problem = identity, ""
        if settings.wants_socket_mode:
            self._line = self._new_line(self._bolt, desk.clock)
            tasks.keep(self._line.run, name="socket mode")
        tasks.start(self._look_for_channels(desk), name="channels")

    def _new_line(self, bolt: AsyncApp, clock: Clock) -> SocketLine:
        arguments: dict[str, Any] = {"base_url": self._settings.slack_api_url, "retry_handlers": []}
        client = CarefulClient(session=self._session, **arguments)
        token = self._settings.slack_app_token.get_secret_value()
        back = self.catch_up.after_silence if self.catch_up else None
        elapsed = lambda: clock.now().timestamp()  # noqa: E731 - one argument of two
        return SocketLine(bolt, token, client, self._patience, elapsed=elapsed, back=back)

    async def _look_for_channels(self, desk: Desk) -> None:
        """Look the profile's channels up before they are needed, and say which are missing."""
        try:
            missing = await self._channels.resolve_channels(desk.policy.channels)
        except (TryLater, GiveUp) as refused:
            log.warning("channels_not_looked_up", reason=refused.reason)
            return
        for sentence in missing.values():
            log.warning("channel_missing", reason=sentence)

    async def examine(
        self, channels: Mapping[str, str], people: Collection[str] = (), *, canvas: bool = False
    ) -> list[Finding]:
        """What `doctor` says about Slack. channels, canvas: the profile's. people: ids of the team file, members and groups."""
        token = self._settings.slack_app_token.get_secret_value()
        app_calls = Calls(web_client(token, self._settings.slack_api_url, self._session)) if token else None
        return await examine(self.calls, app_calls, channels, people, canvas=canvas)
