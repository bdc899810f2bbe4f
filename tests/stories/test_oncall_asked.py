"""`/incident oncall`: who has each role until when, how they are reached, and who is rung next for this incident."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from incidentbot.playground.pagerduty.default_account import BO
from tests.stories.seen import words
from tests.stories.story import Story, a_story

TEAM = """schema: 1
pagerduty: {service: PSVC001}
roles:
  on_call_primary: {slack: [U0ANA], email: [ana@example.com], pagerduty: {schedule: PSCHED1}}
  on_call_secondary: {slack: [U0BO], email: [bo@example.com], pagerduty: {user: PUBO}}
  team_lead: {slack: [U0CHI]}
"""


def theirs(folder: Path, team: str = TEAM) -> Mapping[str, str]:
    """The setting that names this team file."""
    file = folder / "theirs.yaml"
    file.write_text(team, encoding="utf-8")
    return {"INCIDENTBOT_TEAM": str(file)}


async def answered(story: Story, text: str = "oncall", **where: str) -> str:
    """What the asker reads."""
    answer = await story.slack(text, **where)
    assert answer.error is None, answer
    return words(answer)


async def refreshed(story: Story) -> None:
    await story.house.desk.oncall.refresh()  # type: ignore[attr-defined] # the roster


async def test_each_role_is_named_with_its_person_its_end_and_its_ways(tmp_path: Path):
    async with a_story(tmp_path, policy="default", wiring=theirs(tmp_path)) as story:
        await refreshed(story)
        (entry, *_) = await story.house.desk.oncall.ask("on_call_primary")  # type: ignore[attr-defined]

        shown = await answered(story)

        assert entry.until is not None
        assert entry.until > story.clock.now()
        assert (
            f"1. *On-call primary*: <@U0ANA> until {entry.until:%Y-%m-%d %H:%M} UTC; reached by pager, Slack"
            in shown
        )
        assert "2. *On-call secondary*: <@U0BO>; reached by pager, Slack" in shown
        assert "3. *Team lead*: <@U0CHI>; reached by pager, Slack" in shown


async def test_a_handover_in_pagerduty_is_told(tmp_path: Path):
    async with a_story(tmp_path, policy="default", wiring=theirs(tmp_path)) as story:
        story.duty.account.put_on_call("PSCHED1", [BO])
        await refreshed(story)

        assert "*On-call primary*: <@U0BO> until" in await answered(story, "oncall on call primary")


async def test_a_shift_that_nobody_has_is_told_and_the_team_file_answers(tmp_path: Path):
    async with a_story(tmp_path, policy="default", wiring=theirs(tmp_path)) as story:
        story.duty.account.put_on_call("PSCHED1", [])
        await refreshed(story)

        shown = await answered(story, "oncall on_call_primary")

        assert "<@U0ANA>; reached by Slack; nobody is on call in PagerDuty now" in shown


async def test_whoever_cannot_be_reached_is_named_with_the_reason(tmp_path: Path):
    team = TEAM[: TEAM.index("  team_lead")]
    async with a_story(tmp_path, policy="default", paging="", wiring=theirs(tmp_path, team)) as story:
        shown = await answered(story)

        reason = "the team file binds nobody in Slack, and paging is off"
        assert f"3. *Team lead*: nobody is known; :warning: cannot be reached: {reason}" in shown
        assert "1. *On-call primary*: <@U0ANA>; reached by Slack" in shown


async def test_a_role_without_a_routing_key_of_its_own_is_not_said_to_be_paged(tmp_path: Path):
    async with a_story(tmp_path, policy="default", paging="events", wiring=theirs(tmp_path)) as story:
        shown = await answered(story)

        assert "1. *On-call primary*: <@U0ANA>; reached by pager, Slack" in shown
        assert "2. *On-call secondary*: <@U0BO>; reached by Slack; a page rings the first role again" in shown


async def test_a_severity_says_who_is_reached_by_what_it_lists(tmp_path: Path):
    async with a_story(tmp_path, policy="default", wiring=theirs(tmp_path)) as story:
        assert "<@U0CHI>; reached by pager, Slack" in await answered(story, "oncall sev1")
        quiet = await answered(story, "oncall sev3")
        assert "<@U0CHI>; reached by Slack" in quiet
        assert "Reached as P2 asks for it." in quiet


async def test_in_a_room_it_says_who_was_rung_and_who_is_next(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await refreshed(story)
        await story.slack("declare sev1 checkout is down")
        room = await story.room_id()

        before = await answered(story, channel=room)
        assert ":pager: Ana is paged since" in before
        assert "*Next:* on-call secondary (Bo) is paged 2026-11-23 14:15 UTC" in before

        await story.fast_forward(minutes=15)
        assert "*Next:* team lead (Chi) is paged 2026-11-23 14:30 UTC" in await answered(story, channel=room)

        await story.room("ack")
        after = await answered(story, channel=room)
        assert "Somebody has it: nobody is rung next." in after
        assert "*Next:*" not in after


async def test_the_card_names_who_is_next_until_somebody_has_it(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await refreshed(story)
        await story.slack("declare sev1 checkout is down")
        assert "*Next:* on-call secondary (Bo) is paged" in words(await story.card())

        await story.fast_forward(minutes=15)
        assert "*Next:* team lead (Chi) is paged" in words(await story.card())

        await story.room("ack")
        assert "*Next:*" not in words(await story.card())


async def test_a_question_that_was_asked_is_not_next_any_more(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev3 search is slow")
        assert "I ask here whether to call in" in words(await story.card())

        await story.fast_forward(hours=2)
        assert "I ask here" not in words(await story.card())


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("oncall cook", "No role, chain or severity is called “cook”"),
        ("oncall sev9", "sev9"),
    ],
)
async def test_what_is_no_role_is_answered_with_those_there_are(tmp_path: Path, typed: str, sentence: str):
    async with a_story(tmp_path) as story:
        assert sentence in ((await story.slack(typed)).text or "")
