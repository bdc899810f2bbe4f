"""What the door for alerts refuses before it reads a body: no signature, a body that is too long, a flood."""

import asyncio
import json

import pytest

from incidentbot.intake.door import PATIENCE_S
from incidentbot.intake.limits import Flow
from tests.intake.test_door import BEARER, PLAIN, Shop, a_door
from tests.stories.alerts import signed


async def knocked(shop: Shop, **headers: str) -> int:
    """The status of a request whose body never comes, asked for within a fraction of the door's patience."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(shop.url.rpartition(":")[2]))
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join(["POST /intake/generic HTTP/1.1", "Host: x", *lines, "", ""]).encode())
    try:
        async with asyncio.timeout(PATIENCE_S / 3):
            return int((await reader.readline()).split()[1])
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("signature", ["x", "sha256=", f"sha256={'g' * 64}", f"sha1={'a' * 64}"])
async def test_what_is_no_signature_is_refused_before_its_body_is_read(signature: str) -> None:
    async with a_door() as shop:
        assert await knocked(shop, Content_Length="100", X_Incidentbot_Signature=signature) == 401


async def test_a_body_that_says_it_is_too_long_is_refused_before_it_is_read() -> None:
    async with a_door() as shop:
        signature = f"sha256={'a' * 64}"
        assert await knocked(shop, Content_Length="999999", X_Incidentbot_Signature=signature) == 413
        assert await knocked(shop, Content_Length="999999", Authorization=BEARER["Authorization"]) == 413


async def test_a_flood_of_signatures_is_slowed_down_before_it_is_read_and_holds_up_no_token() -> None:
    raw = json.dumps(PLAIN).encode()
    async with a_door(signing=Flow(burst=2, per_s=0.1)) as shop:
        for _ in range(2):
            assert (await shop.post(raw, headers=signed(raw, "another-token-drawn-by-lot")))[0] == 401
        assert await knocked(shop, Content_Length="100", X_Incidentbot_Signature=f"sha256={'a' * 64}") == 429

        assert (await shop.post(PLAIN))[0] == 202
