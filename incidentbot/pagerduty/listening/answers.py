"""How what is done in PagerDuty is heard: by webhook where a secret is set, by asking where a token is. Builds, decides nothing."""

import asyncio
from contextlib import suppress

from aiohttp import web

from incidentbot.flows.handle import Handler
from incidentbot.flows.pager_events import PagerEvents
from incidentbot.flows.ports import StoreAway
from incidentbot.flows.supervisor import Supervisor
from incidentbot.pagerduty.listening.hearing import Hearing
from incidentbot.pagerduty.listening.listener import Listener
from incidentbot.pagerduty.listening.people import People
from incidentbot.pagerduty.listening.poll import BESIDE_WEBHOOKS_S, EVERY_S, AnswerPoll
from incidentbot.pagerduty.listening.told_events import TellIn
from incidentbot.pagerduty.listening.webhook import WebhookDoor
from incidentbot.pagerduty.modes import REST
from incidentbot.pagerduty.oncall import Roster, SlackIdOf
from incidentbot.pagerduty.pager import PagerDuty
from incidentbot.settings import Settings

CATCH_UP_S = 3.0
"""A start waits so long for PagerDuty: what is overdue must not wait for one that is away."""


class Answers:
    """Both ways of hearing, whichever the settings allow. Without either an ack made on a phone is not heard."""

    def __init__(
        self,
        settings: Settings,
        handler: Handler,
        events: PagerEvents,
        *,
        pager: PagerDuty,
        roster: Roster,
        slack_id_of: SlackIdOf,
    ) -> None:
        self._roster = roster
        self._has_webhooks = bool(settings.pagerduty_webhook_secret)
        self._poll: AnswerPoll | None = None
        store, clock = handler.store, handler.clock
        read = pager.read if pager.mode == REST else None
        email = settings.pagerduty_from_email
        people = People(read, slack_id_of, slack_of=roster.slack_of, own_email=email)
        if read is not None:
            hearing = Hearing(handler.handle, people)
            self._poll = AnswerPoll(store, hearing, read=read, tie_of=events.tie)
        tell_in = TellIn(Hearing(handler.hear, people), roster.roles_of, pager.priorities.meant_by)
        self._listener = Listener(store, events, clock, tell_in)
        secret = settings.pagerduty_webhook_secret.get_secret_value()
        self._door = WebhookDoor(events, clock, secret, self._listener.wake)

    def mount(self, app: web.Application) -> None:
        """Serve PagerDuty's webhooks, where there is a secret to check them by."""
        if self._has_webhooks:
            self._door.mount(app)

    def start(self, tasks: Supervisor) -> None:
        """Listen and ask. What was kept before the start is heard in any case."""
        tasks.keep(self._listener.run, name="pagerduty's events")
        if self._poll is not None:
            every_s = BESIDE_WEBHOOKS_S if self._has_webhooks else EVERY_S
            poll = self._poll
            tasks.keep(lambda: poll.run(every_s=every_s), name="answers from phones")

    def wake(self) -> None:
        """Something was written: an incident may have begun, and is asked about."""
        if self._poll is not None:
            self._poll.wake()

    async def look(self) -> None:
        """Ask now about every page that waits for an answer. Raises RuntimeError without a token."""
        if self._poll is None:
            raise RuntimeError("A routing key alone cannot ask.")
        await self._poll.look()

    async def catch_up(self) -> None:
        """Before what is overdue fires: hear what was answered while nobody listened, as far as that is quickly said."""
        with suppress(TimeoutError, StoreAway):
            async with asyncio.timeout(CATCH_UP_S):
                await self._listener.settled()
                if self._poll is not None:
                    await self._poll.look()

    async def settled(self) -> None:
        """Hear everything that webhooks have told until now."""
        await self._listener.settled()

    async def problem(self) -> str:
        """What is not heard of PagerDuty, who is on call included; "" where all is."""
        asked = self._poll.problem if self._poll is not None else ""
        return " ".join(part for part in (self._roster.problem, asked) if part)

    async def notice(self) -> str:
        """What a person should look at in PagerDuty while the work goes on, "" where there is nothing."""
        return " ".join(part for part in (self._door.notice(), await self._listener.notice()) if part)
