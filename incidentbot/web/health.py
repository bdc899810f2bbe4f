"""/health says that the process lives, /ready that it can serve, /health/full what is waiting. No secrets, no names."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web
from markupsafe import escape

from incidentbot.clock import Clock
from incidentbot.flows.ports import Store, StoreAway
from incidentbot.telemetry import logger

Probe = Callable[[], Awaitable[str]]
"""Answers "" when all is well, else a short sentence."""

Report = Callable[[], Mapping[str, object]]
"""Figures from memory; asks nobody."""

HTTP_UNAVAILABLE = 503
DATABASE, HOUSE = "database", "house"
AWAY = "The database cannot be used now; the log tells why."

log = logger(__name__)


class Standing:
    """Whether the house takes anything in: not before its start is over, and not once it stops."""

    def __init__(self) -> None:
        self.why_not = "It is starting."

    def begin(self) -> None:
        """It is open."""
        self.why_not = ""

    def end(self) -> None:
        """It takes nothing in any more."""
        self.why_not = "It is stopping."


LINE = "/health/line"
"""What pages show of it: a piece of one, which they ask for beside their own."""


@dataclass(frozen=True, slots=True)
class Health:
    """The endpoints.

    A 503 takes the bot from its balancer, and Slack with it, so it is given only for what no request can be served
    without: the database, and the house itself (`standing`).
    probes: name -> probe of one dependency (slack, pagerduty, alarm clock); what they find is degraded, and served.
    notices: name -> probe of what a person should look at while the work goes on, such as a delivery that was set aside.
    reports: what is known without asking, shown beside.
    """

    store: Store
    clock: Clock
    probes: Mapping[str, Probe]
    notices: Mapping[str, Probe]
    reports: Sequence[Report] = ()
    standing: Standing = field(kw_only=True)

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/health", self.alive)
        app.router.add_get("/ready", self.ready)
        app.router.add_get("/health/full", self.full)
        app.router.add_get(LINE, self.line)

    async def alive(self, _: web.Request) -> web.Response:
        """200 as long as the process answers, with what the last audit saw; asks nothing of the database or the vendors."""
        return web.json_response({"status": "ok", **self._known()})

    async def ready(self, _: web.Request) -> web.Response:
        """200 while requests can be served, with what is degraded meanwhile; else 503 with what hinders it."""
        return _answer(
            await self._problems(), await _said(self.probes), {"notices": await _said(self.notices)}
        )

    async def line(self, _: web.Request) -> web.Response:
        """What is not well with the bot itself, as one quiet line of a page; nothing where all is well."""
        found = [*(await self._problems()).values(), *(await _said(self.probes)).values()]
        words = f'<p class="calm">Not all is well with the bot itself: {escape(" ".join(found))}</p>'
        return web.Response(text=words if found else "", content_type="text/html")

    async def full(self, _: web.Request) -> web.Response:
        """What is waiting and for how long, beside what does not answer."""
        problems = await self._problems()
        waiting = await self._waiting() if DATABASE not in problems else {}
        more = {"notices": await _said(self.notices), **self._known(), **waiting}
        return _answer(problems, await _said(self.probes), more)

    def _known(self) -> dict[str, object]:
        return {name: value for report in self.reports for name, value in report().items()}

    async def _problems(self) -> dict[str, str]:
        """Why no request can be served."""
        found = {HOUSE: self.standing.why_not} if self.standing.why_not else {}
        try:
            await self.store.prove()
            await self.store.snapshot()
        except StoreAway as away:
            log.warning(
                "store_away", where="health", reason=str(away)
            )  # names its address, and so stays here
            found[DATABASE] = AWAY
        return found

    async def _waiting(self) -> dict[str, Any]:
        snapshot = await self.store.snapshot()
        return {
            "oldest_due_timer_s": self._age_s(snapshot.oldest_due_timer),
            "oldest_waiting_effect_s": self._age_s(snapshot.oldest_waiting_effect),
            "failed_effects": snapshot.failed_effects,
            "open_incidents": snapshot.open_incidents,
        }

    def _age_s(self, since: datetime | None) -> float | None:
        return None if since is None else max(0.0, (self.clock.now() - since).total_seconds())


async def _said(probes: Mapping[str, Probe]) -> dict[str, str]:
    """What the probes have to say; without those to which all is well."""
    found = {name: await probe() for name, probe in probes.items()}
    return {name: sentence for name, sentence in found.items() if sentence}


def _answer(
    problems: Mapping[str, str], degraded: Mapping[str, str], more: Mapping[str, Any]
) -> web.Response:
    status = "not ready" if problems else "degraded" if degraded else "ok"
    body = {"status": status, "problems": {**degraded, **problems}, **more}
    return web.json_response(body, status=HTTP_UNAVAILABLE if problems else 200)
