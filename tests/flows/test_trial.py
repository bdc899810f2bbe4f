"""A test page that breaks on our side: given up after some tries, told to whoever asked, in nobody else's way."""

from datetime import timedelta

from incidentbot.flows.watchdog.house_ports import HousePage, HousePost
from incidentbot.flows.watchdog.trial import MOST_TRIES, Chain, Trials
from incidentbot.flows.watchdog.trial_words import PACE
from tests.flows.house import House

FIRST, SECOND = "on_call_primary", "on_call_secondary"


class Broken:
    """Rings, answers or posts by code of ours that breaks at this step, for this role."""

    def __init__(self, step: str, role: str = FIRST) -> None:
        self.step, self.role = step, role
        self.tries = 0
        self.told: list[str] = []
        self.ended: list[str] = []

    def _at(self, step: str, role: str = FIRST) -> None:
        if (step, role) == (self.step, self.role):
            self.tries += 1
            raise KeyError(step)

    async def ring(self, page: HousePage) -> None:
        self._at("ring", page.role)

    async def end(self, page: HousePage) -> None:
        self._at("end", page.role)
        self.ended.append(page.role)

    async def answered_by(self, page: HousePage) -> str | None:
        self._at("answer", page.role)
        return "Bo" if page.role == SECOND else None

    async def post_house(self, post: HousePost) -> None:
        self._at("post")
        self.told.append(post.text)


def trials_of(house: House, broken: Broken) -> Trials:
    return Trials(house.store, house.clock, broken, broken, Chain((FIRST, SECOND), lambda _: True))


async def rounds(trials: Trials, count: int = MOST_TRIES + 2) -> None:
    for _ in range(count):
        await trials.round()


async def test_whoever_asked_is_told_and_it_is_tried_no_more(house: House):
    broken = Broken("ring")
    trials = trials_of(house, broken)
    await trials.begin(None, "U0ANA")
    await rounds(trials)

    assert broken.tries == MOST_TRIES
    [told] = broken.told
    assert told.startswith("The test page for the on-call primary broke on my side (reference ")
    assert broken.ended == [FIRST]
    house.clock.skip(PACE + timedelta(seconds=1))
    await rounds(trials, 1)
    assert await house.store.matters() == []


async def test_one_that_cannot_be_told_or_ended_is_forgotten_all_the_same(house: House):
    for step in ("post", "end"):
        broken = Broken(step, FIRST)
        trials = trials_of(house, broken)
        await trials.begin(None, "U0ANA")
        house.clock.skip(PACE + timedelta(seconds=1))
        await rounds(trials, 2 * MOST_TRIES + 2)

        assert broken.tries == MOST_TRIES
        assert await house.store.matters() == []


async def test_it_holds_up_no_other(house: House):
    broken = Broken("ring")
    trials = trials_of(house, broken)
    await trials.begin(FIRST, "U0ANA")
    await trials.begin(SECOND, "U0BO")
    await rounds(trials, 1)

    assert broken.told == ["Bo answered the test page for the on-call secondary after 0 s."]
