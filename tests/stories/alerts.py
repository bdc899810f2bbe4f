"""Senders of alerts as the stories play them: payloads as Alertmanager writes them, and the way in."""

import hashlib
import hmac
import io
import json
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from tests.stories.story import T0, Story

TOKEN = "a-token-that-was-drawn-by-lot"
WIRING = {"INCIDENTBOT_INTAKE_TOKEN": TOKEN}
NEVER = "0001-01-01T00:00:00Z"


def stamp(at: datetime) -> str:
    """An instant as Go writes it, to the nanosecond."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.123456789Z")


def one(
    name: str = "HighErrorRate",
    *,
    severity: str = "critical",
    instance: str = "web-1",
    began_at: datetime = T0 - timedelta(minutes=3),
    ended_at: datetime | None = None,
    **annotations: str,
) -> dict[str, Any]:
    """An entry of `alerts`; over, once it has an end."""
    labels = {"alertname": name, "instance": instance, "severity": severity, "job": "shop"}
    return {
        "status": "resolved" if ended_at else "firing",
        "labels": labels,
        "annotations": {"summary": "5xx above 5 % on checkout", **annotations},
        "startsAt": stamp(began_at),
        "endsAt": stamp(ended_at) if ended_at else NEVER,
        "generatorURL": "http://prometheus.example.com:9090/graph?g0.expr=rate%28x%5B5m%5D%29+%3E+0.05&g0.tab=1",
        "fingerprint": hashlib.sha256(f"{name}{instance}".encode()).hexdigest()[:16],
    }


def a_group(*alerts: dict[str, Any], key: str = "shop", truncated: int = 0, **more: Any) -> dict[str, Any]:
    """A whole payload of version 4."""
    common = dict(set.intersection(*(set(alert["labels"].items()) for alert in alerts)))
    return {
        "version": "4",
        "groupKey": f'{{}}/{{team="{key}"}}:{{job="shop"}}',
        "truncatedAlerts": truncated,
        "status": "firing" if any(alert["status"] == "firing" for alert in alerts) else "resolved",
        "receiver": "incidentbot",
        "groupLabels": {"job": "shop"},
        "commonLabels": common,
        "commonAnnotations": {"summary": "5xx above 5 % on checkout"},
        "externalURL": "http://alertmanager.example.com:9093",
        "alerts": list(alerts),
        **more,
    }


async def post(
    story: Story, body: Any, *, path: str = "alertmanager", headers: dict[str, str] | None = None
) -> aiohttp.ClientResponse:
    """Send it and read the answer; what follows is not waited for."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    bearing = {"Authorization": f"Bearer {TOKEN}"} if headers is None else headers
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{story.house.local_url}/intake/{path}", data=io.BytesIO(raw), headers=bearing
        ) as answer,
    ):
        await answer.read()
        return answer


async def send(story: Story, body: Any, *, path: str = "alertmanager") -> None:
    """Send it, and wait until all that follows at this instant has happened."""
    answer = await post(story, body, path=path)
    assert answer.status == 202, await answer.text()
    await story.settled()


def signed(raw: bytes, token: str = TOKEN) -> dict[str, str]:
    """The header of somebody who signs."""
    return {"X-Incidentbot-Signature": f"sha256={hmac.new(token.encode(), raw, hashlib.sha256).hexdigest()}"}
