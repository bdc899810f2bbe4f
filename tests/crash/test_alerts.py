"""Killed while alerts are brought in: what was acknowledged is told, once, and nobody is rung twice."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from incidentbot.flows.values import ListFilter
from tests.crash.acts import Moment
from tests.crash.scene import Scene, a_scene
from tests.stories.alerts import TOKEN, WIRING, a_group, one
from tests.stories.seen import words

pytestmark = pytest.mark.crash

CRITICAL = a_group(one())
WARNING = a_group(one("DiskFilling", severity="warning"), key="disks")
LATEST_S = 15.0
LOOK_EVERY_S = 0.05


async def post(scene: Scene, body: Any) -> bool:
    """Send it; whether it was acknowledged."""
    log = (scene.stage.folder / "bot.log").read_text(encoding="utf-8").splitlines()
    ready = [json.loads(line)["url"] for line in log if '"event": "ready"' in line]
    headers = {"Authorization": f"Bearer {TOKEN}"}
    try:
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"{ready[-1]}/intake/alertmanager", json=body) as answer,
        ):
            return answer.status == 202
    except aiohttp.ClientError:
        return False


async def until(seen: Callable[[], bool]) -> None:
    async with asyncio.timeout(LATEST_S):
        while not seen():  # noqa: ASYNC110 - another process's deeds ring no bell
            await asyncio.sleep(LOOK_EVERY_S)


async def all_is_told(scene: Scene) -> None:
    """The critical alert is one incident that rang once, the warning one line."""
    async with asyncio.timeout(LATEST_S):
        while await scene.store.has_news() or await scene.store.next_telling_at():  # noqa: ASYNC110 - see above
            await asyncio.sleep(LOOK_EVERY_S)
    await scene.settled()


def lines(scene: Scene) -> list[str]:
    found = (words(message) for message in scene.workspace.slack.workspace.messages("#incidents"))
    return [text for text in found if "DiskFilling" in text]


@pytest.mark.parametrize("blow_ms", [0, 3, 10, 30, 100])
async def test_a_kill_soon_after_the_ack_loses_and_doubles_nothing(tmp_path: Path, blow_ms: int):
    async with a_scene(tmp_path, more=WIRING) as scene:
        acked = await asyncio.gather(post(scene, CRITICAL), post(scene, WARNING))
        assert acked == [True, True]
        await asyncio.sleep(blow_ms / 1000)  # not to wait for anything: this is the instant of the blow
        await scene.kill_and_start()
        await until(lambda: bool(lines(scene)))
        await all_is_told(scene)

        assert len(await scene.store.incidents(only=ListFilter("all"))) == 1
        assert [ring.user.name for ring in scene.workspace.pagerduty.phone.rings] == ["Ana"]
        assert len(lines(scene)) == 1


@pytest.mark.parametrize("moment", Moment)
async def test_a_kill_at_the_post_of_an_alert_posts_it_once(tmp_path: Path, moment: Moment):
    async with a_scene(tmp_path, more=WIRING) as scene:
        scene.reaper.arm("chat.postMessage mirror", moment)
        assert await post(scene, WARNING)
        await scene._struck()
        await scene.kill_and_start()
        await until(lambda: bool(lines(scene)))
        await all_is_told(scene)

        assert len(lines(scene)) == 1


@pytest.mark.parametrize("moment", Moment)
async def test_a_kill_at_the_page_that_an_alert_asks_for_rings_once(tmp_path: Path, moment: Moment):
    async with a_scene(tmp_path, more=WIRING) as scene:
        scene.reaper.arm("POST /incidents", moment)
        assert await post(scene, CRITICAL)
        await scene._struck()
        await scene.kill_and_start()
        assert await post(scene, CRITICAL), "and its sender repeats itself"
        await all_is_told(scene)

        [incident] = await scene.store.incidents(only=ListFilter("all"))
        kinds = [recorded.fact.kind.value for recorded in await scene.facts(incident)]
        assert kinds.count("alert_fired") == kinds.count("declared") == kinds.count("paged") == 1
        assert [ring.user.name for ring in scene.workspace.pagerduty.phone.rings] == ["Ana"]
