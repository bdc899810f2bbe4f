"""Killed with a page in flight whose level was lowered meanwhile: whether it rang is learned, and nobody is rung again."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from incidentbot.core.incident import Incident, PageState
from tests.crash.acts import DECLARING
from tests.crash.scene import Scene, a_scene

pytestmark = pytest.mark.crash

TITLE = "checkout is down"
BY_EVENTS = replace(DECLARING, paging="events")


RINGING = frozenset({"POST /incidents", "enqueue.trigger"})


class SlowPage:
    """PagerDuty takes its time with the first page: `arrived` is set when it came, and `let` lets it take effect."""

    def __init__(self, scene: Scene) -> None:
        self.arrived, self.let, self.done = asyncio.Event(), asyncio.Event(), asyncio.Event()
        scene.workspace.pagerduty.faults.before_apply.append(self._arriving)
        scene.workspace.pagerduty.faults.after_apply.append(self._applied)

    async def _arriving(self, operation: str, _: Mapping[str, Any]) -> None:
        if operation in RINGING and not self.arrived.is_set():
            self.arrived.set()
            await self.let.wait()

    async def _applied(self, operation: str, _: Mapping[str, Any]) -> None:
        if operation in RINGING:
            self.done.set()


async def lowered_and_killed(scene: Scene, page: SlowPage, *, takes: str) -> Incident:
    """Declared, lowered while the page is in flight, killed, started again. takes: whether PagerDuty "took" the page."""
    assert (await scene.type(f"declare sev1 {TITLE}")).acked
    await page.arrived.wait()
    declared = await scene.incident(TITLE)
    assert declared is not None
    assert (await scene.type(f"severity {declared.name} p3 one customer only")).acked
    await scene.stage.bot.kill()
    if takes == "took":
        page.let.set()
        await page.done.wait()
    await scene.awake()
    await scene.settled()
    found = await scene.incident(TITLE)
    assert found is not None
    return found


def said(scene: Scene, incident: Incident) -> list[str]:
    assert incident.room.channel is not None
    return [one.text for one in scene.workspace.slack.workspace.messages(incident.room.channel) if one.by_bot]


async def test_a_page_that_rang_is_found_there_said_to_have_rung_and_ends_with_its_incident(tmp_path: Path):
    async with a_scene(tmp_path) as scene:
        incident = await lowered_and_killed(scene, SlowPage(scene), takes="took")

        (found,) = incident.pages.values()
        (there,) = scene.workspace.pagerduty.incidents
        assert (found.state, found.receipt) == (PageState.DELIVERED, there.id)
        assert said(scene, incident)[-1] == (
            "The on-call primary was paged all the same: the page had left before INC-1 became P3."
        )
        await scene.play("resolve {name} it was one customer", TITLE)

    assert [ring.user.name for ring in scene.workspace.pagerduty.phone.rings] == ["Ana"]
    assert there.status.value == "resolved"


async def test_a_page_that_never_arrived_is_looked_for_and_said_not_to_have_rung(tmp_path: Path):
    async with a_scene(tmp_path) as scene:
        page = SlowPage(scene)
        incident = await lowered_and_killed(scene, page, takes="never took")

        (found,) = incident.pages.values()
        assert (found.state, found.unknown) == (PageState.CANCELLED, False)
        assert said(scene, incident)[-1] == "The on-call primary was not paged: INC-1 is P3 now."
        assert scene.workspace.pagerduty.phone.rings == []
        page.let.set()


async def test_a_page_by_event_cannot_be_looked_for_and_is_said_to_have_rung_perhaps(tmp_path: Path):
    async with a_scene(tmp_path, BY_EVENTS) as scene:
        incident = await lowered_and_killed(scene, SlowPage(scene), takes="took")

        (found,) = incident.pages.values()
        assert (found.state, found.unknown) == (PageState.CANCELLED, True)
        assert said(scene, incident)[-1] == (
            "Paging the on-call primary was called off: INC-1 is P3 now. A phone may have rung."
        )
        await scene.play("resolve {name} it was one customer", TITLE)

    assert [ring.user.name for ring in scene.workspace.pagerduty.phone.rings] == ["Ana"]
    assert [one.status.value for one in scene.workspace.pagerduty.incidents] == ["resolved"]
