"""What rings once somebody has it: it can be silenced from Slack and from a phone, and no older ack silences it."""

from datetime import timedelta
from pathlib import Path

import pytest

from incidentbot.core.commands import Acknowledge
from incidentbot.core.incident import PageState
from incidentbot.core.policy import State
from incidentbot.core.refusals import Refused
from incidentbot.flows.values import Ref, RefKind
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import climbing, life
from incidentbot.playground.pagerduty.incidents import Agent, Cause, Status
from incidentbot.slack import names
from tests.stories.profile_of import profile_of
from tests.stories.seen import buttons
from tests.stories.story import a_story

LINE = "declare sev1 checkout is down"


async def test_what_pagerduty_rings_again_while_people_are_at_work_is_silenced_from_slack(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.room("ack", by="ana")
        await story.room("stage investigation", by="ana")
        for _ in range(2):
            await story.duty.unacknowledge(story.theirs.id, by="bo")
            await story.settled()
            assert names.ACK in buttons(await story.card())

            answer = await story.room("ack", by="ana")

            assert "the later page" in str(answer) or "you have" in str(answer)
            assert story.theirs.status is Status.ACKNOWLEDGED
            assert names.ACK not in buttons(await story.card())
        assert (await story.incident()).epoch == 1


async def test_an_ack_of_before_that_is_heard_late_does_not_silence_a_later_page(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        story.clock.skip(timedelta(seconds=30))
        on_the_phone = Acknowledge("U0ANA", "pagerduty", story.clock.now(), receipt=story.theirs.id)
        story.clock.skip(timedelta(seconds=30))
        await story.room("ack", by="bo")
        story.clock.skip(timedelta(minutes=3))
        await story.room("page team_lead please look", by="bo")

        with pytest.raises(Refused, match="already acknowledged"):
            await story.house.desk.handle(on_the_phone, ref=Ref(RefKind.NUMBER, "1"))
        await story.settled()

        lead = next(page for page in (await story.incident()).pages.values() if page.role == "team_lead")
        assert lead.state is PageState.DELIVERED
        assert story.theirs.status is Status.TRIGGERED


async def test_a_page_that_was_typed_after_the_ack_is_heard_by_asking(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        await story.room("ack", by="bo")
        story.clock.skip(timedelta(minutes=1))
        await story.room("page team_lead please look", by="bo")
        story.clock.skip(timedelta(minutes=1))

        await story.answer_phone("chi")

        lead = next(page for page in (await story.incident()).pages.values() if page.role == "team_lead")
        assert lead.state is PageState.ACKNOWLEDGED
        assert "<@U0CHI> acknowledged the later page." in (await story.told())[-1]


async def test_what_rings_again_by_itself_is_heard_by_asking(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        await story.room("ack", by="ana")
        await story.room("stage investigation", by="ana")
        story.clock.skip(timedelta(minutes=30))
        await story.duty.unacknowledge(story.theirs.id, by="bo")
        for _ in range(11):  # what somebody has is asked about every tenth round
            await story.hear_phones()

        assert "Phones ring again there" in (await story.told())[-1]
        await story.room("ack", by="ana")
        assert story.theirs.status is Status.ACKNOWLEDGED


EXPIRES = "severities: {P0: {ack: {expires: 30m}}}"


async def test_an_ack_that_expired_leaves_nothing_at_the_pager_that_rings_beside_the_new_page(
    tmp_path: Path,
):
    async with a_story(tmp_path, webhooks=True, policy=profile_of(tmp_path, EXPIRES)) as story:
        await story.slack(LINE)
        await story.room("ack", by="ana")
        await story.fast_forward(minutes=36)

        first, second = story.duty.incidents
        assert (await story.incident()).epoch == 2
        assert (first.status, second.status) == (Status.RESOLVED, Status.TRIGGERED)


async def test_whoever_answers_the_earlier_incident_at_the_pager_has_the_reopened_one(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.room("resolve rolled back", by="ana")
        await story.room("reopen it is back", by="dee")
        first = next(iter(story.duty.incidents))
        story.clock.skip(timedelta(minutes=1))
        life.reopen(story.duty.records, first, Agent(Cause.PERSON, story.duty.account.users["PUANA"]))
        await story.settled()

        await story.duty.acknowledge(first.id, by="ana")
        await story.settled()

        assert (await story.incident()).reached(State.ACKNOWLEDGED)
        assert story.theirs.status is Status.ACKNOWLEDGED
        await story.fast_forward(hours=1)
        assert set(story.rung) == {"ana"}


async def test_what_pagerduty_does_by_itself_before_our_ack_arrives_takes_no_ack_back(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        story.duty.faults.plan("PUT /incidents/{id}", Fault(Failure.STATUS, 429, retry_after_s=60), times=1)
        await story.room("ack", by="ana")
        story.clock.skip(timedelta(seconds=20))
        climbing.escalate(story.duty.records, story.theirs, 2, Agent(Cause.CLOCK, story.theirs.service))
        await story.settled()

        incident = await story.incident()
        assert incident.epoch == 1
        assert incident.reached(State.ACKNOWLEDGED)
        await story.fast_forward(minutes=2)
        assert story.theirs.status is Status.ACKNOWLEDGED


async def test_a_page_that_nobody_has_answered_rings_on_when_an_ack_expires(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True, policy=profile_of(tmp_path, EXPIRES)) as story:
        await story.slack(LINE)
        await story.room("ack", by="ana")
        await story.room("page team_lead please look", by="ana")
        await story.fast_forward(minutes=36)

        assert (await story.incident()).epoch == 2
        lead = next(page for page in (await story.incident()).pages.values() if page.role == "team_lead")
        theirs = next(one for one in story.duty.incidents if one.id == lead.receipt)
        assert theirs.status is Status.TRIGGERED


AWAY = Fault(Failure.STATUS, status=503)


@pytest.mark.parametrize(("by", "again"), [("ana", "as well"), ("bo", "again")])
async def test_an_ack_while_a_page_by_name_waits_says_that_it_is_on_its_way_and_it_rings(
    tmp_path: Path, by: str, again: str
):
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        await story.room("ack", by="bo")
        story.clock.skip(timedelta(minutes=1))
        story.duty.faults.plan("*", AWAY, times=3)
        await story.room("page team_lead please look", by="bo")
        story.clock.skip(timedelta(seconds=1))
        answer = await story.room("ack", by=by)

        still = "The page for the team lead is still on its way: it was asked for by name."
        assert answer.text == f"Noted: you have INC-1. {still}"
        assert (await story.told())[-1] == f"<@U0{by.upper()}> acknowledged {again}. {still}"
        assert "chi" not in story.rung
        await story.fast_forward(minutes=1)
        assert "chi" in story.rung


async def test_an_ack_of_what_rings_says_what_is_on_its_way_beside_it(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        await story.room("ack", by="bo")
        await story.room("page engineering_manager please decide", by="bo")
        story.duty.faults.plan("*", AWAY, times=3)
        await story.room("page team_lead please look", by="bo")
        await story.room("ack", by="eli")

        assert (await story.told())[-1] == (
            "<@U0ELI> acknowledged the later page. "
            "The page for the team lead is still on its way: it was asked for by name."
        )
