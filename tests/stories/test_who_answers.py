"""Who counts as somebody who has it: people and no programs, each once, and not those who took it back."""

from dataclasses import replace
from pathlib import Path

from incidentbot.core.policy import State
from incidentbot.playground.pagerduty import life
from incidentbot.playground.pagerduty.incidents import Agent, Cause, Status
from tests.stories.profile_of import profile_of
from tests.stories.story import Story, a_story
from tests.stories.test_answers_from_phones import unbound

LINE = "declare sev1 checkout is down"
TWO = "severities: {P0: {ack: {people: 2}}}"


def moved_house(story: Story) -> None:
    """Ana's address in PagerDuty is one that Slack does not know."""
    users = story.duty.account.users
    users["PUANA"] = replace(users["PUANA"], email="ana.private@example.org")


async def test_a_programs_ack_stops_no_ladder_and_the_room_reads_that_phones_are_silent(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        life.acknowledge(story.duty.records, story.theirs, Agent(Cause.CLOCK, story.theirs.service))
        await story.settled()

        assert not (await story.incident()).reached(State.ACKNOWLEDGED)
        assert "A program acknowledged it in PagerDuty" in (await story.said())[-1]
        await story.fast_forward(hours=1)
        assert len(set(story.rung)) > 1


async def test_a_person_who_acknowledges_beside_a_program_is_heard_where_we_have_to_ask(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        life.acknowledge(story.duty.records, story.theirs, Agent(Cause.CLOCK, story.theirs.service))
        await story.hear_phones()
        assert not (await story.incident()).reached(State.ACKNOWLEDGED)

        await story.duty.acknowledge(story.theirs.id, by="ana")
        await story.hear_phones()
        await story.fast_forward(hours=1)

        assert (await story.told("acknowledged"))[-1].startswith("<@U0ANA> acknowledged")
        assert story.rung == ["ana"]


async def test_a_person_whom_the_team_file_binds_counts_once_whatever_their_address(tmp_path: Path):
    team = tmp_path / "team.yaml"
    team.write_text(
        "schema: 1\npagerduty: {service: PSVC001}\n"
        "roles:\n  on_call_primary: {slack: [U0ANA], pagerduty: {user: PUANA}}\n",
        encoding="utf-8",
    )
    wiring = {"INCIDENTBOT_TEAM": str(team)}
    async with a_story(tmp_path, webhooks=True, policy=profile_of(tmp_path, TWO), wiring=wiring) as story:
        moved_house(story)
        await story.slack(LINE)
        await story.room("ack", by="ana")
        await story.duty.acknowledge(story.theirs.id, by="ana")
        await story.settled()

        assert not (await story.incident()).reached(State.ACKNOWLEDGED)
        assert [ack.by for ack in (await story.incident()).holders.acks] == ["U0ANA"]


async def test_somebody_whom_slack_does_not_know_completes_no_number_beside_one_it_knows(tmp_path: Path):
    wiring = unbound(tmp_path)
    async with a_story(tmp_path, webhooks=True, policy=profile_of(tmp_path, TWO), wiring=wiring) as story:
        moved_house(story)
        await story.slack(LINE)
        await story.room("ack", by="ana")
        await story.duty.acknowledge(story.theirs.id, by="ana")
        await story.settled()
        assert not (await story.incident()).reached(State.ACKNOWLEDGED)
        assert "may be the same person" in (await story.said())[-1]

        await story.room("ack", by="bo")
        assert (await story.incident()).reached(State.ACKNOWLEDGED)


async def test_an_ack_that_is_taken_back_before_there_are_enough_counts_no_more(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True, policy=profile_of(tmp_path, TWO)) as story:
        await story.slack(LINE)
        await story.duty.acknowledge(story.theirs.id, by="ana")
        await story.settled()
        await story.duty.unacknowledge(story.theirs.id, by="ana")
        await story.settled()
        assert "0 of 2 have it now" in (await story.said())[-1]

        await story.room("ack", by="bo")
        assert not (await story.incident()).reached(State.ACKNOWLEDGED)


async def test_a_note_of_pagerdutys_is_read_in_the_room(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.duty.note(story.theirs.id, "the failover runs, do not restart", by="ana")
        await story.settled()

        assert "<@U0ANA> noted in PagerDuty: the failover runs, do not restart" in (await story.said())[-1]


async def test_what_pagerduty_closes_by_itself_is_read_in_the_room(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        life.resolve(story.duty.records, story.theirs, Agent(Cause.CLOCK, story.theirs.service))
        await story.settled()

        assert "closed its incident by itself; ours goes on" in (await story.said())[-1]


async def test_somebody_whom_slack_does_not_know_is_named_where_they_resolve(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        moved_house(story)
        await story.slack(LINE)
        await story.duty.resolve(story.theirs.id, by="ana")
        await story.settled()

        told = [text for text in await story.told() if "resolved it" in text]
        assert told
        assert all("incidentbot" not in text and "in PagerDuty" in text for text in told)


async def test_a_merge_in_pagerduty_resolves_nothing_here_and_is_answered_where_it_went(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.slack("declare sev1 payments are down too")
        ours, other = story.duty.incidents
        life.merge(story.duty.records, ours, other, Agent(Cause.PERSON, story.duty.account.users["PUANA"]))
        await story.settled()
        incident = await story.incident(1)
        assert not incident.reached(State.RESOLVED)
        assert "merged its incident into another" in (await story.said())[-1]

        await story.slack("INC-1 ack", by="ana")

        assert other.status is Status.ACKNOWLEDGED
