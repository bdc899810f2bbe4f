"""One-time links: how somebody who asked in Slack reads a page without signing in. Kept in memory, ten minutes, one use.

A restart forgets them; asking again in Slack gives a new one.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from incidentbot.clock import Clock

LINK_LASTS = timedelta(minutes=10)
VISIT_LASTS = timedelta(hours=1)
TOKEN_BYTES = 32
MOST_KEPT = 10_000
"""Beyond this the oldest are forgotten, so that asking in a loop fills no memory."""


@dataclass(slots=True)
class OneTimeLinks:
    """Tokens are kept as SHA-256 only. A link opens one page; it turns into a visit that lasts an hour."""

    clock: Clock
    _links: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _visits: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def new(self, page: str) -> str:
        """A token that opens `page` once."""
        return self._issue(self._links, page, LINK_LASTS)

    def redeem(self, token: str, page: str) -> str | None:
        """The visit's token if this link opens this page, None if it is used, old or of another page."""
        kept = self._links.pop(_hashed(token), None)
        if not self._holds(kept, page):
            return None
        return self._issue(self._visits, page, VISIT_LASTS)

    def visits(self, token: str, page: str) -> bool:
        """Whether this visit may read this page."""
        return self._holds(self._visits.get(_hashed(token)), page)

    def _issue(self, kept: dict[str, tuple[str, datetime]], page: str, lasts: timedelta) -> str:
        while len(kept) >= MOST_KEPT:
            kept.pop(next(iter(kept)))
        token = secrets.token_urlsafe(TOKEN_BYTES)
        kept[_hashed(token)] = (page, self.clock.now() + lasts)
        return token

    def _holds(self, kept: tuple[str, datetime] | None, page: str) -> bool:
        return kept is not None and kept[0] == page and kept[1] >= self.clock.now()


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
