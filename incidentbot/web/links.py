"""One-time links: how somebody who asked in Slack reads a page without signing in. Ten minutes, one use.

They are kept in the database, so that any replica takes what another has issued.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from incidentbot.clock import Clock

LINK_LASTS = timedelta(minutes=10)
VISIT_LASTS = timedelta(hours=1)
TOKEN_BYTES = 32


class Tickets(Protocol):
    """Where tokens are kept, by their hash. Every method raises StoreAway."""

    async def keep(self, token: str, page: str, *, until: datetime, once: bool) -> None:
        """Let `token` open `page` until then."""
        ...

    async def use_up(self, token: str, page: str) -> bool:
        """Whether `token`, of those for one use, opens `page`. It never does again."""
        ...

    async def holds(self, token: str, page: str) -> bool:
        """Whether `token`, of those for many uses, opens `page`."""
        ...


@dataclass(frozen=True, slots=True)
class OneTimeLinks:
    """Tokens are kept as SHA-256 only. A link opens one page; it turns into a visit that lasts an hour."""

    clock: Clock
    tickets: Tickets

    async def new(self, page: str) -> str:
        """A token that opens `page` once."""
        return await self._issue(page, LINK_LASTS, once=True)

    async def redeem(self, token: str, page: str) -> str | None:
        """The visit's token if this link opens this page, None if it is used, old or of another page."""
        if not await self.tickets.use_up(_hashed(token), page):
            return None
        return await self._issue(page, VISIT_LASTS, once=False)

    async def visits(self, token: str, page: str) -> bool:
        """Whether this visit may read this page."""
        return bool(token) and await self.tickets.holds(_hashed(token), page)

    async def _issue(self, page: str, lasts: timedelta, *, once: bool) -> str:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        await self.tickets.keep(_hashed(token), page, until=self.clock.now() + lasts, once=once)
        return token


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
