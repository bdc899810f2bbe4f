"""What the world answers at one moment is written together; one that is lost, called off or broken holds up no other."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from incidentbot.core.answers import PageCalledOff, PageDelivered, RoomOpened
from incidentbot.core.commands import Acknowledge
from incidentbot.core.effects import OpenRoom, SendPage
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import PageState
from incidentbot.flows.deliver import LEASE_S
from incidentbot.flows.ports import Claimed, Settlement
from incidentbot.flows.settle import TOGETHER, Settler
from tests.flows.house import BO, ONE, House

OPENING = "1:opening"
NONE_SUCH = "9:never rung"


@dataclass
class Work:
    """Effects in the hands of one worker, and how often the bell rang: once a commit."""

    settler: Settler
    pages: Sequence[Claimed]
    rooms: Sequence[Claimed]
    commits: list[None] = field(default_factory=list)


async def taken_up(house: House, incidents: int) -> Work:
    for number in range(incidents):
        await house.declare(f"checkout is down in zone {number}")
    claimed = await house.store.claim("worker", limit=10 * incidents, lease_s=LEASE_S)
    commits: list[None] = []
    handler = replace(house.handler, wake=lambda: commits.append(None))
    pages = [one for one in claimed if isinstance(one.effect, SendPage)]
    rooms = [one for one in claimed if isinstance(one.effect, OpenRoom)]
    return Work(Settler(handler), pages, rooms, commits)


async def test_what_comes_at_one_moment_is_one_transaction_and_every_answer_is_heard(house: House):
    work = await taken_up(house, 3)

    rang = [work.settler.settle(one, Settlement.DONE, PageDelivered(OPENING)) for one in work.pages]
    made = [work.settler.settle(one, Settlement.DONE, RoomOpened("C7")) for one in work.rooms]

    assert await asyncio.gather(*rang, *made) == [True] * 6
    assert len(work.commits) == 1
    for number in (1, 2, 3):
        incident = await house.incident(number)
        assert (incident.pages[OPENING].state, incident.room.channel) == (PageState.DELIVERED, "C7")
        kinds = [kind for kind, _ in await house.facts(number)]
        assert (kinds.count(FactKind.PAGE_ACCEPTED), kinds.count(FactKind.ROOM_OPENED)) == (1, 1)
    follows = {one.effect.key for one in await house.store.claim("worker", limit=100, lease_s=LEASE_S)}
    assert {"card", "announce"} <= follows


async def test_more_than_one_transactions_worth_is_written_in_several_each_once(house: House):
    work = await taken_up(house, TOGETHER + 3)

    rang = [work.settler.settle(one, Settlement.DONE, PageDelivered(OPENING)) for one in work.pages]

    assert await asyncio.gather(*rang) == [True] * (TOGETHER + 3)
    assert len(work.commits) == 2
    states = [(await house.incident(number)).pages[OPENING].state for number in range(1, TOGETHER + 4)]
    assert set(states) == {PageState.DELIVERED}


async def test_an_answer_whose_lease_was_lost_is_not_heard_and_the_others_are(house: House):
    work = await taken_up(house, 3)
    lost = replace(work.pages[1], token=work.pages[1].token - 1)

    settled = await asyncio.gather(
        *(
            work.settler.settle(one, Settlement.DONE, PageDelivered(OPENING))
            for one in (work.pages[0], lost, work.pages[2])
        )
    )

    assert settled == [True, False, True]
    states = [(await house.incident(number)).pages[OPENING].state for number in (1, 2, 3)]
    assert states == [PageState.DELIVERED, PageState.WAITING, PageState.DELIVERED]


async def test_an_answer_that_breaks_is_heard_of_by_its_worker_and_the_others_are_written(house: House):
    work = await taken_up(house, 3)
    answers = [PageDelivered(OPENING), PageDelivered(NONE_SUCH), PageDelivered(OPENING)]

    settled = await asyncio.gather(
        *(
            work.settler.settle(one, Settlement.DONE, answer)
            for one, answer in zip(work.pages, answers, strict=True)
        ),
        return_exceptions=True,
    )

    assert [settled[0], settled[2]] == [True, True]
    assert isinstance(settled[1], KeyError)
    assert await work.settler.settle(work.pages[1], Settlement.DONE, PageDelivered(OPENING))


async def test_a_page_that_is_called_off_among_others_is_answered_by_nobody(house: House):
    work = await taken_up(house, 2)
    await house.handler.handle(Acknowledge(BO), ref=ONE)

    settled = await asyncio.gather(
        work.settler.settle(work.pages[0], Settlement.FAILED, PageCalledOff(OPENING)),
        work.settler.settle(work.pages[1], Settlement.DONE, PageDelivered(OPENING)),
        work.settler.settle(work.rooms[0], Settlement.DONE, RoomOpened("C7")),
    )
    await house.deliverer.settled()

    assert settled == [True] * 3
    assert (await house.incident()).pages[OPENING].state is PageState.CANCELLED
    assert (await house.incident()).room.channel == "C7"
    assert "ack:1:opening" not in house.world.told


async def test_what_is_cut_off_is_waited_for_by_nobody(house: House):
    work = await taken_up(house, 1)
    async with asyncio.TaskGroup() as group, house.store.unit():
        waiting = group.create_task(work.settler.settle(work.pages[0], Settlement.DONE))
        for _ in range(5):
            await asyncio.sleep(0)  # it has begun, and queues behind this unit
        await work.settler.close()

    assert waiting.cancelled()
