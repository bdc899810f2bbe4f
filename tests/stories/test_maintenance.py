"""Maintenance as people plan it and alerts respect it: told, held back below P0, and told again at the end."""

from datetime import timedelta
from pathlib import Path

from incidentbot.core.policy import Severity
from incidentbot.flows.maintenance.calendar import Calendar
from incidentbot.flows.ports import ListFilter
from incidentbot.policies.loader import load
from tests.flows.test_away import CutOff
from tests.stories.alerts import WIRING, a_group, one, send
from tests.stories.seen import words
from tests.stories.story import T0, Story, a_story


async def opened(story: Story) -> list[str]:
    return [
        f"{one.severity} {one.title}" for one in await story.house.store.incidents(only=ListFilter("all"))
    ]


def lines(story: Story, channel: str = "#incidents", about: str = "") -> list[str]:
    return [words(one) for one in story.posted(channel) if about in one.text]


def p1(*, ended: bool = False, key: str = "shop") -> dict[str, object]:
    return a_group(one("SlowCheckout", severity="p1", ended_at=T0 if ended else None), key=key)


async def test_an_alert_below_p0_opens_nothing_in_a_window_and_opens_when_it_still_fires_at_the_end(
    tmp_path: Path,
) -> None:
    async with a_story(tmp_path, wiring=WIRING) as story:
        answer = await story.slack("maintenance start 2h new disks for the shop")
        assert "Maintenance M-1 (new disks for the shop) is set until" in answer.text
        await send(story, p1())

        assert await opened(story) == []
        assert story.rung == []
        [line] = lines(story, about="Alertmanager")
        assert "(during maintenance M-1: new disks for the shop)" in line
        assert "It would open a P1, and is held back: if it still fires at" in line

        await story.fast_forward(hours=2)
        assert await opened(story) == ["P1 SlowCheckout: 5xx above 5 % on checkout"]
        assert story.rung == ["ana"]
        assert any(
            "(held back during maintenance) SlowCheckout (web-1) fires" in one for one in await story.said()
        )
        [detected] = await story.told("alert_fired")
        assert "since 13:57 UTC" in detected
        assert lines(story, "#ops-team")[-1].startswith(":white_check_mark: Maintenance M-1")


async def test_what_is_over_before_the_end_of_the_window_opens_nothing(tmp_path: Path) -> None:
    async with a_story(tmp_path, wiring=WIRING) as story:
        await story.slack("maintenance start 2h new disks")
        await send(story, p1())
        await story.fast_forward(minutes=5)
        await send(story, p1(ended=True))
        await story.fast_forward(hours=3)

        assert await opened(story) == []
        assert story.rung == []
        assert "is over since" in lines(story, about="Alertmanager")[-1]


async def test_a_p0_waits_for_no_end_of_a_window(tmp_path: Path) -> None:
    async with a_story(tmp_path, wiring=WIRING) as story:
        await story.slack("maintenance start 2h new disks")
        await send(story, a_group(one()))

        assert story.rung == ["ana"]
        assert (await story.incident()).severity is Severity.P0
        assert any("(during maintenance M-1: new disks)" in one for one in await story.said())


async def test_an_alert_that_asks_for_more_raises_an_open_incident_once_the_window_is_over(
    tmp_path: Path,
) -> None:
    async with a_story(tmp_path, wiring=WIRING) as story:
        await send(story, a_group(one("Slow", severity="p2")))
        await story.slack("maintenance start 1h new disks")
        await story.fast_forward(minutes=2)
        await send(story, a_group(one("Slow", severity="p2"), one("Slower", severity="p1")))
        assert (await story.incident()).severity is Severity.P2
        assert story.rung == []

        await story.fast_forward(hours=1)
        assert (await story.incident()).severity is Severity.P1
        assert story.rung[0] == "ana"


async def test_ending_a_window_early_lets_what_was_held_back_speak_at_once(tmp_path: Path) -> None:
    async with a_story(tmp_path, wiring=WIRING) as story:
        await story.slack("maintenance start 2h new disks")
        await send(story, p1())
        answer = await story.slack("maintenance end", by="bo")

        assert answer.text.startswith("You ended maintenance M-1 (new disks).")
        assert await opened(story) == ["P1 SlowCheckout: 5xx above 5 % on checkout"]
        assert "ended by <@U0BO>" in lines(story, "#ops-team")[-1]


async def test_what_an_ended_window_held_back_speaks_after_a_restart_that_came_between(
    tmp_path: Path,
) -> None:
    async with a_story(tmp_path, wiring=WIRING) as story:
        await story.slack("maintenance start 2d new disks")
        await send(story, p1())
        store = CutOff(story.house.store)
        store.cuts = {"wake"}
        killed = Calendar(store, story.clock, story.house.slack, lambda: load("im-chat"))
        assert "M-1" in await killed.end("", by="U0BO")
        assert await opened(story) == []

        await story.restart(away=timedelta(minutes=1))
        assert await opened(story) == ["P1 SlowCheckout: 5xx above 5 % on checkout"]
        assert story.rung == ["ana"]


async def test_a_window_and_what_it_holds_back_outlive_a_restart(tmp_path: Path) -> None:
    async with a_story(tmp_path, wiring=WIRING) as story:
        await story.slack("maintenance start 2h new disks")
        await send(story, p1())
        await story.restart(away=timedelta(minutes=10))
        await send(story, p1(key="other"))
        assert await opened(story) == []

        await story.restart(away=timedelta(hours=2))
        assert len(await opened(story)) == 2
        told = lines(story, "#ops-team")
        assert [line.split(" ")[0] for line in told] == [":construction:", ":white_check_mark:"]


async def test_a_planned_window_is_announced_opened_and_closed_in_the_teams_own_zone(tmp_path: Path) -> None:
    """IM Chat: the first Sunday, 02:00 to 06:00, with seven days' notice. 6 December is the first Sunday."""
    async with a_story(tmp_path, wiring=WIRING) as story:
        await story.fast_forward(days=5, hours=11)
        assert lines(story, "#ops-team", "maintenance") == []
        await story.fast_forward(hours=1, minutes=30)
        [notice] = lines(story, "#ops-team", "maintenance")
        assert notice.startswith(":calendar: Planned maintenance: from")
        assert "The work takes 2 h to 4 h. Checklist: create ticket, notify stakeholders" in notice

        await story.fast_forward(days=7)
        await send(story, p1())
        assert await opened(story) == []
        await story.fast_forward(hours=4)
        assert await opened(story) == ["P1 SlowCheckout: 5xx above 5 % on checkout"]
        told = lines(story, "#ops-team", "lanned maintenance")
        assert [line.split(" ")[0] for line in told] == [":calendar:", ":construction:", ":white_check_mark:"]


async def test_a_window_is_planned_by_its_writers_own_clock_listed_and_called_off(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        answer = await story.slack("maintenance plan 2026-11-29 02:00 90m a new kernel")
        assert "Maintenance M-1 (a new kernel) is set from" in answer.text
        assert "(1 h 30 min)" in answer.text
        listed = await story.slack("maintenance")
        assert "maintenance M-1 (a new kernel), by <@U0DEE> `M-1`" in listed.text
        assert "`planned-2026-12-06`" in listed.text

        ended = await story.slack("maintenance end m-1")
        assert ended.text.startswith("Maintenance M-1 (a new kernel) is called off")
        assert "`M-1`\n" not in (await story.slack("maintenance")).text
        assert "is called off, by <@U0DEE>" in lines(story, "#ops-team")[-1]


async def test_what_is_no_window_is_refused_with_what_to_do(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        for typed, sentence in (
            ("maintenance start disks", "Say how long it takes"),
            ("maintenance start 2h", "Say what is done"),
            ("maintenance start 9d disks", "3 d is the most"),
            ("maintenance plan today 08:00 2h disks", "is over"),
            ("maintenance plan monkey 13:00 2h disks", "`monkey` is no day"),
            ("maintenance plan 2026-02-30 13:00 2h disks", "is no date"),
            ("maintenance end", "Say which window ends"),
            ("maintenance end M-9", "I know no window"),
            ("maintenance dance", "I do not know `maintenance dance`"),
        ):
            assert sentence in (await story.slack(typed)).text, typed
        assert lines(story, "#ops-team") == []


async def test_a_title_names_people_and_calls_none_of_them_each_time_it_is_told(tmp_path: Path) -> None:
    async with a_story(tmp_path, wiring=WIRING) as story:
        answer = await story.slack("maintenance start 2h new disks, ask <@U0ANA> or <@U0BO|bo>, not <@U0ZZZ>")
        assert "Maintenance M-1 (new disks, ask @ana or @bo, not @U0ZZZ) is set" in answer.text
        await send(story, p1())
        for line in (*lines(story), *lines(story, "#ops-team")):
            assert "<@U0ANA>" not in line
