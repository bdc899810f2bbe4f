"""Builds every object of the house once, starts and stops them in order. Nothing happens at import."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from socket import socket
from typing import Any

from incidentbot.clock import Clock, SteadyClock
from incidentbot.core.effects import AckPage, Effect, ResolvePage, SendMail, SendPage
from incidentbot.core.pager_effects import NotePage, ShowPriority
from incidentbot.core.policy import Policy
from incidentbot.core.refusals import Refused
from incidentbot.doctor import check_connections
from incidentbot.documents.runbooks.runbook_folder import RunbookFolder
from incidentbot.documents.runbooks.runbook_places import folders_or_shipped
from incidentbot.flows.alerts.alert_desk import AlertDesk
from incidentbot.flows.bell import Bell
from incidentbot.flows.capture import Capture
from incidentbot.flows.catching_up import CatchUp
from incidentbot.flows.checkup import Checkup
from incidentbot.flows.deliver import Deliverer
from incidentbot.flows.desk import Desk
from incidentbot.flows.handle import Handler
from incidentbot.flows.maintenance.calendar import Calendar
from incidentbot.flows.ports import Teller
from incidentbot.flows.postmortem_folder import PostmortemFolder
from incidentbot.flows.shelf import Shelf
from incidentbot.flows.supervisor import Supervisor
from incidentbot.flows.tick import Ticker
from incidentbot.flows.trimming import Trimmer
from incidentbot.house import House
from incidentbot.intake.door import IntakeDoor
from incidentbot.outward.mail import Known, open_mailer
from incidentbot.pagerduty.listening.answers import Answers
from incidentbot.pagerduty.modes import OFF, REST, connections
from incidentbot.pagerduty.oncall import Roster
from incidentbot.pagerduty.pager import PagerDuty
from incidentbot.pagerduty.paging.climbs import Climbs
from incidentbot.policies.connected import notifiers
from incidentbot.policies.loader import load
from incidentbot.policies.team import Team, load_team
from incidentbot.scheduler import AlarmClock
from incidentbot.settings import Settings, problems
from incidentbot.slack.door import SlackDoor
from incidentbot.store.engines.engine import open_store
from incidentbot.store.store import SqlStore
from incidentbot.telemetry import logger
from incidentbot.watching import trials, watch, watchful
from incidentbot.web.gate import Gate
from incidentbot.web.health import Probe, Standing
from incidentbot.web.server import address_of, is_private, new_application, serving, take_address
from incidentbot.web.site import Site
from incidentbot.web.visits import Visits

PAGES: tuple[type[Effect], ...] = (SendPage, AckPage, ResolvePage, NotePage, ShowPriority)
"""The effects the pager tells."""

log = logger(__name__)


@asynccontextmanager
async def open_house(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[House]:
    """The whole house, started; stopped in the opposite order at the end of the block.

    Raises Refused (also as SettingsError, PolicyError, TeamError) with one sentence where it cannot start.
    """
    if found := problems(settings):
        raise Refused(" ".join(found))
    async with AsyncExitStack() as stack:
        yield await _Builder(stack, settings, clock or SteadyClock()).build()


async def run(
    settings: Settings,
    *,
    clock: Clock | None = None,
    beside: Callable[[House], Coroutine[Any, Any, None]] | None = None,
) -> None:
    """Run until SIGTERM or SIGINT. What is not answered within seconds then is looked for, and told, at the next start.

    beside: something that runs as long as the house does; the local workspace moves its clock there.
    """
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with open_house(settings, clock=clock) as house:
        companions = Supervisor()
        if beside is not None:
            companions.start(beside(house), name="beside")
        pager = house.desk.connections.pager or "off"
        log.info("ready", url=house.local_url, policy=house.desk.policy.id, paging=pager)
        await stop.wait()
        log.info("stopping")
        await companions.close()


class _Builder:
    """Puts the house together, lower floors first; what listens and tells is started last."""

    def __init__(self, stack: AsyncExitStack, settings: Settings, clock: Clock) -> None:
        self._stack = stack
        self._settings = settings
        self._clock = clock
        self._wake, self._rearm = Bell(), Bell()
        self._shelf = Shelf(RunbookFolder(*folders_or_shipped(settings.runbooks)), settings.runbooks_url)

    async def build(self) -> House:
        settings, clock = self._settings, self._clock
        store = await self._stack.enter_async_context(open_store(settings.database_url, clock))
        team = load_team(settings.team)
        slack = await self._stack.enter_async_context(SlackDoor(settings))
        address = take_address(settings.host, settings.port)
        self._stack.callback(address.close)  # for a start that is refused further down
        local_url = address_of(address, settings.host)
        base_url = settings.base_url or local_url
        gate = self._gate(store, slack, base_url)
        pager, roster, policy = self._paging(team, slack, Climbs(store.alone))
        handler = Handler(store, clock, lambda: policy, self._wake.ring, self._rearm.ring)
        calendar = Calendar(store, clock, slack, lambda: policy)
        desk = Desk(
            clock=clock,
            store=store,
            handler=handler,
            keeper=Capture(store),
            books=self._shelf,
            oncall=roster,
            connections=connections(settings, team, policy, base_url),
            read_policy=lambda: policy,
            link=gate.link,
            trials=trials(store, clock, slack, pager, policy, oncall=roster),
            calendar=calendar,
            checkup=Checkup(lambda: check_connections(settings)),
            folder=PostmortemFolder(store, store.sections, settings.postmortems),
        )
        pages = Site(clock, store, gate, slack, desk.handle)
        slack.stand_on(desk, catch_up := CatchUp(store, clock, desk.capture))
        deliverer = Deliverer(store, handler, clock, self._tellers(desk, slack, pager, roster))
        answers = Answers(
            settings, handler, store.pager_events, pager=pager, roster=roster, slack_id_of=slack.slack_id_of
        )
        alerts, ticker = AlertDesk(store, handler, slack, calendar.holding), Ticker(store, handler)
        audit = watchful(store, clock, slack, pager, policy, unread=catch_up.unread)
        parts = (store, desk, deliverer, ticker, alerts, slack, answers, audit)
        house = House(settings, clock, *parts, local_url)
        await self._start(house, pager, roster, pages, address)
        return house

    def _gate(self, store: SqlStore, slack: SlackDoor, base_url: str) -> Gate:
        for_all = is_private(self._settings.host, base_url)
        visits = Visits(self._clock, store.tickets)
        return Gate(visits, base_url, for_all, sign_in=slack.sign_in is not None)

    def _tellers(
        self, desk: Desk, slack: SlackDoor, pager: PagerDuty, roster: Roster
    ) -> dict[type[Effect], Teller]:
        """Who tells each effect. Without a mail server no mail is decided (`Policy.connected`)."""
        tellers: dict[type[Effect], Teller] = {**slack.tellers, **dict.fromkeys(PAGES, pager)}
        known = Known(roster.addressees, slack.name_of, slack.link_to, desk.books, pager.mode == REST)
        mailer = open_mailer(self._settings, known)
        return {**tellers, SendMail: mailer} if mailer else tellers

    def _paging(self, team: Team, slack: SlackDoor, climbs: Climbs) -> tuple[PagerDuty, Roster, Policy]:
        """The pager, who is on call, and the profile with the notifiers that are connected."""
        roster: Roster
        profile = load(self._settings.policy)
        chains = tuple(profile.chains.values())
        pager = PagerDuty(
            self._settings,
            team,
            email_of=team.email_of,
            heard=lambda role: roster.last_heard(role),  # noqa: PLW0108 - the roster comes after
            chains=chains,
            climbs=climbs,
        )
        policy = replace(
            profile,
            connected=notifiers(pager=pager.mode != OFF, mail=bool(self._settings.smtp_url)),
            channels={**profile.channels, **team.channels},
        )
        roster = Roster(
            team,
            read=pager.read if pager.mode == REST else None,
            slack_id_of=slack.slack_id_of,
            chain=policy.chains["default"],
            others=chains,
            members_of=slack.members_of,
            address_of=slack.address_of if self._settings.smtp_url else None,
            clock=self._clock,
        )
        return pager, roster, policy

    async def _start(
        self, house: House, pager: PagerDuty, roster: Roster, pages: Site, address: socket
    ) -> None:
        """Listen and tell, what waited first. A stop takes nothing new up, ends the listening, and lets calls be answered."""
        tasks, listening = Supervisor(), Supervisor()
        alarm = AlarmClock(house.clock, house.ticker.tick, house.store.next_timer_at)
        for close in (pager.close, tasks.close, house.deliverer.close, house.alerts.close, listening.close):
            self._stack.push_async_callback(close)
        self._stack.callback(alarm.stop)
        if taken_back := await house.store.reclaim():
            log.info("taken_back", effects=taken_back)
        self._wake.listen(house.deliverer.wake)
        self._wake.listen(house.answers.wake)
        self._rearm.listen(alarm.arm_now)
        _keep_working(house, tasks)
        if (first := await house.store.next_timer_at()) is not None and first <= house.clock.now():
            await house.answers.catch_up()
        alarm.start()
        app = new_application()
        pages.mount(app)
        house.slack.mount(app)
        notices: dict[str, Probe] = {}
        if token := self._settings.intake_token.get_secret_value():
            intake = IntakeDoor(token, house.alerts.keep, house.alerts.miss)
            intake.mount(app)
            notices["intake"] = intake.refusals.notice
        house.answers.mount(app)
        standing = Standing()
        watch(house, tasks, notices, standing).mount(app)
        await self._stack.enter_async_context(serving(app, address))
        tasks.start(_warmed(pager, self._shelf), name="warm")
        tasks.keep(roster.run, name="roster")
        await house.slack.start(listening)
        self._open(house, standing)

    def _open(self, house: House, standing: Standing) -> None:
        """Be ready; a stop begins with taking nothing new up."""
        standing.begin()
        for rest in (house.deliverer.rest, house.alerts.rest, standing.end):
            self._stack.callback(rest)


def _keep_working(house: House, tasks: Supervisor) -> None:
    tasks.keep(house.desk.keeper.run, name="capture")
    tasks.keep(house.deliverer.run, name="deliver")
    tasks.keep(house.alerts.run, name="alerts")
    tasks.keep(house.desk.calendar.run, name="maintenance")
    tasks.keep(Trimmer(house.store, house.clock).run, name="trim")
    house.answers.start(tasks)


async def _warmed(pager: PagerDuty, shelf: Shelf) -> None:
    if problem := await pager.start():
        log.warning("pager_not_reached", reason=problem)
    await shelf.warm()
