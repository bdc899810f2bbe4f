"""The audit: what stands is a trouble, what a restart finds late is none, and health says what was seen."""

from datetime import timedelta

from sqlalchemy import text

from incidentbot.core.alerts.alert import News
from incidentbot.flows.values import Snapshot, StoreAway
from incidentbot.flows.watchdog.audit import Audit
from incidentbot.flows.watchdog.complaints import Complaints, FirstCalled
from incidentbot.flows.watchdog.house_ports import HousePage, HousePost
from incidentbot.flows.watchdog.troubles import Kind
from incidentbot.store.store import SqlStore
from tests.flows.house import House


class Slack:
    """How long Slack could not reach the bot."""

    silent_s = 0.0

    async def silent(self) -> float:
        return self.silent_s


def an_audit(house: House, slack: Slack | None = None) -> Audit:
    return Audit(house.store, house.clock, (slack or Slack()).silent)


async def test_a_house_that_is_well_has_no_trouble(house: House):
    await house.declare()
    await house.pass_time()
    audit = an_audit(house)

    assert audit.problem() == "The audit has not looked yet."
    assert await audit.look() == []
    assert await audit.look() == []
    assert audit.problem() == ""


async def test_timers_that_stay_overdue_are_a_trouble_at_the_second_look(house: House):
    await house.declare()
    house.clock.skip(timedelta(hours=1))
    audit = an_audit(house)

    assert await audit.look() == []
    [trouble, *_] = [one for one in await audit.look() if one.kind is Kind.TIMERS]
    assert trouble.what.startswith("timers are ")
    assert trouble.sentence in audit.problem()


async def test_timers_that_came_due_while_the_bot_was_away_are_no_trouble(house: House):
    await house.declare()
    await house.pass_time()
    house.clock.skip(timedelta(hours=1))
    audit = an_audit(house)

    assert await audit.look() == []
    await house.pass_time()
    assert await audit.look() == []


async def test_what_waits_too_long_to_be_told_is_a_trouble(house: House):
    await house.declare()
    house.clock.skip(timedelta(minutes=4))
    audit = an_audit(house)
    await audit.look()

    assert Kind.EFFECTS in {one.kind for one in await audit.look()}
    assert audit.report()["oldest_waiting_effect_s"] == 240.0


async def test_a_socket_that_stays_silent_is_a_trouble_until_it_is_back(house: House):
    slack = Slack()
    audit = an_audit(house, slack)
    slack.silent_s = 119.0
    await audit.look()
    assert await audit.look() == []
    slack.silent_s = 180.0
    await audit.look()
    assert [one.what for one in await audit.look()] == ["Slack cannot reach me for 3 min"]
    slack.silent_s = 0.0
    assert await audit.look() == []


async def test_an_audit_that_stopped_looking_vouches_for_nothing(house: House):
    instant = [0.0]
    audit = Audit(house.store, house.clock, Slack().silent, elapsed=lambda: instant[0])
    await audit.look()
    instant[0] = 600.0

    assert audit.problem() == "The audit has not looked for 10 min."


async def one_set_aside(house: House) -> None:
    await house.store.keep_news(News("a", "Alertmanager", "a", ()), house.clock.now())
    async with house.store._database.reading() as connection:
        (newest,) = (await connection.execute(text("SELECT max(id) FROM alert_news"))).one()
    await house.store.fail_news(newest)


async def test_alerts_that_were_set_aside_are_a_trouble_for_a_day_and_the_house_is_alive(house: House):
    audit = an_audit(house)
    await one_set_aside(house)
    await audit.look()

    [trouble] = await audit.look()
    assert trouble.what == "1 delivery of alerts could not be taken in"
    assert "Somebody may not have been paged" in trouble.sentence
    assert audit.problem() == "", "the house is well, and its heartbeat goes on"
    house.clock.skip(timedelta(hours=20))
    await one_set_aside(house)
    assert [one.what for one in await audit.look()] == ["2 deliveries of alerts could not be taken in"]
    house.clock.skip(timedelta(hours=20))
    assert [one.what for one in await audit.look()] == ["1 delivery of alerts could not be taken in"]
    house.clock.skip(timedelta(hours=5))
    assert await audit.look() == []


async def test_rooms_that_cannot_be_read_again_are_told_and_wake_nobody(house: House):
    ear, unread = Ear(), [house.clock.now(), house.clock.now()]
    complaints = Complaints(house.store, house.clock, ear, FirstCalled(ear, "on_call_primary"))
    audit = Audit(house.store, house.clock, Slack().silent, complaints, unread=lambda: unread)
    house.clock.skip(timedelta(minutes=9))
    await audit.round()
    await audit.round()
    assert ear.heard == []
    house.clock.skip(timedelta(minutes=3))
    await audit.round()
    await audit.round()

    [told] = ear.heard
    assert "What was said in 2 rooms while I was away cannot be read for 12 min." in told
    assert audit.problem() == "", "the house is well, and its heartbeat goes on"
    unread.clear()
    await audit.round()
    assert ear.heard[1].startswith(":white_check_mark: Of the rooms that are open nothing is left to read.")


class Ear:
    """Who hears complaints."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.answers: dict[str, str] = {}

    async def post_house(self, post: HousePost) -> None:
        self.heard.append(post.text)

    async def ring(self, page: HousePage) -> None:
        self.heard.append(f"rings: {page.summary}")

    async def end(self, page: HousePage) -> None:
        self.heard.append(f"ends: {page.summary}")

    async def answered_by(self, page: HousePage) -> str | None:
        return self.answers.get(page.key)


async def test_alerts_that_were_set_aside_ring_and_are_told_and_nobody_reads_that_they_were_mended(
    house: House,
):
    ear = Ear()
    complaints = Complaints(house.store, house.clock, ear, FirstCalled(ear, "on_call_primary"))
    audit = Audit(house.store, house.clock, Slack().silent, complaints)
    await one_set_aside(house)
    await audit.round()
    await audit.round()
    assert ear.heard[0] == "rings: incidentbot: 1 delivery of alerts could not be taken in"
    assert ear.heard[1].startswith(":warning: 1 delivery of alerts could not be taken in. ")

    house.clock.skip(timedelta(days=2))
    await audit.round()

    assert ear.heard[3] == (
        ":white_check_mark: No more in the last 24 h, and I leave it at that. "
        "It was: 1 delivery of alerts could not be taken in."
    )


class Away:
    """A store that answers the audit nothing while it is away."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.is_away = False

    async def prove(self) -> None:
        if self.is_away:
            raise StoreAway("The disk is full.")
        await self._store.prove()

    async def snapshot(self) -> Snapshot:
        return await self._store.snapshot()


async def test_what_waits_to_be_told_is_not_called_mended_while_the_database_is_away(house: House):
    ear, store = Ear(), Away(house.store)
    complaints = Complaints(house.store, house.clock, ear, FirstCalled(ear, "on_call_primary"))
    audit = Audit(store, house.clock, Slack().silent, complaints)
    await house.declare()
    house.clock.skip(timedelta(minutes=4))
    await audit.round()
    await audit.round()
    told = [one for one in ear.heard if "waited to be told" in one]
    assert told[0] == "rings: incidentbot: something has waited to be told for 4 min"

    store.is_away = True
    for _ in range(3):
        await audit.round()
    assert [one for one in ear.heard if "waited to be told" in one] == told
    assert any("my database is away" in one for one in ear.heard)

    store.is_away = False
    await house.pass_time()
    await audit.round()
    [over] = [one for one in ear.heard if one.startswith(":white_check_mark:") and "waited to be told" in one]
    assert "Mended after" in over


async def test_a_new_process_calls_nothing_mended_before_it_has_looked_twice(house: House):
    ear = Ear()

    def watched() -> Audit:
        complaints = Complaints(house.store, house.clock, ear, FirstCalled(ear, "on_call_primary"))
        return Audit(house.store, house.clock, Slack().silent, complaints)

    await house.declare()
    house.clock.skip(timedelta(minutes=4))
    before = watched()
    await before.round()
    await before.round()
    house.clock.skip(timedelta(minutes=5))  # nobody is there meanwhile
    told, after = list(ear.heard), watched()
    await after.round()
    await after.round()
    assert [one for one in ear.heard if "waited to be told" in one] == [
        one for one in told if "waited to be told" in one
    ]

    await house.pass_time()
    await after.round()
    assert any(one.startswith(":white_check_mark: Mended after") for one in ear.heard)
