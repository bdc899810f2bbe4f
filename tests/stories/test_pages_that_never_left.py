"""A page that is called off before it left: people read that nobody was paged, and PagerDuty hears nothing of it."""

from pathlib import Path

import pytest

from incidentbot.core.incident import PageState
from incidentbot.playground.faults import Failure, Fault
from tests.stories.seen import words
from tests.stories.story import Story, a_story

AWAY = Fault(Failure.STATUS, status=503)
BUSY = Fault(Failure.STATUS, status=429, retry_after_s=9)
SILENT = Fault(Failure.CUT_BEFORE)
LINE = "declare sev1 checkout is down"
RINGING = {"rest": "POST /incidents", "events": "*"}


def asked_of_pagerduty(story: Story) -> list[str]:
    return [
        call.operation for call in story.workspace.pagerduty.calls if not call.operation.startswith("GET ")
    ]


@pytest.mark.parametrize("paging", RINGING)
@pytest.mark.parametrize(
    ("verb", "how"),
    [("ack INC-1", "acknowledged"), ("resolve INC-1 it was a probe", "resolved")],
    ids=["acknowledged", "resolved"],
)
async def test_a_page_that_pagerduty_never_took_is_concluded_and_never_answered_there(
    tmp_path: Path, paging: str, verb: str, how: str
):
    async with a_story(tmp_path, paging=paging) as story:
        story.workspace.pagerduty.faults.plan(RINGING[paging], BUSY, times=20)
        await story.slack(LINE)
        await story.fast_forward(seconds=40)
        await story.slack(verb, by="bo")
        story.workspace.pagerduty.faults.clear()
        asked = asked_of_pagerduty(story)
        await story.fast_forward(minutes=10)

        late, _, concluded = (await story.said())[1:]
        assert late.endswith(" I keep trying. Call <@U0ANA> by voice.")
        assert concluded == f"The on-call primary was not paged: INC-1 was {how} first."
        assert asked_of_pagerduty(story) == asked
        assert story.rung == []
        assert (await story.incident()).failures == {}
        assert "was not paged; called off 2026-11-23 14:00 UTC" in words(await story.card())


async def test_a_page_whose_tries_all_were_cut_off_is_looked_for_and_concluded_where_there_is_none(
    tmp_path: Path,
):
    async with a_story(tmp_path) as story:
        story.workspace.pagerduty.faults.plan("POST /incidents", SILENT, times=20)
        await story.slack(LINE)
        await story.fast_forward(seconds=40)
        story.workspace.pagerduty.faults.plan("*", SILENT, times=9)
        await story.slack("ack INC-1", by="bo")
        await story.fast_forward(minutes=1)
        story.workspace.pagerduty.faults.clear()
        await story.fast_forward(minutes=2)

        said = await story.said()
        assert said[-1] == "The on-call primary was not paged: INC-1 was acknowledged first."
        assert not any("worked after all" in text for text in said)
        assert (await story.incident()).failures == {}


@pytest.mark.parametrize(
    ("paging", "conclusion"),
    [
        ("rest", "The on-call primary was not paged: INC-1 was acknowledged first."),
        (
            "events",
            "Paging the on-call primary was called off: INC-1 was acknowledged first. A phone may have rung.",
        ),
    ],
)
async def test_a_page_that_may_have_rung_is_concluded_by_what_pagerduty_tells_of_it(
    tmp_path: Path, paging: str, conclusion: str
):
    async with a_story(tmp_path, paging=paging) as story:
        story.workspace.pagerduty.faults.plan(RINGING[paging], AWAY, times=6)
        await story.slack(LINE)
        await story.fast_forward(seconds=40)
        await story.slack("ack INC-1", by="bo")
        await story.fast_forward(minutes=10)

        assert len(late := (await story.said())[1:]) == 3
        assert "(it answered 503). I keep trying." in late[0]
        assert late[2] == conclusion
        assert (await story.incident()).failures == {}


async def test_a_page_that_rang_after_all_before_it_was_called_off_is_said_to_have_worked(tmp_path: Path):
    async with a_story(tmp_path) as story:
        story.workspace.pagerduty.faults.plan("POST /incidents", AWAY, times=5)
        story.workspace.pagerduty.faults.plan("POST /incidents", Fault(Failure.CUT_AFTER))
        await story.slack(LINE)
        await story.fast_forward(seconds=40)
        await story.slack("ack INC-1", by="bo")
        await story.fast_forward(minutes=10)

        assert (await story.said())[3:] == ["Paging the on-call primary has worked after all."]
        assert story.rung == ["ana"]
        assert [one.status.value for one in story.workspace.pagerduty.incidents] == ["acknowledged"]


async def test_a_page_that_a_lowered_severity_calls_off_before_it_left_is_concluded(tmp_path: Path):
    async with a_story(tmp_path) as story:
        story.workspace.pagerduty.faults.plan("POST /incidents", BUSY, times=20)
        await story.slack(LINE)
        await story.fast_forward(seconds=40)
        await story.room("severity p3 a false alarm", by="bo")
        story.workspace.pagerduty.faults.clear()
        await story.fast_forward(minutes=1)

        assert (await story.said())[3] == "The on-call primary was not paged: INC-1 is P3 now."
        assert story.rung == []
        assert [page.state for page in (await story.incident()).pages.values()] == [PageState.CANCELLED]
