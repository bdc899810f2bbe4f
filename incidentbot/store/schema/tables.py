"""The tables. Rows are shapes of storage only: they never leave this folder and decide nothing."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, MetaData, Table, Text, text
from sqlmodel import Field, SQLModel

from incidentbot.store.schema.columns import BIG_ID, UTC, Words


class EffectState(StrEnum):
    """Where an effect's row stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


NAMES = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
"""Every constraint has a name, so that a migration can drop it on both databases."""

PENDING = "state IN ('waiting', 'claimed')"
"""Rows that are not settled. Queries repeat these very words, so that SQLite sees that the small index serves them."""


def where_only(condition: str) -> dict[str, Any]:
    """The words for an index over only those rows, on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Row(SQLModel):
    """The root of the tables: the house's own names for constraints."""

    metadata = MetaData(naming_convention=NAMES)


class IncidentRow(Row, table=True):
    """An incident: `body` is the whole value (codec), the columns beside it are for finding it.

    words: folded at declaring and never after. people: `|U1|U2|`, whoever declared, joined or holds a role.
    facts: how many lines its timeline has.
    """

    __tablename__ = "incidents"
    id: str = Field(primary_key=True)
    number: int = Field(unique=True)
    version: int
    status: str = Field(index=True)
    severity: str
    channel: str | None = Field(default=None, index=True)
    thread_ts: str | None = None
    declared_at: datetime = Field(sa_type=UTC)
    declared_by: str
    words: str = Field(sa_type=Words)
    people: str = Field(sa_type=Words)
    facts: int
    body: str = Field(sa_type=Text)
    private: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    __table_args__ = (Index(None, "words", "declared_at"),)


class FactRow(Row, table=True):
    """One line of a timeline; `seq` counts from 1 in each incident."""

    __tablename__ = "facts"
    incident_id: str = Field(primary_key=True, foreign_key="incidents.id")
    seq: int = Field(primary_key=True)
    kind: str
    at: datetime = Field(sa_type=UTC)
    by: str | None = None
    text: str = Field(sa_type=Words)
    data: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=UTC)


class EffectRow(Row, table=True):
    """One thing to tell the world. `once` is incident:key where it may happen only once, NULL for rendered ones.

    not_before, created_at and first_tried_at follow the house's clock, lease_until the real one.
    token: raised by each claim; whoever settles must name it. turn: 0 for what is told before all else, 1 for the rest.
    """

    __tablename__ = "effects"
    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    incident_id: str = Field(foreign_key="incidents.id")
    lane: str = Field(sa_type=Words)
    key: str = Field(sa_type=Words)
    once: str | None = Field(default=None, sa_type=Words, unique=True)
    kind: str
    body: str = Field(sa_type=Text)
    state: str
    created_at: datetime = Field(sa_type=UTC)
    not_before: datetime = Field(sa_type=UTC)
    first_tried_at: datetime | None = Field(default=None, sa_type=UTC)
    attempt: int
    token: int
    unknown: bool
    cancel_requested: bool
    owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UTC)
    reason: str = Field(sa_type=Words)
    turn: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    __table_args__ = (
        Index(None, "incident_id", "key"),
        Index("ix_effects_pending", "incident_id", "lane", "id", **where_only(PENDING)),
        Index("ix_effects_turn", "turn", "id", **where_only(PENDING)),
        Index("ix_effects_failed", "incident_id", **where_only("state = 'failed'")),
        Index(
            "uq_effects_waiting_key",
            "incident_id",
            "key",
            unique=True,
            **where_only("once IS NULL AND state = 'waiting'"),
        ),
    )


class TimerRow(Row, table=True):
    """An instant that is waited for; a name stands once in each incident."""

    __tablename__ = "timers"
    incident_id: str = Field(primary_key=True, foreign_key="incidents.id")
    name: str = Field(primary_key=True)
    due_at: datetime = Field(sa_type=UTC, index=True)


class RequestRow(Row, table=True):
    """What a request was answered, so that it is answered the same again."""

    __tablename__ = "requests"
    key: str = Field(primary_key=True, sa_type=Words)
    incident_id: str
    number: int
    reply: str = Field(sa_type=Words)
    channel: str | None = None
    at: datetime = Field(sa_type=UTC)


class MessageRow(Row, table=True):
    """A message of a room, latest text. `known` is false while only a reaction, pin or deletion of it was seen.

    reactions: emoji -> the people who put it there, as JSON.
    """

    __tablename__ = "messages"
    channel: str = Field(primary_key=True)
    ts: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UTC)
    user: str | None = None
    text: str = Field(sa_type=Words)
    bot: bool
    thread_ts: str | None = None
    subtype: str | None = None
    known: bool
    edited: bool
    deleted: bool
    pinned: bool
    reactions: dict[str, list[str]] = Field(sa_column=Column(JSON, nullable=False))


class MessageEventRow(Row, table=True):
    """An event that was taken in, so that its redelivery is not. at: when, by the house's clock."""

    __tablename__ = "message_events"
    event: str = Field(primary_key=True, sa_type=Words)
    at: datetime | None = Field(default=None, sa_type=UTC)


class RunbookRow(Row, table=True):
    """A runbook as it was when a run began."""

    __tablename__ = "runbooks"
    sha256: str = Field(primary_key=True)
    title: str = Field(sa_type=Words)
    path: str = Field(sa_type=Words)
    body: str = Field(sa_type=Text)


class AlertNewsRow(Row, table=True):
    """A delivery of alerts that was acknowledged and waits to be taken in; the row goes when that is done."""

    __tablename__ = "alert_news"
    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    group_key: str = Field(sa_type=Words)
    body: str = Field(sa_type=Text)
    failed: bool
    at: datetime = Field(sa_type=UTC)
    __table_args__ = (Index(None, "group_key", "id"),)


class AlertGroupRow(Row, table=True):
    """Alerts that belong together. tell_at: when what changed may be said; lease_until: somebody is saying it.

    over_at: since when nothing of it fires and nothing is to be said; None while something does or is.
    """

    __tablename__ = "alert_groups"
    key: str = Field(primary_key=True, sa_type=Words)
    body: str = Field(sa_type=Text)
    tell_at: datetime | None = Field(default=None, sa_type=UTC, index=True)
    lease_until: datetime | None = Field(default=None, sa_type=UTC)
    over_at: datetime | None = Field(default=None, sa_type=UTC)


class MatterRow(Row, table=True):
    """A matter of the house itself that belongs to no incident; `owner` is the process that tells it."""

    __tablename__ = "matters"
    name: str = Field(primary_key=True)
    body: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    owner: str
    seen_at: datetime = Field(sa_type=UTC)


class CounterRow(Row, table=True):
    """A number that only rises: the incidents' own, and how many events of messages were taken in."""

    __tablename__ = "counters"
    name: str = Field(primary_key=True)
    value: int


def table_of(row: type[Row]) -> Table:
    """The table of these rows."""
    return Row.metadata.tables[str(row.__tablename__)]


incidents = table_of(IncidentRow)
facts = table_of(FactRow)
effects = table_of(EffectRow)
timers = table_of(TimerRow)
requests = table_of(RequestRow)
messages = table_of(MessageRow)
message_events = table_of(MessageEventRow)
runbooks = table_of(RunbookRow)
alert_news = table_of(AlertNewsRow)
alert_groups = table_of(AlertGroupRow)
matters = table_of(MatterRow)
counters = table_of(CounterRow)
