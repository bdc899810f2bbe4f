"""Prometheus' Alertmanager: its webhook payload of version 4, read into news of one group. Knows no HTTP.

Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

from collections.abc import Sequence

from pydantic import Field

from incidentbot.core.alerts.alert import Alert, AlertStatus, News
from incidentbot.intake.shapes import Instant, Shape, Words, hashed, read, read_each

SOURCE = "Alertmanager"
WHERE = ("instance", "pod", "node", "service", "job")
"""Labels that say what an alert is about, the most telling first."""


class OneAlert(Shape):
    """An entry of `alerts`."""

    status: AlertStatus
    labels: Words = Field(default_factory=dict)
    annotations: Words = Field(default_factory=dict)
    starts_at: Instant = Field(default=None, alias="startsAt")
    ends_at: Instant = Field(default=None, alias="endsAt")
    generator_url: str = Field(default="", alias="generatorURL")
    fingerprint: str = ""


class Payload(Shape):
    """The whole body; its alerts are read one by one."""

    group_key: str = Field(alias="groupKey", min_length=1)
    alerts: tuple[object, ...]
    truncated: int = Field(default=0, alias="truncatedAlerts", ge=0)
    group_labels: Words = Field(default_factory=dict, alias="groupLabels")
    common_labels: Words = Field(default_factory=dict, alias="commonLabels")
    common_annotations: Words = Field(default_factory=dict, alias="commonAnnotations")
    external_url: str = Field(default="", alias="externalURL")


def news_of(raw: bytes) -> News:
    """What a delivery tells, without those of its alerts that cannot be read. Raises Refused."""
    payload = read(Payload, raw)
    alerts = read_each(OneAlert, payload.alerts, "alerts")
    unread = len(payload.alerts) - len(alerts)
    labels = payload.common_labels
    drill = labels.get("drill", "").casefold() == "true"
    return News(
        key=f"alertmanager:{hashed(payload.group_key)}{':drill' if drill else ''}",
        source=SOURCE,
        title=_title(payload, alerts),
        alerts=tuple(_alert(one) for one in alerts),
        link=payload.external_url,
        kind=labels.get("incident_kind", ""),
        drill=drill,
        left_out=payload.truncated + unread,
        unread=unread,
    )


def _title(payload: Payload, alerts: Sequence[OneAlert]) -> str:
    """The words the group's alerts share, or those of the first."""
    first = alerts[0] if alerts else None
    name = payload.common_labels.get("alertname") or payload.group_labels.get("alertname", "")
    summary = payload.common_annotations.get("summary", "")
    if not (name or summary) and first:
        name, summary = first.labels.get("alertname", ""), first.annotations.get("summary", "")
    return ": ".join(part for part in (name, summary) if part) or "Alerts fire"


def _alert(one: OneAlert) -> Alert:
    labels, notes = one.labels, one.annotations
    return Alert(
        fingerprint=hashed(one.fingerprint or repr(sorted(labels.items()))),
        name=labels.get("alertname") or "an alert without a name",
        status=one.status,
        level=labels.get("severity", ""),
        where=next((labels[name] for name in WHERE if labels.get(name)), ""),
        summary=notes.get("summary") or notes.get("message") or notes.get("description", ""),
        link=one.generator_url,
        began_at=one.starts_at,
        ended_at=one.ends_at if one.status is AlertStatus.RESOLVED else None,
    )
