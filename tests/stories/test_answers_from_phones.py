"""Answers made on a phone: heard whatever else is in trouble, each once, and only those that people made."""

from datetime import timedelta
from pathlib import Path

import pytest

from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Incident, Status
from incidentbot.core.policy import State
from incidentbot.pagerduty.listening.hearing import CLOSED_BY_ITSELF
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import life
from incidentbot.playground.pagerduty.incidents import Agent, Cause
from incidentbot.playground.pagerduty.incidents import Status as Theirs
from tests.stories.story import a_story

AWAY = Fault(Failure.STATUS, status=503)
LINE = "declare sev1 checkout is down"


def unbound(tmp_path: Path) -> dict[str, str]:
    """A team file that says nothing of who its people are in PagerDuty."""
    team = tmp_path / "unbound.yaml"
    team.write_text("schema: 1\npagerduty: {service: PSVC001}\nroles: {on_call_primary: {slack: [U0ANA]}}\n")
    return {"INCIDENTBOT_TEAM": str(team)}


def shared_key(incident: Incident) -> str:
    """The key of PagerDuty's incident that all of the epoch share."""
    return f"{incident.id}:{incident.epoch}"


@pytest.mark.parametrize(
    ("vendor", "operation"), [("slack", "users.lookupByEmail"), ("pagerduty", "GET /users/{id}")]
)
async def test_an_ack_is_heard_while_nobody_can_say_whose_slack_account_that_is(
    tmp_path: Path, vendor: str, operation: str
) -> None:
    async with a_story(tmp_path, wiring=unbound(tmp_path)) as story:
        await story.slack(LINE)
        getattr(story.workspace, vendor).faults.plan(operation, AWAY, times=10)
        await story.answer_phone("ana")

        assert "Ana acknowledged in PagerDuty after 0 s. Escalation stops." in await story.said()
        await story.fast_forward(hours=1)
        assert story.rung == ["ana"]


async def test_a_name_that_could_not_be_looked_up_is_looked_up_for_the_next_answer(tmp_path: Path) -> None:
    async with a_story(tmp_path, wiring=unbound(tmp_path)) as story:
        await story.slack(LINE)
        story.workspace.slack.faults.plan("users.lookupByEmail", AWAY)
        await story.answer_phone("ana")
        await story.slack("declare sev1 mails are late")
        await story.answer_phone("ana")

        acks = [(await story.incident(number)).milestones[State.ACKNOWLEDGED].by for number in (1, 2)]
        assert acks == ["", "U0ANA"]


async def test_a_person_who_resolves_on_the_phone_resolves_the_incident(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        await story.workspace.pagerduty.resolve(shared_key(await story.incident()), by="ana")
        await story.hear_phones()

        assert (await story.incident()).milestones[State.RESOLVED].by == "U0ANA"


async def test_what_pagerduty_closes_by_itself_goes_on_and_is_a_fact_once(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        said = await story.said()
        duty = story.workspace.pagerduty
        closed = duty.incidents.of_key(shared_key(await story.incident()))[0]
        life.resolve(duty.records, closed, Agent(Cause.CLOCK, closed.service))
        for _ in range(3):
            await story.hear_phones()
        await story.restart()
        await story.hear_phones()

        assert (await story.incident()).status is Status.OPEN
        assert not (await story.incident()).reached(State.ACKNOWLEDGED)
        assert await story.told(FactKind.NOTED) == [CLOSED_BY_ITSELF]
        assert await story.said() == [*said, f":rotating_light: {CLOSED_BY_ITSELF}"]


async def test_a_page_of_its_own_that_is_resolved_has_been_answered_and_the_incident_goes_on(
    tmp_path: Path,
) -> None:
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        await story.room("escalate on-call primary still down")
        own, shared = story.workspace.pagerduty.phone.rings[-1], shared_key(await story.incident())
        assert own.key != shared
        await story.workspace.pagerduty.resolve(own.incident_id, by="ana")
        for _ in range(2):
            await story.hear_phones()

        incident = await story.incident()
        assert (incident.status, incident.milestones[State.ACKNOWLEDGED].by) == (Status.OPEN, "U0ANA")
        assert await story.told(FactKind.NOTED) == [
            "<@U0ANA> resolved a page of their own in PagerDuty; the incident goes on."
        ]
        await story.workspace.pagerduty.resolve(shared, by="ana")
        for _ in range(10):
            await story.hear_phones()
        assert (await story.incident()).status is Status.RESOLVED


async def test_the_ladder_rings_on_after_pagerduty_closed_its_incident_by_itself(tmp_path: Path) -> None:
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        duty = story.workspace.pagerduty
        closed = duty.incidents.of_key(shared_key(await story.incident()))[0]
        life.resolve(duty.records, closed, Agent(Cause.CLOCK, closed.service))

        await story.fast_forward(minutes=15)

        assert story.rung == ["ana", "bo"]


@pytest.mark.parametrize("paging", ["rest", "events"])
async def test_what_the_bot_ended_at_the_pager_itself_is_no_news(tmp_path: Path, paging: str):
    async with a_story(tmp_path, webhooks=True, paging=paging) as story:
        await story.slack(LINE)
        await story.room("ack", by="ana")
        story.clock.skip(timedelta(minutes=2))
        await story.room("page team_lead please look", by="ana")
        story.clock.skip(timedelta(minutes=2))
        await story.room("resolve rolled back, verified by @bo", by="ana")

        assert {one.status for one in story.duty.incidents} == {Theirs.RESOLVED}
        assert len(list(story.duty.incidents)) == 2
        resolved = "<@U0ANA> resolved it: rolled back. Verified by <@U0BO>."
        assert (await story.said())[-1] == (await story.told())[-1] == resolved
