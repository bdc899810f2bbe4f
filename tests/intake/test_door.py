"""The door for alerts: who is let in, what is refused and how, and that nothing is acknowledged that is not stored."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from incidentbot.core.alerts.alert import News
from incidentbot.flows.ports import StoreAway
from incidentbot.intake.door import IntakeDoor
from incidentbot.intake.limits import Flow
from incidentbot.intake.refused import Refusals
from incidentbot.web.server import address_of, new_application, serving, take_address
from tests.stories.alerts import TOKEN, a_group, one, signed

BEARER = {"Authorization": f"Bearer {TOKEN}"}
PLAIN = {"title": "Checkout fails", "level": "critical"}

Doing = Callable[..., Awaitable[None]]


class Shop:
    """A door that is open, and what came in by it."""

    def __init__(
        self,
        url: str,
        session: aiohttp.ClientSession,
        stored: list[News],
        missed: list[str],
        door: IntakeDoor,
    ) -> None:
        self.url, self.session, self.stored, self.missed, self.door = url, session, stored, missed, door

    async def post(
        self, body: Any, *, path: str = "generic", headers: dict[str, str] | None = None
    ) -> tuple[int, str, aiohttp.ClientResponse]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = BEARER if headers is None else headers
        data = io.BytesIO(raw)
        async with self.session.post(f"{self.url}/intake/{path}", data=data, headers=given) as answer:
            told = await answer.text()
            sentence = (
                json.loads(told).get("error", "") if answer.content_type == "application/json" else told
            )
            return answer.status, sentence, answer


@asynccontextmanager
async def a_door(keep: Doing | None = None, miss: Doing | None = None, **flows: Flow) -> AsyncIterator[Shop]:
    stored: list[News] = []
    missed: list[str] = []

    async def note(sender: str) -> None:
        missed.append(sender)

    async def store(news: News) -> None:
        stored.append(news)

    address = take_address("127.0.0.1", 0)
    app = new_application()
    door = IntakeDoor(TOKEN, keep or store, miss or note, **flows)
    door.mount(app)
    async with serving(app, address), aiohttp.ClientSession() as session:
        yield Shop(address_of(address, "127.0.0.1"), session, stored, missed, door)


async def test_whoever_has_the_token_is_let_in_at_both_doors() -> None:
    async with a_door() as shop:
        assert (await shop.post(a_group(one()), path="alertmanager"))[0] == 202
        assert (await shop.post(PLAIN))[0] == 202
        assert [news.source for news in shop.stored] == ["Alertmanager", "An alert"]


async def test_a_signature_over_the_raw_body_does_for_the_token_at_the_generic_door_alone() -> None:
    raw = json.dumps(PLAIN).encode()
    async with a_door() as shop:
        assert (await shop.post(raw, headers=signed(raw)))[0] == 202
        assert (await shop.post(raw + b" ", headers=signed(raw)))[0] == 401
        assert (await shop.post(raw, headers=signed(raw, "another-token-drawn-by-lot")))[0] == 401
        assert (await shop.post(raw, path="alertmanager", headers=signed(raw)))[0] == 401
        assert len(shop.stored) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {"X-Incidentbot-Signature": "sha256="},
        {"X-Incidentbot-Signature": "\xff"},
    ],
)
async def test_whoever_has_it_not_is_told_what_to_send(headers: dict[str, str]) -> None:
    async with a_door() as shop:
        status, sentence, answer = await shop.post(PLAIN, headers=headers)

        assert (status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert sentence == "The token is missing or wrong: send `Authorization: Bearer …`."
        assert shop.stored == []


async def test_who_tries_tokens_is_slowed_down_and_holds_up_nobody_else() -> None:
    async with a_door() as shop:
        tries = [await shop.post(PLAIN, headers={"Authorization": f"Bearer {n:020}"}) for n in range(40)]

        assert {status for status, _, _ in tries} == {401, 429}
        assert all(int(one.headers["Retry-After"]) >= 1 for status, _, one in tries if status == 429)
        assert (await shop.post(PLAIN))[0] == 202


@pytest.mark.parametrize(("path", "status"), [("generic", 429), ("alertmanager", 503)])
async def test_a_flood_is_told_to_come_again_in_the_way_that_its_sender_understands(
    path: str, status: int
) -> None:
    body = PLAIN if path == "generic" else a_group(one())
    async with a_door(known=Flow(burst=5, per_s=0.5)) as shop:
        answers = await asyncio.gather(*(shop.post(body, path=path) for _ in range(20)))

        refused = [answer for found, _, answer in answers if found == status]
        assert len(shop.stored) == len(answers) - len(refused) == 5
        assert {answer.headers["Retry-After"] for answer in refused} <= {"1", "2"}


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("generic", b"", "The body is no JSON text."),
        ("generic", b"\xff\xfe{", "The body is no JSON text."),
        ("generic", b"[" * 100_000, "The body is no JSON text."),
        ("generic", [], "The body is not understood at the body: an object belongs there."),
        ("generic", {"level": "critical"}, "The body is not understood at title: it is missing."),
        ("generic", {**PLAIN, "at": "soon"}, "The body is not understood at at: this is no instant"),
        ("alertmanager", {"alerts": []}, "The body is not understood at groupKey: it is missing."),
        (
            "alertmanager",
            {"groupKey": "x", "alerts": [{"status": "?"}]},
            "at alerts.0.status: it is one of 'firing' or 'resolved'.",
        ),
        (
            "alertmanager",
            {"groupKey": "x", "alerts": {}},
            "The body is not understood at alerts: a list belongs there.",
        ),
    ],
)
async def test_a_bad_shape_is_one_sentence_that_quotes_nothing(path: str, body: Any, sentence: str) -> None:
    async with a_door() as shop:
        status, told, _ = await shop.post(body, path=path)

        assert status == 400
        assert sentence in told
        assert shop.stored == []


async def test_a_body_that_is_too_large_is_not_read_to_its_end() -> None:
    async with a_door() as shop:
        status, told, answer = await shop.post(b" " * (300 * 1024))
        assert (status, answer.content_type) == (413, "application/json")
        assert told == (
            "The body is too large: 256 KiB is the most that is taken here. "
            "Nothing was taken in; send fewer alerts at once."
        )
        assert (await shop.post(b" " * (9 * 1024 * 1024), path="alertmanager"))[0] == 413
        assert shop.stored == []


async def test_our_own_trouble_has_the_sender_send_it_again() -> None:
    async def away(_: News) -> None:
        raise StoreAway("gone")

    async def broken(_: News) -> None:
        raise KeyError("a bug")

    async with a_door(away) as shop:
        status, sentence, answer = await shop.post(PLAIN)
        assert (status, answer.headers["Retry-After"]) == (503, "5")
        assert sentence == "The alert could not be stored now; please send it again."
    async with a_door(broken) as shop:
        status, sentence, _ = await shop.post(PLAIN)
        assert status == 500
        assert sentence.startswith("Something broke on my side (reference ")


async def test_what_was_refused_is_told_for_an_hour_to_whoever_looks() -> None:
    async with a_door() as shop:
        assert await shop.door.refusals.notice() == ""
        await shop.post(PLAIN, headers={})
        await shop.post(PLAIN, headers={"Authorization": "Bearer of-nobody"})
        await shop.post({"level": "critical"}, path="alertmanager")

        assert await shop.door.refusals.notice() == (
            "Refused at /intake/generic in the last hour: 2, the last so: "
            "The token is missing or wrong: send `Authorization: Bearer …`. "
            "Refused at /intake/alertmanager in the last hour: 1, the last so: "
            "The body is not understood at groupKey: it is missing."
        )


@pytest.mark.parametrize("body", [b"{", {"alerts": []}, b" " * (9 * 1024 * 1024)])
async def test_what_alertmanager_will_not_send_again_is_missed_by_people(body: Any) -> None:
    async with a_door() as shop:
        await shop.post(body, path="alertmanager")
        await shop.post(body, path="alertmanager", headers={"Authorization": "Bearer of-nobody"})
        await shop.post(b"{", path="generic")

        assert shop.missed == ["alertmanager"], "a stranger's is nobody's, and a shell script is told itself"


async def test_one_alert_that_cannot_be_read_hides_no_other() -> None:
    body = a_group(one(), one(instance="web-2"))
    body["alerts"][0]["status"] = "on fire"
    async with a_door() as shop:
        assert (await shop.post(body, path="alertmanager"))[0] == 202

        [news] = shop.stored
        assert [alert.where for alert in news.alerts] == ["web-2"]
        assert (news.left_out, shop.missed) == (1, ["alertmanager"])
        assert "1 of its alerts cannot be read." in await shop.door.refusals.notice()


def test_a_refusal_is_forgotten_after_an_hour() -> None:
    now = [0.0]
    refusals = Refusals(lambda: now[0])
    refusals.add("generic", "No.", status=400)
    now[0] = 3599.0
    assert "in the last hour: 1" in asyncio.run(refusals.notice())
    now[0] = 3601.0
    assert asyncio.run(refusals.notice()) == ""


def test_a_bucket_fills_again_and_says_when() -> None:
    now = [0.0]
    flow = Flow(burst=2, per_s=0.25, clock=lambda: now[0])

    assert [flow.take() for _ in range(3)] == [0, 0, 4]
    now[0] = 3.0
    assert flow.take() == 1
    now[0] = 4.0
    assert [flow.take(), flow.take()] == [0, 4]
