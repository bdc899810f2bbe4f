"""The published post-mortem as the canvas of its room: made once, kept true, and never in anybody's way."""

from pathlib import Path

import pytest

from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.slack.people import BOT_USER_ID
from incidentbot.playground.slack.records import Canvas
from incidentbot.slack import names
from tests.stories.profile_of import profile_of
from tests.stories.story import Story, a_story

MAKING, EDITING = "conversations.canvases.create", "canvases.edit"
FAILED = "Showing the post-mortem as a canvas did not work: "


def asking(folder: Path) -> str:
    """The chat system's profile, with canvases."""
    return profile_of(folder, "postmortem: {canvas: true}")


async def published(story: Story, line: str = "declare sev1 checkout is down") -> None:
    await story.slack(line)
    await story.slack("INC-1 resolve a bigger disk")
    await story.slack("INC-1 review publish")


def canvases(story: Story) -> dict[str, Canvas]:
    """Those of the workspace, by channel."""
    return story.workspace.slack.workspace.canvases


async def shown(story: Story) -> Canvas:
    """The canvas of the incident's room."""
    return canvases(story)[await story.room_id()]


def calls(story: Story, method: str) -> int:
    """How often Slack was asked to do this."""
    return sum(one.method == method for one in story.workspace.slack.calls)


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_a_published_post_mortem_is_the_canvas_of_its_room(tmp_path: Path, *, http: bool):
    async with a_story(tmp_path, policy=asking(tmp_path), http=http) as story:
        await story.slack("declare sev1 checkout is down")
        await story.slack("INC-1 resolve a bigger disk")
        await story.room("review start")
        assert canvases(story) == {}

        await story.room("review publish")
        canvas = await shown(story)
        assert canvas.title == "INC-1 post-mortem"
        assert canvas.markdown.startswith("# checkout is down\n\n**Reviewed and published.**")
        assert "| Resolved | 2026-11-23 14:00:00 UTC |" in canvas.markdown
        assert (await story.incident()).failures == {}


async def test_a_profile_that_does_not_ask_for_it_calls_nothing(tmp_path: Path):
    async with a_story(tmp_path) as story:
        story.workspace.slack.granted_scopes.discard("canvases:write")
        await published(story)

        assert canvases(story) == {}
        assert (await story.incident()).failures == {}
        assert calls(story, MAKING) == 0


async def test_what_changes_afterwards_changes_the_same_canvas(tmp_path: Path):
    async with a_story(tmp_path, policy=asking(tmp_path)) as story:
        await published(story)
        first = (await shown(story)).id
        await story.room("action alert on a full disk <@U0BO> due fri")
        assert "alert on a full disk" in (await shown(story)).markdown
        await story.room("times impact 08:45 the graph shows it")
        assert "2026-11-23 13:45:00 UTC" in (await shown(story)).markdown
        await story.restart()
        await story.room("review start")

        assert "**In review: drafted from records" in (await shown(story)).markdown
        assert (await shown(story)).id == first
        assert calls(story, MAKING) == 1


async def test_a_canvas_that_somebody_deleted_is_made_anew_with_the_next_change(tmp_path: Path):
    async with a_story(tmp_path, policy=asking(tmp_path)) as story:
        await published(story)
        first = (await shown(story)).id
        canvases(story).clear()
        await story.room("action alert on a full disk")

        assert (await shown(story)).id != first
        assert "alert on a full disk" in (await shown(story)).markdown
        assert (await story.incident()).failures == {}


@pytest.mark.parametrize("method", [MAKING, EDITING])
async def test_an_answer_that_was_not_heard_makes_no_second_canvas(tmp_path: Path, method: str):
    async with a_story(tmp_path, policy=asking(tmp_path)) as story:
        story.workspace.slack.faults.plan(method, Fault(Failure.CUT_AFTER))
        await published(story)
        await story.fast_forward(minutes=1)

        assert "Reviewed and published" in (await shown(story)).markdown
        assert calls(story, MAKING) == 1
        assert (await story.incident()).failures == {}


async def test_a_canvas_of_somebody_elses_is_never_written_over(tmp_path: Path):
    async with a_story(tmp_path, policy=asking(tmp_path)) as story:
        await story.slack("declare sev1 checkout is down")
        channel = await story.room_id()
        theirs = Canvas("F0THEIRS", channel, "Who is where", "Ana is on the train.", "U0ANA")
        canvases(story)[channel] = theirs
        await story.slack("INC-1 resolve a bigger disk")
        await story.slack("INC-1 review publish")

        assert theirs.markdown == "Ana is on the train."
        assert any(
            f"{FAILED}The room has a canvas already, and I write over nobody's." in line
            for line in await story.said()
        )
        del canvases(story)[channel]
        await story.press(story.newest(channel, names.RETRY), names.RETRY)
        assert "Reviewed and published" in (await shown(story)).markdown
        assert (await story.incident()).failures == {}


async def test_an_empty_canvas_that_the_room_has_already_is_filled(tmp_path: Path):
    async with a_story(tmp_path, policy=asking(tmp_path)) as story:
        await story.slack("declare sev1 checkout is down")
        channel = await story.room_id()
        canvases(story)[channel] = Canvas("F0EMPTY", channel, "", "", BOT_USER_ID)
        await story.slack("INC-1 resolve a bigger disk")
        await story.slack("INC-1 review publish")

        assert (await shown(story)).id == "F0EMPTY"
        assert "Reviewed and published" in (await shown(story)).markdown


async def test_a_plan_without_canvases_is_one_sentence_and_no_second_try(tmp_path: Path):
    async with a_story(tmp_path, policy=asking(tmp_path)) as story:
        story.workspace.slack.workspace.canvas_refusal = "team_tier_cannot_create_channel_canvases"
        await published(story)
        await story.fast_forward(hours=2)
        assert calls(story, MAKING) == 1
        await story.room("action alert on a full disk")

        told = [line for line in await story.said() if FAILED in line]
        (line,) = told
        assert line == (
            f":warning: {FAILED}This Slack plan has no canvases for channels. The post-mortem is in the room as a file; "
            "take `canvas` out of the profile."
        )


async def test_a_scope_that_is_missing_is_named_and_after_a_retry_it_is_shown(tmp_path: Path):
    async with a_story(tmp_path, policy=asking(tmp_path)) as story:
        story.workspace.slack.granted_scopes.discard("canvases:write")
        await published(story)
        assert any(
            f"{FAILED}The Slack app lacks the permission `canvases:write`." in line
            for line in await story.said()
        )
        story.workspace.slack.granted_scopes.add("canvases:write")
        await story.press(story.newest(await story.room_id(), names.RETRY), names.RETRY)

        assert "Reviewed and published" in (await shown(story)).markdown


async def test_a_room_that_is_archived_is_named_as_what_may_keep_the_canvas_away(tmp_path: Path):
    async with a_story(tmp_path, policy=asking(tmp_path)) as story:
        await story.slack("declare sev1 checkout is down")
        await story.slack("INC-1 resolve a bigger disk")
        room = story.workspace.slack.workspace.channel(await story.room_id())
        room.is_archived = True
        await story.slack("INC-1 review publish")
        reason = (await story.incident()).failures["canvas"].reason
        assert "Where it is archived, unarchive it; else ask a workspace admin" in reason

        room.is_archived = False
        await story.slack("INC-1 action alert on a full disk")
        assert "alert on a full disk" in (await shown(story)).markdown
        assert "canvas" not in (await story.incident()).failures


async def test_an_incident_in_a_thread_leaves_the_channel_of_everybody_alone(tmp_path: Path):
    async with a_story(tmp_path, policy=asking(tmp_path)) as story:
        await published(story, "declare sev4 an icon is blurred")

        assert canvases(story) == {}
        assert (await story.incident()).failures == {}


async def test_a_private_incident_has_its_canvas_in_its_own_channel_alone(tmp_path: Path):
    async with a_story(tmp_path, policy=asking(tmp_path)) as story:
        await story.slack("declare sev1 zebra keys are stolen --private")
        await story.room("resolve they are changed")
        await story.room("review publish")

        (canvas,) = canvases(story).values()
        assert not story.workspace.slack.workspace.channel(canvas.channel).readable_by("U0ELI")
        assert "zebra" in canvas.markdown
