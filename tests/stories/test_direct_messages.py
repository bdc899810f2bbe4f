"""Whoever is called is written to directly, can acknowledge there, and reads afterwards who has it."""

from pathlib import Path

from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.slack.records import Message
from incidentbot.slack import names
from tests.stories.seen import buttons, words
from tests.stories.story import Story, a_story

LINE = "declare sev1 checkout is down"


def directs(story: Story, user: str) -> list[Message]:
    """What the bot wrote to a person directly."""
    workspace = story.workspace.slack.workspace
    return [one for one in workspace.messages(workspace.direct_message(user).id) if one.by_bot]


async def test_whoever_is_paged_reads_what_burns_where_and_has_a_button(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack(LINE)

        (one,) = directs(story, "U0ANA")
        assert one.text == "P0 INC-1: checkout is down. You are called in as the on-call primary."
        shown = words(one)
        assert f"Room: <#{await story.room_id()}>" in shown
        assert "Declared by <@U0DEE>, 2026-11-23 14:00 UTC" in shown
        assert buttons(one) == {names.ACK: "Acknowledge"}
        assert directs(story, "U0BO") == []
        posts = [call.method for call in story.workspace.slack.calls]
        assert posts.index("conversations.create") < posts.index("conversations.open")


async def test_an_ack_in_the_message_stops_the_ladder_and_takes_the_button_away(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        await story.press(directs(story, "U0ANA")[0], names.ACK, by="ana")

        (one,) = directs(story, "U0ANA")
        assert buttons(one) == {}
        assert one.text.startswith("Acknowledged by <@U0ANA>, ")
        await story.fast_forward(hours=2)
        assert story.rung == ["ana"]
        assert directs(story, "U0BO") == []
        assert "<@U0ANA> acknowledged after 0 s. Escalation stops." in await story.said()


async def test_everybody_who_was_called_reads_who_has_it_and_then_that_it_is_over(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        await story.fast_forward(minutes=15)
        assert [len(directs(story, user)) for user in ("U0ANA", "U0BO", "U0CHI")] == [1, 1, 0]
        await story.answer_phone("bo")

        for user in ("U0ANA", "U0BO"):
            (one,) = directs(story, user)
            assert "Acknowledged by <@U0BO>" in words(one)
            assert buttons(one) == {}
        await story.slack("resolve INC-1 rolled back", by="chi")
        assert "Resolved by <@U0CHI>" in words(directs(story, "U0ANA")[0])
        assert "Resolved by <@U0CHI>" in words(directs(story, "U0BO")[0])


async def test_an_ack_before_the_message_has_left_keeps_it_back(tmp_path: Path):
    async with a_story(tmp_path) as story:
        story.workspace.slack.faults.plan("conversations.open", Fault(Failure.STATUS, status=500), times=2)
        await story.slack(LINE)
        await story.slack("ack INC-1", by="bo")
        await story.fast_forward(minutes=5)

        assert directs(story, "U0ANA") == []
        assert (await story.incident()).failures == {}


async def test_a_message_whose_posting_was_not_heard_is_found_again_and_says_what_is_true(tmp_path: Path):
    async with a_story(tmp_path) as story:
        workspace = story.workspace.slack.workspace
        story.workspace.slack.faults.plan("conversations.open", Fault(Failure.STATUS, status=500))
        await story.slack(LINE)
        story.workspace.slack.faults.plan("chat.postMessage", Fault(Failure.CUT_AFTER))
        await story.fast_forward(seconds=1)
        assert len(directs(story, "U0ANA")) == 1
        await story.slack("ack INC-1", by="bo")
        await story.fast_forward(seconds=10)

        (one,) = directs(story, "U0ANA")
        assert "Acknowledged by <@U0BO>" in words(one)
        assert buttons(one) == {}
        assert [channel.im_user for channel in workspace.channels.values() if channel.im_user] == ["U0ANA"]


async def test_a_person_slack_does_not_know_is_named_and_the_others_are_written_to(tmp_path: Path):
    team = tmp_path / "odd.yaml"
    team.write_text(
        "schema: 1\npagerduty: {service: PSVC001}\nroles:\n"
        "  on_call_primary: {slack: [U0NOBODY, U0BO], pagerduty: {routing_key: "
        + "0123456789abcdef" * 2
        + "}}\n",
        encoding="utf-8",
    )
    async with a_story(tmp_path, paging="", wiring={"INCIDENTBOT_TEAM": str(team)}) as story:
        await story.slack(LINE)

        assert len(directs(story, "U0BO")) == 1
        assert (
            ":warning: I could not write to <@U0NOBODY> (Slack does not know them), called in as the on-call primary."
            in await story.said()
        )


async def test_a_scope_that_is_missing_is_a_line_with_retry_and_the_phone_rings_all_the_same(tmp_path: Path):
    async with a_story(tmp_path) as story:
        # Slack lets any scope that makes conversations open one, so the room is a thread here.
        story.workspace.slack.granted_scopes.difference_update(
            {"im:write", "channels:manage", "groups:write"}
        )
        await story.slack("declare sev1 search is down")

        assert story.rung == ["ana"]
        failed = "Writing to the on-call primary directly did not work: The Slack app lacks the permission"
        assert any(failed in text for text in await story.said())


async def test_a_reopened_incident_writes_anew_and_a_level_that_pages_nobody_writes_to_nobody(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev3 search is slow")
        assert directs(story, "U0ANA") == []
        await story.slack(LINE)
        await story.slack("resolve INC-2 over")
        await story.slack("reopen INC-2 it is back")

        first, second = directs(story, "U0ANA")
        assert buttons(first) == {}
        assert buttons(second) == {names.ACK: "Acknowledge"}


async def test_a_restart_between_page_and_ack_leaves_one_message_that_is_brought_up_to_date(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        await story.restart()
        await story.slack("ack INC-1", by="bo")

        (one,) = directs(story, "U0ANA")
        assert "Acknowledged by <@U0BO>" in words(one)


async def test_without_a_pager_the_message_is_how_the_first_is_reached(tmp_path: Path):
    async with a_story(tmp_path, paging="") as story:
        await story.slack(LINE)
        await story.fast_forward(minutes=15)

        assert [len(directs(story, user)) for user in ("U0ANA", "U0BO", "U0CHI")] == [1, 1, 0]


async def test_a_declaration_costs_at_most_eight_calls_under_the_default_profile(tmp_path: Path):
    async with a_story(tmp_path, policy="default") as story:
        await story.slack("declare sev1 the first opens the conversation")
        asked = len(story.workspace.slack.calls)
        await story.slack("declare sev1 checkout is down")

        calls = [call.method for call in story.workspace.slack.calls[asked:] if call.method != "api.test"]
        assert len(directs(story, "U0ANA")) == 2
        assert len(calls) + len(["page"]) <= 8, calls
