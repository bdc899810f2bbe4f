"""Killed while PagerDuty tells what is done there: what it was told is brought in once, and rings nobody twice."""

import asyncio
import json
from pathlib import Path

import pytest

from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.policy import State
from incidentbot.playground.pagerduty.server import WEBHOOK_SECRET
from tests.crash.scene import Scene, a_scene

pytestmark = pytest.mark.crash

WIRING = {"PAGERDUTY_WEBHOOK_SECRET": WEBHOOK_SECRET}
TITLE = "checkout is down"
LATEST_S = 15.0
LOOK_EVERY_S = 0.05


def listen(scene: Scene) -> None:
    """Have PagerDuty tell the bot that runs now."""
    log = (scene.stage.folder / "bot.log").read_text(encoding="utf-8").splitlines()
    ready = [json.loads(line)["url"] for line in log if '"event": "ready"' in line]
    webhooks = scene.workspace.pagerduty.webhooks
    webhooks.retry_s = webhooks.retry_limit_s = 0.1
    scene.workspace.pagerduty.send_webhooks_to(f"{ready[-1]}/webhooks/pagerduty")


async def heard(scene: Scene) -> Incident:
    """The incident once everything that was told is brought in and told on."""
    async with asyncio.timeout(LATEST_S):
        await scene.workspace.pagerduty.webhooks.settled()
        while (await scene.store.pager_events.counts()).waiting:  # noqa: ASYNC110 - another process's books ring no bell
            await asyncio.sleep(LOOK_EVERY_S)
    await scene.settled()
    found = await scene.incident(TITLE)
    assert found is not None
    return found


@pytest.mark.parametrize("blow_ms", [0, 3, 10, 30, 100])
async def test_a_kill_while_an_ack_is_given_and_taken_back_loses_and_doubles_nothing(
    tmp_path: Path, blow_ms: int
):
    async with a_scene(tmp_path, more=WIRING) as scene:
        listen(scene)
        await scene.play(f"declare sev1 {TITLE}", TITLE)
        duty, (theirs,) = scene.workspace.pagerduty, scene.workspace.pagerduty.incidents
        await duty.note(theirs.id, "looking", by="ana")
        await duty.acknowledge(theirs.id, by="ana")
        await duty.unacknowledge(theirs.id, by="ana")
        await duty.acknowledge(theirs.id, by="bo")
        await asyncio.sleep(blow_ms / 1000)  # not to wait for anything: this is the instant of the blow
        await scene.kill_and_start()
        listen(scene)
        incident = await heard(scene)

        kinds = [recorded.fact.kind for recorded in await scene.facts(incident)]
        assert incident.milestones[State.ACKNOWLEDGED].by == "U0BO"
        assert incident.epoch == 2
        assert kinds.count(FactKind.NOTED) == kinds.count(FactKind.ACK_TAKEN_BACK) == 1
        assert kinds.count(FactKind.ACKNOWLEDGED) == 2
        assert [ring.user.name for ring in duty.phone.rings] == ["Ana", "Ana"]
        counts = await scene.store.pager_events.counts()
        assert (counts.waiting, counts.set_aside) == (0, 0)
