"""How things stand with waiting work, in one read. Judges nothing."""

from datetime import datetime

from sqlalchemy import and_, func, select, text, true

from incidentbot.core.incident import Status
from incidentbot.flows.values import SET_ASIDE_LATELY, Snapshot
from incidentbot.store.engines.connection import Connection
from incidentbot.store.schema.columns import UTC
from incidentbot.store.schema.tables import PENDING, EffectState, alert_news, effects, incidents, timers


async def snapshot(connection: Connection, now: datetime) -> Snapshot:
    """At `now` by the house's clock. A failure counts until its incident is closed or the same thing went out later."""
    later = effects.alias()
    made_good = select(later.c.id).where(
        later.c.incident_id == effects.c.incident_id,
        later.c.key == effects.c.key,
        later.c.id > effects.c.id,
        later.c.state == EffectState.DONE.value,
    )
    failed = (
        select(func.count())
        .select_from(effects.join(incidents))
        .where(
            text("effects.state = 'failed'"), incidents.c.status != Status.CLOSED.value, ~made_good.exists()
        )
    )
    opened = select(func.count()).select_from(incidents).where(incidents.c.status == Status.OPEN.value)
    lately = and_(alert_news.c.failed == true(), alert_news.c.at > now - SET_ASIDE_LATELY)
    aside = select(func.count()).select_from(alert_news).where(lately)
    last = select(func.max(alert_news.c.at, type_=UTC())).where(lately)
    query = select(
        select(func.min(timers.c.due_at, type_=UTC())).where(timers.c.due_at <= now).scalar_subquery(),
        select(func.min(effects.c.created_at, type_=UTC())).where(text(PENDING)).scalar_subquery(),
        failed.scalar_subquery(),
        opened.scalar_subquery(),
        aside.scalar_subquery(),
        last.scalar_subquery(),
    )
    timer, effect, failures, running, alerts, last_alert = (await connection.execute(query)).one()
    return Snapshot(timer, effect, failures, running, alerts, last_alert)
