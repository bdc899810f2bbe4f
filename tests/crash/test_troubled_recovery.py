"""A restart into trouble: the look-up itself fails at first, and still nothing is told a second time."""

from pathlib import Path

import pytest

from incidentbot.playground.faults import Failure, Fault
from tests.crash.acts import ACTS, Moment
from tests.crash.scene import a_scene
from tests.crash.verdict import judge

pytestmark = pytest.mark.crash

BY_NAME = {act.name: act for act in ACTS}
BUSY = Fault(Failure.STATUS, status=429, retry_after_s=1)
BROKEN = Fault(Failure.STATUS, status=503)
SLOW = Fault(Failure.HANG, hang_s=0.5)

TROUBLES = (
    ("declare", "chat.postMessage card", "slack", "auth.test", SLOW),
    ("declare", "chat.postMessage announce", "slack", "auth.test", BROKEN),
    ("declare", "chat.postMessage mirror", "slack", "conversations.history", BUSY),
    ("declare", "chat.postMessage card", "slack", "conversations.history", BROKEN),
    ("declare", "conversations.create", "slack", "conversations.list", BUSY),
    ("declare in a thread", "chat.postMessage room", "slack", "conversations.history", BUSY),
    ("declare", "POST /incidents", "pagerduty", "GET /incidents", BUSY),
    ("climb", "PUT /incidents/{id} assigned", "pagerduty", "GET /incidents", BROKEN),
)


@pytest.mark.parametrize(
    ("name", "call", "vendor", "looking", "fault"),
    TROUBLES,
    ids=[f"{call} ({name}), then {fault.failure} of {looking}" for name, call, _, looking, fault in TROUBLES],
)
async def test_a_look_up_that_fails_is_made_again_before_a_second_try(
    tmp_path: Path, name: str, call: str, vendor: str, looking: str, fault: Fault
):
    act = BY_NAME[name]
    async with a_scene(tmp_path) as scene:
        faults = {"slack": scene.workspace.slack.faults, "pagerduty": scene.workspace.pagerduty.faults}

        def trouble() -> None:
            faults[vendor].plan(looking, fault)

        await scene.play_killed(act, call, Moment.DURING, "checkout is down", trouble=trouble)

        assert faults[vendor].take(looking) is None, f"{looking} was not asked"
        verdict = await judge(scene, act, "checkout is down")
        assert verdict.is_clean, verdict
