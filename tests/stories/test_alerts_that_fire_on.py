"""Alerts that fire on though people have resolved their incident, told on the whole house."""

from datetime import timedelta
from pathlib import Path

from incidentbot.core.incident import Status
from incidentbot.flows.ports import ListFilter
from tests.stories.alerts import WIRING, a_group, one, send
from tests.stories.profile_of import profile_of
from tests.stories.seen import buttons
from tests.stories.story import T0, Story, a_story


async def incidents(story: Story) -> int:
    return len(await story.house.store.incidents(only=ListFilter("all")))


async def asked(story: Story) -> list[str]:
    return [text for text in await story.said() if "Is it open again?" in text]


async def resolved(story: Story) -> None:
    """An alert opens an incident, and people resolve it while the alert fires."""
    await send(story, a_group(one()))
    await story.room("ack", by="bo")
    await story.room("resolve rolled back", by="bo")


async def test_an_alert_that_fires_on_long_after_its_incident_was_resolved_opens_another(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await resolved(story)
        await story.fast_forward(hours=4)
        await send(story, a_group(one()))

        assert await incidents(story) == 2
        assert story.rung == ["ana", "ana"]
        line = next(text for text in await story.said(2) if text.startswith("Alertmanager:"))
        assert line.startswith("Alertmanager: HighErrorRate (web-1) still fires: 5xx above 5 % on checkout")
        await story.fast_forward(hours=1)
        await send(story, a_group(one()))
        assert await incidents(story) == 2, "the new one is open: that was a repetition"


async def test_soon_after_the_resolution_the_room_is_asked_once_and_a_button_opens_it_again(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await resolved(story)
        for _ in range(4):
            await story.fast_forward(minutes=5)
            await send(story, a_group(one()))

        assert (await incidents(story), story.rung) == (1, ["ana"])
        question = story.newest(await story.room_id(), "incident_reopen")
        assert "HighErrorRate (web-1) still fires: 5xx above 5 % on checkout" in question.text
        assert "INC-1 is resolved. Is it open again?" in question.text
        assert buttons(question) == {"incident_reopen": "Reopen"}
        assert len(await asked(story)) == 1


async def test_a_sender_has_ten_minutes_to_tell_that_it_is_over(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await resolved(story)
        await story.fast_forward(minutes=9)
        await send(story, a_group(one()))
        await send(story, a_group(one(ended_at=T0 + timedelta(minutes=8))))
        await story.fast_forward(hours=4)

        assert (await incidents(story), await asked(story)) == (1, [])


async def test_a_new_alert_beside_one_that_fires_on_brings_the_incident_back(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await resolved(story)
        await story.fast_forward(minutes=15)
        began_at = T0 + timedelta(minutes=15)
        await send(story, a_group(one(), one(instance="web-2", began_at=began_at)))

        assert (await incidents(story), (await story.incident()).status) == (1, Status.OPEN)
        assert story.rung == ["ana", "ana"]


async def test_what_opens_nothing_may_fire_on(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await send(story, a_group(one(), one("DiskFilling", severity="warning")))
        await story.room("resolve rolled back", by="bo")
        await send(story, a_group(one(ended_at=T0), one("DiskFilling", severity="warning")))
        await story.fast_forward(hours=4)
        await send(story, a_group(one("DiskFilling", severity="warning")))

        assert (await incidents(story), story.rung) == (1, ["ana"])


async def test_a_drill_that_is_left_firing_opens_no_other(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        drill = a_group(one(), commonLabels={"drill": "true"})
        await send(story, drill)
        await story.slack("resolve INC-1 well done", by="bo")
        await story.fast_forward(hours=4)
        await send(story, drill)

        assert await incidents(story) == 1


async def test_an_incident_without_a_room_is_asked_about_in_the_incidents_channel(tmp_path: Path):
    policy = profile_of(tmp_path, "severities: {P2: {room: none}}")
    async with a_story(tmp_path, wiring=WIRING, policy=policy) as story:
        await send(story, a_group(one(severity="p2")))
        await story.slack("resolve INC-1 rolled back", by="bo")
        await story.fast_forward(minutes=20)
        await send(story, a_group(one(severity="p2")))

        [line] = [one for one in story.posted("#incidents") if "still fires" in one.text]
        assert buttons(line) == {"incident_reopen": "Reopen"}
