"""Incidents by what a reader looks for: level, status, time, and words of the title, the timeline or the room.

The words are looked for by LIKE: no index serves them, so what is looked through is narrowed by the columns first.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Incident, Status
from incidentbot.core.text.incident_name import number_of
from incidentbot.flows.search import MOST_WORDS, Search
from incidentbot.store.engines.connection import Connection
from incidentbot.store.incidents import BODIES, readable
from incidentbot.store.schema.tables import facts, incidents, messages


async def search(connection: Connection, wanted: Search) -> Sequence[Incident]:
    """The incidents that fit, newest first, without those that cannot be read."""
    return list(readable(await connection.execute(_query(wanted))))


def _query(wanted: Search) -> Select[tuple[int, str]]:
    query = BODIES.where(_open_to(wanted.reader))
    if wanted.status is not None:
        query = query.where(incidents.c.status == wanted.status.value)
    if wanted.severity is not None:
        query = query.where(incidents.c.severity == wanted.severity.value)
    if wanted.since is not None:
        is_open = incidents.c.status == Status.OPEN.value
        query = query.where(or_(incidents.c.declared_at >= wanted.since, is_open))
    if wanted.with_actions:
        noted = and_(facts.c.incident_id == incidents.c.id, facts.c.kind == FactKind.ACTION_ADDED.value)
        query = query.where(exists(select(facts.c.seq).where(noted)))
    for word in wanted.words[:MOST_WORDS]:
        query = query.where(_holds(word))
    return query.order_by(incidents.c.number.desc()).limit(wanted.limit)


def _open_to(reader: str) -> ColumnElement[bool]:
    """As `core.visibility.may_see`: `people` holds exactly those who are in it."""
    everybody = incidents.c.private.is_(False)
    if not reader:
        return everybody
    return or_(everybody, incidents.c.people.contains(f"|{reader}|", autoescape=True))


def _holds(word: str) -> ColumnElement[bool]:
    folded = word.casefold()
    if folded.startswith("inc") and (number := number_of(word)) is not None:
        return incidents.c.number == number
    told = exists(
        select(facts.c.seq).where(
            facts.c.incident_id == incidents.c.id, func.lower(facts.c.text).contains(folded, autoescape=True)
        )
    )
    in_room = or_(incidents.c.thread_ts.is_(None), messages.c.thread_ts == incidents.c.thread_ts)
    said = exists(
        select(messages.c.ts).where(
            and_(messages.c.channel == incidents.c.channel, in_room, messages.c.deleted.is_(False)),
            func.lower(messages.c.text).contains(folded, autoescape=True),
        )
    )
    return or_(incidents.c.words.contains(folded, autoescape=True), told, said)
