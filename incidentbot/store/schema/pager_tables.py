"""The tables of what PagerDuty tells. Rows are shapes of storage only: they never leave this folder."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Index, Text
from sqlmodel import Field

from incidentbot.store.schema.columns import BIG_ID, UTC, Words
from incidentbot.store.schema.tables import Row, table_of, where_only

IS_WAITING = "state = 'waiting'"
IS_SET_ASIDE = "state = 'set_aside'"
"""Queries repeat these very words, so that SQLite sees that the small indexes serve them."""


class EventState(StrEnum):
    """Where an event's row stands."""

    WAITING = "waiting"
    DONE = "done"
    IGNORED = "ignored"
    SET_ASIDE = "set_aside"


class PagerEventRow(Row, table=True):
    """What PagerDuty told by webhook. `event` is its id of it, `delivery` the id that all its attempts share.

    id: in the order of arrival, which counts where two things happened at one instant.
    body: no more of it than is read, without addresses. not_before and received_at follow the house's clock.
    """

    __tablename__ = "pager_events"
    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    event: str = Field(sa_type=Words, unique=True)
    delivery: str | None = Field(default=None, sa_type=Words, unique=True)
    kind: str = Field(sa_type=Words)
    resource: str = Field(sa_type=Words)
    occurred_at: datetime = Field(sa_type=UTC)
    received_at: datetime = Field(sa_type=UTC)
    body: str = Field(sa_type=Text)
    state: str
    not_before: datetime = Field(sa_type=UTC)
    attempt: int
    reason: str = Field(sa_type=Words)
    __table_args__ = (
        Index("ix_pager_events_waiting", "resource", "occurred_at", **where_only(IS_WAITING)),
        Index("ix_pager_events_set_aside", "received_at", **where_only(IS_SET_ASIDE)),
    )


class PagerTieRow(Row, table=True):
    """An incident of PagerDuty that is one of ours. heard_at: its newest change of status that was brought in."""

    __tablename__ = "pager_ties"
    pager_incident: str = Field(primary_key=True, sa_type=Words)
    incident_id: str = Field(foreign_key="incidents.id", index=True)
    epoch: int
    heard_at: datetime | None = Field(default=None, sa_type=UTC)


pager_events = table_of(PagerEventRow)
pager_ties = table_of(PagerTieRow)
