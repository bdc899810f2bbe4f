"""How deliveries of alerts are brought in: each once, a broken one beside the others, a killed post looked for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from incidentbot.clock import StillClock
from incidentbot.core.alerts.alert import Alert, AlertStatus, News
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import PageState
from incidentbot.core.maintenance.window import Window
from incidentbot.core.policy import Policy
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.alerts.alert_desk import AlertDesk
from incidentbot.flows.alerts.alert_ports import AlertPost, Windows, no_windows
from incidentbot.flows.handle import Handler
from incidentbot.flows.ports import ListFilter
from incidentbot.flows.rounds import CALM_S
from incidentbot.policies.loader import load
from incidentbot.store.engines.engine import open_store
from incidentbot.store.store import SqlStore

T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
IM_CHAT = load("im-chat")


@dataclass
class Board:
    """Where lines are posted; it may refuse them, or hold them."""

    posted: list[AlertPost] = field(default_factory=list)
    refuses: bool = False
    pause_s: float = 0
    holds: bool = False
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def post_alerts(self, post: AlertPost) -> None:
        self.asked.set()
        if self.refuses:
            raise GiveUp("There is no channel #alerts.")
        if self.pause_s:
            raise TryLater("Slack asks for a pause.", after_s=self.pause_s)
        if self.holds:
            await asyncio.Event().wait()
        self.posted.append(post)


@dataclass
class Bench:
    clock: StillClock
    store: SqlStore
    board: Board
    desk: AlertDesk

    async def hears(self, *deliveries: News) -> None:
        for news in deliveries:
            await self.desk.keep(news)
        await self.desk.settled()

    async def breaks(self, table: str) -> None:
        """What stands in the table cannot be read any more."""
        async with self.store._database.writing() as connection:
            await connection.execute(text(f"UPDATE {table} SET body = '{{}}'"))  # noqa: S608 - a word of these tests

    async def titles(self) -> list[str]:
        return [one.title for one in await self.store.incidents(only=ListFilter("all"))]


@asynccontextmanager
async def a_bench(
    folder: Path,
    clock: StillClock,
    board: Board,
    windows: Windows = no_windows,
    policy: Policy = IM_CHAT,
) -> AsyncIterator[Bench]:
    async with open_store(f"sqlite:///{folder}/bench.db", clock) as store:
        await store.reclaim()
        handler = Handler(store, clock, lambda: policy, lambda: None, lambda: None)
        yield Bench(clock, store, board, AlertDesk(store, handler, board, windows))


def news(key: str, level: str = "critical", status: AlertStatus = AlertStatus.FIRING) -> News:
    return News(key, "Alertmanager", f"Title of {key}", (Alert(key, key, status, level),))


async def test_a_delivery_that_breaks_is_set_aside_and_the_others_go_on(tmp_path: Path) -> None:
    async with a_bench(tmp_path, StillClock(T0), Board()) as bench:
        await bench.desk.keep(news("a"))
        await bench.breaks("alert_news")
        await bench.hears(news("a", "warning"), news("b"))

        assert await bench.titles() == ["Title of b"]
        assert len(bench.board.posted) == 1
        assert "Deliveries of alerts that could not be taken in: 1;" in await bench.desk.notice()


async def test_a_group_that_cannot_be_read_is_set_aside_alone_and_begins_anew(tmp_path: Path) -> None:
    async with a_bench(tmp_path, StillClock(T0), Board()) as bench:
        await bench.hears(news("a", "warning"))
        await bench.breaks("alert_groups")
        await bench.hears(news("a"))
        bench.clock.skip(timedelta(minutes=2))
        await bench.hears(news("a", status=AlertStatus.RESOLVED))

        assert await bench.titles() == ["Title of a"]
        [incident] = await bench.store.incidents(only=ListFilter("all"))
        assert incident.alerts is not None
        assert incident.alerts.firing == 0
        assert "could not be taken in: 1;" in await bench.desk.notice()


async def test_a_group_that_cannot_be_read_when_it_may_speak_is_tried_once(tmp_path: Path) -> None:
    async with a_bench(tmp_path, StillClock(T0), Board(refuses=True)) as bench:
        await bench.hears(news("a", "warning"))
        await bench.breaks("alert_groups")
        bench.clock.skip(timedelta(minutes=1))
        await bench.desk.settled()

        assert await bench.desk.next_at() is None
        assert "could not be taken in: 1;" in await bench.desk.notice()


async def test_a_pause_that_slack_asked_for_outlasts_a_new_delivery(tmp_path: Path) -> None:
    board = Board(pause_s=120)
    async with a_bench(tmp_path, StillClock(T0), board) as bench:
        await bench.hears(news("a", "warning"))
        board.pause_s = 0
        bench.clock.skip(timedelta(seconds=30))
        await bench.hears(news("a", "warning", AlertStatus.RESOLVED))

        assert board.posted == []
        assert await bench.desk.next_at() == T0 + timedelta(seconds=120)
        bench.clock.skip(timedelta(seconds=90))
        await bench.desk.settled()
        assert "changed 2 times" in board.posted[0].text


async def test_a_post_that_was_cut_off_is_looked_for_after_the_next_start(tmp_path: Path) -> None:
    clock, board = StillClock(T0), Board(holds=True)
    async with a_bench(tmp_path, clock, board) as bench:
        await bench.desk.keep(news("a", "warning"))
        await bench.desk.pump()
        await board.asked.wait()
        await bench.desk._tasks.close()
    clock.skip(timedelta(seconds=5))

    async with a_bench(tmp_path, clock, Board()) as again:
        await again.desk.settled()

    [post] = again.board.posted
    assert post.tried_since == T0


async def test_a_post_that_is_refused_is_tried_again_with_what_came_meanwhile(tmp_path: Path) -> None:
    board = Board(refuses=True)
    async with a_bench(tmp_path, StillClock(T0), board) as bench:
        await bench.hears(news("a", "warning"))
        assert "There is no channel #alerts." in await bench.desk.notice()
        assert await bench.desk.pause_s(1) == 1, "it waits for its instant"
        await bench.hears(news("a", "warning", AlertStatus.RESOLVED))
        board.refuses = False
        bench.clock.skip(timedelta(seconds=30))
        await bench.desk.settled()

        [post] = board.posted
        assert "changed 2 times" in post.text
        assert await bench.desk.notice() == ""
        assert await bench.desk.next_at() is None
        assert await bench.desk.pause_s(1) == CALM_S


async def test_a_post_that_an_incident_took_over_is_no_trouble_any_more(tmp_path: Path) -> None:
    async with a_bench(tmp_path, StillClock(T0), Board(refuses=True)) as bench:
        await bench.hears(news("a", "warning"))
        await bench.hears(news("a"))
        assert await bench.titles() == ["Title of a"]
        bench.clock.skip(timedelta(minutes=2))
        await bench.desk.settled()

        assert await bench.desk.notice() == ""


async def test_an_alert_in_a_maintenance_window_is_tagged_and_hidden_from_nobody(tmp_path: Path) -> None:
    window = Window("M-1", "new disks", T0, T0 + timedelta(hours=2))

    async def windows(at: datetime) -> Window | None:
        return window if window.is_open(at) else None

    async with a_bench(tmp_path, StillClock(T0), Board(), windows) as bench:
        await bench.hears(news("a", "warning"), news("b"))

        assert "(during maintenance M-1: new disks)" in bench.board.posted[0].text
        [incident] = await bench.store.incidents(only=ListFilter("all"))
        facts = await bench.store.facts(incident.id)
        assert facts[0].fact.data["tag"] == "during maintenance M-1: new disks"


async def test_two_desks_on_one_database_open_one_incident(tmp_path: Path) -> None:
    async with a_bench(tmp_path, StillClock(T0), Board()) as bench:
        policy = load("im-chat")
        handler = Handler(bench.store, bench.clock, lambda: policy, lambda: None, lambda: None)
        other = AlertDesk(bench.store, handler, bench.board)
        await asyncio.gather(*(bench.desk.keep(news("a")) for _ in range(20)))
        await asyncio.gather(bench.desk.settled(), other.settled())

        assert await bench.titles() == ["Title of a"]


async def test_a_page_that_the_end_of_its_alerts_calls_off_before_it_left_was_not_paged(
    tmp_path: Path,
) -> None:
    """As when a person resolves: the room reads so, and PagerDuty is sent no answer."""
    opening = IM_CHAT.alerts["critical"]
    ends = replace(IM_CHAT, alerts={**IM_CHAT.alerts, "critical": replace(opening, resolves=True)})
    async with a_bench(tmp_path, StillClock(T0), Board(), policy=ends) as bench:
        await bench.hears(news("a"))
        bench.clock.skip(timedelta(minutes=2))
        await bench.hears(news("a", status=AlertStatus.RESOLVED))

        [incident] = await bench.store.incidents(only=ListFilter("all"))
        facts = [one.fact for one in await bench.store.facts(incident.id)]
        waiting = {one.effect.key for one in await bench.store.claim("worker", limit=50, lease_s=30)}
    assert [page.state for page in incident.pages.values()] == [PageState.CANCELLED]
    assert [fact.text for fact in facts if fact.kind is FactKind.PAGE_CALLED_OFF] == [
        f"The on-call primary was not paged: {incident.name} was resolved first."
    ]
    assert "resolve:1:opening" not in waiting


async def test_a_desk_that_has_closed_takes_nothing_in_and_posts_nothing(tmp_path: Path) -> None:
    async with a_bench(tmp_path, StillClock(T0), Board()) as bench:
        await bench.desk.close()
        await bench.hears(news("a", "warning"), news("b"))

        assert (bench.board.posted, await bench.titles()) == ([], [])
        assert await bench.store.has_news(), "it is stored, and taken in by the next start"
