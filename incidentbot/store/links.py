"""Links' rows: tickets to pages, kept by the hash of their token. Makes no token and decides no age."""

from datetime import datetime

from sqlalchemy import and_, bindparam, delete, insert, select

from incidentbot.clock import Clock
from incidentbot.store.database import Database
from incidentbot.store.schema.columns import UTC
from incidentbot.store.schema.ticket_table import tickets

OF_TOKEN = and_(tickets.c.token == bindparam("of_token"), tickets.c.page == bindparam("of_page"))
VALID = and_(OF_TOKEN, tickets.c.until >= bindparam("now", type_=UTC()))
KEEP = insert(tickets)
DROP_OLD = delete(tickets).where(tickets.c.until < bindparam("now", type_=UTC()))
USE_UP = delete(tickets).where(VALID, tickets.c.once).returning(tickets.c.page)
LOOK = select(tickets.c.page).where(VALID, ~tickets.c.once)


class SqlTickets:
    """The port `Tickets` on SQLite or PostgreSQL: what one replica issues, every replica takes, and none twice."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def keep(self, token: str, page: str, *, until: datetime, once: bool) -> None:
        """Let `token` open `page` until then. Drops what is too old."""
        async with self._database.writing() as connection:
            await connection.execute(DROP_OLD, {"now": self._clock.now()})
            await connection.execute(KEEP, {"token": token, "page": page, "until": until, "once": once})

    async def use_up(self, token: str, page: str) -> bool:
        """Whether `token` opens `page`, which it never does again."""
        async with self._database.writing() as connection:
            return (await connection.execute(USE_UP, self._asked(token, page))).first() is not None

    async def holds(self, token: str, page: str) -> bool:
        """Whether `token` opens `page` as often as it is shown."""
        async with self._database.reading() as connection:
            return (await connection.execute(LOOK, self._asked(token, page))).first() is not None

    def _asked(self, token: str, page: str) -> dict[str, object]:
        return {"of_token": token, "of_page": page, "now": self._clock.now()}
