"""A database that is cut off while it writes a window or a test page: what is not known is not said to be undone."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from incidentbot.core.refusals import Refused
from incidentbot.flows.maintenance.calendar import Calendar
from incidentbot.flows.ports import StoreAway
from incidentbot.flows.watchdog.house_ports import Matter
from incidentbot.flows.watchdog.trial import Chain, Trials
from incidentbot.policies.loader import load
from incidentbot.store.store import SqlStore
from tests.flows.house import ANA, House
from tests.flows.test_trial import FIRST, Broken

HOURS = timedelta(hours=2)


class CutOff:
    """A store that is cut off where it is told to be. unknown: a write had arrived by then, as nobody can tell."""

    def __init__(self, store: SqlStore, *, unknown: bool = False) -> None:
        self._store, self._unknown = store, unknown
        self.cuts = {"keep"}
        self.woken = 0

    async def matters(self) -> Sequence[Matter]:
        return await self._store.matters()

    async def keep_matter(self, matter: Matter, *, was: Matter | None) -> bool:
        if "keep" not in self.cuts:
            return await self._store.keep_matter(matter, was=was)
        if self._unknown:
            await self._store.keep_matter(matter, was=was)
        away = StoreAway("cut off")
        away.unknown = self._unknown
        raise away

    async def drop_matter(self, name: str) -> None:
        await self._store.drop_matter(name)

    async def wake_groups(self) -> None:
        if "wake" in self.cuts:
            raise StoreAway("cut off")
        self.woken += 1


def calendar_on(store: CutOff, house: House) -> Calendar:
    return Calendar(store, house.clock, Broken("nowhere"), lambda: load("im-chat"))


@pytest.mark.parametrize(
    ("unknown", "says"),
    [
        (True, r"cannot tell whether this was done: please look at `/incident maintenance list`"),
        (False, "Nothing was changed"),
    ],
)
async def test_a_window_says_what_is_known_of_it(house: House, *, unknown: bool, says: str):
    store = CutOff(house.store, unknown=unknown)
    with pytest.raises(Refused, match=says):
        await calendar_on(store, house).announce("new disks", house.clock.now(), HOURS, by=ANA, request="r1")

    assert len(await house.store.matters()) == int(unknown)


@pytest.mark.parametrize(
    ("unknown", "says"), [(True, "please look at what I write to you directly"), (False, "Nobody was paged")]
)
async def test_a_test_page_says_what_is_known_of_it(house: House, *, unknown: bool, says: str):
    world = Broken("nowhere")
    trials = Trials(
        CutOff(house.store, unknown=unknown), house.clock, world, world, Chain((FIRST,), lambda _: True)
    )
    with pytest.raises(Refused, match=says):
        await trials.begin(None, ANA)

    assert len(await house.store.matters()) == int(unknown)


async def test_a_window_that_has_ended_is_said_to_have_and_what_it_held_back_is_looked_at_when_that_can_be(
    house: House,
):
    store = CutOff(house.store)
    store.cuts = {"wake"}
    calendar = calendar_on(store, house)
    await calendar.announce("new disks", house.clock.now(), HOURS, by=ANA, request="r1")
    told = await calendar.end("", by=ANA)
    assert "M-1" in told
    with pytest.raises(StoreAway):
        await calendar.round()
    store.cuts = set()
    await calendar.round()
    await calendar.round()

    assert store.woken == 1
