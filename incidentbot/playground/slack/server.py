"""The Slack stand-in: a strict workspace on loopback with the Web API, Socket Mode and signed HTTP. Knows no bot."""

import asyncio
from collections.abc import Callable, Sequence

from aiohttp import web

from incidentbot.clock import Clock
from incidentbot.playground.faults import Faults
from incidentbot.playground.slack.calling import Call, WebApi
from incidentbot.playground.slack.delivering.delivery import Courier
from incidentbot.playground.slack.delivering.errands import Errands
from incidentbot.playground.slack.delivering.events import EventDesk
from incidentbot.playground.slack.delivering.http_delivery import HttpDelivery
from incidentbot.playground.slack.delivering.response_urls import ResponseUrls
from incidentbot.playground.slack.delivering.socket_mode import SocketMode
from incidentbot.playground.slack.delivering.triggers import Triggers
from incidentbot.playground.slack.methods.desk import Body, Desk
from incidentbot.playground.slack.methods.table import METHODS
from incidentbot.playground.slack.open_id import OpenId
from incidentbot.playground.slack.people import APP_ID, FIVE_PEOPLE, Person
from incidentbot.playground.slack.records import Change, View
from incidentbot.playground.slack.strictness.arguments import Arguments
from incidentbot.playground.slack.strictness.forms import Forms
from incidentbot.playground.slack.uploads import Uploads
from incidentbot.playground.slack.watch import Found, Watch
from incidentbot.playground.slack.workspace import Workspace

_HOST = "127.0.0.1"
_SHUTDOWN_S = 0.2
_LINE = 60 * 1024  # slack_sdk puts most arguments into the address


class SlackStandIn(Forms):
    """Build one, start it, point the bot at `api_url`, and act as the people do.

    The state outlives stop and start; message stamps, bookmarks and response_url ages follow `clock`; triggers,
    acks, signatures and rates are on real time.
    """

    bot_token = "xoxb-stand-in-bot"
    app_token = "xapp-1-A0BOT-stand-in"
    signing_secret = "stand-in-signing-secret"

    def __init__(self, clock: Clock, *, people: Sequence[Person] = FIVE_PEOPLE) -> None:
        self.clock = clock
        self.faults = Faults()
        self.workspace = Workspace(clock, people)
        self.triggers = Triggers()
        self.response_urls = ResponseUrls(self.workspace)
        self.sockets = SocketMode()
        self.http = HttpDelivery(self.signing_secret)
        self._errands = Errands()
        self.events = EventDesk(self.workspace, lambda: self.courier, self._errands)
        methods = {**METHODS, "apps.connections.open": self._open_connection}
        tokens = (self.bot_token, self.app_token)
        self.web_api = WebApi(Desk(self.workspace, self.triggers), self.faults, methods, tokens)
        self.open_id = OpenId(self.workspace)
        self._uploads = Uploads(self.workspace, self.bot_token)
        self._watch = Watch()
        self.workspace.on_change(lambda _: self._watch.happened())
        self.web_api.on_call = lambda _: self._watch.happened()
        self._runner: web.AppRunner | None = None
        self._port = 0

    # --- running ---

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; port 0 takes a free one."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        self.open_id.mount(app)
        app.router.add_route("*", "/api/{method}", self.web_api.answer)
        app.router.add_get("/link", self.sockets.accept)
        app.router.add_post("/{family:commands|actions}/{team}/{secret}", self.response_urls.serve)
        app.router.add_post("/upload/v1/{ticket}", self._uploads.receive)
        app.router.add_get("/files/{file}/{name}", self._uploads.send)
        self._runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=_SHUTDOWN_S, max_line_size=_LINE, max_field_size=_LINE
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, _HOST, port).start()
        self._port = self._runner.addresses[0][1]
        self.response_urls.base_url = self.workspace.files_url = f"http://{_HOST}:{self._port}/"
        self.http.start()

    async def stop(self) -> None:
        """Close every socket and stop listening.

        Raises ExceptionGroup with whatever failed beside the answers.
        """
        await self.sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        await self.http.stop()
        await self._errands.stop()

    @property
    def api_url(self) -> str:
        """The base URL for a client, with its slash at the end; known after start."""
        return f"http://{_HOST}:{self._port}/api/"

    def _open_connection(self, _desk: Desk, _arguments: Arguments) -> Body:
        """apps.connections.open"""
        return {"url": f"ws://{_HOST}:{self._port}/link?ticket={self.sockets.ticket()}&app_id={APP_ID}"}

    # --- the way to the app ---

    @property
    def courier(self) -> Courier:
        """Signed HTTP when a URL is set, else Socket Mode."""
        return self.http if self.http.url else self.sockets

    def deliver_over_http(self, url: str | None) -> None:
        """Post to this URL from now on; None goes back to Socket Mode."""
        self.http.url = url or ""

    async def wait_connected(self, timeout_s: float = 5) -> None:
        """Wait until the app can be reached.

        Raises TimeoutError.
        """
        await asyncio.wait_for(self.courier.reachable(), timeout_s)

    @property
    def ack_timeout_s(self) -> float:
        """How long Slack waits for an ack, in real seconds: 3."""
        return self.sockets.ack_timeout_s

    @ack_timeout_s.setter
    def ack_timeout_s(self, seconds: float) -> None:
        self.sockets.ack_timeout_s = self.http.ack_timeout_s = seconds

    @property
    def redelivery_delays_s(self) -> tuple[float, ...]:
        """After how many real seconds an event that was not acknowledged is sent again: 0, 60 and 300."""
        return self.events.redelivery_delays_s

    @redelivery_delays_s.setter
    def redelivery_delays_s(self, delays_s: tuple[float, ...]) -> None:
        self.events.redelivery_delays_s = delays_s

    @property
    def refuse_sockets(self) -> bool:
        """Whether the upgrade of a new socket is refused."""
        return self.sockets.refuse_sockets

    @refuse_sockets.setter
    def refuse_sockets(self, refuse: bool) -> None:
        self.sockets.refuse_sockets = refuse

    @property
    def stall_sockets(self) -> bool:
        """Whether sockets open and then deliver nothing."""
        return self.sockets.stall_sockets

    @stall_sockets.setter
    def stall_sockets(self, stall: bool) -> None:
        self.sockets.stall_sockets = stall

    def drop_sockets(self) -> None:
        """Cut every socket without a word."""
        self.sockets.drop_sockets()

    # --- what is seen and set ---

    @property
    def calls(self) -> list[Call]:
        """Every call of the Web API in the order of answering."""
        return self.web_api.calls

    @property
    def enforce_rates(self) -> bool:
        """Whether calls above Slack's tiers are answered with 429."""
        return self.web_api.enforce_rates

    @enforce_rates.setter
    def enforce_rates(self, enforce: bool) -> None:
        self.web_api.enforce_rates = enforce

    @property
    def connection_setup_s(self) -> float:
        """What the first request of each TCP connection waits on top, in real seconds."""
        return self.web_api.connection_setup_s

    @connection_setup_s.setter
    def connection_setup_s(self, seconds: float) -> None:
        self.web_api.connection_setup_s = seconds

    @property
    def granted_scopes(self) -> set[str]:
        """The scopes of the bot token; add or discard to try the bot with others."""
        return self.workspace.granted_scopes

    def on_change(self, listener: Callable[[Change], None]) -> None:
        """Have `listener` told of everything a page should draw again."""
        self.workspace.on_change(listener)

    def form_of(self, user: str) -> View | None:
        """The form on top in front of the person."""
        stack = self.workspace.modals.get(self.workspace.person(user).id, [])
        return self.workspace.views[stack[-1]] if stack else None

    def home_of(self, user: str) -> View | None:
        """The home that was published for the person."""
        shown = self.workspace.homes.get(self.workspace.person(user).id)
        return self.workspace.views[shown] if shown else None

    async def until(self, reached: Callable[[], Found], *, timeout_s: float = 5.0) -> Found:
        """What `reached` gives as soon as it is true; asked again after every change and every call.

        Raises TimeoutError.
        """
        return await self._watch.until(reached, timeout_s)
