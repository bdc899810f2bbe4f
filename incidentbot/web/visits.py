"""Visits: who reads the pages. A link given in Slack lets one person in, once, within ten minutes; the visit lasts a day's work.

They are kept in the database, so that any replica takes what another has issued, and by the hash of their token only.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from aiohttp import web

from incidentbot.clock import Clock
from incidentbot.flows.tickets import Ticket, Tickets

LINK_LASTS = timedelta(minutes=10)
VISIT_LASTS = timedelta(hours=12)
TOKEN_BYTES = 32
COOKIE = "incidentbot_visit"

Answer = TypeVar("Answer", bound=web.Response)


@dataclass(frozen=True, slots=True)
class Entered:
    """A visit that has begun: its token, for the browser alone to keep, and the page that was meant."""

    token: str
    page: str


@dataclass(frozen=True, slots=True)
class Visits:
    """Issues links and takes them. Every method that asks raises StoreAway."""

    clock: Clock
    tickets: Tickets

    async def link(self, person: str, page: str) -> str:
        """A token that lets `person` in once, at `page`."""
        return await self._issue(Ticket(person, page), LINK_LASTS, once=True)

    async def enter(self, token: str) -> Entered | None:
        """The visit that this link begins; None if it was used, is too old or never was one."""
        ticket = await self.tickets.use_up(_hashed(token))
        return await self.begin(ticket) if ticket is not None and ticket.person else None

    async def errand(self, page: str) -> str:
        """A token for the way to Slack and back, to `page`. It lets nobody in by itself."""
        return await self._issue(Ticket("", page), LINK_LASTS, once=True)

    async def returned(self, token: str) -> str | None:
        """The page that the errand was for; None if it was over before, is too old or never was one."""
        ticket = await self.tickets.use_up(_hashed(token))
        return ticket.page if ticket is not None and not ticket.person else None

    async def begin(self, ticket: Ticket) -> Entered:
        """A visit of somebody who has shown who they are."""
        return Entered(await self._issue(ticket, VISIT_LASTS, once=False), ticket.page)

    async def visitor(self, token: str) -> str | None:
        """The Slack user id of whoever holds this visit's token."""
        return await self.tickets.holder(_hashed(token)) if token else None

    async def leave(self, token: str) -> None:
        """End a visit before its time."""
        await self.tickets.drop(_hashed(token))

    async def _issue(self, ticket: Ticket, lasts: timedelta, *, once: bool) -> str:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        await self.tickets.keep(_hashed(token), ticket, until=self.clock.now() + lasts, once=once)
        return token


def with_visit(answer: Answer, entered: Entered, base_url: str) -> Answer:
    """The answer with the cookie of the visit.

    Lax, not Strict: coming from a page of Slack's, a browser would not send a strict cookie along the redirect.
    """
    lasts, secure = int(VISIT_LASTS.total_seconds()), base_url.startswith("https")
    answer.set_cookie(
        COOKIE, entered.token, max_age=lasts, httponly=True, samesite="Lax", secure=secure, path="/"
    )
    return answer


def form_key(token: str) -> str:
    """What a form of this visit must bring along: another site's page cannot know it, nor make the token from it."""
    return hmac.new(token.encode("utf-8", "replace"), b"form", hashlib.sha256).hexdigest()


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
