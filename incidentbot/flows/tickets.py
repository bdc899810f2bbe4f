"""Tickets that let a person in at the pages, and the port that keeps them. Makes no token."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whom it lets in (a Slack user id), and at which page of ours, as a path."""

    person: str
    page: str = "/"


class Tickets(Protocol):
    """Where tickets are kept, by the hash of their token. Every method raises StoreAway."""

    async def keep(self, token: str, ticket: Ticket, *, until: datetime, once: bool) -> None:
        """Have `token` let its person in until then."""
        ...

    async def use_up(self, token: str) -> Ticket | None:
        """Whom `token`, of those for one use, lets in, and where. It never does again."""
        ...

    async def holder(self, token: str) -> str | None:
        """Whom `token`, of those for many uses, lets in."""
        ...

    async def drop(self, token: str) -> None:
        """Have `token` let nobody in any more."""
        ...
