"""A storm of alerts: many groups at once are a few incidents, and nobody is rung for each."""

from datetime import timedelta
from pathlib import Path

from incidentbot.core.incident import Status
from incidentbot.flows.alerts.storm import MOST
from incidentbot.flows.ports import ListFilter
from tests.stories.alerts import WIRING, a_group, one, post, send
from tests.stories.seen import words
from tests.stories.story import T0, Story, a_story


async def incidents(story: Story) -> int:
    return len(await story.house.store.incidents(only=ListFilter("all")))


async def storms(story: Story, groups: int = 25) -> None:
    for number in range(groups):
        answer = await post(story, a_group(one(instance=f"web-{number}"), key=f"g{number}"))
        assert answer.status == 202
    await story.settled()


async def test_many_groups_at_once_open_ten_incidents_and_the_rest_join_the_first(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await storms(story)

        assert await incidents(story) == MOST
        assert story.rung == ["ana"] * MOST
        joined = [text for text in await story.said() if "joins INC-1" in text]
        assert len(joined) == 25 - MOST
        assert "HighErrorRate (web-24) fires since" in joined[-1]
        assert "1 of 1 fire: HighErrorRate (web-0)" in words(await story.card())


async def test_a_group_that_joined_in_a_storm_neither_ends_the_incident_nor_opens_another(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await storms(story)
        await story.fast_forward(minutes=12)
        over = a_group(one(instance="web-24", ended_at=T0 + timedelta(minutes=12)), key="g24")
        await send(story, over)

        assert (await story.incident()).status is Status.OPEN
        assert not any("Is it over?" in text for text in await story.said())
        assert "1 of 1 fire: HighErrorRate (web-0)" in words(await story.card())
        await story.fast_forward(minutes=2)
        await send(story, a_group(one(instance="web-24"), key="g24"))
        assert await incidents(story) == MOST


async def test_what_asks_for_more_than_the_storm_opens_and_rings(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        for number in range(MOST):
            await send(story, a_group(one(severity="p2", instance=f"web-{number}"), key=f"g{number}"))
        assert story.rung == []
        await send(story, a_group(one("DatabaseDown"), key="database"))

        assert (await incidents(story), story.rung) == (MOST + 1, ["ana"])


async def test_after_the_storm_alerts_open_their_own_again(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await storms(story, groups=MOST)
        await story.fast_forward(minutes=6)
        await send(story, a_group(one("DatabaseDown"), key="database"))

        assert await incidents(story) == MOST + 1


async def test_what_people_judged_lower_is_no_place_for_a_group_that_asks_for_more(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await storms(story, groups=MOST)
        await story.room("severity p3 web-0 is only the canary", by="bo")
        await send(story, a_group(one("DatabaseDown"), key="database"))

        joined = [text for text in await story.said(2) if "joins INC-2" in text]
        assert len(joined) == 1, "the next one asks for as much still"
        assert not any("DatabaseDown" in text for text in await story.said(1))


async def test_where_people_judged_all_of_them_lower_a_group_opens_its_own_and_rings(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await storms(story, groups=MOST)
        for number in range(1, MOST + 1):
            await story.slack(f"INC-{number} severity p3 a canary", by="bo")
        await send(story, a_group(one("DatabaseDown"), key="database"))

        assert await incidents(story) == MOST + 1
        assert len(story.rung) == MOST + 1
