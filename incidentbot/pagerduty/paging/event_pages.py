"""Pages by Events v2: one alert for each page, under a routing key of its role or the main one. Hears nothing back."""

import asyncio
from collections.abc import Awaitable, Callable

from incidentbot.core.effects import AckPage, ResolvePage, SendPage
from incidentbot.core.incident import Incident
from incidentbot.core.refusals import GiveUp
from incidentbot.core.text.words import role_words
from incidentbot.pagerduty.lines import Pool
from incidentbot.pagerduty.paging import bodies
from incidentbot.pagerduty.replies import Reply, event_refused, postponed
from incidentbot.policies.team import Team

Post = Callable[[Pool, bodies.Json, str], Awaitable[Reply]]
"""Posts an event under a routing key. Raises TryLater where no answer came."""


class EventPages:
    """Rings and answers by events. main_key: for roles without a key of their own; may be empty.

    The same page sent again is the same alert; an alert that was resolved would ring again, so whoever calls looks
    at the incident before every try. PagerDuty drops answers to alerts it does not know, in silence.
    """

    def __init__(
        self, post: Post, team: Team, *, main_key: str, base_url: str, landing_s: float = 0.0
    ) -> None:
        self._post = post
        self._team = team
        self._main_key = main_key
        self._base_url = base_url
        self._landing_s = landing_s

    async def ring(self, incident: Incident, effect: SendPage) -> str:
        """Ring, and return the dedup key. Raises TryLater, GiveUp."""
        await self._send(Pool.PAGES, bodies.trigger(incident, effect, self._base_url), effect.role)
        return bodies.key_of(incident, effect.page)

    async def answer(self, incident: Incident, effect: AckPage | ResolvePage) -> None:
        """Acknowledge or resolve the alert of this page. Raises TryLater, GiveUp.

        One that was cut off on its way may land yet, and an answer that is there before it is dropped: it waits for that.
        """
        action = "acknowledge" if isinstance(effect, AckPage) else "resolve"
        receipt = incident.pages[effect.page].receipt
        if receipt is None and not effect.look:
            await asyncio.sleep(self._landing_s)
        key = receipt or bodies.key_of(incident, effect.page)
        await self._send(Pool.ANSWERS, bodies.answer(key, action), effect.role)

    async def tell(self, event: bodies.Json, role: str) -> None:
        """Send an event that belongs to no incident, under the role's key. Raises TryLater, GiveUp."""
        await self._send(Pool.PAGES, event, role)

    async def _send(self, pool: Pool, event: bodies.Json, role: str) -> None:
        key, setting = self._key(role)
        reply = await self._post(pool, event, key)
        if later := postponed(reply):
            raise later
        if not reply.accepted:
            raise event_refused(reply, key_setting=setting, key=key)

    def _key(self, role: str) -> tuple[str, str]:
        """The routing key, and where a person finds it."""
        own = self._team.bound(role).pager.routing_key
        if own:
            return own, f"the routing_key of {role} in the team file"
        if self._main_key:
            return self._main_key, "PAGERDUTY_ROUTING_KEY"
        raise GiveUp(
            f"There is no PagerDuty key for the {role_words(role)}. "
            "Set PAGERDUTY_ROUTING_KEY, or a routing_key for the role in the team file."
        )
