"""The table of tickets to pages. Rows are shapes of storage only: they never leave this folder."""

from datetime import datetime

from sqlmodel import Field

from incidentbot.store.schema.columns import UTC, Words
from incidentbot.store.schema.tables import Row, table_of


class TicketRow(Row, table=True):
    """What opens a page, by the SHA-256 of its token. once: it opens it one time, and the row goes."""

    __tablename__ = "tickets"
    token: str = Field(primary_key=True)
    page: str = Field(sa_type=Words)
    until: datetime = Field(sa_type=UTC, index=True)
    once: bool


tickets = table_of(TicketRow)
