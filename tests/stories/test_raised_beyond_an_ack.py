"""An alert asks for more than what somebody acknowledged: a phone rings for it, once, whoever sleeps meanwhile."""

from pathlib import Path

import pytest

from incidentbot.core.incident import PageState
from tests.stories.alerts import WIRING, a_group, one, send
from tests.stories.story import Story, a_story


async def acked_p2(story: Story) -> None:
    """Alerts have opened a P2, which rings nobody, and Bo has it since the afternoon."""
    await send(story, a_group(one("Disk", severity="p2", instance="web-1")))
    await story.slack("INC-1 ack", by="bo")
    await story.fast_forward(hours=2)
    assert story.rung == []


@pytest.mark.parametrize("paging", ["rest", "events"])
async def test_a_p0_that_joins_an_acknowledged_p2_rings_once_and_its_phone_answers(
    tmp_path: Path, paging: str
) -> None:
    async with a_story(tmp_path, wiring=WIRING, paging=paging, webhooks=True) as story:
        await acked_p2(story)
        both = a_group(one("Disk", severity="p2", instance="web-1"), one("DatabaseDown"))
        await send(story, both)
        await send(story, both)
        await story.fast_forward(minutes=2)

        assert (await story.incident()).severity == "P0"
        assert story.rung == ["ana"]
        await story.duty.acknowledge(story.theirs.id, by="ana")
        await story.settled()
        await story.fast_forward(hours=1)
        assert story.rung == ["ana"]
        (page,) = (await story.incident()).pages.values()
        assert page.state is PageState.ACKNOWLEDGED


async def test_what_nobody_has_yet_rings_once_as_before(tmp_path: Path) -> None:
    async with a_story(tmp_path, wiring=WIRING) as story:
        await send(story, a_group(one("Disk", severity="p2", instance="web-1")))
        await send(story, a_group(one("Disk", severity="p2", instance="web-1"), one("DatabaseDown")))

        assert story.rung == ["ana"]


async def test_a_person_who_raises_what_they_have_rings_nobody(tmp_path: Path) -> None:
    async with a_story(tmp_path, wiring=WIRING) as story:
        await acked_p2(story)
        await story.slack("INC-1 severity p0 it is worse", by="bo")

        assert story.rung == []
