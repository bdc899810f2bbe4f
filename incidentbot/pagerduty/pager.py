"""The pager: rings phones through PagerDuty, and answers there what was answered here. The only user of pdpyras.

pdpyras is set to one attempt: there is one retry policy, and it is the delivery's.
"""

import asyncio
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import requests

from incidentbot.core.answers import Answer, PageAnswered, PageCalledOff, PageDelivered
from incidentbot.core.effects import AckPage, ResolvePage, SendPage
from incidentbot.core.incident import Incident, Page
from incidentbot.core.pager_effects import NotePage, ShowPriority
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.ports import Claimed
from incidentbot.pagerduty.lines import PATIENT, Deadlines, Lines, Pool, Sessions, of_one_attempt
from incidentbot.pagerduty.modes import EVENTS, REST, mode_of
from incidentbot.pagerduty.paging import bodies
from incidentbot.pagerduty.paging.aims import Aims, Ask, Heard, asked, no_email, unheard
from incidentbot.pagerduty.paging.called_off import conclude, is_wanted
from incidentbot.pagerduty.paging.climbs import Climbs
from incidentbot.pagerduty.paging.event_pages import EventPages
from incidentbot.pagerduty.paging.house_pages import HousePages
from incidentbot.pagerduty.paging.priorities import Priorities
from incidentbot.pagerduty.paging.rest_answers import RestAnswers
from incidentbot.pagerduty.paging.rest_pages import RestPages
from incidentbot.pagerduty.paging.standing import find
from incidentbot.pagerduty.replies import Reply, Request, lost, postponed, reply_from
from incidentbot.policies.team import Team
from incidentbot.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it announces its successor at every import
    import pdpyras

WARM_CONNECTIONS = 2


class PagerDuty:
    """Tells PagerDuty pages and their answers, notes and the priority.

    email_of: the address of a Slack user, where it is known. heard: who has a role there, as last heard.
    chains: the policy's, for roles that are the level of their place in one. climbs: shared with the other replicas.
    """

    def __init__(
        self,
        settings: Settings,
        team: Team,
        *,
        email_of: Callable[[str], str | None] = no_email,
        heard: Heard = unheard,
        chains: Sequence[Sequence[str]] = (),
        climbs: Climbs | None = None,
        deadlines: Deadlines = PATIENT,
    ) -> None:
        self._settings = settings
        self._team = team
        self._deadlines = deadlines
        self._lines = Lines(deadlines.call_s)
        self._events = Sessions(self._events_session)
        self._rest = Sessions(self._rest_session)
        page_by: Ask = partial(self._ask, Pool.PAGES)
        key, url = settings.pagerduty_routing_key.get_secret_value(), settings.base_url
        lands = deadlines.landing_s
        self._event_pages = EventPages(self._post_event, team, main_key=key, base_url=url, landing_s=lands)
        self.priorities = Priorities(self.read)
        self._aims = Aims(page_by, team, heard, chains)
        ranks, answer_by = self.priorities.of, partial(self._ask, Pool.ANSWERS)
        aims, climbs = self._aims, climbs or Climbs()
        self._rest_pages = RestPages(page_by, aims, team.service, climbs, priority_of=ranks, landing_s=lands)
        self._rest_answers = RestAnswers(answer_by, email_of, self.priorities, landing_s=lands)

    def house_pages(self, chain: Sequence[str]) -> HousePages:
        """Who rings for the house itself. chain: the policy's roles, first first."""
        ask: Ask = partial(self._ask, Pool.PAGES)
        events, aims, service = self._event_pages, self._aims, self._team.service
        return HousePages(ask, events, aims, service, by_events=self._by_events, chain=chain)

    def hears(self, role: str) -> bool:
        """Whether an answer made on the phone of this role is heard."""
        return not self._by_events(role)

    @property
    def mode(self) -> str:
        """How pages go: "rest", "events", or "" where no key reaches anybody."""
        return mode_of(self._settings, self._team)

    async def start(self) -> str:
        """Open the first connections. A sentence where that failed: no reason not to start, but worth showing."""
        try:
            await self.warm()
        except (TryLater, GiveUp) as refused:
            return refused.reason
        if self.mode == REST:
            await self.priorities.refresh()
        return ""

    async def close(self) -> None:
        """Wait for calls under way, which end by their own timeouts, and close the connections."""
        await self._lines.close()
        self._events.close()
        self._rest.close()

    async def warm(self, connections: int = WARM_CONNECTIONS) -> None:
        """Open connections, so that the next pages pay no set-up. They lapse when idle: repeat it, or pay one set-up.

        Asks for nothing that rings; with a token it is checked on the way. Raises TryLater, GiveUp.
        """
        if self.mode == EVENTS:
            await asyncio.gather(*(self._lines.call(Pool.PAGES, self._greet) for _ in range(connections)))
        if self.mode == REST:
            await asyncio.gather(*(self.read("/abilities", pool=Pool.PAGES) for _ in range(connections)))

    async def read(
        self, path: str, params: Mapping[str, str | list[str]] | None = None, *, pool: Pool = Pool.READS
    ) -> Mapping[str, Any]:
        """The body of a REST GET. Raises TryLater, GiveUp."""
        return await asked(
            partial(self._ask, pool), Request("GET", path, params=params or {}), what=f"show {path}"
        )

    async def tell(self, incident: Incident, claimed: Claimed) -> Answer | None:
        """Make the calls of one effect; see Teller.

        PageCalledOff for a page that is not wanted any more; None where nothing new was heard. Raises TryLater, GiveUp.
        """
        try:
            async with asyncio.timeout(self._deadlines.effect_s):
                return await self._told(incident, claimed)
        except TimeoutError as error:
            raise TryLater("PagerDuty did not answer in time.", unknown=True) from error

    async def _told(self, incident: Incident, claimed: Claimed) -> Answer | None:
        match claimed.effect:
            case SendPage() as effect:
                page = incident.pages.get(effect.page)
                if page is None:
                    return PageCalledOff(effect.page, unknown=claimed.unknown)
                if not is_wanted(incident, page):
                    rang_by = None if self._by_events(page.role) else self._rest_pages.rang_by
                    return await conclude(incident, page, rang_by, unknown=claimed.unknown)
                return PageDelivered(
                    page.key, await self._ring(incident, page, effect, unknown=claimed.unknown)
                )
            case AckPage() | ResolvePage() as effect:
                rang = await self._answer(incident, effect, claimed)
                known = incident.pages[effect.page].receipt is not None
                return None if known else PageAnswered(effect.page, rang, effect.look)
            case NotePage() | ShowPriority() as effect:
                if self.mode == REST:
                    await self._rest_answers.write(incident, effect, is_first=_is_first(claimed))
            case other:
                raise TypeError(f"The pager cannot tell {type(other).__name__}")
        return None

    async def _ring(self, incident: Incident, page: Page, effect: SendPage, *, unknown: bool) -> str:
        if not self._by_events(page.role):
            return await self._rest_pages.ring(incident, page, effect, unknown=unknown)
        key = bodies.key_of(incident, page.key)
        if unknown and self.mode == REST and await find(partial(self._ask, Pool.PAGES), key):
            return key
        return await self._event_pages.ring(incident, effect)

    async def _answer(
        self, incident: Incident, effect: AckPage | ResolvePage, claimed: Claimed
    ) -> bool | None:
        """Whether the page had rung; None for one by event, of which PagerDuty does not tell."""
        if self._by_events(effect.role):
            await self._event_pages.answer(incident, effect)
            return None
        return await self._rest_answers.answer(incident, effect, is_first=_is_first(claimed))

    def _by_events(self, role: str) -> bool:
        """A role with nothing but a routing key is reached through it in either mode."""
        target = self._team.bound(role).pager
        named = target.user or target.escalation_policy or target.schedule
        return self.mode != REST or bool(target.routing_key and not named)

    async def _post_event(self, pool: Pool, event: bodies.Json, key: str) -> Reply:
        return await self._lines.call(pool, partial(self._event, event, key))

    async def _ask(self, pool: Pool, request: Request) -> Reply:
        reply = await self._lines.call(pool, partial(self._request, request))
        if later := postponed(reply):
            raise later
        return reply

    # What follows runs in threads.

    def _event(self, event: bodies.Json, key: str) -> Reply:
        with self._events.borrowed() as session:
            session.api_key = key
            url = self._settings.pagerduty_events_url
            post = partial(session.post, url, json=event, allow_redirects=False)
            return _replied(post, "PAGERDUTY_EVENTS_URL")

    def _request(self, request: Request) -> Reply:
        with self._rest.borrowed() as session:
            headers = {"From": request.sender} if request.sender else {}
            send = partial(
                session.request,
                request.method,
                request.path,
                params=dict(request.params),
                json=request.body,
                headers=headers,
                allow_redirects=False,
            )
            return _replied(send, "PAGERDUTY_API_URL")

    def _greet(self) -> Reply:
        """A request without an event: whatever is answered, the connection stands."""
        address, limit = self._settings.pagerduty_events_url, self._deadlines.transport_s
        with self._events.borrowed() as session:
            greet = partial(
                requests.Session.request, session, "GET", address, timeout=limit, allow_redirects=False
            )
            return _replied(greet, "PAGERDUTY_EVENTS_URL")

    def _events_session(self) -> Any:
        session = pdpyras.EventsAPISession("set for each event")
        session.url = self._settings.pagerduty_events_url
        return of_one_attempt(session, self._deadlines.transport_s)

    def _rest_session(self) -> Any:
        token = self._settings.pagerduty_api_token.get_secret_value()
        session = pdpyras.APISession(token, default_from=self._settings.pagerduty_from_email)
        session.url = self._settings.pagerduty_api_url
        return of_one_attempt(session, self._deadlines.transport_s)


def _is_first(claimed: Claimed) -> bool:
    """Whether no earlier try can have written anything; a person's Retry counts the tries anew."""
    return claimed.attempt == 1 and not claimed.unknown


def _replied(call: Callable[[], requests.Response], address_setting: str) -> Reply:
    try:
        return reply_from(call())
    except pdpyras.PDHTTPError as error:  # 401 is raised, not returned
        return reply_from(error.response)
    except pdpyras.PDClientError as error:
        raise lost(error.__cause__, address_setting) from error
    except requests.RequestException as error:
        raise lost(error, address_setting) from error
