"""The ack deadline is a row: it outlives the process, fires once, and says how late it was."""

from datetime import timedelta
from pathlib import Path

import pytest

from incidentbot.core.facts import FactKind, Recorded
from incidentbot.core.incident import Incident
from tests.crash.acts import CLIMBED, DECLARE, DECLARING, Act
from tests.crash.scene import Scene, a_scene
from tests.crash.verdict import judge

pytestmark = pytest.mark.crash

TITLE = "checkout is down"
CLIMBING = Act("climb", (DECLARE,), {}, CLIMBED, rung=("Ana", "Bo"))
BREACHED = Act("breach", (DECLARE,), {}, {**DECLARING.facts, FactKind.BREACHED: 1})


async def the_incident(scene: Scene) -> Incident:
    incident = await scene.incident(TITLE)
    assert incident is not None
    return incident


async def of_kind(scene: Scene, kind: FactKind) -> list[Recorded]:
    return [one for one in await scene.facts(await the_incident(scene)) if one.fact.kind is kind]


def said(scene: Scene, incident: Incident, words: str) -> list[str]:
    assert incident.room.channel is not None
    messages = scene.workspace.slack.workspace.messages(incident.room.channel)
    return [one.text for one in messages if one.by_bot and words in one.text]


async def test_the_ack_deadline_survives_a_kill(tmp_path: Path):
    async with a_scene(tmp_path) as scene:
        await scene.play(f"declare sev1 {TITLE}", TITLE)
        await scene.stage.bot.kill()
        await scene.stage.skip(timedelta(minutes=17))
        await scene.awake()
        await scene.settled()

        (breach,) = await of_kind(scene, FactKind.BREACHED)
        assert int(breach.fact.data["late_s"]) == pytest.approx(12 * 60, abs=10)
        (climb,) = await of_kind(scene, FactKind.ESCALATED)
        assert int(climb.fact.data["late_s"]) == pytest.approx(2 * 60, abs=10)
        incident = await the_incident(scene)
        (line,) = said(scene, incident, "Nobody has acknowledged")
        assert "within 5 min (12 min" in line  # and what the restart took, in seconds
        (line,) = said(scene, incident, "on-call secondary")
        assert "(2 min" in line
        verdict = await judge(scene, CLIMBING, TITLE)
        assert verdict.is_clean, verdict


async def test_a_deadline_that_lies_ahead_of_the_restart_fires_on_time(tmp_path: Path):
    async with a_scene(tmp_path) as scene:
        await scene.play(f"declare sev1 {TITLE}", TITLE)
        await scene.kill_and_start()
        await scene.play(timedelta(minutes=4, seconds=50), TITLE)
        assert await of_kind(scene, FactKind.BREACHED) == []

        await scene.play(timedelta(seconds=30), TITLE)

        (breach,) = await of_kind(scene, FactKind.BREACHED)
        assert int(breach.fact.data["late_s"]) <= 1
        assert said(scene, await the_incident(scene), "late)") == []
        verdict = await judge(scene, BREACHED, TITLE)
        assert verdict.is_clean, verdict


async def test_a_deadline_that_has_fired_does_not_fire_again_after_a_kill(tmp_path: Path):
    async with a_scene(tmp_path) as scene:
        await scene.play(f"declare sev1 {TITLE}", TITLE)
        await scene.play(timedelta(minutes=17), TITLE)
        for _ in range(2):
            await scene.kill_and_start()
            await scene.settled()

        verdict = await judge(scene, CLIMBING, TITLE)
        assert verdict.is_clean, verdict
