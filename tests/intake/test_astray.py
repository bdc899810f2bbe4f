"""What senders get wrong below the payload: the packing, the path, the method. One sentence each, and no trouble of ours."""

import asyncio
import gzip
import json
import time

import pytest

from incidentbot.flows.ports import StoreAway
from incidentbot.intake.limits import Flow
from tests.intake.test_door import BEARER, PLAIN, Shop, a_door
from tests.stories.alerts import TOKEN, a_group, one


async def told(
    shop: Shop, method: str, path: str, *, token: str = TOKEN, body: bytes = b"", **headers: str
) -> tuple[int, str]:
    """The status, and the sentence."""
    given = {"Authorization": f"Bearer {token}", **headers}
    url = f"{shop.url}{path}"
    async with shop.session.request(method, url, data=body or None, headers=given) as answer:
        text = await answer.text()
        return answer.status, json.loads(text)["error"] if text and method != "HEAD" else ""


async def test_a_packed_body_is_unpacked() -> None:
    async with a_door() as shop:
        packed = gzip.compress(json.dumps(PLAIN).encode())
        status, _, _ = await shop.post(packed, headers={**BEARER, "Content-Encoding": "gzip"})

        assert status == 202
        assert [news.title for news in shop.stored] == ["Checkout fails"]


async def test_a_body_that_cannot_be_unpacked_is_its_senders_slip_and_no_bug_of_ours() -> None:
    async with a_door() as shop:
        packed = {**BEARER, "Content-Encoding": "gzip"}
        status, sentence, _ = await shop.post(b"this is not packed", headers=packed)

        assert (status, sentence) == (
            400,
            "The body cannot be unpacked as its Content-Encoding says, so nothing was taken in.",
        )


async def test_a_body_that_unpacks_to_a_flood_is_too_large_at_the_limit() -> None:
    async with a_door() as shop:
        packed = gzip.compress(b"[" + b" " * 200_000_000)
        before = time.process_time()
        status, sentence, _ = await shop.post(packed, headers={**BEARER, "Content-Encoding": "gzip"})

        assert status == 413
        assert "256 KiB is the most" in sentence
        assert time.process_time() - before < 1.0, "no more of it is unpacked than is taken"


async def test_a_sender_that_goes_away_in_the_middle_of_its_body_is_no_bug_of_ours(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with a_door() as shop:
        host, port = shop.url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        head = f"POST /intake/generic HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
        writer.write(f'{head}Content-Length: 900\r\n\r\n{{"title": "half'.encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert (await shop.post(PLAIN))[0] == 202

    assert len(shop.stored) == 1
    assert "bug" not in capsys.readouterr().out


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
async def test_what_is_no_post_is_told_so(method: str) -> None:
    async with a_door() as shop:
        status, sentence = await told(shop, method, "/intake/alertmanager")

        assert status == 405
        assert sentence == (
            "" if method == "HEAD" else f"Alerts are sent here by POST; {method} takes none in."
        )


@pytest.mark.parametrize("path", ["/intake", "/intake/", "/intake/alertmanager/", "/intake/grafana/x"])
async def test_alerts_sent_to_a_path_that_takes_none_in_are_told_the_way_and_people_hear_of_it(
    path: str,
) -> None:
    async with a_door() as shop:
        status, sentence = await told(shop, "POST", path, body=json.dumps(a_group(one())).encode())

        assert status == 404
        assert sentence == (
            "Nothing is taken in at this path: send alerts to /intake/alertmanager or /intake/generic, "
            "without a slash at the end."
        )
        assert shop.missed == ["another path"]
        assert "Refused at another path in the last hour: 1" in await shop.door.refusals.notice()


async def test_alerts_astray_are_to_be_sent_again_while_nobody_can_be_told_of_them() -> None:
    async def away(_: str) -> None:
        raise StoreAway("cut off")

    async with a_door(miss=away) as shop:
        status, sentence = await told(shop, "POST", "/intake/x", body=b"{}")

    assert (status, sentence) == (503, "The alert could not be stored now; please send it again.")


async def test_a_flood_astray_is_told_of_by_a_few_and_is_in_nobodys_way() -> None:
    async with a_door(astray=Flow(burst=2, per_s=0.001), known=Flow(burst=1, per_s=0.001)) as shop:
        for _ in range(5):
            assert (await told(shop, "POST", "/intake/x", body=b"{}"))[0] == 404

        assert shop.missed == ["another path"] * 2
        assert (await shop.post(PLAIN))[0] == 202


async def test_a_stranger_astray_is_nobodys_trouble() -> None:
    async with a_door() as shop:
        status, _ = await told(shop, "POST", "/intake/x", token="a wrong one", body=b"{}")

        assert status == 404
        assert shop.missed == []
        assert await shop.door.refusals.notice() == ""


async def test_a_null_says_no_more_than_nothing() -> None:
    alert = {**one(), "annotations": None, "endsAt": None, "generatorURL": None, "fingerprint": None}
    group = {**a_group(alert), "truncatedAlerts": None, "groupLabels": None, "externalURL": None}
    async with a_door() as shop:
        status, sentence, _ = await shop.post(group, path="alertmanager")
        assert (status, sentence) == (202, "")
        assert len(shop.stored[0].alerts) == 1

        assert (await shop.post({**PLAIN, "level": None, "drill": None}))[0] == 202
        assert await told(shop, "POST", "/intake/generic", body=b'{"title": null}') == (
            400,
            "The body is not understood at title: it is missing.",
        )
