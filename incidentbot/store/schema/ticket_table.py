"""The table of tickets to the pages. Rows are shapes of storage only: they never leave this folder."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Field

from incidentbot.store.schema.columns import UTC, Words
from incidentbot.store.schema.tables import Row, table_of


class TicketRow(Row, table=True):
    """What lets a person in, by the SHA-256 of its token. once: it does so one time, at `page`, and the row goes."""

    __tablename__ = "tickets"
    token: str = Field(primary_key=True)
    page: str = Field(sa_type=Words)
    until: datetime = Field(sa_type=UTC, index=True)
    once: bool
    person: str = Field(default="", sa_type=Words, sa_column_kwargs={"server_default": text("''")})


tickets = table_of(TicketRow)
