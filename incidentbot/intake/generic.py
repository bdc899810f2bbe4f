"""Any sender: a small JSON body that a shell script or another tool can write. Knows no HTTP."""

from pydantic import Field

from incidentbot.core.alerts.alert import Alert, AlertStatus, News
from incidentbot.intake.shapes import Instant, Shape, hashed, read

SOURCE = "An alert"


class Payload(Shape):
    """One alert. `dedup_key` makes two bodies speak of the same one; without it the title does."""

    title: str = Field(min_length=1)
    level: str = ""
    dedup_key: str = ""
    group: str = ""
    status: AlertStatus = AlertStatus.FIRING
    summary: str = ""
    where: str = ""
    url: str = ""
    at: Instant = None
    source: str = ""
    kind: str = ""
    drill: bool = False


def news_of(raw: bytes) -> News:
    """What a delivery tells. Raises Refused."""
    told = read(Payload, raw)
    key = told.dedup_key or told.title
    over = told.status is AlertStatus.RESOLVED
    alert = Alert(
        fingerprint=hashed(key),
        name=told.title,
        status=told.status,
        level=told.level,
        where=told.where,
        summary=told.summary,
        link=told.url,
        began_at=None if over else told.at,
        ended_at=told.at if over else None,
    )
    return News(
        key=f"generic:{hashed(told.source, told.group or key)}{':drill' if told.drill else ''}",
        source=told.source or SOURCE,
        title=told.title,
        alerts=(alert,),
        kind=told.kind,
        drill=told.drill,
    )
