"""The door for PagerDuty's webhooks: whom it believes, what it keeps, and what it answers when it cannot."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from incidentbot.clock import StillClock
from incidentbot.flows.pager_events import PagerEvent
from incidentbot.flows.ports import StoreAway
from incidentbot.pagerduty.listening.event_shapes import Told
from incidentbot.pagerduty.listening.told_events import KINDS
from incidentbot.pagerduty.listening.webhook import LARGEST_BODY, PATH, WebhookDoor
from incidentbot.store.engines.engine import open_store
from incidentbot.web.server import address_of, new_application, serving, take_address
from tests.needs import shared
from tests.pagerduty.bench import T0

SECRET = "the-secret-of-the-subscription"
BODY = json.dumps(
    {
        "event": {
            "id": "e1",
            "event_type": "incident.acknowledged",
            "occurred_at": "2026-11-21T12:00:01.250Z",
            "agent": {"id": "PUANA", "type": "user_reference", "summary": "ana@example.com"},
            "client": {"name": "PagerDuty"},
            "data": {
                "id": "Q1",
                "type": "incident",
                "title": "jane@customer.example cannot pay",
                "incident_key": "ours:1",
                "assignees": [],
                "conference_bridge": {"conference_number": "+1 1234123412,,987654321#"},
            },
        }
    }
).encode()


class Kept:
    """Keeps in memory, or fails as it is told."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.events: list[PagerEvent] = []
        self.trouble = trouble
        self.rung = 0
        self.patience_s: float | None = None

    async def keep(self, event: PagerEvent, *, patience_s: float | None = None) -> bool:
        self.patience_s = patience_s
        if self.trouble is not None:
            raise self.trouble
        self.events.append(event)
        return True

    def ring(self) -> None:
        self.rung += 1


class Silent(Kept):
    """A database that never answers."""

    async def keep(self, event: PagerEvent, *, patience_s: float | None = None) -> bool:
        await asyncio.Event().wait()
        return await super().keep(event, patience_s=patience_s)


def sign(raw: bytes, secret: str = SECRET) -> str:
    return "v1=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


@asynccontextmanager
async def a_door(kept: Any, **given: Any) -> AsyncIterator[str]:
    """The address of a door that keeps there."""
    app = new_application()
    WebhookDoor(kept, StillClock(T0), SECRET, getattr(kept, "ring", lambda: None), **given).mount(app)
    address = take_address("127.0.0.1", 0)
    async with serving(app, address):
        yield address_of(address, "127.0.0.1") + PATH


async def post(url: str, raw: bytes, signature: str | None, **headers: str) -> int:
    named = {} if signature is None else {"X-PagerDuty-Signature": signature}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=raw, headers={**named, **headers}) as answer,
    ):
        return answer.status


@pytest.mark.parametrize(
    "signature",
    [
        sign(BODY),
        f"{sign(BODY, 'the old one')},{sign(BODY)}",
        f" {sign(BODY)} , {sign(BODY, 'the next one')}",
        f"v0=abc,v2={'0' * 64},{sign(BODY)}",
    ],
    ids=["one", "last of several", "first of several", "among other versions"],
)
async def test_a_webhook_is_taken_when_any_signature_is_ours(signature: str):
    kept = Kept()
    async with a_door(kept) as url:
        assert await post(url, BODY, signature, **{"X-Webhook-Id": "w1"}) == 202

    (event,) = kept.events
    assert (event.id, event.delivery, event.kind, event.resource) == (
        "e1",
        "w1",
        "incident.acknowledged",
        "Q1",
    )
    assert event.occurred_at == T0.replace(second=1, microsecond=250_000)
    assert kept.rung == 1


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "v1=",
        sign(BODY)[:-1],
        sign(BODY).upper(),
        sign(BODY).removeprefix("v1="),
        sign(BODY).replace("v1=", "v2="),
        sign(BODY, "another secret"),
        sign(BODY + b" "),
        sign(BODY, ""),
        "v1=äöü",
    ],
)
async def test_nothing_is_kept_of_what_is_not_signed_by_pagerduty(signature: str | None):
    kept = Kept()
    async with a_door(kept) as url:
        assert await post(url, BODY, signature) == 401

    assert (kept.events, kept.rung) == ([], 0)


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b'{"event": 7}', b'{"event": {"id": "e"}}', b"\xff", b"[" * 100_000]
)
async def test_what_is_signed_and_no_event_is_refused(raw: bytes):
    kept = Kept()
    async with a_door(kept) as url:
        assert await post(url, raw, sign(raw)) == 400

    assert kept.events == []


async def test_what_is_larger_than_pagerduty_sends_is_refused_unread():
    raw = b" " * (LARGEST_BODY + 1)
    kept = Kept()
    async with a_door(kept) as url:
        assert await post(url, raw, sign(raw)) == 413
        just_fits = BODY + b" " * (LARGEST_BODY - len(BODY))
        assert await post(url, just_fits, sign(just_fits)) == 202

    assert len(kept.events) == 1


@pytest.mark.parametrize(
    ("trouble", "status"), [(StoreAway("locked"), 503), (RuntimeError("a bug"), 500)], ids=["away", "bug"]
)
async def test_our_own_trouble_is_never_answered_with_a_refusal(trouble: Exception, status: int):
    async with a_door(Kept(trouble)) as url:
        assert await post(url, BODY, sign(BODY)) == status


async def test_a_database_that_never_answers_is_not_waited_for_longer_than_pagerduty_waits():
    async with asyncio.timeout(3), a_door(Silent(), answer_within_s=0.05) as url:
        assert await post(url, BODY, sign(BODY)) == 503


async def test_no_address_number_or_title_is_kept():
    kept = Kept()
    async with a_door(kept) as url:
        await post(url, BODY, sign(BODY))

    body = kept.events[0].body
    assert "@" not in body
    assert "cannot pay" not in body
    assert "1234123412" not in body
    assert json.loads(body)["data"] == {
        "id": "Q1",
        "type": "incident",
        "incident_key": "ours:1",
        "assignees": [],
    }


async def test_a_delivery_that_comes_again_is_taken_and_kept_once(tmp_path: Path):
    async with open_store(f"sqlite:///{tmp_path}/incidents.db", StillClock(T0)) as store:
        async with a_door(store.pager_events) as url:
            answers = [await post(url, BODY, sign(BODY), **{"X-Webhook-Id": "w1"}) for _ in range(4)]

        assert answers == [202] * 4
        assert len(await store.pager_events.heads(limit=10)) == 1


def documented() -> list[tuple[str, bytes]]:
    """Every kind of event with its documented data, in the documented envelope."""
    file = json.loads(shared("specs", "pagerduty-webhooks-v3-examples.json").read_text(encoding="utf-8"))
    envelope = next(each["json"] for each in file["examples"] if each["section"] == "Webhook Payload")
    data = {each["section"]: each["json"] for each in file["examples"]}
    return [
        (kind, json.dumps({"event": {**envelope["event"], "event_type": kind, "data": data[shape]}}).encode())
        for kind, shape in file["event_types"].items()
    ]


async def test_every_documented_event_is_taken_and_those_that_mean_something_can_be_read():
    events = [
        *documented(),
        ("pagey.ping", b'{"event": {"id": "p", "event_type": "pagey.ping", "data": {}}}'),
    ]
    kept = Kept()
    async with a_door(kept) as url:
        answers = [await post(url, raw, sign(raw)) for _, raw in events]

    assert set(answers) == {202}
    assert [event.kind for event in kept.events] == [kind for kind, _ in events]
    meant = [Told.read(event) for event in kept.events if event.kind in KINDS]
    assert {told.event.kind for told in meant} == set(KINDS)
    assert {told.event.resource for told in meant} == {"PGR0VU2"}
    assert {told.agent["id"] for told in meant} == {"PLH1HKV"}
