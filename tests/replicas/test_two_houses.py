"""Two replicas that do the same thing at the same instant: people and vendors notice only one of them."""

import asyncio
from collections import Counter
from datetime import timedelta

import aiohttp
import pytest

from incidentbot.core.commands import AddNote, Escalate, Reopen, Resolve
from incidentbot.core.facts import FactKind
from incidentbot.flows.trimming import Trimmer
from incidentbot.flows.values import Ref, RefKind
from incidentbot.slack import names
from tests.replicas.pair import Pair

FOUR_TIMES = 2
"""To each of two replicas."""

CLICKS = 20
OUTAGES = 8


async def test_everything_that_slack_delivers_to_both_at_once_happens_once(pair: Pair):
    story = pair.story
    courier = await pair.deliver_to_both(times=FOUR_TIMES)
    await story.slack("declare sev1 checkout is down")
    await pair.settled()
    await story.room("ack", by="ana")
    await story.room("update we fail over", by="ana")
    await story.room("note the primary is gone", by="ana")
    await story.room("runbook start database outage", by="ana")
    await pair.settled()
    await story.press(story.newest(await story.room_id(), names.RUN_DONE), names.RUN_DONE, by="ana")
    await story.room("resolve failed over", by="ana")
    await pair.settled()

    kinds = Counter(one.fact.kind for one in await story.facts())
    once = {
        FactKind.DECLARED,
        FactKind.ROOM_OPENED,
        FactKind.PAGED,
        FactKind.PAGE_ACCEPTED,
        FactKind.ACKNOWLEDGED,
        FactKind.UPDATED,
        FactKind.NOTED,
        FactKind.RUN_STARTED,
        FactKind.STEP_DONE,
        FactKind.RESOLVED,
    }
    assert {kind: kinds[kind] for kind in once} == dict.fromkeys(once, 1)
    assert story.rung == ["ana"]
    said = await story.said()
    assert len(said) == len(set(said))
    assert courier.carried >= 4 * 7


async def test_what_is_said_in_a_room_and_told_to_both_is_kept_once(pair: Pair):
    story = pair.story
    await story.slack("declare sev1 checkout is down")
    await pair.settled()
    await pair.deliver_to_both(times=FOUR_TIMES)
    room = await story.room_id()
    before = len(await story.house.store.messages((await story.incident()).id))
    for number in range(CLICKS):
        await story.say(f"the primary is gone {number}", by="ana", channel=room)

    kept = [one.text for one in await pair.twin.store.messages((await story.incident()).id)]
    assert len(kept) == before + CLICKS
    assert len(set(kept)) == len(kept)


async def test_the_same_request_at_the_same_instant_is_answered_the_same(pair: Pair):
    await pair.story.slack("declare sev1 checkout is down")
    await pair.settled()
    ref = Ref(RefKind.NUMBER, "1")
    for number in range(CLICKS):
        note = AddNote("U0ANA", f"seen {number}")
        receipts = await asyncio.gather(
            *(house.desk.handle(note, ref=ref, request=f"request {number}") for house in pair.houses * 2)
        )
        assert len({one.reply for one in receipts}) == 1
        assert sorted(one.repeated for one in receipts) == [False, True, True, True]

    assert len(await pair.story.told(FactKind.NOTED)) == CLICKS


async def test_what_one_has_just_done_the_other_does_not_refuse(pair: Pair):
    story, ref = pair.story, Ref(RefKind.NUMBER, "1")
    await story.slack("declare sev1 checkout is down")
    await pair.settled()
    for number in range(CLICKS):
        await story.house.desk.handle(Resolve("U0ANA", f"rolled back {number}"), ref=ref)
        again = Reopen("U0ANA", f"it is back {number}")
        receipts = await asyncio.gather(
            *(house.desk.handle(again, ref=ref, request=f"reopen {number}") for house in pair.houses * 2)
        )
        assert len({one.reply for one in receipts}) == 1

    assert len(await story.told(FactKind.REOPENED)) == CLICKS


@pytest.mark.parametrize("by", [("bo", "chi"), ("bo", "bo")], ids=["two people", "a double click"])
async def test_two_clicks_at_once_on_two_replicas_are_one_step(pair: Pair, by: tuple[str, str]):
    story, twin = pair.story, pair.twin
    slack = story.workspace.slack
    await story.slack("declare sev1 checkout is down")
    await pair.settled()
    await story.room("runbook start database outage", by="ana")
    await pair.settled()
    done = story.newest(await story.room_id(), names.RUN_DONE)
    async with asyncio.TaskGroup() as group:
        clicks = []
        for person, house in zip(by, (story.house, twin), strict=True):
            slack.deliver_over_http(f"{house.local_url}/slack/events")
            clicks.append(group.create_task(slack.press(person, done.channel, done.ts, names.RUN_DONE)))
            await asyncio.sleep(0)  # it is on its way to this house
    await pair.settled()

    assert all(click.result().acked for click in clicks)
    assert len(await story.told(FactKind.STEP_DONE)) == 1


async def test_both_hear_an_ack_from_a_phone_and_it_is_told_once(pair: Pair):
    story = pair.story
    await story.slack("declare sev1 checkout is down")
    await pair.settled()
    ring = story.workspace.pagerduty.phone.rings[-1]
    await story.workspace.pagerduty.acknowledge(ring.incident_id, by="ana")
    await asyncio.gather(*(house.answers.look() for house in pair.houses))
    await pair.settled()

    assert len(await story.told(FactKind.ACKNOWLEDGED)) == 1


async def test_deadlines_of_one_instant_ring_each_phone_once(pair: Pair):
    story = pair.story
    for number in range(OUTAGES):
        await story.slack(f"declare sev1 outage {number}")
    await pair.settled()
    assert len(story.rung) == OUTAGES
    for _ in range(2):
        story.clock.skip(timedelta(minutes=15))
        await asyncio.gather(*(house.ticker.tick() for house in pair.houses))
        await pair.settled()

    rings = Counter((ring.incident_id, ring.user.id) for ring in story.workspace.pagerduty.phone.rings)
    assert set(rings.values()) == {1}
    assert len(rings) > OUTAGES
    for number in range(1, OUTAGES + 1):
        climbed = await story.told(FactKind.ESCALATED, number=number)
        assert len(set(climbed)) == len(climbed)


async def test_a_link_that_one_issued_opens_the_page_at_the_other_and_only_once(pair: Pair):
    story = pair.story
    await story.slack("declare sev1 checkout is down")
    await pair.settled()
    link = await story.house.desk.postmortem_link(await story.incident(), "U0DEE")
    path = link.removeprefix("https://bot.example.com")
    async with aiohttp.ClientSession() as web:

        async def status(house_url: str) -> int:
            async with web.get(f"{house_url}{path}", allow_redirects=False) as answer:
                return answer.status

        opened = await asyncio.gather(*(status(house.local_url) for house in pair.houses * 3))

    assert sorted(opened) == [303] + [403] * 5


async def test_what_is_old_is_dropped_by_both_at_once(pair: Pair):
    story = pair.story
    await story.slack("declare sev1 checkout is down")
    await pair.settled()
    await story.room("resolve over")
    await pair.settled()
    story.clock.skip(timedelta(days=31))
    trimmers = [Trimmer(house.store, story.clock) for house in pair.houses]

    assert sum(await asyncio.gather(*(one.trim() for one in trimmers))) >= 1
    assert sum(await asyncio.gather(*(one.trim() for one in trimmers))) == 0


async def test_climbs_of_one_instant_leave_the_incident_with_everybody_who_was_rung(pair: Pair):
    story = pair.story
    await story.slack("declare sev1 checkout is down")
    await pair.settled()
    story.duty.faults.latency_s = 0.1
    for role, house, other in zip(
        ("on_call_secondary", "team_lead"), pair.houses, pair.houses[::-1], strict=True
    ):
        async with other.deliverer._pumping:  # this page is for this replica
            await house.desk.handle(Escalate("U0DEE", role), ref=Ref(RefKind.NUMBER, "1"))
            await story.workspace.slack.until(lambda one=house: one.deliverer.busy)
    await pair.settled()

    assert sorted(story.rung) == ["ana", "bo", "chi"]
    assert story.has_it() == {"ana", "bo", "chi"}
