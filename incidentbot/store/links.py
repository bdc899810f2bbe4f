"""Links' rows: tickets to the pages, kept by the hash of their token. Makes no token and decides no age."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from incidentbot.clock import Clock
from incidentbot.flows.tickets import Ticket
from incidentbot.store.database import Database
from incidentbot.store.schema.columns import UTC
from incidentbot.store.schema.ticket_table import tickets

OF_TOKEN = tickets.c.token == bindparam("of_token")
STILL = tickets.c.until >= bindparam("now", type_=UTC())
KEEP = insert(tickets)
DROP_OLD = delete(tickets).where(tickets.c.until < bindparam("now", type_=UTC()))
DROP = delete(tickets).where(OF_TOKEN)
USE_UP = delete(tickets).where(OF_TOKEN, STILL, tickets.c.once).returning(tickets.c.page, tickets.c.person)
LOOK = select(tickets.c.person).where(OF_TOKEN, STILL, ~tickets.c.once)


class SqlTickets:
    """The port `Tickets` on SQLite or PostgreSQL: what one replica issues, every replica takes, and none twice."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def keep(self, token: str, ticket: Ticket, *, until: datetime, once: bool) -> None:
        """Have `token` let its person in until then. Drops what is too old."""
        row = {"token": token, "page": ticket.page, "person": ticket.person, "until": until, "once": once}
        async with self._database.writing() as connection:
            await connection.execute(DROP_OLD, {"now": self._clock.now()})
            await connection.execute(KEEP, row)

    async def use_up(self, token: str) -> Ticket | None:
        """Whom `token`, of those for one use, lets in, and where. It never does again."""
        async with self._database.writing() as connection:
            row = (await connection.execute(USE_UP, self._asked(token))).first()
        return None if row is None else Ticket(row.person, row.page)

    async def holder(self, token: str) -> str | None:
        """Whom `token`, of those for many uses, lets in."""
        async with self._database.reading() as connection:
            return (await connection.execute(LOOK, self._asked(token))).scalar_one_or_none()

    async def drop(self, token: str) -> None:
        """Have `token` let nobody in any more."""
        async with self._database.writing() as connection:
            await connection.execute(DROP, {"of_token": token})

    def _asked(self, token: str) -> dict[str, object]:
        return {"of_token": token, "now": self._clock.now()}
