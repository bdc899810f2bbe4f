"""The PagerDuty stand-in: Events v2, REST v2, V3 webhooks and ringing phones on loopback. Calls nobody but its webhook."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Self

from aiohttp import web

from incidentbot.clock import Clock
from incidentbot.playground.faults import Faults
from incidentbot.playground.pagerduty.account import Account, PagerUser, Service
from incidentbot.playground.pagerduty.acting import Acting
from incidentbot.playground.pagerduty.climbing import run_due
from incidentbot.playground.pagerduty.default_account import BOT, SERVICES, USERS
from incidentbot.playground.pagerduty.door import Door, PagerCall
from incidentbot.playground.pagerduty.events_api import EventsApi
from incidentbot.playground.pagerduty.incidents import Incidents
from incidentbot.playground.pagerduty.phone import Phone, Ring
from incidentbot.playground.pagerduty.records import Happening, Records
from incidentbot.playground.pagerduty.references import References, precise_instant
from incidentbot.playground.pagerduty.refusals import not_found
from incidentbot.playground.pagerduty.rest.api import RestApi
from incidentbot.playground.pagerduty.shapes.webhook_shapes import ping_body, webhook_body
from incidentbot.playground.pagerduty.webhooks import Webhooks

BODY_LIMIT_BYTES = 4 * 1024 * 1024
TICK_S = 0.25
WEBHOOK_SECRET = "webhook-secret-of-the-stand-in"
API_TOKEN = "token-of-the-stand-in"
WEB_ADDRESS = "https://example.pagerduty.com"


class PagerDutyStandIn(Acting):
    """A strict PagerDuty of one account. What it remembers lives as long as the object, across stop and start.

    clock: instants of incidents, rings and limits follow it; connections and webhook deadlines run on real time.
    services, users: the account. The holder of `api_token` is the last of the users.
    Source: PagerDuty's Events v2, REST v2 and V3 webhook references.
    """

    def __init__(
        self, clock: Clock, *, services: Sequence[Service] = SERVICES, users: Sequence[PagerUser] = USERS
    ) -> None:
        self.records = Records(clock, Account(services, users))
        super().__init__(self.records)
        self.faults = Faults()
        self.webhooks = Webhooks(clock)
        self.door = Door(clock, self.faults)
        self.api_token = API_TOKEN
        self.refs = References(api="", web=WEB_ADDRESS)
        self._clock = clock
        self._events = EventsApi(self.records, self.door)
        owner = BOT if BOT in users else users[-1]
        self._rest = RestApi(self.records, self.refs, self.door, token=self.api_token, token_owner=owner)
        self._runner: web.AppRunner | None = None
        self._ticker: asyncio.Task[None] | None = None
        self.records.hearers.append(self._post)
        clock.on_skip(self._skipped)

    @property
    def account(self) -> Account:
        """Users, services, policies, schedules; the rotation and the abilities may be changed."""
        return self.records.account

    @property
    def incidents(self) -> Incidents:
        """Every incident, and `alerts` by (routing key, dedup key)."""
        return self.records.incidents

    @property
    def phone(self) -> Phone:
        """The phones of everybody."""
        return self.records.phone

    @property
    def calls(self) -> list[PagerCall]:
        """Every HTTP call in the order it arrived."""
        return self.door.calls

    @property
    def enforce_rates(self) -> bool:
        """Whether callers are held to PagerDuty's limits per minute; off at first."""
        return self.door.enforce_rates

    @enforce_rates.setter
    def enforce_rates(self, value: bool) -> None:
        self.door.enforce_rates = value

    @property
    def connection_setup_s(self) -> float:
        """Real seconds that the first call on a fresh connection pays, as for TLS."""
        return self.door.connection_setup_s

    @connection_setup_s.setter
    def connection_setup_s(self, value: float) -> None:
        self.door.connection_setup_s = value

    @property
    def own_escalation(self) -> bool:
        """Whether PagerDuty's policies climb by themselves; off at first, so that only the bot climbs."""
        return self.records.own_escalation

    @own_escalation.setter
    def own_escalation(self, value: bool) -> None:
        self.records.own_escalation = value

    @property
    def api_url(self) -> str:
        """The base of REST and of Events, without a closing slash.

        Raises: RuntimeError before `start`.
        """
        if not self.refs.api:
            raise RuntimeError("The PagerDuty stand-in has not been started")
        return self.refs.api

    @property
    def events_url(self) -> str:
        """Where events are sent."""
        return f"{self.api_url}/v2/enqueue"

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        application = web.Application(client_max_size=BODY_LIMIT_BYTES)
        application.router.add_post("/v2/enqueue", self._events.enqueue)
        self._rest.mount(application)
        application.router.add_route("*", "/{rest:.*}", self._nowhere)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.refs.api = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        await self._events.start()
        self._ticker = asyncio.get_running_loop().create_task(self._tick())

    async def stop(self) -> None:
        """Stop listening and carrying; what it remembers stays."""
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
            self._ticker = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        await self._events.stop()
        await self.webhooks.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have `listener` called, without arguments, after every change of any incident."""
        self.records.watchers.append(listener)

    async def until(self, met: Callable[[], bool], *, within_s: float = 5.0) -> None:
        """Wait for a change of an incident, or a call that arrives or is answered, that makes `met` true.

        within_s: real seconds. Raises: TimeoutError.
        """
        changed = asyncio.Event()
        books = (self.records.watchers, self.door.watchers)
        for watchers in books:
            watchers.append(changed.set)
        try:
            async with asyncio.timeout(within_s):
                while not met():
                    changed.clear()
                    await changed.wait()
        finally:
            for watchers in books:
                watchers.remove(changed.set)

    async def settled(self) -> None:
        """Wait until every accepted event was applied."""
        await self._events.settled()

    def send_webhooks_to(self, url: str | None, secret: str = WEBHOOK_SECRET) -> None:
        """Subscribe an address to every event of the account, or nobody."""
        self.webhooks.subscribe(url, secret)

    def ping(self) -> None:
        """Press the button that sends a test webhook."""
        self.webhooks.post("pagey", ping_body(precise_instant(self._clock.now())))

    def late_rings(self, grouped_by: Callable[[str], str] | None = None) -> list[Ring]:
        """The rings a program made for a key that was already answered; see `Phone.late`."""
        return self.phone.late() if grouped_by is None else self.phone.late(grouped_by)

    def _post(self, happening: Happening) -> None:
        if self._runner is not None:
            self.webhooks.post(happening.incident.id, webhook_body(self.refs, happening))

    def _skipped(self) -> None:
        if self._runner is not None:
            run_due(self.records)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            run_due(self.records)

    async def _nowhere(self, request: web.Request) -> web.Response:
        call = await self.door.note(request, f"{request.method} {request.path}", {})
        refusal = not_found(call.operation)
        call.status = refusal.status
        return web.json_response(refusal.body(), status=refusal.status)
